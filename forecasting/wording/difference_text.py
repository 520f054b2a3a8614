"""What sets a scenario apart in words: which counties' gaps move most, and through what."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.comparison import contrast
from forecasting.headline import whole_of
from forecasting.seat_draws import SeatDraws
from forecasting.wording.forecast_text import LIST, joined
from forecasting.wording.why_text import PART_TITLES, count_words, range_words

PLACES = 4  # counties named in a sentence
SUPPLY = "supply"
THROUGH = {**PART_TITLES, SUPPLY: Text("可用学位", "seats available")}
CELL = ["adcode", "stage", "year"]


def gaps_apart(first: SeatDraws, other: SeatDraws) -> pd.DataFrame:
    """Return how far the gap of ``other`` is from that of ``first``, draw by draw.

    Returns
    -------
    adcode, stage, year, ``total`` with its 80 % interval, and ``supply``: what of it comes from
    fewer seats available; the rest comes from the seats required
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
    """Return which counties' gaps a scenario moves most, or None where it clearly moves none.

    Parameters
    ----------
    apart : what :func:`gaps_apart` returns of the scenario
    parts : rows of ``why_scenarios.csv`` of the scenario, which split what the seats required move
    names : adcode → name
    """
    cells = apart[apart["adcode"] != whole_of(apart["adcode"])]
    cells = cells[(cells["total_lo80"] >= 1) | (cells["total_hi80"] <= -1)]
    size = cells["total"].abs()
    if cells.empty:
        return None
    # The cell in which a county moves most stands for it.
    most = cells.loc[size.sort_values(ascending=False, kind="stable").index]
    required = parts.set_index([*CELL, "part"])["seats"].sort_index()
    said = [
        _moved(row, required.get(tuple(row[key] for key in CELL), pd.Series(dtype=float)), names)
        for row in most.drop_duplicates("adcode").head(PLACES).to_dict("records")
    ]
    moves = joined(said, LIST)
    return Text(f"与第一个情景相比，变动最大的是{moves.zh}。", f"What moves most: {moves.en}.")


def _moved(row: Mapping[str, float], required: pd.Series, names: Mapping[str, str]) -> Text:
    total = row["total"]
    seats, ends = count_words(abs(total)), range_words(row["total_lo80"], row["total_hi80"], "+")
    along = pd.concat([required, pd.Series({SUPPLY: row[SUPPLY]})]) * np.sign(total)
    through = THROUGH[str(along.idxmax())]
    county, stage, year = names[str(row["adcode"])], STAGE_TITLES[str(row["stage"])], row["year"]
    more = Text("多", "more") if total > 0 else Text("少", "fewer")
    return Text(
        f"{county}{stage.zh}（{year}年{more.zh}{seats.zh}个，80%区间{ends[0].zh}～{ends[1].zh}，"
        f"来自{through.zh}）",
        f"{county}, {stage.en} ({seats.en} {more.en} in {year}, 80 %: {ends[0].en} to "
        f"{ends[1].en}, through {through.en})",
    )
