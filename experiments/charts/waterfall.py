"""Waterfall charts of the change in the city's seats by component and stage."""

import pandas as pd

from data.contract.stages import STAGES
from data.language import Language, Text
from experiments.charts.render import Specification
from forecasting.headline import lead_area
from forecasting.why import PARTS, latest_change
from forecasting.wording.why_text import PART_TITLES

COLOURS = {"level": "#BFBFBF", "up": "#E58A3C", "down": "#5B93C7"}  # lighter than the intervals


def waterfalls(
    demand: pd.DataFrame, changes: pd.DataFrame, language: Language
) -> dict[str, pd.DataFrame]:
    """Return stage → bars of the first scenario in ``changes``, over its latest span of years.

    Parameters
    ----------
    demand : long demand table
    changes : rows of ``why.csv``
    language : language of the labels
    """
    rows = lead_area(latest_change(changes))
    mine = demand[
        (demand["scenario"] == rows["scenario"].iloc[0])
        & (demand["year"] == rows["from_year"].iloc[0])
    ]
    seats = lead_area(mine).set_index("stage")["seats_required"]
    return {
        stage.code: waterfall(rows[rows["stage"] == stage.code], float(seats[stage.code]), language)
        for stage in STAGES
    }


def waterfall(rows: pd.DataFrame, start: float, language: Language) -> pd.DataFrame:
    """Return the bars of one stage: seats of the first year, components, seats of the last year.

    Parameters
    ----------
    rows : the six rows of ``why.csv`` of one area, stage and span
    start : seats of the first year
    language : language of the labels

    Returns
    -------
    label, text, kind (level, up, down), left and right end, low and high of the 80 % interval, end
    of the bar with its interval (``edge``) and of its figure (``room``), in seats
    """
    total = rows.iloc[0]
    unit = Text("年需求", " seats").within(language)
    bars = [_bar(f"{total['from_year']}{unit}", "level", (0.0, start), (start, start))]
    parts = rows.set_index("part")
    place = start
    for part in PARTS:
        seats, low, high = parts.loc[part, ["seats", "seats_lo80", "seats_hi80"]]
        kind = "up" if seats > 0 else "down"
        label = PART_TITLES[part].within(language)
        bars.append(_bar(label, kind, (place, place + seats), (place + low, place + high)))
        place += seats
    interval = (start + total["total_lo80"], start + total["total_hi80"])
    bars.append(_bar(f"{total['to_year']}{unit}", "level", (0.0, place), interval))
    table = pd.DataFrame(bars)
    edge = table[["left", "right", "high"]].max(axis=1)
    # Figures are to the right of the bars and need space after the longest.
    return table.assign(edge=edge, room=edge * 1.25)


def _bar(
    label: str, kind: str, ends: tuple[float, float], interval: tuple[float, float]
) -> dict[str, str | float]:
    seats = round(ends[1] - ends[0])
    text = f"{seats:,}" if kind == "level" or seats == 0 else f"{seats:+,}"
    names = ("left", "right", "low", "high")
    values = dict(zip(names, (*ends, *interval), strict=True))
    return {"label": label, "text": text, "kind": kind} | values


def waterfall_chart() -> Specification:
    """Return the chart of one waterfall; its data ``bars`` are the rows of :func:`waterfall`."""
    label = {
        "field": "label", "type": "nominal", "sort": None,
        "axis": {"title": None, "labelLimit": 160, "ticks": False},
    }  # fmt: skip
    colour = {"domain": list(COLOURS), "range": list(COLOURS.values())}
    axis = {"title": None, "format": ",.0f", "tickCount": 5}

    def seats(field: str) -> Specification:
        scale = {"domainMin": 0, "nice": False}
        return {"field": field, "type": "quantitative", "axis": axis, "scale": scale}

    return {
        "data": {"name": "bars"},
        "width": 330,
        "height": 220,
        "encoding": {"y": label},
        "layer": [
            {
                "mark": {"type": "bar", "height": 18},
                "encoding": {
                    "x": seats("left"),
                    "x2": {"field": "right"},
                    "color": {"field": "kind", "legend": None, "scale": colour},
                },
            },
            {
                "mark": {"type": "rule", "color": "#404040"},
                "encoding": {"x": seats("low"), "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 12},
                "encoding": {"x": seats("edge"), "text": {"field": "text"}},
            },
            {"mark": {"type": "point", "opacity": 0}, "encoding": {"x": seats("room")}},
        ],
    }
