"""The files of ``enrolment``, ``backtest`` and ``population``, read as a data folder is."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from data.checks.age_groups import separate_age_groups
from data.checks.totals.census_groups import CENSUS_CHECKS, without_sums
from data.checks.totals.history_totals import without_totals
from data.checks.units import figures_of_nines
from data.contract.file_tables import (
    ATTRIBUTES,
    BIRTHS_OF_AREAS,
    BIRTHS_OF_COUNTIES,
    CENSUS,
    HISTORY,
)
from data.contract.table_reading import Reading
from data.findings import Findings, Notice
from data.language import Text
from data.problems import DataError, DataProblem
from data.reading.cells.codes import area
from data.reading.one_file import read_file
from data.reference.china_panel import ATTRIBUTE_COLUMNS, places

SEXES = {"male": "M", "female": "F"}


def read_history(path: Path, findings: Findings | None = None) -> pd.DataFrame:
    """Return ``area_id, year, grade, enrolment``; an empty enrolment cell means not reported.

    The index is the place in the file. Rows of sums (grade ``all``, a number that is the sum of
    the others, an area that is the sum of the others) are compared with their parts and left out.
    Repairs are added to ``findings``.

    Raises
    ------
    DataError : every problem of the file
    """
    findings = findings or Findings()
    reading = _reported(read_file(path, HISTORY, findings), "enrolment", findings)
    rows = without_totals(reading, findings)
    for problem in figures_of_nines({reading.name: reading}):
        findings.refuse(problem)
    _raise(findings)
    rows = rows.assign(area_id=rows["area_id text"], grade=rows["grade text"])
    return rows[["area_id", "year", "grade", "enrolment"]].astype({"year": int})


def read_births(
    path: Path, findings: Findings | None = None, known: Iterable[str] = ()
) -> pd.DataFrame:
    """Return ``area_id, year, births`` without the empty cells, ids as in ``known``.

    Raises
    ------
    DataError : every problem of the file; births of areas none of which is in ``known``
    """
    findings = findings or Findings()
    reading = _reported(read_file(path, BIRTHS_OF_AREAS, findings), "births", findings)
    rows = _matched(reading, "area_id", known, findings)
    return rows[["area_id", "year", "births"]].astype({"year": int})


def read_census(path: Path, year: int, findings: Findings) -> pd.DataFrame:
    """Return ``adcode, year, sex, age_lower, age_upper, persons`` of one census year, checked.

    Raises
    ------
    DataError : every mistake found in the file
    """
    reading = read_file(path, CENSUS, findings)
    of_year = reading.rows[reading.rows["year"] == year]
    if of_year.empty:
        _raise_no_year(path, year)
    coded = of_year.assign(adcode=_codes(of_year))
    reading = without_sums(replace(reading, rows=coded), findings)
    for check in (separate_age_groups, *CENSUS_CHECKS):
        for problem in check({"population": reading}):
            findings.refuse(problem)
    _raise(findings)
    _report_unknown_codes(reading, findings)
    rows = reading.rows.assign(sex=reading.rows["sex"].map(SEXES), year=year)
    return rows[["adcode", "year", "sex", "age_lower", "age_upper", "persons"]]


def _report_unknown_codes(reading: Reading, findings: Findings) -> None:
    """Report codes of no Chinese county: the model cannot place them among the others."""
    codes = reading.rows["adcode"].astype(str)
    strange = reading.rows.index[~codes.isin(places().index)]
    if len(strange):
        number, code = codes[strange].nunique(), codes[strange[0]]
        met = Text(f"{number} 个代码不在全国区县之列", f"{number} codes of no Chinese county")
        done = Text(
            "不知其位置和所在市，只按其人口结构推算，误差更大；若代码被改写请改回六位代码",
            "without place and city they are projected by their ages alone, with larger errors; "
            "write six-digit codes if these were changed",
        )
        findings.notice(reading.notice(strange[0], "adcode", code, met, done))


def read_attributes(
    path: Path, year: int, findings: Findings, known: Iterable[str] = ()
) -> pd.DataFrame:
    """Return ``adcode`` and numeric attribute columns of one year, codes as in ``known``.

    Raises
    ------
    DataError : a missing heading, a cell that is no number, a county twice, no row or column to use
    """
    reading = read_file(path, ATTRIBUTES, findings)
    rows = reading.rows[reading.rows["year"].isna() | (reading.rows["year"] == year)]
    if rows.empty:
        _raise_no_year(path, year)
    more = [name for name in rows if name not in {"adcode", "adcode text", "year"}]
    used = [name for name in more if name in ATTRIBUTE_COLUMNS]
    columns = ", ".join(ATTRIBUTE_COLUMNS)
    if more and not used:
        expected = Text(f"认识的列：{columns}", f"a known column: {columns}")
        how_to_fix = Text("改用这些列名", "use these names")
        raise DataError([DataProblem(path.name, expected, how_to_fix, value=", ".join(more))])
    for name in more:
        if name not in used:
            done = Text(f"未使用；可用：{columns}", f"not used; known: {columns}")
            findings.notice(Notice(path.name, Text("不认识的列", "unknown column"), done, 1, name))
    found = _matched(replace(reading, rows=rows.assign(adcode=_codes(rows))), "adcode", known,
                     findings)  # fmt: skip
    return found.drop(columns="adcode text")


def _raise_no_year(path: Path, year: int) -> None:
    expected = Text(f"{year} 年的数据行", f"rows of {year}")
    how_to_fix = Text("请检查 --from 或 year 列", "check --from or the column year")
    raise DataError([DataProblem(path.name, expected, how_to_fix, column="year")])


def read_county_births(path: Path, findings: Findings, known: Iterable[str] = ()) -> pd.DataFrame:
    """Return ``adcode, year, births``, codes as in ``known``.

    Raises
    ------
    DataError : every problem of the file; births of counties none of which is in ``known``
    """
    reading = _reported(read_file(path, BIRTHS_OF_COUNTIES, findings), "births", findings)
    rows = _matched(reading, "adcode", known, findings)
    return rows[["adcode", "year", "births"]].astype({"year": int})


def _codes(rows: pd.DataFrame) -> pd.Series:
    """Return six-digit codes as codes, any other identifier as the file spells it."""
    code = rows["adcode"].astype(str)
    return code.where(code.str.fullmatch(r"\d{6}"), rows["adcode text"])


def _reported(reading: Reading, column: str, findings: Findings) -> Reading:
    """Return the rows with something in ``column``; refuse a file that reports nothing at all."""
    rows = reading.rows.dropna(subset=column)
    if rows.empty:
        expected = Text("至少一格数据", "at least one cell with data")
        how_to_fix = Text("填入数据", "add data")
        findings.refuse(DataProblem(reading.file, expected, how_to_fix, column=column))
        _raise(findings)
    return replace(reading, rows=rows)


def _matched(
    reading: Reading, column: str, known: Iterable[str], findings: Findings
) -> pd.DataFrame:
    """Return the rows with ids spelled as in ``known``; report areas that fit none of them."""
    rows = reading.rows
    spelled = {str(area(one).value): one for one in known}
    if not spelled:
        return rows.assign(**{column: rows[f"{column} text"]})
    found = rows[column].map(spelled)
    strange = rows[f"{column} text"][found.isna()].unique()
    if len(strange):
        some = "、".join(strange[:3])
        place = rows.index[found.isna()][0]
        number, one = len(strange), next(iter(spelled.values()))
        met = Text(f"{number} 个地区不在主表中", f"{number} areas that the main table has not")
        if found.isna().all():
            expected = Text(f"主表中的地区，如 {one}", f"an area of the main table, such as {one}")
            how_to_fix = Text("改成相同的编号；现在没有一行能用", "use the same ids: no row fits")
            findings.refuse(reading.problem(place, f"{column} text", expected, how_to_fix))
            _raise(findings)
        done = Text("这些行未使用", "these rows are not used")
        findings.notice(reading.notice(place, column, some, met, done))
    differ = [(one, spelled[key]) for key, one in
              rows.drop_duplicates(column).set_index(column)[f"{column} text"].items()
              if key in spelled and spelled[key] != one]  # fmt: skip
    if differ:
        own, other = differ[0]
        met = Text(f"编号写法不同：{own} 与 {other}", f"{own} is {other}")
        done = Text("按同一地区读取", "read as one area")
        findings.notice(reading.notice(rows.index[0], column, differ[0][0], met, done), len(differ))
    return rows.assign(**{column: found})[found.notna()]


def _raise(findings: Findings) -> None:
    if findings.problems:
        raise DataError(findings.problems)
