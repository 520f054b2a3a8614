"""Areas that end when another grows by as many pupils: a merger counted twice unless stated."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.findings import Notice
from data.language import Text

FEWEST = 100  # pupils; a smaller area is lost among the changes of any year
NEAR = 0.3  # of the area's pupils: how far the other's growth may lie from them
UNUSUAL = 3.0  # times the median change of the other area in other years


def merger_notices(history: pd.DataFrame, file: str) -> Iterator[Notice]:
    """Yield a notice for each area that another seems to have taken in.

    Parameters
    ----------
    history : area_id, year, grade, enrolment without totals over grades
    file : name of the file, for the notices
    """
    total = history.pivot_table(index="area_id", columns="year", values="enrolment", aggfunc="sum")
    if total.shape[1] < 3:
        return
    years, change = list(total.columns), total.diff(axis=1)
    for area, row in total.iterrows():
        last = row.last_valid_index()
        if last is None or last == years[-1] or row[last] < FEWEST:
            continue
        year = years[years.index(last) + 1]
        others = change.drop(index=area)
        usual = others.drop(columns=year).median(axis=1)
        grown = others[year] - usual
        spread = others.drop(columns=year).sub(usual, axis=0).abs().median(axis=1)
        near = (grown - row[last]).abs()
        fits = (near < NEAR * row[last]) & (grown > UNUSUAL * spread)
        if not fits.any():
            continue
        host = str(near[fits].idxmin())
        count = float(np.round(change.loc[host, year]))
        met = Text(
            f"{year} 年起无数，而 {host} 该年增加 {count:,.0f} 人：是否并入？",
            f"ends before {year}, when {host} grew by {count:,.0f}: was it merged?",
        )
        done = Text(
            "若已合并，请填区划变更表（enrolment 命令用 --crosswalk），否则两边重复计算",
            "if it was, say so in the table crosswalk (enrolment: --crosswalk), or it counts twice",
        )
        yield Notice(file, met, done, None, "area_id", f"{area}: {row[last]:,.0f}")
