"""Charts of the report as Vega-Lite without data; all charts share the page's one table."""

from collections.abc import Mapping
from typing import Any

from experiments.charts.render import Specification
from forecasting.headline import SCENARIO_COLOURS

# The system's own Chinese font first, then the font embedded in the page.
FAMILIES = (
    "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', "
    "'Xuewei Sans'"
)
WIDTH, HEIGHT = 210, 110
MOST_SCENARIOS = 30
REQUIRED, AVAILABLE = SCENARIO_COLOURS[0], "#404040"
SHORT, MORE = "#E8873A", "#A88BC7"  # above stated seats, above those in use
MAIN = [{"filter": "datum.scenario == scenario"}]
STATED, IN_USE = {"filter": "datum.stated"}, {"filter": "!datum.stated"}
OTHERS = [{"filter": "datum.scenario != scenario"}]


def scenario_colour(place: int) -> str:
    """Return the colour of a scenario by its position; light grey beyond the palette."""
    return SCENARIO_COLOURS[place] if place < len(SCENARIO_COLOURS) else "#BFBFBF"


def fan_chart(now: int, years: list[int], words: Mapping[str, str]) -> Specification:
    """Return one area and stage: 80 and 95 % fans, seats required and available, the shortage.

    Its data set is ``rows`` (of that area and stage); its parameter ``scenario`` selects the one
    shown with intervals; each other scenario is a thin line.
    """
    # All panels reserve the same width for axis labels so that they align.
    axis = {"title": None, "format": ",.0f", "tickCount": 3, "minExtent": 44}
    places = list(range(MOST_SCENARIOS))
    colour = {
        "field": "place",
        "legend": None,
        "scale": {"domain": places, "range": [scenario_colour(place) for place in places]},
    }

    def mark(kind: str, transform: list[Specification], field: str, **look: Any) -> Specification:
        """Return a layer with ``field`` on the y axis; ``channels`` add to its encoding."""
        channels = look.pop("channels", {})
        up_to = {"field": field, "type": "quantitative", "axis": axis, "scale": {"zero": True}}
        return {
            "transform": transform,
            "mark": {"type": kind} | look,
            "encoding": {"x": _year(years), "y": up_to} | channels,
        }

    edge = {"calculate": "max(datum.required, datum.available)", "as": "edge"}
    above = {"y2": {"field": "available"}}
    return {
        "data": {"name": "rows"},
        "params": [{"name": "scenario", "value": ""}],
        "width": WIDTH,
        "height": HEIGHT,
        "layer": [
            mark("area", MAIN, "lo95", color=REQUIRED, opacity=0.12, channels=_end("hi95")),
            mark("area", MAIN, "lo80", color=REQUIRED, opacity=0.22, channels=_end("hi80")),
            *(
                mark("area", [*MAIN, seats, edge], "edge", color=fill, opacity=0.55, channels=above)
                for seats, fill in ((STATED, SHORT), (IN_USE, MORE))
            ),
            {
                "data": {"values": [{"year": now}]},
                "mark": {"type": "rule", "color": "#A6A6A6", "strokeDash": [2, 2]},
                "encoding": {"x": {"field": "year", "type": "quantitative"}},
            },
            mark("line", OTHERS, "required", strokeWidth=1.2, channels={"color": colour}),
            mark("line", MAIN, "required", color=REQUIRED, strokeWidth=2.5),
            mark("line", MAIN, "available", color=AVAILABLE, strokeWidth=1.5, strokeDash=[5, 3]),
            mark(
                "rule", MAIN, "hi95", strokeWidth=14, opacity=0.001,
                channels={"tooltip": _tooltip(words)},
            ),
        ],
    }  # fmt: skip


def _year(years: list[int]) -> Specification:
    ticks = [year for year in years if year % 5 == 0] or years
    return {
        "field": "year", "type": "quantitative",
        "axis": {"format": "d", "title": None, "grid": False, "values": ticks},
        "scale": {"domain": [years[0], years[-1]], "nice": False, "zero": False},
    }  # fmt: skip


def _end(field: str) -> Specification:
    return {"y2": {"field": field}}


def _tooltip(words: Mapping[str, str]) -> list[Specification]:
    shown = {"year": "d", "required": ",", "available": ",", "gap": "+,", "chance": ".0%"}
    return [
        {
            "field": field, "type": "quantitative",
            "title": words[field], "format": number,
        }
        for field, number in shown.items()
    ]  # fmt: skip


def in_page_style(chart: Specification) -> Specification:
    """Return a chart with the fonts and colours of the page."""
    axis = {
        "gridColor": "#E7E6E6", "domainColor": "#A6A6A6",
        "labelColor": "#404040", "labelFontSize": 10,
    }  # fmt: skip
    font = f"{FAMILIES}, sans-serif"
    config = {"font": font, "view": {"stroke": None}, "axis": axis}
    return chart | {"padding": 4, "background": "transparent", "config": config}
