"""Chart of the city's seats by stage: required with 80 % interval, and available."""

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from data.contract.stages import STAGES
from data.language import Language, Text
from experiments.charts.render import FONT, Specification, png
from forecasting.headline import SCENARIO_COLOURS, lead_area
from forecasting.wording.supply_words import supply_name

COLUMNS = ["scenario", "stage", "year", "seats_required", "seats_available"]
BAND = ["seats_required_lo80", "seats_required_hi80"]
CONFIG = {
    "font": FONT,
    "view": {"stroke": None},
    "title": {"fontSize": 18, "subtitleFontSize": 12, "subtitleColor": "#595959"},
    "axis": {"gridColor": "#E7E6E6", "domainColor": "#A6A6A6", "titleFontWeight": "normal"},
    "legend": {
        "orient": "top", "symbolType": "stroke", "symbolStrokeWidth": 3, "labelFontSize": 12,
    },
    "header": {"labelFontSize": 14, "labelFontWeight": "bold", "labelAnchor": "start"},
}  # fmt: skip


def write_chart(
    demand: pd.DataFrame, path: Path, titles: Mapping[str, str], language: Language
) -> None:
    """Write a PNG with one panel per stage and all scenarios in each panel.

    Parameters
    ----------
    demand : long demand table; the city's rows are drawn, or those of a single county
    path : PNG file to write
    titles : scenario identifier → title, in the order of the legend
    language : language of titles and legend
    """
    picture = png(seats_chart(lead_area(demand), titles, language))
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(picture)
    os.replace(partial, path)


def seats_chart(rows: pd.DataFrame, titles: Mapping[str, str], language: Language) -> Specification:
    """Return the picture of one area's ``rows`` as one faceted Vega-Lite specification."""
    area, names = str(rows["county"].iloc[0]), list(titles.values())
    stages = {stage.code: stage.title.within(language) for stage in STAGES}
    shown = rows.assign(
        scenario=rows["scenario"].map(dict(titles)), stage=rows["stage"].map(stages)
    )
    supply = supply_name(rows)
    heading = Text(f"{area}：需求学位与{supply.zh}", f"{area}: seats required and {supply.en}")
    differing = Text("", "")
    if rows.groupby(["stage", "year"])["seats_available"].nunique().max() > 1:
        differing = Text("（各情景不同）", " (differ by scenario)")
    dashed = Text(f"{supply.zh}{differing.zh}", f"{supply.en}{differing.en}")
    note = Text(
        f"实线为需求学位，色带为{names[0]}情景的80%区间；虚线为{dashed.zh}",
        f"solid: seats required, with the 80 % interval of {names[0]}; dashed: {dashed.en}",
    )
    return {
        "data": {"values": shown[[*COLUMNS, *BAND]].to_dict("records")},
        "title": {
            "text": heading.within(language), "subtitle": note.within(language),
            "anchor": "start", "offset": 12,
        },
        "facet": {"field": "stage", "sort": list(stages.values()), "title": None},
        "columns": 2 if len(stages) <= 4 else 3,
        "bounds": "flush",
        "spacing": {"row": 56, "column": 90},
        "spec": {"width": 300, "height": 190, "layer": _layers(names, language)},
        "resolve": {"scale": {"y": "independent"}},
        "padding": 16,
        "background": "white",
        "config": CONFIG,
    }  # fmt: skip


def _layers(names: list[str], language: Language) -> list[Specification]:
    """Return the 80 % band of the first scenario, a line per scenario, and the seats available."""
    ticks = {"format": "d", "title": None, "grid": False, "tickCount": 8}
    year = {
        "field": "year", "type": "quantitative",
        "axis": ticks, "scale": {"nice": False, "zero": False},
    }  # fmt: skip
    unit = Text("学位（个）", "seats").within(language)
    axis = {"title": unit, "format": ",.0f", "tickCount": 5}
    first = [{"filter": {"field": "scenario", "equal": names[0]}}]
    scale = {"domain": names, "range": list(SCENARIO_COLOURS[: len(names)])}
    colour = {"field": "scenario", "sort": names, "title": None, "scale": scale}

    def seats(field: str) -> Specification:
        return {"field": field, "type": "quantitative", "axis": axis}

    # Bands of all scenarios would hide each other; the first scenario is the one used for planning.
    # Thin lines on a thick one stay visible where scenarios coincide.
    return [
        {
            "transform": first,
            "mark": {"type": "area", "opacity": 0.15, "color": SCENARIO_COLOURS[0]},
            "encoding": {"x": year, "y": seats(BAND[0]), "y2": {"field": BAND[1]}},
        },
        {
            "transform": first,
            "mark": {"type": "line", "strokeWidth": 4},
            "encoding": {"x": year, "y": seats("seats_required"), "color": colour},
        },
        {
            "mark": {"type": "line", "strokeWidth": 1.5},
            "encoding": {"x": year, "y": seats("seats_required"), "color": colour},
        },
        {
            "mark": {"type": "line", "strokeDash": [5, 3], "strokeWidth": 1.5, "color": "#404040"},
            "encoding": {
                "x": year, "y": seats("seats_available"), "detail": {"field": "scenario"},
            },
        },
    ]  # fmt: skip
