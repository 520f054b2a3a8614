from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Polygon

from data.findings import Findings
from data.reading.boundaries import read_boundaries

SQUARE = Polygon([(110.1, 25.1), (110.2, 25.1), (110.2, 25.2), (110.1, 25.2)])
SOURCE = Path(__file__).parents[3] / "data" / "reference" / "guilin" / "boundaries.geojson"


def layer(path: Path, crs: str | None, polygon: Polygon = SQUARE, code: str = "450312") -> Path:
    frame = gpd.GeoDataFrame({"adcode": [code]}, geometry=[polygon], crs=crs)
    frame.to_file(path, engine="pyogrio")
    return path


def test_bundled_layer_is_read_in_cgcs2000() -> None:
    frame = read_boundaries(SOURCE, Findings())
    assert frame is not None
    assert frame.crs.to_epsg() == 4490
    assert frame["adcode"].is_unique
    assert len(frame) == 17


def test_projected_layer_is_brought_to_geographic_coordinates(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"adcode": ["450312"]}, geometry=[SQUARE], crs="EPSG:4490")
    frame.to_crs("EPSG:4546").to_file(tmp_path / "boundaries.gpkg")
    read = read_boundaries(tmp_path / "boundaries.gpkg", Findings())
    assert read is not None
    assert read.total_bounds == pytest.approx((110.1, 25.1, 110.2, 25.2), abs=1e-6)


def refusal(path: Path) -> list[str]:
    findings = Findings()
    read_boundaries(path, findings)
    return [problem.expected.en for problem in findings.problems]


def test_layer_without_a_stated_datum_is_refused(tmp_path: Path) -> None:
    (tmp_path / "boundaries.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"adcode":"450312"},'
        '"geometry":{"type":"Polygon","coordinates":[[[110,25],[111,25],[111,26],[110,25]]]}}]}',
        encoding="utf-8",
    )
    assert refusal(tmp_path / "boundaries.geojson") == ["a stated datum"]


def test_gcj02_is_refused_with_the_reason(tmp_path: Path) -> None:
    text = SOURCE.read_text(encoding="utf-8").replace("_cgcs2000", "_gcj02", 1)
    (tmp_path / "boundaries.geojson").write_text(text, encoding="utf-8")
    findings = Findings()
    assert read_boundaries(tmp_path / "boundaries.geojson", findings) is None
    (problem,) = findings.problems
    assert "offset by hundreds of metres" in problem.how_to_fix.en


def test_other_datums_and_places_are_refused(tmp_path: Path) -> None:
    assert refusal(layer(tmp_path / "boundaries.gpkg", "EPSG:4610")) == [
        "CGCS2000 or WGS 84, not Xian 1980"
    ]
    abroad = Polygon([(10, 50), (11, 50), (11, 51)])
    assert refusal(layer(tmp_path / "a.gpkg", "EPSG:4490", abroad)) == ["a polygon inside China"]


def test_layer_without_codes_is_refused(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"code": ["450312"]}, geometry=[SQUARE], crs="EPSG:4490")
    frame.to_file(tmp_path / "boundaries.gpkg")
    assert refusal(tmp_path / "boundaries.gpkg") == ["geometry and a column adcode"]


def test_polygon_that_crosses_itself_is_repaired_with_a_notice(tmp_path: Path) -> None:
    bow = Polygon([(110, 25), (111, 26), (111, 25), (110, 26)])
    findings = Findings()
    frame = read_boundaries(layer(tmp_path / "boundaries.gpkg", "EPSG:4490", bow), findings)
    assert frame is not None
    assert frame.is_valid.all()
    assert [n.expected.en for n in findings.notices] == ["polygons that cross themselves"]
