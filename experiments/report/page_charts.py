"""The charts of the report, as Vega-Lite without data: the page holds its table once for all."""

from typing import Any

import altair as alt
import pandas as pd

from data.language import Language
from experiments.charts.waterfall import Panel
from experiments.report.texts import WORDS
from forecasting.headline import SCENARIO_COLOURS

# The machine's own Chinese font first, then that inside the page.
FAMILIES = (
    "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', "
    "'Xuewei Sans'"
)
WIDTH, HEIGHT = 210, 110
MOST_SCENARIOS = 30
REQUIRED, AVAILABLE, SHORT = SCENARIO_COLOURS[0], "#404040", "#E8873A"


def scenario_colour(place: int) -> str:
    """Return the colour of a scenario by its place; beyond those told apart, a light grey."""
    return SCENARIO_COLOURS[place] if place < len(SCENARIO_COLOURS) else "#BFBFBF"


def fan_chart(now: int, years: list[int], language: Language) -> Panel:
    """Return one area and stage: 80 and 95 % fans, seats required and available, the shortage.

    Its data are ``rows`` (of that area and stage). The first scenario has the fans, the others a
    thin line each.
    """
    ticks = [year for year in years if year % 5 == 0] or years
    year = alt.X(
        "year:Q",
        axis=alt.Axis(format="d", title=None, grid=False, values=ticks),
        scale=alt.Scale(domain=[years[0], years[-1]], nice=False, zero=False),
    )
    # All panels leave the same room for their figures, so that they stand in line.
    seats = alt.Axis(title=None, format=",.0f", tickCount=3, minExtent=44)

    def up_to(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", axis=seats, scale=alt.Scale(zero=True))

    base = alt.Chart(alt.NamedData("rows")).encode(x=year)
    main = base.transform_filter("datum.place == 0")
    fans = [
        main.mark_area(color=REQUIRED, opacity=opacity).encode(y=up_to(f"lo{k}"), y2=f"hi{k}:Q")
        for k, opacity in (("95", 0.12), ("80", 0.22))
    ]
    short = main.transform_calculate(edge="max(datum.required, datum.available)")
    shortage = short.mark_area(color=SHORT, opacity=0.55).encode(y=up_to("edge"), y2="available:Q")
    present = alt.Chart(pd.DataFrame({"year": [now]}))
    today = present.mark_rule(color="#A6A6A6", strokeDash=[2, 2]).encode(x="year:Q")
    places = range(MOST_SCENARIOS)
    colours = alt.Scale(domain=list(places), range=[scenario_colour(place) for place in places])
    colour = alt.Color("place:O", scale=colours, legend=None)
    others = base.transform_filter("datum.place > 0").mark_line(strokeWidth=1.2)
    lines = [
        others.encode(y=up_to("required"), color=colour),
        main.mark_line(color=REQUIRED, strokeWidth=2.5).encode(y=up_to("required")),
        main.mark_line(color=AVAILABLE, strokeWidth=1.5, strokeDash=[5, 3]).encode(
            y=up_to("available")
        ),
    ]
    reading = main.mark_rule(strokeWidth=14, opacity=0.001).encode(
        y=up_to("hi95"), tooltip=_tooltip(language)
    )
    return alt.layer(*fans, shortage, today, *lines, reading).properties(width=WIDTH, height=HEIGHT)


def _tooltip(language: Language) -> list[alt.Tooltip]:
    shown = {"year": "d", "required": ",", "available": ",", "gap": "+,", "chance": ".0%"}
    return [
        alt.Tooltip(f"{field}:Q", title=WORDS[field].within(language), format=number)
        for field, number in shown.items()
    ]


def specification(chart: Any) -> dict[str, Any]:
    """Return a chart as Vega-Lite in the style of the page."""
    styled = (
        chart.configure(font=f"{FAMILIES}, sans-serif", padding=4, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            gridColor="#E7E6E6", domainColor="#A6A6A6", labelColor="#404040", labelFontSize=10
        )
    )
    return dict(styled.to_dict())
