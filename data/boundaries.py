"""County polygons in CGCS2000, with the datum stated and GCJ-02 refused."""

import json
import re
from pathlib import Path

import geopandas as gpd

from data.findings import Findings, Notice
from data.headings import table_of
from data.language import Text
from data.problems import DataProblem
from data.repairs import adcode
from data.tables import LATITUDES, LONGITUDES

CGCS2000 = "EPSG:4490"
SUFFIXES = (".gpkg", ".geojson")
_GCJ02 = re.compile(r"gcj[-_ ]?0?2|火星坐标", re.IGNORECASE)
_DATUMS = ("China 2000", "CGCS2000", "World Geodetic System 1984", "WGS 84")
_STATE_DATUM = Text(
    "导出时写明坐标系 CGCS2000（EPSG:4490）", "state CGCS2000 (EPSG:4490) on export"
)


def _stated_text(path: Path) -> str:
    """Return where a file may say its datum: its name, and the head of a GeoJSON."""
    if path.suffix.lower() != ".geojson":
        return path.name
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return path.name
    if not isinstance(content, dict):
        return path.name
    head = {key: value for key, value in content.items() if key != "features"}
    return f"{path.name} {json.dumps(head, ensure_ascii=False)}"


def is_boundaries(path: Path) -> bool:
    """Return whether a file is the boundary layer by its name and suffix."""
    return path.suffix.lower() in SUFFIXES and table_of(path.stem)[0] == "boundaries"


def _datum_problem(path: Path, frame: gpd.GeoDataFrame) -> tuple[Text, Text] | None:
    text = _stated_text(path)
    if _GCJ02.search(text):
        return (
            Text("CGCS2000 坐标，而不是 GCJ-02", "CGCS2000 coordinates, not GCJ-02"),
            Text(
                "GCJ-02 是加密偏移坐标，偏差数百米且无公开的精确还原方法；请向自然资源部门索取原始图层",
                "GCJ-02 is offset by hundreds of metres with no published exact inverse; "
                "ask the land bureau for the original layer",
            ),
        )
    stated = path.suffix.lower() == ".gpkg" or '"crs"' in text
    if frame.crs is None or not stated:
        return Text("写明的坐标系", "a stated datum"), _STATE_DATUM
    if not any(name in frame.crs.datum.name for name in _DATUMS):
        name = frame.crs.datum.name
        expected = Text(f"CGCS2000 或 WGS 84，而不是 {name}", f"CGCS2000 or WGS 84, not {name}")
        return expected, _STATE_DATUM
    return None


def read_boundaries(path: Path, findings: Findings) -> gpd.GeoDataFrame | None:
    """Return polygons (adcode, name, geometry) in EPSG:4490, or None if they cannot be used."""

    def refuse(expected: Text, remedy: Text, row: int | None = None) -> None:
        findings.refuse(DataProblem(path.name, expected, remedy, row))

    try:
        frame = gpd.read_file(path)
    except (ValueError, OSError, RuntimeError) as error:
        kind = type(error).__name__
        refuse(
            Text("可读取的 GeoPackage 或 GeoJSON", f"a readable GeoPackage or GeoJSON ({kind})"),
            _STATE_DATUM,
        )
        return None
    if not isinstance(frame, gpd.GeoDataFrame) or not {"adcode"} <= set(frame):
        refuse(
            Text("几何和 adcode 列", "geometry and a column adcode"),
            Text("为每个面写上行政区划代码", "give every polygon its county code"),
        )
        return None
    if wrong := _datum_problem(path, frame):
        refuse(*wrong)
        return None
    codes = [adcode(str(code), {}).value for code in frame["adcode"]]
    frame = frame.assign(adcode=codes).to_crs(CGCS2000)
    polygons = frame.geom_type.isin(["Polygon", "MultiPolygon"]) & ~frame.is_empty
    west, south, east, north = frame.bounds.to_numpy().T
    inside = (
        (west >= LONGITUDES[0]) & (east <= LONGITUDES[1])
        & (south >= LATITUDES[0]) & (north <= LATITUDES[1])
    )  # fmt: skip
    for position, (polygon, within) in enumerate(zip(polygons, inside, strict=True), start=1):
        if not polygon or not within:
            refuse(
                Text("中国境内的面", "a polygon inside China"),
                Text("核对几何和坐标顺序", "check geometry and order of coordinates"),
                position,
            )
    if not frame.is_valid.all():
        met, done = Text("自相交的面", "polygons that cross themselves"), Text("已修正", "mended")
        findings.notice(Notice(path.name, met, done), int((~frame.is_valid).sum()))
        frame = frame.assign(geometry=frame.make_valid())
    return frame[[*[c for c in ("adcode", "name") if c in frame], "geometry"]]
