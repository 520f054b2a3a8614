"""Damage to boundary layers: geometries, properties and datums; tables, views and triggers."""

import json
import math
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.cells import HOSTILE_CELLS
from tests.fuzz.raw import Change

Layer = dict[str, Any]
BOWTIE = [[[110, 25], [111, 26], [111, 25], [110, 26], [110, 25]]]
GEOMETRIES: tuple[Any, ...] = (
    None,
    {},
    [],
    "x",
    {"type": "Polygon"},
    {"type": "Polygon", "coordinates": []},
    {"type": "Polygon", "coordinates": [[]]},
    {"type": "Polygon", "coordinates": [[[110, 25]]]},
    {"type": "Polygon", "coordinates": [[[110, 25], [111, 25], [110, 25]]]},
    {"type": "Polygon", "coordinates": [[[110, 25], [111, 25], [111, 26]]]},
    {"type": "Polygon", "coordinates": BOWTIE},
    {"type": "MultiPolygon", "coordinates": [BOWTIE, BOWTIE]},
    {"type": "Polygon", "coordinates": [[[110, 25, 5], [111, 25, 5], [111, 26, 5], [110, 25, 5]]]},
    {"type": "Polygon", "coordinates": [[["110", "25"], ["x", None], [111, 26], [110, 25]]]},
    {"type": "Polygon", "coordinates": [[[1e308, -1e308], [1e309, 0], [0, 0], [1e308, -1e308]]]},
    {"type": "Polygon", "coordinates": [[[math.nan, 25], [111, 25], [111, 26], [math.nan, 25]]]},
    {"type": "Polygon", "coordinates": 5},
    {"type": "Point", "coordinates": [110, 25]},
    {"type": "LineString", "coordinates": [[110, 25], [111, 26]]},
    {"type": "Sphere", "coordinates": []},
    {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": BOWTIE}] * 2},
    {"type": "GeometryCollection", "geometries": None},
    {"type": ["Polygon"], "coordinates": []},
    {"type": "Polygon", "coordinates": [[[25, 110], [26, 110], [26, 111], [25, 110]]]},
)
DATUMS: tuple[Any, ...] = (
    None,
    {},
    [],
    "EPSG:4490",
    {"type": "name", "properties": {"name": "EPSG:4326"}},
    {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4610"}},
    {"type": "name", "properties": {"name": "EPSG:999999"}},
    {"type": "name", "properties": {"name": 5}},
    {"type": "name", "properties": {"name": "GCJ-02"}},
    {"type": "name", "properties": None},
    {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4546"}},
    {"type": "link"},
    {"type": "link", "properties": {"href": "http://127.0.0.1:9/x", "type": "proj4"}},
    {"type": "name", "properties": {"name": "/etc/passwd"}},
    {"type": "EPSG", "properties": {"code": 4490}},
)


@st.composite
def odd_geojson(draw: st.DrawFn, content: bytes) -> tuple[Change, bytes]:
    """Return a GeoJSON file with something odd in it."""
    change = draw(st.sampled_from(sorted(_JSON)))
    layer = json.loads(content)
    text = _JSON[change](draw, layer)
    if text is None:
        text = json.dumps(layer, ensure_ascii=draw(st.booleans()))
    encoding = draw(st.sampled_from(["utf-8"] * 8 + ["utf-8-sig", "gbk", "utf-16"]))
    return change, text.encode(encoding, "replace")


def _feature(draw: st.DrawFn, layer: Layer) -> dict[str, Any]:
    return layer["features"][draw(st.integers(0, len(layer["features"]) - 1))]


def _geometry(draw: st.DrawFn, layer: Layer) -> None:
    _feature(draw, layer)["geometry"] = draw(st.sampled_from(GEOMETRIES))


def _datum(draw: st.DrawFn, layer: Layer) -> None:
    layer["crs"] = draw(st.sampled_from(DATUMS))


def _no_datum(draw: st.DrawFn, layer: Layer) -> None:
    del layer["crs"]


def _property(draw: st.DrawFn, layer: Layer) -> None:
    values = st.sampled_from(
        [*HOSTILE_CELLS, 450302, 450302.0, None, [], {}, True, 10**400, [1], {"a": 1}]
    )
    _feature(draw, layer)["properties"]["adcode"] = draw(values)


def _properties(draw: st.DrawFn, layer: Layer) -> None:
    _feature(draw, layer)["properties"] = draw(
        st.sampled_from([None, {}, [], "x", {"geometry": 1}])
    )


def _member(draw: st.DrawFn, layer: Layer) -> None:
    odd = draw(st.sampled_from([None, 5, "x", [], {}, [None], [[]], [{}], [{"type": "Feature"}]]))
    layer[draw(st.sampled_from(["features", "type"]))] = odd


def _no_features(draw: st.DrawFn, layer: Layer) -> None:
    layer["features"] = layer["features"][: draw(st.integers(0, 1))]


def _vertices(draw: st.DrawFn, layer: Layer) -> None:
    count = draw(st.sampled_from([1000, 200_000]))
    turns = [2 * math.pi * step / count for step in range(count)]
    ring = [[110.5 + math.cos(turn), 25 + math.sin(turn)] for turn in turns]
    _feature(draw, layer)["geometry"] = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _crossings(draw: st.DrawFn, layer: Layer) -> None:
    """Let a polygon cross itself in very many places."""
    count = draw(st.sampled_from([15, 50, 600, 5000]))
    step = 2 * math.pi * (count // 2) / count
    ring = [[110.5 + math.cos(step * n), 25 + math.sin(step * n)] for n in range(count)]
    _feature(draw, layer)["geometry"] = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _many(draw: st.DrawFn, layer: Layer) -> None:
    layer["features"] *= draw(st.sampled_from([2, 300]))


def _other_json(draw: st.DrawFn, layer: Layer) -> str:
    deep = draw(st.sampled_from([100, 200_000]))
    return draw(
        st.sampled_from(
            [
                "{}",
                "[]",
                "null",
                "5",
                '"x"',
                "{",
                "[" * deep,
                '{"a":' * deep,
                "NaN",
                "{'a': 1}",
                "",
                '{"type": "Topology", "objects": {}, "arcs": []}',
                '{"type": "Point", "coordinates": [1,2]}',
                '{"geometryType": "esriGeometryPolygon", "features": []}',
                json.dumps(layer) * 2,
                json.dumps(layer["features"][0]),
                json.dumps(layer)[:-1] + ',"a":' + "9" * 5000 + "}",
                '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource>'
                "</OGRVRTLayer></OGRVRTDataSource>",
                '{"stac_version": "1.0.0", "type": "FeatureCollection", "features": [{'
                '"stac_version": "1.0.0", "assets": {"a": {"href": "http://127.0.0.1:9/x"}}}]}',
            ]
        )
    )


_JSON: dict[Change, Callable[[st.DrawFn, Layer], str | None]] = {
    "geometry": _geometry,
    "datum": _datum,
    "no datum": _no_datum,
    "adcode": _property,
    "properties": _properties,
    "member": _member,
    "no features": _no_features,
    "very many vertices": _vertices,
    "very many crossings": _crossings,
    "features repeated": _many,
    "other JSON": _other_json,
}
_ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT i AS fid, i AS adcode FROM n"
)
STATEMENTS = (
    "UPDATE {t} SET geom = x'00'",
    "UPDATE {t} SET geom = NULL",
    "UPDATE {t} SET geom = x'4750000102030405'",
    "UPDATE {t} SET geom = substr(geom, 1, 60)",
    "UPDATE {t} SET geom = zeroblob(50000000)",
    "UPDATE {t} SET adcode = NULL",
    "UPDATE {t} SET adcode = 'x'",
    "UPDATE {t} SET adcode = x'ff00'",
    "DELETE FROM {t}",
    "DROP TABLE {t}",
    "DROP TABLE gpkg_contents",
    "DELETE FROM gpkg_contents",
    "DELETE FROM gpkg_geometry_columns",
    "UPDATE gpkg_geometry_columns SET srs_id = 0",
    "UPDATE gpkg_geometry_columns SET srs_id = 4326",
    "UPDATE gpkg_geometry_columns SET srs_id = 77777",
    "UPDATE gpkg_spatial_ref_sys SET definition = 'x'",
    "DELETE FROM gpkg_spatial_ref_sys",
    "UPDATE gpkg_contents SET table_name = 'nothing'",
    "UPDATE gpkg_contents SET data_type = 'tiles'",
    "UPDATE gpkg_geometry_columns SET column_name = 'nothing'",
    "ALTER TABLE {t} RENAME COLUMN adcode TO x",
    "ALTER TABLE {t} ADD COLUMN extra BLOB",
    "PRAGMA application_id = 0",
    "PRAGMA user_version = -1",
    "CREATE TRIGGER w AFTER UPDATE ON {t} BEGIN DELETE FROM {t}; END",
    "PRAGMA journal_mode = WAL",
    "ALTER TABLE {t} RENAME TO own; CREATE VIEW {t} AS SELECT * FROM own",
    "ALTER TABLE {t} RENAME TO own; CREATE VIEW {t} AS " + _ENDLESS,
    "ALTER TABLE {t} RENAME TO own; CREATE VIEW {t} AS "
    "SELECT fid, geom, readfile('/etc/passwd') AS adcode FROM own",
    "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('a''b\"c', 'features')",
    "CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
    "SELECT i + 1 FROM n LIMIT 300000) "
    "SELECT i AS fid, hex(randomblob(20)) AS adcode FROM n; "
    "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('big', 'attributes')",
    "INSERT INTO {t} (geom, adcode) WITH RECURSIVE n(i) AS (SELECT 1 "
    "UNION ALL SELECT i + 1 FROM n LIMIT 2000) "
    "SELECT geom, i FROM n, (SELECT geom FROM {t} LIMIT 1)",
)


@st.composite
def odd_geopackages(draw: st.DrawFn, content: bytes) -> tuple[Change, bytes]:
    """Return a GeoPackage after some SQL."""
    statements = draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=2))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gpkg"
        path.write_bytes(content)
        with sqlite3.connect(path) as base:
            triggers = base.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            for (name,) in triggers:  # They call functions that only a spatial SQLite has.
                base.execute(f'DROP TRIGGER "{name}"')
            for statement in statements:
                try:
                    base.executescript(statement.format(t="boundaries"))
                except sqlite3.Error:
                    continue  # The statement before has taken away what this one is about.
        base.close()
        return "SQL", path.read_bytes()
