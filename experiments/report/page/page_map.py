"""The map of the report: county polygons in page points, with an inset for small counties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
import shapely.affinity

from experiments.charts.render import Specification
from features.arrays import FloatArray
from forecasting.idle import SURE

BOX = 540  # points, maximum width and height of the map
INSET_BOX = 380
LETTER, LINE = 11, 13  # points, of a label
ROOM = 0.6  # of a label's height, radius of the circle that it needs
LONG_NAME = 5  # characters; a longer name takes two lines
MARGIN = 0.06  # of the inset's extent
# Blue is surplus, orange shortage: distinct for colour-blind readers, light enough for labels.
GAP_COLOURS = ("#6BA3D6", "#B5D3EC", "#F7F7F7", "#F8C79B", "#E8873A")
# A demand above the seats in use is not a shortage, hence no warm colours.
IN_USE_COLOURS = ("#7FB8AD", "#C7E0DB", "#F7F7F7", "#D9CBE6", "#A88BC7")
GAP_ENDS = 1.0  # gap as a share of the seats available at which the colours saturate


@dataclass(frozen=True)
class MapOf:
    """Content of a map as Vega expressions; colour always encodes ``share``.

    Parameters
    ----------
    selected : filter of the rows
    figure : figure below the name of a county
    outlined : condition for a thick outline
    shown : field → text key and number format in the tooltip
    """

    selected: str
    figure: str
    outlined: str
    shown: Mapping[str, tuple[str, str]]


GAP = MapOf(
    selected="datum.stage == stage && datum.year == year && datum.scenario == scenario",
    figure="format(datum.share, '+.0%')",
    outlined=f"datum.chance >= {SURE}",
    shown={
        "county": ("county", ""),
        "required": ("required", ","),
        "available": ("available", ","),
        "gap": ("gap", "+,"),
        "interval": ("interval", ""),
        "chance": ("chance", ".0%"),
    },
)
PLAN = MapOf(
    selected="datum.stage == stage && datum.scenario == scenario",
    figure="format(datum.seats, '+,')",
    outlined="false",
    shown={
        "county": ("county", ""),
        "available": ("available", ","),
        "seats": ("plan_net", "+,"),
        "share": ("plan_share", "+.0%"),
    },
)


@dataclass(frozen=True)
class MapSheet:
    """One map drawing; coordinates are points from the north-west corner.

    Parameters
    ----------
    shapes : adcode, type, geometry; x, y of the label where it fits
    width, height : size of the drawing, points
    frame : x, y, x2, y2 of the area that the inset enlarges
    """

    shapes: list[dict[str, Any]]
    width: int
    height: int
    frame: Mapping[str, float] | None = None


def map_sheets(boundaries: gpd.GeoDataFrame, names: Mapping[str, str]) -> tuple[MapSheet, ...]:
    """Return the map of all counties, and an inset of those too small for a label if any.

    Parameters
    ----------
    boundaries : county polygons with column ``adcode``
    names : adcode → name
    """
    flat = boundaries.to_crs(boundaries.estimate_utm_crs())
    full_extent: FloatArray = np.array(flat.total_bounds)
    main = _sheet(flat, full_extent, BOX, names)
    # A county outside the results has no name: its outline is drawn without a label.
    tiny = np.array(["x" not in shape and shape["name"] != "" for shape in main.shapes])
    if not tiny.any():
        return (main,)
    west, south, east, north = flat[tiny].total_bounds
    edge = MARGIN * max(east - west, north - south)
    extent = np.array([west - edge, south - edge, east + edge, north + edge])
    inset = _sheet(flat.clip(tuple(extent), keep_geom_type=True), extent, INSET_BOX, names)
    corners = _on_page(extent.reshape(2, 2), full_extent, BOX).ravel().tolist()
    return replace(main, frame=dict(zip(("x", "y", "x2", "y2"), corners, strict=True))), inset


def _on_page(points: FloatArray, extent: FloatArray, box: int) -> FloatArray:
    """Return planar coordinates (…, 2) in page points."""
    west, south, east, north = extent
    scale = box / max(east - west, north - south)
    return (points - (west, north)) * (scale, -scale)


def _sheet(
    flat: gpd.GeoDataFrame, extent: FloatArray, box: int, names: Mapping[str, str]
) -> MapSheet:
    exact = shapely.transform(flat.geometry.array, lambda points: _on_page(points, extent, box))
    paper: npt.NDArray[np.object_] = shapely.set_precision(exact, 0.1)
    shapes: list[dict[str, Any]] = []
    for adcode, shape in zip(flat["adcode"], paper, strict=True):
        lines = label_lines(names.get(adcode, ""))
        drawn = {"type": "Feature", "geometry": shapely.geometry.mapping(shape)}
        label = {"name": "|".join(lines)} | _label_place(shape, lines)
        shapes.append({"adcode": adcode} | drawn | label)
    south_east = _on_page(extent[[2, 1]], extent, box)
    width, height = np.ceil(south_east).astype(int).tolist()
    return MapSheet(shapes, width, height)


def _label_place(shape: Any, lines: Sequence[str]) -> dict[str, float]:
    """Return x and y of the centre of a label inside ``shape``; empty if it does not fit.

    A label is wider than high. The shape is compressed horizontally so that the label becomes a
    square, which fits if its circumscribed circle fits.
    """
    width, height = LETTER * max(map(len, lines)), LINE * (len(lines) + 1)
    if not width:
        return {}
    narrowed = shapely.affinity.scale(shape, height / width, 1, origin=(0, 0))
    circle = shapely.maximum_inscribed_circle(narrowed)
    if circle.length < ROOM * height:
        return {}
    x, y = np.round(circle.coords[0]).tolist()
    return {"x": round(x * width / height), "y": y}


def label_lines(name: str) -> list[str]:
    """Return a name as one line, or as two if it is long.

    >>> label_lines("东城区"), label_lines("恭城瑶族自治县"), label_lines("龙胜各族自治县")
    (['东城区'], ['恭城瑶族', '自治县'], ['龙胜各族', '自治县'])
    """
    end = "自治县"
    if len(name) > LONG_NAME and name.endswith(end):
        return [name.removesuffix(end), end]
    return [name]


def map_chart(sheet: MapSheet, of: MapOf, words: Mapping[str, str]) -> Specification:
    """Return the map with parameters ``scenario``, ``stage`` and ``year``.

    Its data sets are ``rows`` (the page's table, or that of the plan) and ``shapes`` (those of
    ``sheet``).
    """
    shapes = {"name": "shapes"}
    fields = ["type", "geometry", "x", "y", "name"]
    chosen = [
        {"filter": of.selected},
        {"lookup": "adcode", "from": {"data": shapes, "key": "adcode", "fields": fields}},
        {"filter": "isValid(datum.geometry)"},
        {"calculate": f"split(datum.name + '|' + {of.figure}, '|')", "as": "label"},
    ]
    outline = {"condition": {"test": of.outlined, "value": 2.5}, "value": 0.5}
    layers: list[Specification] = [
        {"data": shapes, "mark": {"type": "geoshape", "fill": "#E7E6E6", "stroke": "white"}},
        *(
            {
                "data": {"name": "rows"},
                "transform": [*chosen, {"filter": seats}],
                "mark": {"type": "geoshape", "stroke": "#404040"},
                "encoding": {
                    "color": _share(colours),
                    "tooltip": _tooltip(of.shown, words),
                    "strokeWidth": outline,
                },
            }
            for seats, colours in (
                ("datum.stated !== false", GAP_COLOURS),
                ("datum.stated === false", IN_USE_COLOURS),
            )
        ),
        {
            "data": {"name": "rows"},
            "transform": [*chosen, {"filter": "isValid(datum.x)"}],
            "mark": {
                "type": "text", "fontSize": 11, "lineHeight": 13, "baseline": "middle",
                "dy": -6, "color": "#1A1A1A",
            },
            "encoding": {"x": _place("x"), "y": _place("y"), "text": {"field": "label"}},
        },
    ]  # fmt: skip
    if sheet.frame:
        corners = {"x": _place("x"), "y": _place("y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}}
        frame = {"type": "rect", "filled": False, "stroke": "#1A1A1A", "strokeDash": [4, 3]}
        values = [dict(sheet.frame)]
        layers.append({"data": {"values": values}, "mark": frame, "encoding": corners})
    return {
        "layer": layers,
        "resolve": {"scale": {"color": "independent"}},
        "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
        "params": [{"name": name, "value": ""} for name in ("stage", "year", "scenario")],
        "width": sheet.width,
        "height": sheet.height,
    }


def _share(colours: Sequence[str]) -> Specification:
    steps = np.linspace(-GAP_ENDS, GAP_ENDS, len(colours)).tolist()
    scale = {"domain": steps, "range": list(colours), "clamp": True}
    return {"field": "share", "type": "quantitative", "scale": scale, "legend": None}


def _place(name: str) -> Specification:
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def _tooltip(shown: Mapping[str, tuple[str, str]], words: Mapping[str, str]) -> list[Specification]:
    return [
        {"field": field, "title": words[word]}
        | ({"type": "quantitative", "format": number} if number else {"type": "nominal"})
        for field, (word, number) in shown.items()
    ]
