"""Read enrolment and births from CSV files of any areas, telling every mistake at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from data.contract.stages import STAGES
from data.findings import MOST, Findings
from data.language import Text
from data.problems import DataError, DataProblem
from data.reading.cells import is_identifier
from data.reading.text_frame import read_text_frame

HISTORY = ("area_id", "year", "grade", "enrolment")
BIRTHS = ("area_id", "year", "births")
HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "area_id": ("地区", "地区代码", "区划代码", "adcode"),
        "year": ("年份", "年", "学年"),
        "grade": ("年级",),
        "enrolment": ("在校生", "在校生数", "pupils"),
        "births": ("出生人数", "出生人口"),
    }
)
_NAMES = {other: name for name, others in HEADINGS.items() for other in others}
AGE_OF_GRADE_ZERO = 5  # the last kindergarten year


def _grade_places() -> dict[str, int]:
    """Return grade code → place; a stage beside another does not follow it."""
    places: dict[str, int] = {}
    for stage in STAGES:
        first = stage.first_age - AGE_OF_GRADE_ZERO
        first = max(places.values()) + 2 if first in places.values() else first
        places |= {grade: first + step for step, grade in enumerate(stage.grades)}
    return places


CODES: Mapping[str, int] = MappingProxyType(_grade_places())


@dataclass(frozen=True)
class Column:
    """A number column and what it may hold."""

    name: str
    whole: bool
    lowest: float
    highest: float
    expected: Text


YEAR = Column("year", True, 1800, 2200, Text("1800-2200 之间的整数年份", "a year, 1800-2200"))
PUPILS = Column("enrolment", False, 0, 1e9, Text("不小于 0 的人数", "a number of 0 or more"))
BORN = Column("births", False, 0, 1e9, Text("不小于 0 的人数", "a number of 0 or more"))
MEND = Text("改正这一格", "correct this cell")


def grade_order(code: str) -> int | None:
    """Return the place of a grade among grades (kindergarten 0, K1-S3 too), None if not a grade."""
    text = code.strip().upper()
    if text in CODES:
        return CODES[text]
    return int(text) if text.lstrip("+-").isdigit() and text.lstrip("+-").isascii() else None


def number_problems(text: pd.Series, column: Column, file: str) -> list[DataProblem]:
    """Return a problem for each cell that ``column`` may not hold."""
    values = pd.to_numeric(text, errors="coerce")
    bad = ~values.between(column.lowest, column.highest)
    if column.whole:
        bad |= values.round() != values
    return [
        DataProblem(file, column.expected, MEND, int(row), column.name, text[row])
        for row in text.index[bad][:MOST]
    ]


def key_problems(frame: pd.DataFrame, keys: list[str], file: str) -> list[DataProblem]:
    """Return a problem for each empty area and each row whose key stood before."""
    named = Text(
        "地区编号，不以 = + - @ 开头", "the identifier of an area, not beginning with = + - @"
    )
    unfit = frame.index[~frame["area_id"].map(is_identifier)]
    problems = [
        DataProblem(file, named, MEND, int(row), "area_id", frame.loc[row, "area_id"])
        for row in unfit[:MOST]
    ]
    once = Text("每个键只出现一次：" + "、".join(keys), "one row for each " + ", ".join(keys))
    remedy = Text("删除或合并重复的行", "delete or merge the repeated rows")
    return problems + [
        DataProblem(file, once, remedy, int(row), keys[-1], "/".join(frame.loc[row, keys]))
        for row in frame.index[frame.duplicated(keys)][:MOST]
    ]


def _reported(frame: pd.DataFrame, column: str, file: str) -> pd.DataFrame:
    """Return the rows with something in ``column``; refuse a file that reports nothing at all."""
    reported = frame[frame[column] != ""]
    if reported.empty:
        expected = Text("至少一格数据", "at least one cell with data")
        raise DataError([DataProblem(file, expected, MEND, column=column)])
    return reported


def read_history(path: Path, findings: Findings | None = None) -> pd.DataFrame:
    """Return ``area_id, year, grade, enrolment``; an empty enrolment cell means not reported.

    The index is the line of the file.
    ``findings`` takes what was mended on the way.

    Raises
    ------
    DataError : every problem of the file
    """
    frame = read_text_frame(path, HISTORY, _NAMES, findings or Findings())
    frame = _reported(frame, "enrolment", path.name)
    grades = frame["grade"][frame["grade"].str.lower() != "all"]
    places = {code: grade_order(code) for code in grades.unique()}
    expected = Text("整数年级、K1-S3 或 all", "a whole number, K1-S3 or all")
    problems = [
        DataProblem(path.name, expected, MEND, int(row), "grade", grades[row])
        for row in grades.index[grades.map(places).isna()][:MOST]
    ]
    problems += number_problems(frame["year"], YEAR, path.name)
    problems += number_problems(frame["enrolment"], PUPILS, path.name)
    problems += key_problems(frame, ["area_id", "year", "grade"], path.name)
    if problems:
        raise DataError(problems)
    if len(grades):  # totals that the grades make up anyway
        frame = frame.loc[grades.index]
    return frame.astype({"year": float, "enrolment": float}).astype({"year": int})


def read_births(path: Path, findings: Findings | None = None) -> pd.DataFrame:
    """Return ``area_id, year, births`` without the empty cells; the index is the line.

    Raises
    ------
    DataError : every problem of the file
    """
    frame = read_text_frame(path, BIRTHS, _NAMES, findings or Findings())
    frame = _reported(frame, "births", path.name)
    problems = number_problems(frame["year"], YEAR, path.name)
    problems += number_problems(frame["births"], BORN, path.name)
    problems += key_problems(frame, ["area_id", "year"], path.name)
    if problems:
        raise DataError(problems)
    return frame.astype({"year": float, "births": float}).astype({"year": int})
