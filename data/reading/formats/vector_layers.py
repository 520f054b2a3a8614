"""GeoJSON and GeoPackage to a frame of polygons, each feature by itself and nothing but the data.

GDAL takes a file for what it looks like, not for what it is called, and some of its formats fetch
other files. So GeoJSON is read as JSON, and a GeoPackage is looked into before GDAL may open it: a
layer has to be a table, as the queries of a view can run for ever.
"""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import shapely

from data.findings import Findings
from data.language import Text
from data.problems import DataProblem
from data.reading.formats.limits import AS_GEOPACKAGE, GEOJSON_BYTES, megabytes, too_large

SQLITE = b"SQLite format 3\x00"
# Those of JSON, of Shapely's reading of shapes, and of PROJ (a RuntimeError).
_ERRORS = (
    ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, RuntimeError,
    shapely.errors.ShapelyError,
)  # fmt: skip
_EXPORT = Text("从 GIS 软件重新导出图层", "export the layer from the GIS again")
_AUTHORITY = re.compile(r"(?:urn:ogc:def:crs:)?(EPSG|OGC):[\d.]*:?(\w+)", re.IGNORECASE)
_LAYERS = """
    SELECT layer.table_name, held.type, held.sql FROM gpkg_contents AS layer
    JOIN gpkg_geometry_columns AS shape ON shape.table_name = layer.table_name
    LEFT JOIN sqlite_master AS held ON held.name = layer.table_name
    WHERE layer.data_type = 'features' ORDER BY layer.rowid
"""


def _unreadable(path: Path, reason: str) -> DataProblem:
    expected = Text(f"可读取的 GeoPackage 或 GeoJSON（{reason}）", f"a readable layer ({reason})")
    return DataProblem(path.name, expected, _EXPORT)


def read_layer(path: Path, findings: Findings) -> gpd.GeoDataFrame | None:
    """Return the features of a layer as they stand, or None if it cannot be read."""
    size = path.stat().st_size
    if problem := too_large(path.name, size):
        findings.refuse(problem)
        return None
    if path.suffix.lower() == ".geojson":
        return _read_geojson(path, size, findings)
    return _read_geopackage(path, findings)


def _read_geojson(path: Path, size: int, findings: Findings) -> gpd.GeoDataFrame | None:
    if size > GEOJSON_BYTES:
        most = megabytes(GEOJSON_BYTES)
        expected = Text(f"不超过 {most} 的 GeoJSON", f"GeoJSON of {most} at most")
        findings.refuse(DataProblem(path.name, expected, AS_GEOPACKAGE, value=megabytes(size)))
        return None
    try:
        collection = json.loads(path.read_text(encoding="utf-8-sig"))
        features = list(collection["features"])
    except _ERRORS as error:
        findings.refuse(_unreadable(path, type(error).__name__))
        return None
    shapes, properties = [], []
    for row, feature in enumerate(features, start=1):
        try:
            shapes.append(shapely.geometry.shape(feature["geometry"]))
            properties.append(dict(feature["properties"]))
        except _ERRORS as error:
            expected = Text(
                "有几何和属性的要素", f"a feature with a shape ({type(error).__name__})"
            )
            findings.refuse(DataProblem(path.name, expected, _EXPORT, row))
    if not shapes or len(shapes) < len(features):
        if not features:
            findings.refuse(_unreadable(path, "0"))
        return None
    try:
        return gpd.GeoDataFrame(properties, geometry=shapes, crs=_stated_crs(collection))
    except _ERRORS as error:
        findings.refuse(_unreadable(path, type(error).__name__))
        return None


def _stated_crs(collection: dict[str, Any]) -> str | None:
    """Return the datum that the old member ``crs`` names, by its code and in no other way."""
    try:
        match = _AUTHORITY.fullmatch(collection["crs"]["properties"]["name"])
    except _ERRORS:
        return None
    return f"{match[1]}:{match[2]}" if match else None


def _read_geopackage(path: Path, findings: Findings) -> gpd.GeoDataFrame | None:
    try:
        with path.open("rb") as stream:
            if stream.read(len(SQLITE)) != SQLITE:
                findings.refuse(_unreadable(path, "no GeoPackage"))
                return None
        layer = _feature_table(path)
        if layer is None:
            findings.refuse(_unreadable(path, "no table of features"))
            return None
        # Immutable: a journal file next to it is not played back into it.
        frame = pyogrio.read_dataframe(path, layer=layer, IMMUTABLE="YES")
    except (sqlite3.Error, OSError, *_ERRORS) as error:
        findings.refuse(_unreadable(path, type(error).__name__))
        return None
    return frame if isinstance(frame, gpd.GeoDataFrame) else None


def _feature_table(path: Path) -> str | None:
    """Return the first layer of features, if it is a plain table."""
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as base:
        found = base.execute(_LAYERS).fetchone()
    if found is None or found[1] != "table" or not str(found[2]).upper().startswith("CREATE TABLE"):
        return None
    return str(found[0])
