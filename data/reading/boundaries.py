"""County polygons in CGCS2000, with the datum stated and GCJ-02 refused."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from data.contract.fields import LATITUDES, LONGITUDES
from data.contract.tables import TABLE_BY_NAME
from data.findings import Findings, Notice
from data.language import Text
from data.problems import DataProblem
from data.reading.cells.clean import UnreadableError
from data.reading.cells.codes import adcode
from data.reading.formats.limits import CROSSINGS
from data.reading.formats.vector_layers import read_layer
from data.reading.headings.heads import heading_names, meaning
from data.reading.headings.titles import table_of

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
                "GCJ-02 是加密偏移坐标，偏差数百米，无公开的精确还原方法；"
                "请向自然资源部门索取原始图层",
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


def _code(text: str) -> str:
    """Return the six-digit code, or the text as it stands, which is refused with its place."""
    try:
        return str(adcode(text, {}).value)
    except UnreadableError:
        return text


def _with_codes(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return adcode, name (where given) and geometry under canonical names."""
    names = heading_names(TABLE_BY_NAME["areas"])
    found = {meaning(str(heading), names)[0]: heading for heading in frame.columns}
    kept = {name: frame[found[name]] for name in ("adcode", "name") if name in found}
    if "adcode" in kept:
        kept["adcode"] = [_code(str(code)) for code in kept["adcode"]]
    return gpd.GeoDataFrame(kept, geometry=frame.geometry.array, crs=frame.crs)


def _feature_problems(path: Path, frame: gpd.GeoDataFrame) -> Iterator[DataProblem]:
    """Return what is wrong with single polygons; ``row`` is the feature's place in the layer."""
    polygons = frame.geom_type.isin(["Polygon", "MultiPolygon"]) & ~frame.is_empty
    west, south, east, north = frame.bounds.to_numpy().T
    inside = (
        (west >= LONGITUDES[0]) & (east <= LONGITUDES[1])
        & (south >= LATITUDES[0]) & (north <= LATITUDES[1])
    )  # fmt: skip
    for row, usable in enumerate(polygons.to_numpy() & inside, start=1):
        if not usable:
            expected = Text("中国境内的面", "a polygon inside China")
            how_to_fix = Text("核对几何和坐标顺序", "check geometry and order of coordinates")
            yield DataProblem(path.name, expected, how_to_fix, row)
    single = ~frame["adcode"].duplicated() & frame["adcode"].astype(str).str.fullmatch(r"[0-9]{6}")
    for row, (code, right) in enumerate(zip(frame["adcode"], single, strict=True), start=1):
        if not right:
            expected = Text("不重复的六位代码", "a six-digit code, once")
            how_to_fix = Text(
                "改正代码；一县多块请合并", "correct it; dissolve parts of one county"
            )
            yield DataProblem(path.name, expected, how_to_fix, row, "adcode", str(code))


def _crossings(shape: shapely.Geometry) -> int:
    """Return how often the edges of ``shape`` cross each other, counting no further than needed."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape))]
    edges = shapely.linestrings(
        np.concatenate([np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings])
    )
    tree, twice = shapely.STRtree(edges), 0
    for first in range(0, len(edges), 100):
        some = edges[first : first + 100]
        twice += tree.query(some, predicate="crosses").shape[1]
        if twice > 2 * CROSSINGS:
            break
    return twice // 2


def _mend_crossings(
    path: Path, frame: gpd.GeoDataFrame, findings: Findings
) -> gpd.GeoDataFrame | None:
    """Return the polygons without crossings; None if they have too many."""
    crossing = ~frame.is_valid.to_numpy()
    if not crossing.any():
        return frame
    places = 0
    for row in np.flatnonzero(crossing):
        places += _crossings(frame.geometry.iloc[row])
        if places > CROSSINGS:
            expected = Text(f"自相交不超过 {CROSSINGS} 处的面", f"at most {CROSSINGS} crossings")
            how_to_fix = Text("在 GIS 软件中修复几何", "fix the geometry in the GIS")
            findings.refuse(DataProblem(path.name, expected, how_to_fix, int(row) + 1))
            return None
    met, done = Text("自相交的面", "polygons that cross themselves"), Text("已修正", "fixed")
    findings.notice(Notice(path.name, met, done), int(crossing.sum()))
    return frame.assign(geometry=frame.make_valid())


def read_boundaries(path: Path, findings: Findings) -> gpd.GeoDataFrame | None:
    """Return polygons (adcode, name, geometry) in EPSG:4490, or None if they cannot be used."""
    before = len(findings.problems)
    layer = read_layer(path, findings)
    if len(findings.problems) > before:
        return None
    if layer is None or "adcode" not in (frame := _with_codes(layer)):
        expected = Text("几何和 adcode 列", "geometry and a column adcode")
        how_to_fix = Text("为每个面写上行政区划代码", "give every polygon its county code")
        findings.refuse(DataProblem(path.name, expected, how_to_fix))
        return None
    if wrong := _datum_problem(path, frame):
        findings.refuse(DataProblem(path.name, *wrong))
        return None
    frame = frame.to_crs(CGCS2000)
    for problem in _feature_problems(path, frame):
        findings.refuse(problem)
    if len(findings.problems) > before:
        return None
    return _mend_crossings(path, frame, findings)
