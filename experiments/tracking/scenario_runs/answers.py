"""Results of one area as text, logged as tags that the run table shows as columns."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from data.contract.bases import year_in_use
from data.contract.stages import STAGES, Stage
from data.language import Language, Text
from forecasting.headline import headline_years
from forecasting.wording.difference_text import main_factor
from forecasting.wording.why_text import short_reasons

NEARLY_ALL = 0.995  # a share of all draws is not certainty
APART, WHY = Text("比基准", "against the first"), Text("为什么", "why")


def tag_name(kind: Text, stage: Stage, language: Language) -> str:
    """Return the tag name for a kind of text and a stage.

    >>> from data.contract.stages import STAGE_BY_CODE
    >>> tag_name(APART, STAGE_BY_CODE["junior"], "zh")
    '比基准 初中'
    """
    return f"{kind.within(language)} {stage.title.within(language)}"


def year_name(year: int) -> Text:
    """Return the label of the year that the tags describe."""
    return Text(f"{year}年", f"{year}")


def answer_year(now: int, until: int) -> int:
    """Return the year that the tags describe: the first headline year ahead."""
    return headline_years(now, until)[0]


def answer_tags(
    demand: pd.DataFrame,
    difference: pd.DataFrame | None,
    changes: pd.DataFrame,
    year: int,
    language: Language,
) -> dict[str, str]:
    """Return the tags of one area by stage: seats in ``year``, difference, and reasons.

    Parameters
    ----------
    demand : rows of ``demand.csv`` of the area and scenario
    difference : its rows of the difference from the first scenario; None for the first
    changes : its rows of ``why.csv``
    year : from :func:`answer_year`
    language : language of the tags
    """
    seats = demand[demand["year"] == year].set_index("stage").to_dict("index")
    apart = {}
    if difference is not None:
        rows = difference[difference["year"] == year]
        apart = rows.set_index("stage").to_dict("index")
    tags = {}
    for stage, why in zip(STAGES, short_reasons(changes), strict=True):
        texts = {
            year_name(year): _seats(seats[stage.code]),
            APART: _apart(apart[stage.code]) if stage.code in apart else Text("—", "—"),
            WHY: why,
        }
        for kind, text in texts.items():
            tags[tag_name(kind, stage, language)] = text.within(language)
    return tags


def _seats(row: Mapping[Any, Any]) -> Text:
    """Return the gap of a year as text; called a shortage only if present seats are stated."""
    gap, above = float(row["gap"]), float(row["shortage_probability"])
    chance = _chance(above if gap >= 0 else 1 - above)
    ends = _range(row["gap_lo80"], row["gap_hi80"], gap < 0)
    year = year_in_use(row["supply_basis"])
    if pd.isna(year):
        verb = Text("余", "idle") if gap < 0 else Text("缺", "short")
    else:
        verb = Text("少", "fewer") if gap < 0 else Text("多", "more")
        verb = Text(f"较{year:.0f}年在用{verb.zh}", f"{verb.en} than in use in {year:.0f}")
    size = f"{abs(gap):,.0f}"
    return Text(
        f"{verb.zh}{size}（80%：{ends}），概率{chance}",
        f"{size} {verb.en} (80 %: {ends}), probability {chance}",
    )


def _apart(row: Mapping[Any, Any]) -> Text:
    """Return the difference from the first scenario as text; not clear if its range spans zero."""
    low, high = float(row["gap_difference_lo80"]), float(row["gap_difference_hi80"])
    if round(low) <= 0 <= round(high):
        return Text("无明显差别", "no clear difference")
    more = float(row["gap_difference"])
    verb = Text("少", "fewer") if more < 0 else Text("多", "more")
    size, ends = f"{abs(more):,.0f}", _range(low, high, more < 0)
    above = float(row["gap_above"])
    chance, through = _chance(above if more > 0 else 1 - above), main_factor(row)
    return Text(
        f"{verb.zh}{size}（80%：{ends}），{chance}，因{through.zh}",
        f"{size} {verb.en} (80 %: {ends}), {chance}, through {through.en}",
    )


def _range(low: float, high: float, negative: bool) -> str:
    """Return both ends of a range, with the sign of the figure between them removed."""
    ends = (-high, -low) if negative else (low, high)
    return "～".join(f"{end:,.0f}" for end in ends)


def _chance(share: float) -> str:
    return ">99%" if share > NEARLY_ALL else "<1%" if share < 1 - NEARLY_ALL else f"{share:.0%}"
