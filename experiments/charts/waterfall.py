"""Waterfalls of the city's seats from now to the last year: each part of the change, by stage."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from data.contract.stages import STAGES
from data.language import Language, Text
from experiments.report.picture_style import save
from forecasting.headline import lead_area
from forecasting.why import PARTS, latest_change
from forecasting.wording.why_text import PART_TITLES

Panel = alt.LayerChart | alt.FacetChart
COLOURS = {"level": "#BFBFBF", "up": "#E58A3C", "down": "#5B93C7"}  # lighter than the intervals


def write_why_chart(
    demand: pd.DataFrame,
    changes: pd.DataFrame,
    path: Path,
    titles: Mapping[str, str],
    language: Language,
) -> None:
    """Write a PNG with a waterfall a stage, of the first scenario.

    Parameters
    ----------
    demand : long demand table, which tells the seats at the start
    changes : rows of ``why.csv``; the city's are drawn, or the only county's if it has one alone
    path : PNG file to write
    titles : scenario identifier → title
    language : language of titles and labels
    """
    rows = lead_area(latest_change(changes))
    first, last = int(rows["from_year"].iloc[0]), int(rows["to_year"].iloc[0])
    main = str(rows["scenario"].iloc[0])
    bars = waterfalls(demand, changes, language)
    panels = [
        waterfall_chart(bars[stage.code]).properties(
            title=alt.TitleParams(stage.title.within(language), fontSize=14, anchor="start")
        )
        for stage in STAGES
    ]
    area = str(rows["county"].iloc[0])
    heading = Text(
        f"{area}：{first}到{last}年需求学位为什么变", f"{area}: why seats change, {first} to {last}"
    )
    note = Text(
        f"{titles[main]}情景；橙色增加、蓝色减少，各项之和等于总变化；细线为80%区间",
        f"{titles[main]}; orange adds, blue takes away, parts add up; thin lines: 80 % interval",
    )
    title = alt.TitleParams(
        heading.within(language), subtitle=note.within(language), anchor="start", offset=12
    )
    grid = [alt.hconcat(*row, spacing=32) for row in (panels[:2], panels[2:])]
    save(alt.vconcat(*grid, title=title), path)


def waterfalls(
    demand: pd.DataFrame, changes: pd.DataFrame, language: Language
) -> dict[str, pd.DataFrame]:
    """Return stage → bars of the first scenario in ``changes``, over its latest span."""
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
    """Return the bars of one stage: seats of the first year, each part, seats of the last year.

    Parameters
    ----------
    rows : the six rows of ``why.csv`` of one area, stage and span
    start : seats of the first year
    language : language of the labels

    Returns
    -------
    label, text, kind (level, up, down), left and right end, low and high of the 80 % interval, and
    how far bar (``edge``) and figures (``room``) reach
    """
    whole = rows.iloc[0]
    unit = Text("年需求", " seats").within(language)
    bars = [_bar(f"{whole['from_year']}{unit}", "level", (0.0, start), (start, start))]
    parts = rows.set_index("part")
    place = start
    for part in PARTS:
        seats, low, high = parts.loc[part, ["seats", "seats_lo80", "seats_hi80"]]
        kind = "up" if seats > 0 else "down"
        label = PART_TITLES[part].within(language)
        bars.append(_bar(label, kind, (place, place + seats), (place + low, place + high)))
        place += seats
    interval = (start + whole["total_lo80"], start + whole["total_hi80"])
    bars.append(_bar(f"{whole['to_year']}{unit}", "level", (0.0, place), interval))
    table = pd.DataFrame(bars)
    edge = table[["left", "right", "high"]].max(axis=1)
    # The figures stand beside the bars and want room beside the longest.
    return table.assign(edge=edge, room=edge * 1.25)


def _bar(
    label: str, kind: str, ends: tuple[float, float], interval: tuple[float, float]
) -> dict[str, str | float]:
    seats = round(ends[1] - ends[0])
    text = f"{seats:,}" if kind == "level" or seats == 0 else f"{seats:+,}"
    names = ("left", "right", "low", "high")
    values = dict(zip(names, (*ends, *interval), strict=True))
    return {"label": label, "text": text, "kind": kind} | values


def waterfall_chart(bars: Any) -> Panel:
    """Return the chart of one waterfall; its data are the rows of :func:`waterfall`."""
    label = alt.Y("label:N", sort=None, axis=alt.Axis(title=None, labelLimit=160, ticks=False))
    axis = alt.Axis(title=None, format=",.0f", tickCount=5)
    scale = alt.Scale(domainMin=0, nice=False)
    base = alt.Chart(bars).encode(y=label)
    colour = alt.Color(
        "kind:N", legend=None, scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    )
    boxes = base.mark_bar(height=18).encode(
        x=alt.X("left:Q", axis=axis, scale=scale), x2="right:Q", color=colour
    )
    ranges = base.mark_rule(color="#404040").encode(x="low:Q", x2="high:Q")
    figures = base.mark_text(align="left", dx=6, fontSize=12).encode(x="edge:Q", text="text:N")
    room = base.mark_point(opacity=0).encode(x="room:Q")
    return alt.layer(boxes, ranges, figures, room).properties(width=330, height=220)
