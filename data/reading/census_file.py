"""Reading and checking the tables a user hands to ``xuewei population``."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from data.findings import MOST, Findings
from data.language import Text
from data.problems import DataError, DataProblem
from data.reading.cells import is_identifier
from data.reading.text_frame import read_text_frame

CENSUS_COLUMNS = ("adcode", "year", "sex", "age_lower", "age_upper", "persons")
SEXES = {"M": "M", "F": "F", "男": "M", "女": "F", "MALE": "M", "FEMALE": "F"}
MAX_PERSONS = 1e8
NUMBER = Text("非负的数", "a number, not negative")
MEND_CELL = Text("请改正该单元格", "correct the cell")


def read_census(file: Path, year: int, findings: Findings) -> pd.DataFrame:
    """Return ``adcode, year, sex, age_lower, age_upper, persons`` of one census year, checked.

    Raises
    ------
    DataError : every mistake found in the file
    """
    text = read_text_frame(file, CENSUS_COLUMNS, {}, findings)
    text = text[text["year"] == str(year)]
    if text.empty:
        expected = Text(f"{year} 年的数据行", f"rows of {year}")
        remedy = Text("请检查 --from 或 year 列", "check --from or the column year")
        raise DataError([DataProblem(file.name, expected, remedy, column="year")])
    text = text.assign(adcode=text["adcode"], sex=text["sex"].map(_sex))
    text = text[~_is_sum(text)]
    numbers = text.assign(
        **{name: pd.to_numeric(text[name], errors="coerce") for name in CENSUS_COLUMNS[3:]}
    )
    checks: tuple[Callable[[str, pd.DataFrame, pd.DataFrame], list[DataProblem]], ...] = (
        _check_cells,
        _check_groups,
        _check_keys,
        _check_children,
    )
    problems = [problem for check in checks for problem in check(file.name, text, numbers)]
    if problems:
        raise DataError(problems)
    return numbers.assign(year=year)[list(CENSUS_COLUMNS)]


def read_attributes(file: Path, year: int, findings: Findings) -> pd.DataFrame:
    """Return ``adcode`` and numeric attribute columns of one year, one row a county.

    Raises
    ------
    DataError : a missing heading, a cell that is no number, a county twice
    """
    text = read_text_frame(file, ("adcode",), {}, findings)
    if "year" in text:
        text = text[text["year"] == str(year)]
    text = text.assign(adcode=text["adcode"])
    names = text.columns.difference(["adcode", "year", "county", "province", "prefecture"])
    return _numeric(file, text, list(names), ["adcode"])


def read_births(file: Path, findings: Findings) -> pd.DataFrame:
    """Return ``adcode, year, births``.

    Raises
    ------
    DataError : a missing heading, a cell that is no number, a county and year twice
    """
    text = read_text_frame(file, ("adcode", "year", "births"), {}, findings)
    text = text.assign(adcode=text["adcode"])
    return _numeric(file, text, ["year", "births"], ["adcode", "year"])


def _sex(value: str) -> str:
    return SEXES.get(value.strip().upper(), value.strip())


def _is_sum(text: pd.DataFrame) -> pd.Series:
    """Tell rows that only repeat others: both sexes together, or all ages together."""
    all_ages = (text["age_lower"] == "0") & (text["age_upper"] == "")
    both = text["sex"].str.upper().isin(["T", "ALL", "BOTH", "合计", "计"])
    return all_ages | both


def _cell(file: str, text: pd.DataFrame, column: str, row: int, expected: Text) -> DataProblem:
    return DataProblem(file, expected, MEND_CELL, row, column, str(text.loc[row, column]))


def _check_cells(file: str, text: pd.DataFrame, numbers: pd.DataFrame) -> list[DataProblem]:
    """Find empty codes, unknown sexes and cells that are no number or not possible."""
    problems = []
    code, sex = Text("区划代码", "an adcode"), Text("M/F 或 男/女", "M or F")
    wrong = {
        "adcode": (~text["adcode"].map(is_identifier), code),
        "sex": (~text["sex"].isin(["M", "F"]), sex),
    }
    for name in ("age_lower", "persons"):
        bad = ~numbers[name].between(0, MAX_PERSONS)
        wrong[name] = (bad, NUMBER)
    upper = numbers["age_upper"].isna() & (text["age_upper"] != "")
    wrong["age_upper"] = (upper, Text("年龄或空（末组）", "an age, or empty for the open group"))
    for name, (bad, expected) in wrong.items():
        problems += [_cell(file, text, name, row, expected) for row in text.index[bad][:MOST]]
    return problems


def _check_groups(file: str, text: pd.DataFrame, numbers: pd.DataFrame) -> list[DataProblem]:
    """Find groups that cross a five-year limit, which cannot be added to five-year groups."""
    low, high = numbers["age_lower"], numbers["age_upper"]
    bad = high.notna() & ((high < low) | ((high // 5 != low // 5) & (low < 85)))
    expected = Text("落在一个五岁组内的年龄组", "a group inside one five-year group")
    return [_cell(file, text, "age_upper", row, expected) for row in text.index[bad][:MOST]]


def _check_keys(file: str, text: pd.DataFrame, numbers: pd.DataFrame) -> list[DataProblem]:
    """Find groups that are told twice."""
    twice = numbers.duplicated(["adcode", "sex", "age_lower"])
    expected = Text("每县每性别每组一行", "one row a county, sex and group")
    remedy = Text("请删去重复行", "remove the repeated row")
    return [
        DataProblem(file, expected, remedy, row, "adcode", str(text.loc[row, "adcode"]))
        for row in text.index[twice][:MOST]
    ]


def _check_children(file: str, text: pd.DataFrame, numbers: pd.DataFrame) -> list[DataProblem]:
    """Find counties without all groups of ages 0-39, children and their possible mothers."""
    young = numbers[numbers["age_lower"] < 40]
    group = young["age_lower"] // 5 * 5
    found = young.assign(group=group).groupby("adcode")[["sex", "group"]].value_counts()
    count = found.groupby("adcode").size().reindex(text["adcode"].unique(), fill_value=0)
    expected = Text("两性 0-39 岁各五岁组", "all five-year groups of ages 0-39 of both sexes")
    remedy = Text("请补齐年龄组", "add the missing groups")
    return [
        DataProblem(file, expected, remedy, column="age_lower", value=str(adcode))
        for adcode in count.index[count < 16]
    ]


def _numeric(file: Path, text: pd.DataFrame, names: list[str], key: list[str]) -> pd.DataFrame:
    """Return ``text`` with numbers in ``names``; empty cells are NaN."""
    numbers = text.assign(**{name: pd.to_numeric(text[name], errors="coerce") for name in names})
    problems = [
        _cell(file.name, text, name, row, NUMBER)
        for name in names
        for row in text.index[numbers[name].isna() & (text[name] != "")][:MOST]
    ]
    expected = Text(f"{'、'.join(key)} 不重复", f"one row a {' and '.join(key)}")
    twice = numbers.index[numbers.duplicated(key)]
    problems += [_cell(file.name, text, "adcode", row, expected) for row in twice[:MOST]]
    if problems:
        raise DataError(problems)
    return numbers
