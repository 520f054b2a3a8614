"""The HTML page of a county's run: seats by stage with intervals, results and reasons."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import pandas as pd

from data.contract.stages import STAGES, Stage
from data.language import Language, Text
from experiments.tracking.scenario_runs.answers import APART, WHY, tag_name, year_name
from forecasting.wording.supply_words import supply_name

COUNTY_PAGE = "county.html"
WIDTH, HEIGHT, MARGIN = 420, 170, 56
STYLE = (
    "body{font:15px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:60em;margin:2em auto;"
    "padding:0 1em;color:#222}h2{margin:1.4em 0 .2em;font-size:1.15em}p{margin:.2em 0}"
    "svg{max-width:100%}text{font-size:11px;fill:#555}.note{color:#666}"
)


def county_page(
    demand: pd.DataFrame,
    title: str,
    tags: Mapping[str, str],
    why: Sequence[str],
    year: int,
    language: Language,
) -> str:
    """Return the page of one area and scenario as self-contained HTML.

    Parameters
    ----------
    demand : rows of ``demand.csv`` of the area and scenario, from the present year on
    title : title of the scenario
    tags : its results as text, from :func:`experiments.tracking.scenario_runs.answers.answer_tags`
    why : sentences on reasons for change, one per stage
    year : year that the tags describe
    language : language of the page
    """
    heading = f"{demand['county'].iloc[0]} · {title}"
    stages = [
        _stage(stage, demand[demand["stage"] == stage.code], tags, reason, year, language)
        for stage, reason in zip(STAGES, why, strict=True)
    ]
    supply = supply_name(demand)
    legend = Text(
        f"实线为需求学位，色带为80%区间，虚线为{supply.zh}",
        f"solid: seats required; band: 80 % interval; dashed: {supply.en}",
    )
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f"<title>{escape(heading)}</title><style>{STYLE}</style><h1>{escape(heading)}</h1>"
        f'<p class="note">{legend.within(language)}</p>{"".join(stages)}</html>'
    )


def _stage(
    stage: Stage,
    rows: pd.DataFrame,
    tags: Mapping[str, str],
    why: str,
    year: int,
    language: Language,
) -> str:
    answers = {kind: tags[tag_name(kind, stage, language)] for kind in (year_name(year), APART)}
    lines = [
        f"<p><b>{escape(kind.within(language))}</b> {escape(answer)}</p>"
        for kind, answer in (answers | {WHY: why}).items()
        if answer != "—"
    ]
    name = escape(stage.title.within(language))
    return f"<h2>{name}</h2>{_curve(rows)}{''.join(lines)}"


def _curve(rows: pd.DataFrame) -> str:
    """Return the seats required with their interval, and the seats available, as SVG."""
    low, high = rows["seats_required_lo80"], rows["seats_required_hi80"]
    required, available = rows["seats_required"], rows["seats_available"]
    years = rows["year"].to_numpy(float)
    bottom = float(min(low.min(), available.min()))
    top = max(float(max(high.max(), available.max())), bottom + 1)
    x = MARGIN + (years - years[0]) / max(np.ptp(years), 1) * (WIDTH - MARGIN - 12)

    def points(values: Sequence[float]) -> list[str]:
        y = 10 + (top - np.asarray(values, float)) / (top - bottom) * (HEIGHT - 34)
        return [f"{one:.1f},{other:.1f}" for one, other in zip(x, y, strict=True)]

    band = " ".join(points(high) + points(low)[::-1])
    labels = "".join(
        f'<text x="{x[place]:.0f}" y="{HEIGHT - 6}" text-anchor="middle">{years[place]:.0f}</text>'
        for place in sorted({0, len(years) // 2, len(years) - 1})
    )
    ends = f'<text x="4" y="18">{top:,.0f}</text><text x="4" y="{HEIGHT - 26}">{bottom:,.0f}</text>'
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img">'
        f'<polygon points="{band}" fill="#1F4E79" opacity=".15"/>'
        f'<polyline points="{" ".join(points(required))}" fill="none" stroke="#1F4E79" '
        f'stroke-width="2.5"/><polyline points="{" ".join(points(available))}" fill="none" '
        f'stroke="#404040" stroke-dasharray="5 3"/>{labels}{ends}</svg>'
    )
