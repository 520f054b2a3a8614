"""Map styles in the GeoPackage: QML, which QGIS applies automatically, and SLD for others."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from features.arrays import FloatArray

Colour = str
# ColorBrewer RdBu, Blues and Oranges, safe for colour-blind readers: idle seats are blue, missing
# ones red.
DIVERGING: tuple[Colour, ...] = ("#2166ac", "#92c5de", "#fddbc7", "#ef8a62", "#b2182b")
SEQUENTIAL: tuple[Colour, ...] = ("#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c")
ORANGES: tuple[Colour, ...] = ("#feedde", "#fdbe85", "#fd8d3c", "#e6550d", "#a63603")
OUTLINE = "#666666"
_SLD = "http://www.opengis.net/sld"
_OGC = "http://www.opengis.net/ogc"


@dataclass(frozen=True)
class Style:
    """Graduated style of a layer.

    Parameters
    ----------
    name : name of the style as listed in QGIS
    field : field that colours the classes
    breaks : edges of the classes, one more than there are colours
    colours : one per class
    points : whether the layer holds points, drawn as circles
    """

    name: str
    field: str
    breaks: tuple[float, ...]
    colours: tuple[Colour, ...]
    points: bool = False

    def labels(self) -> list[str]:
        """Return the text of each class in the legend."""
        return [
            f"{low:,.0f} 至 {high:,.0f}"
            for low, high in zip(self.breaks, self.breaks[1:], strict=False)
        ]


def gap_breaks(values: FloatArray) -> tuple[float, ...]:
    """Return edges of five classes around zero, two of idle seats and three of missing ones.

    >>> gap_breaks(np.array([-310.0, 250.0]))
    (-400.0, -200.0, 0.0, 100.0, 200.0, 400.0)
    """
    most = _rounded_up(np.abs(values))
    return (-most, -most / 2, 0.0, most / 4, most / 2, most)


def count_breaks(values: FloatArray) -> tuple[float, ...]:
    """Return edges of five equal classes from zero.

    >>> count_breaks(np.array([3.0, 950.0]))
    (0.0, 200.0, 400.0, 600.0, 800.0, 1000.0)
    """
    most = _rounded_up(values)
    return tuple(float(edge) for edge in np.linspace(0, most, 6))


def _rounded_up(values: FloatArray) -> float:
    """Return the largest value rounded up to its first digit, 100 at least."""
    most = max(float(np.nanmax(values, initial=0.0)), 100.0)
    unit = 10 ** np.floor(np.log10(most))
    return float(np.ceil(most / unit) * unit)


def qml(style: Style) -> str:
    """Return the style as a QGIS QML document."""
    root = Element("qgis", {"version": "3.22.0", "styleCategories": "Symbology"})
    renderer = SubElement(
        root,
        "renderer-v2",
        {"type": "graduatedSymbol", "attr": style.field, "graduatedMethod": "GraduatedColor",
         "symbollevels": "0", "enableorderby": "0", "forceraster": "0"},
    )  # fmt: skip
    ranges, symbols = SubElement(renderer, "ranges"), SubElement(renderer, "symbols")
    edges = zip(style.breaks, style.breaks[1:], style.labels(), style.colours, strict=False)
    for number, (low, high, label, colour) in enumerate(edges):
        SubElement(
            ranges,
            "range",
            {"lower": str(low), "upper": str(high), "symbol": str(number), "label": label,
             "render": "true"},
        )  # fmt: skip
        _symbol(symbols, str(number), colour, points=style.points)
    SubElement(root, "layerGeometryType").text = "0" if style.points else "2"
    return _text(root, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n")


def _symbol(symbols: Element, name: str, colour: Colour, *, points: bool) -> None:
    kind = "marker" if points else "fill"
    symbol = SubElement(
        symbols,
        "symbol",
        {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"},
    )
    layer = SubElement(
        symbol,
        "layer",
        {"class": "SimpleMarker" if points else "SimpleFill", "enabled": "1", "locked": "0",
         "pass": "0"},
    )  # fmt: skip
    options = {"color": _rgba(colour), "outline_color": _rgba(OUTLINE), "outline_width": "0.2",
               "outline_style": "solid"}  # fmt: skip
    options |= {"name": "circle", "size": "3"} if points else {"style": "solid"}
    held = SubElement(layer, "Option", {"type": "Map"})
    for key, value in options.items():
        SubElement(held, "Option", {"type": "QString", "name": key, "value": value})


def _rgba(colour: Colour) -> str:
    return ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5)) + ",255"


def sld(style: Style, layer: str) -> str:
    """Return the style as Styled Layer Descriptor 1.0."""
    root = Element("StyledLayerDescriptor", {"version": "1.0.0", "xmlns": _SLD, "xmlns:ogc": _OGC})
    named = SubElement(root, "NamedLayer")
    SubElement(named, "Name").text = layer
    user = SubElement(named, "UserStyle")
    SubElement(user, "Name").text = style.name
    rules = SubElement(user, "FeatureTypeStyle")
    edges = zip(style.breaks, style.breaks[1:], style.labels(), style.colours, strict=False)
    for number, (low, high, label, colour) in enumerate(edges):
        rule = SubElement(rules, "Rule")
        SubElement(rule, "Name").text = label
        both = SubElement(SubElement(rule, "ogc:Filter"), "ogc:And")
        # The lowest class includes its lower edge.
        above = "PropertyIsGreaterThan" if number else "PropertyIsGreaterThanOrEqualTo"
        for test, edge in ((above, low), ("PropertyIsLessThanOrEqualTo", high)):
            comparison = SubElement(both, f"ogc:{test}")
            SubElement(comparison, "ogc:PropertyName").text = style.field
            SubElement(comparison, "ogc:Literal").text = str(edge)
        _sld_symbol(rule, colour, points=style.points)
    return _text(root, '<?xml version="1.0" encoding="UTF-8"?>\n')


def _sld_symbol(rule: Element, colour: Colour, *, points: bool) -> None:
    if points:
        graphic = SubElement(SubElement(rule, "PointSymbolizer"), "Graphic")
        shape = SubElement(graphic, "Mark")
        SubElement(shape, "WellKnownName").text = "circle"
    else:
        shape = SubElement(rule, "PolygonSymbolizer")
    for part, name, value in (("Fill", "fill", colour), ("Stroke", "stroke", OUTLINE)):
        SubElement(SubElement(shape, part), "CssParameter", {"name": name}).text = value
    if points:
        SubElement(graphic, "Size").text = "8"


def _text(root: Element, head: str) -> str:
    indent(root)
    return head + tostring(root, encoding="unicode") + "\n"
