"""A boundary layer is read as data: no other file, no query, no shape without bounds."""

import json
import math
import sqlite3
import struct
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from data.findings import Findings
from data.reading.boundaries import read_boundaries
from data.reading.formats.limits import CROSSINGS

SQUARE = shapely.box(110, 25, 111, 26)
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS fid FROM n"


def star(points: int) -> shapely.Polygon:
    """Return a polygon whose edges all cross each other near its middle."""
    turns = [2 * math.pi * (points // 2 - 1) / points * step for step in range(points)]
    return shapely.Polygon([(110 + math.cos(turn), 25 + math.sin(turn)) for turn in turns])


def package(path: Path, shape: shapely.Geometry = SQUARE) -> Path:
    frame = gpd.GeoDataFrame({"adcode": ["450312"]}, geometry=[shape], crs="EPSG:4490")
    frame.to_file(path)
    return path


def geojson(path: Path, **members: object) -> Path:
    feature = {
        "type": "Feature",
        "properties": {"adcode": "450312"},
        "geometry": shapely.geometry.mapping(SQUARE),
    }
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    held = {"type": "FeatureCollection", "crs": crs, "features": [feature]} | members
    path.write_text(json.dumps(held), encoding="utf-8")
    return path


def reported(path: Path) -> list[tuple[int | None, str]]:
    findings = Findings()
    frame = read_boundaries(path, findings)
    assert (frame is None) == bool(findings.problems)
    return [(problem.row, problem.expected.en) for problem in findings.problems]


def test_a_polygon_with_endless_crossings_is_refused_before_it_is_repaired(tmp_path: Path) -> None:
    # Mending this one had not ended after ten minutes.
    path = package(tmp_path / "boundaries.gpkg", star(300))
    assert reported(path) == [(1, f"at most {CROSSINGS} crossings")]
    assert reported(package(tmp_path / "boundaries_2.gpkg", star(20))) == []


def test_crossings_are_repaired_in_every_part_of_a_county(tmp_path: Path) -> None:
    bow = shapely.Polygon([(110, 25), (111, 26), (111, 25), (110, 26)])
    findings = Findings()
    county = shapely.MultiPolygon([bow, shapely.box(112, 25, 113, 26)])
    read = read_boundaries(package(tmp_path / "boundaries.gpkg", county), findings)
    assert read is not None
    assert findings.problems == []
    assert read.geometry.is_valid.all()
    assert read.geometry.area.iloc[0] == pytest.approx(1.5)


def test_a_ring_that_does_not_close_is_reported(tmp_path: Path) -> None:
    path = package(tmp_path / "boundaries.gpkg")
    content = path.read_bytes()
    end = struct.pack("<dd", *SQUARE.exterior.coords[-1])
    before, after = content.rsplit(end, 1)
    path.write_bytes(before + struct.pack("<dd", 112, 27) + after)
    findings = Findings()
    assert read_boundaries(path, findings) is None
    assert "a readable layer (GEOSException)" in findings.problems[0].line("en")


def test_a_layer_that_is_a_query_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path / "boundaries.gpkg")
    with sqlite3.connect(path) as base:
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("ALTER TABLE boundaries RENAME TO own")
        base.execute(f"CREATE VIEW boundaries AS {ENDLESS}")
    base.close()
    assert reported(path) == [(None, "a readable layer (no table of features)")]


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson"])
def test_a_layer_that_points_to_other_files_is_refused(tmp_path: Path, suffix: str) -> None:
    other = package(tmp_path / "other.gpkg")
    path = tmp_path / f"boundaries{suffix}"
    source = f"<SrcDataSource>{other}</SrcDataSource>"
    layer = f'<OGRVRTLayer name="other">{source}</OGRVRTLayer>'
    path.write_text(f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>", encoding="utf-8")
    ((_, expected),) = reported(path)
    assert expected.startswith("a readable layer")


def test_reading_leaves_no_other_file_next_to_the_layer(tmp_path: Path) -> None:
    path = package(tmp_path / "boundaries.gpkg")
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA journal_mode = WAL")
    base.close()
    before = path.read_bytes()
    assert reported(path) == []
    assert [one.name for one in tmp_path.iterdir()] == ["boundaries.gpkg"]
    assert path.read_bytes() == before


def test_a_feature_without_a_shape_is_reported_with_its_place(tmp_path: Path) -> None:
    path = geojson(tmp_path / "boundaries.geojson")
    held = json.loads(path.read_text(encoding="utf-8"))
    good = held["features"][0]
    bad = good | {"geometry": {"type": "Polygon", "coordinates": [[[110, 25]]]}}
    geojson(path, features=[good, bad, good | {"geometry": {"type": "Sphere"}}])
    assert [row for row, _ in reported(path)] == [2, 3]


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "http://127.0.0.1:9/x", 5, "EPSG:999999", "+proj=longlat +datum=x"]
)
def test_a_datum_is_a_code_and_nothing_else(tmp_path: Path, name: object) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    assert len(reported(geojson(tmp_path / "boundaries.geojson", crs=crs))) == 1


@pytest.mark.parametrize("features", [None, 5, [], [None], [{"type": "Feature"}], "x"])
def test_a_collection_of_something_else_is_reported(tmp_path: Path, features: object) -> None:
    assert reported(geojson(tmp_path / "boundaries.geojson", features=features))
