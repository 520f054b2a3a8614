"""Checks of one census: rows that repeat the sum of others, and the age groups required."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from data.checks.totals.area_sums import AreaRows, without_sums_of_areas
from data.contract.table_reading import ROUNDING, Reading, Readings
from data.findings import Findings
from data.language import Text
from data.problems import DataProblem


def without_sums(reading: Reading, findings: Findings) -> Reading:
    """Return the rows of men and women by age, those that only repeat their sums left out.

    Both sexes together, all ages together and a city among its counties are compared with the
    rows that they sum up.
    """
    rows = reading.rows
    every_age = (rows["age_lower"] == 0) & rows["age_upper"].isna()
    apart = rows[~every_age & (rows["sex"] != "all")]
    _compare(reading, rows[every_age & (rows["sex"] != "all")], apart, ["adcode", "sex"], findings)
    groups = ["adcode", "age_lower", "age_upper"]
    _compare(reading, rows[~every_age & (rows["sex"] == "all")], apart, groups, findings)
    table = AreaRows(
        reading, apart, "adcode", "persons", ("sex", "age_lower", "age_upper"), coded=True
    )
    return replace(reading, rows=without_sums_of_areas(table, findings))


def _compare(
    reading: Reading, sums: pd.DataFrame, parts: pd.DataFrame, key: list[str], findings: Findings
) -> None:
    """Refuse a sum that is not that of its parts; report that the others are not counted again."""
    if sums.empty:
        return
    summed = parts.groupby(key, dropna=False)["persons"].sum().rename("summed").reset_index()
    both = sums.reset_index(names="place").merge(summed, on=key, how="left")
    alone = both["summed"].isna()
    for place in both["place"][alone]:
        expected = Text("男、女分年龄的行", "rows of men and of women by age")
        how_to_fix = Text("此处只有合计，请补上", "only a sum stands here: add them")
        findings.refuse(reading.problem(place, "adcode", expected, how_to_fix))
    off = (both["summed"] - both["persons"]).abs() > ROUNDING * both["persons"] + 1
    for place, total in zip(both["place"][off], both["summed"][off], strict=True):
        expected = Text(f"各分项之和 {total:,.0f}", f"the sum of its parts {total:,.0f}")
        how_to_fix = Text("核对合计行，或补上缺少的行", "check the sum, or add the missing rows")
        findings.refuse(reading.problem(place, "persons", expected, how_to_fix))
    met = Text("合计行", "row of a sum")
    done = Text("已与各行之和核对，不重复计入", "compared with its rows and not counted again")
    code = str(sums["adcode"].iloc[0])
    findings.notice(reading.notice(sums.index[0], "persons", code, met, done), len(sums))


def five_year_groups(readings: Readings) -> Iterator[DataProblem]:
    """Refuse groups that cross a five-year limit and cannot be added to five-year groups."""
    reading = readings["population"]
    low, high = reading.rows["age_lower"], reading.rows["age_upper"]
    expected = Text("落在一个五岁组内的年龄组", "a group inside one five-year group")
    how_to_fix = Text("拆分该年龄组", "split the group")
    for place in reading.rows.index[high.notna() & (high // 5 != low // 5) & (low < 85)]:
        yield reading.problem(place, "age_upper", expected, how_to_fix)


def children_and_mothers(readings: Readings) -> Iterator[DataProblem]:
    """Require all groups of ages 0-39 (children and their mothers) of every county."""
    reading = readings["population"]
    young = reading.rows[reading.rows["age_lower"] < 40]
    found = young.assign(group=young["age_lower"] // 5).drop_duplicates(["adcode", "sex", "group"])
    count = found.groupby("adcode").size().reindex(reading.rows["adcode"].unique(), fill_value=0)
    expected = Text("两性 0-39 岁各五岁组", "all five-year groups of ages 0-39 of both sexes")
    how_to_fix = Text("请补齐年龄组", "add the missing groups")
    for code in count.index[count < 16]:
        yield DataProblem(reading.file, expected, how_to_fix, column="age_lower", value=str(code))


CENSUS_CHECKS = (five_year_groups, children_and_mothers)
