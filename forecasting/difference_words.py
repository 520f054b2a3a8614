"""What sets scenarios apart in words: which counties' seats move most, and through what."""

from collections.abc import Mapping

import pandas as pd

from data.language import Text
from data.stages import STAGES
from forecasting.answer import LIST, joined
from forecasting.headline import is_city
from forecasting.why_words import PART_TITLES, seat_count

PLACES = 4  # counties named in a sentence
STAGE_TITLES = {stage.code: stage.title for stage in STAGES}
CELL = ["adcode", "stage", "year"]


def difference_sentence(differences: pd.DataFrame) -> Text | None:
    """Return which counties a scenario moves most, or None where it moves no seat.

    Parameters
    ----------
    differences : rows of ``why_scenarios.csv`` of one scenario
    """
    counties = differences[~differences["adcode"].map(is_city)]
    rows = counties if len(counties) else differences
    cells = rows.drop_duplicates(CELL)
    size = cells["total"].abs()
    if cells.empty or size.max() < 1:
        return None
    # The cell in which a county moves most stands for it.
    most = cells.assign(size=size).sort_values("size", ascending=False, kind="stable")
    top = most.drop_duplicates("adcode").head(PLACES)
    parts = rows.set_index(CELL)
    said = joined(
        [
            _moved(row, parts.loc[tuple(row[name] for name in CELL)])
            for row in top.to_dict("records")
        ],
        LIST,
    )
    return Text(f"需求学位变动最大的是{said.zh}。", f"Seats required move most in {said.en}.")


def _moved(row: Mapping[str, object], parts: pd.DataFrame) -> Text:
    total, low, high = (float(str(row[name])) for name in ("total", "total_lo80", "total_hi80"))
    seats, ends = seat_count(total, "+"), (seat_count(low, "+"), seat_count(high, "+"))
    stage, county, year = STAGE_TITLES[str(row["stage"])], row["county"], row["year"]
    along = parts.set_index("part")["seats"] * (1 if total > 0 else -1)
    through = PART_TITLES[str(along.idxmax())]
    return Text(
        f"{county}{stage.zh}（{year}年{seats.zh}个，80%区间{ends[0].zh}～{ends[1].zh}，"
        f"来自{through.zh}）",
        f"{county}, {stage.en} ({seats.en} in {year}, 80 %: {ends[0].en} to {ends[1].en}, through "
        f"{through.en})",
    )
