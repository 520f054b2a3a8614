"""Sentences on how a scenario differs: the counties whose gap changes most, and why."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.comparison import contrast
from forecasting.headline import total_area
from forecasting.seat_draws import SeatDraws
from forecasting.why import PARTS
from forecasting.wording.forecast_text import LIST, join_texts
from forecasting.wording.why_text import PART_TITLES, figure_words

PLACES = 4  # counties named in a sentence
SUPPLY = "supply"
FEWER_SEATS = Text("可用学位减少", "fewer seats available")
MORE_SEATS = Text("可用学位增加", "more seats available")
CELL = ["adcode", "stage", "year"]


def gap_differences(first: SeatDraws, other: SeatDraws) -> pd.DataFrame:
    """Return the difference of the gaps of two scenarios, paired by draw.

    Parameters
    ----------
    first, other : reference and compared scenario, with the same labels and draws

    Returns
    -------
    adcode, stage, year, ``total`` (seats, mean) with its 80 % interval, and ``supply``: the part
    due to fewer seats available; the remainder is due to the seats required
    """
    apart = contrast(other.gap.astype(np.float64) - first.gap)
    supply = first.available.mean(axis=-1) - other.available.mean(axis=-1)
    figures = {
        "total": apart.mean, "total_lo80": apart.low, "total_hi80": apart.high, SUPPLY: supply,
    }  # fmt: skip
    index = pd.MultiIndex.from_product([first.areas, first.stages, first.years], names=CELL)
    table = pd.DataFrame({name: figure.ravel() for name, figure in figures.items()}, index=index)
    return table.reset_index()


def difference_sentence(
    apart: pd.DataFrame, parts: pd.DataFrame, names: Mapping[str, str]
) -> Text | None:
    """Return a sentence on the counties whose gap changes most; None if none clearly changes.

    Parameters
    ----------
    apart : result of :func:`gap_differences` for the scenario
    parts : rows of ``why_scenarios.csv`` of the scenario: the change in seats required by factor
    names : adcode → name
    """
    cells = apart[apart["adcode"] != total_area(apart["adcode"])]
    cells = cells[(cells["total_lo80"] >= 1) | (cells["total_hi80"] <= -1)]
    size = cells["total"].abs()
    if cells.empty:
        return None
    # Each county is represented by its stage and year with the largest change.
    most = cells.loc[size.sort_values(ascending=False, kind="stable").index]
    required = parts.set_index([*CELL, "part"])["seats"].sort_index()
    clauses = [
        _moved(row, required.get(tuple(row[key] for key in CELL), pd.Series(dtype=float)), names)
        for row in most.drop_duplicates("adcode").head(PLACES).to_dict("records")
    ]
    moves = join_texts(clauses, LIST)
    return Text(f"与第一个情景相比，差别最大的是{moves.zh}。", f"Largest changes: {moves.en}.")


def main_factor(row: Mapping[str, float]) -> Text:
    """Return the largest factor of a difference of gaps: one of demand, or the seats available.

    Parameters
    ----------
    row : a row of ``compare.csv``
    """
    gap, required = row["gap_difference"], row["required_difference"]
    factors = pd.Series({part: row[part] for part in PARTS} | {SUPPLY: gap - required})
    return _through(factors, gap)


def _through(factors: pd.Series, gap: float) -> Text:
    largest = str((factors * np.sign(gap)).idxmax())
    return (MORE_SEATS if gap < 0 else FEWER_SEATS) if largest == SUPPLY else PART_TITLES[largest]


def _moved(row: Mapping[str, float], required: pd.Series, names: Mapping[str, str]) -> Text:
    total = row["total"]
    seats, *ends = figure_words(abs(total), row["total_lo80"], row["total_hi80"], "+")
    through = _through(pd.concat([required, pd.Series({SUPPLY: row[SUPPLY]})]), total)
    county, stage, year = names[str(row["adcode"])], STAGE_TITLES[str(row["stage"])], row["year"]
    more = Text("多", "more") if total > 0 else Text("少", "fewer")
    return Text(
        f"{county}{stage.zh}（{year}年{more.zh}{seats.zh}个，80%区间{ends[0].zh}～{ends[1].zh}，"
        f"因{through.zh}）",
        f"{county}, {stage.en} ({seats.en} {more.en} in {year}, 80 %: {ends[0].en} to "
        f"{ends[1].en}, through {through.en})",
    )
