"""The city's seats in one picture: required with its 80 % band, and available, by stage."""

import os
from collections.abc import Mapping
from pathlib import Path

import altair as alt
import pandas as pd

from data.contract.stages import STAGES
from data.language import Language, Text
from experiments.report.render import FONT, png
from forecasting.headline import SCENARIO_COLOURS, lead_area


def write_chart(
    demand: pd.DataFrame, path: Path, titles: Mapping[str, str], language: Language
) -> None:
    """Write a PNG with a panel a stage, the scenarios laid over each other.

    Parameters
    ----------
    demand : long demand table; the city's rows are drawn, or the only county's if it has one alone
    path : PNG file to write
    titles : scenario identifier → title, in the order of the legend
    language : language of titles and legend
    """
    picture = png(_chart(lead_area(demand), titles, language))
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(picture)
    os.replace(partial, path)


def _chart(rows: pd.DataFrame, titles: Mapping[str, str], language: Language) -> alt.VConcatChart:
    area = str(rows["county"].iloc[0])
    shown = rows.assign(title=rows["scenario"].map(dict(titles)))
    panels = [
        _panel(shown[shown["stage"] == stage.code], stage.title.within(language), titles, language)
        for stage in STAGES
    ]
    heading = Text(f"{area}：需求学位与可用学位", f"{area}: seats required and available")
    note = Text(
        f"实线为需求学位，色带为{next(iter(titles.values()))}情景的80%区间；虚线为可用学位",
        f"solid: seats required, with the 80 % interval of {next(iter(titles.values()))}; "
        "dashed: seats available",
    )
    title = alt.TitleParams(
        heading.within(language), subtitle=note.within(language), anchor="start", offset=12
    )
    grid = alt.vconcat(alt.hconcat(*panels[:2]), alt.hconcat(*panels[2:]), title=title)
    return (
        grid.configure(font=FONT, padding=16)
        .configure_view(stroke=None)
        .configure_title(fontSize=18, subtitleFontSize=12, subtitleColor="#595959")
        .configure_axis(gridColor="#E7E6E6", domainColor="#A6A6A6", titleFontWeight="normal")
        .configure_legend(orient="top", symbolType="stroke", symbolStrokeWidth=3, labelFontSize=12)
    )


def _panel(
    rows: pd.DataFrame, title: str, titles: Mapping[str, str], language: Language
) -> alt.LayerChart | alt.FacetChart:
    names = list(titles.values())
    colour = alt.Color(
        "title:N",
        title=None,
        scale=alt.Scale(domain=names, range=list(SCENARIO_COLOURS[: len(names)])),
        sort=names,
    )
    axis = alt.Axis(format="d", title=None, grid=False, tickCount=8)
    year = alt.X("year:Q", axis=axis, scale=alt.Scale(nice=False, zero=False))
    unit = Text("学位（个）", "seats").within(language)
    seats = alt.Axis(title=unit, format=",.0f", tickCount=5)
    base = alt.Chart(rows).encode(x=year)
    # A band of each would hide the others; the first scenario is the one to plan with.
    main = base.transform_filter(alt.datum.title == names[0])
    band = main.mark_area(opacity=0.15, color=SCENARIO_COLOURS[0]).encode(
        y=alt.Y("seats_required_lo80:Q", axis=seats), y2="seats_required_hi80:Q"
    )
    # Thin lines on a thick one: all are seen where scenarios agree.
    required = [
        base.transform_filter(alt.datum.title == name)
        .mark_line(strokeWidth=1.5 if place else 4)
        .encode(y=alt.Y("seats_required:Q", axis=seats), color=colour)
        for place, name in enumerate(names)
    ]
    # One colour for all scenarios: their seats are mostly the same and would hide each other.
    available = base.mark_line(strokeDash=[5, 3], strokeWidth=1.5, color="#404040").encode(
        y="seats_available:Q", detail="title:N"
    )
    return alt.layer(band, *required, available).properties(
        width=360, height=210, title=alt.TitleParams(title, fontSize=14, anchor="start")
    )
