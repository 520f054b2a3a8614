"""Checks of the age groups and sexes of ``population``."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.contract.table_reading import ROUNDING, Readings
from data.language import Text
from data.problems import DataProblem

_GROUP = ["adcode", "year", "age_lower", "age_upper"]


def totals_over_sexes(rows: pd.DataFrame) -> pd.Series:
    """Return which rows of ``population`` are totals where men and women are given as well."""
    split = rows.loc[rows["sex"] != "all", ["adcode", "year"]].drop_duplicates()
    found = rows[["adcode", "year"]].merge(split, how="left", indicator="found")["found"]
    return (rows["sex"] == "all") & (found == "both").to_numpy()


def separate_age_groups(readings: Readings) -> Iterator[DataProblem]:
    """Require age groups of one area, year and sex to follow one another without overlap or gap."""
    if "population" not in readings:
        return
    reading = readings["population"]
    rows = reading.rows
    swapped = rows["age_lower"] > rows["age_upper"]
    for line in rows.index[swapped]:
        yield reading.problem(
            line,
            "age_lower",
            Text("年龄下限不大于上限", "first age not above the last"),
            Text("两列是否填反？", "are the two columns swapped?"),
        )
    key = ["adcode", "year", "sex"]
    ordered = rows[~swapped].sort_values([*key, "age_lower", "age_upper"])
    # A group that stands twice is reported as a repeated key.
    ordered = ordered[~ordered.duplicated([*key, "age_lower", "age_upper"])]
    group = [ordered[name] for name in key]
    last = ordered["age_upper"].fillna(np.inf)
    reached = last.groupby(group).cummax()
    lines = ordered.index.to_series()
    holder = lines.where(last == reached).groupby(group).ffill().groupby(group).shift()
    holder = holder.fillna(0).astype("int64")
    before = reached.groupby(group).shift()
    overlap = ordered["age_lower"] <= before
    for line in ordered.index[overlap]:
        yield reading.problem(
            line,
            "age_lower",
            Text(
                f"年龄组不与{reading.where(holder[line]).zh}重叠",
                f"no overlap with {reading.where(holder[line]).en}",
            ),
            Text("只保留一套年龄组", "keep one set of age groups"),
        )
    gap = (ordered["age_lower"] > before + 1) & reading.complete
    for line in ordered.index[gap]:
        first, final = before[line] + 1, ordered.loc[line, "age_lower"] - 1
        yield reading.problem(
            line,
            "age_lower",
            Text(
                f"也有 {first:.0f}–{final:.0f} 岁的行",
                f"a row for ages {first:.0f}-{final:.0f} too",
            ),
            Text("补上缺少的年龄组", "add the missing age group"),
        )


def both_sexes(readings: Readings) -> Iterator[DataProblem]:
    """Require an area and year with one sex to have the other too, over the same ages."""
    if "population" not in readings or not readings["population"].complete:
        return
    reading = readings["population"]
    split = reading.rows[reading.rows["sex"] != "all"]
    alone = ~split.duplicated(_GROUP, keep=False)
    for line in split.index[alone]:
        yield reading.problem(
            line,
            "sex",
            Text("男、女两行", "a row for men and one for women"),
            Text("补上另一性别，或填“合计”", "add the other sex, or write all"),
        )


def total_of_the_sexes(readings: Readings) -> Iterator[DataProblem]:
    """Require a total of men and women to be their sum, age group by age group."""
    if "population" not in readings or not readings["population"].complete:
        return
    reading = readings["population"]
    rows = reading.rows
    sums = rows[rows["sex"] != "all"].groupby(_GROUP, dropna=False)["persons"].sum()
    totals = rows[totals_over_sexes(rows)].reset_index(names="line")
    both = totals.merge(sums.rename("summed").reset_index(), on=_GROUP, how="left")
    off = both[~((both["summed"] - both["persons"]).abs() <= ROUNDING * both["persons"])]
    for line, summed in zip(off["line"], off["summed"].fillna(0), strict=True):
        yield reading.problem(
            line,
            "persons",
            Text(f"男女之和 {summed:,.0f}", f"the sum of men and women {summed:,.0f}"),
            Text(
                "核对合计，三者年龄组须一致", "check the total; all three need the same age groups"
            ),
        )
