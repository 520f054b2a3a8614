"""Read enrolment and births from CSV files of any areas, telling every mistake at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from data.language import Text
from data.problems import DataError, DataProblem

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
CODES: Mapping[str, int] = MappingProxyType(
    {
        code: place
        for place, code in enumerate(
            ("K1", "K2", "K3", *(f"P{n}" for n in range(1, 7)), "J1", "J2", "J3", "S1", "S2", "S3"),
            start=-2,
        )
    }
)


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


def read_text(path: Path) -> pd.DataFrame:
    """Return the file's cells as text; UTF-8 with or without BOM, else GB 18030.

    Raises
    ------
    DataError : no such file, not text, or not a table
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = Text("可读取的文件", "a file that can be read")
        remedy = Text("检查路径和权限", "check the path and the permissions")
        raise DataError([DataProblem(path.name, reason, remedy, value=str(path))]) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return pd.read_csv(
                path, dtype=str, keep_default_na=False, encoding=encoding, skipinitialspace=True
            )
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            break_reason = Text("有表头、各行列数相同的 CSV", "a CSV table with a heading")
            remedy = Text(f"检查文件：{error}", f"check the file: {error}")
            raise DataError([DataProblem(path.name, break_reason, remedy)]) from error
    reason = Text("UTF-8 或 GBK 编码的文本", "text in UTF-8 or GBK")
    remedy = Text("另存为 UTF-8 编码的 CSV", "save as CSV in UTF-8")
    raise DataError([DataProblem(path.name, reason, remedy)])


def with_headings(frame: pd.DataFrame, wanted: tuple[str, ...], file: str) -> pd.DataFrame:
    """Return the ``wanted`` columns under their English names.

    Raises
    ------
    DataError : columns that are missing
    """
    names = {other: name for name, others in HEADINGS.items() for other in others}
    frame = frame.rename(columns=lambda heading: str(heading).strip())
    frame = frame.rename(columns={k: v for k, v in names.items() if v not in frame.columns})
    problems = [
        DataProblem(
            file,
            Text(f"列 {name}", f"a column {name}"),
            Text(f"加上这一列；现有：{'、'.join(frame)}", f"add it; found: {', '.join(frame)}"),
            row=1,
            column=name,
        )
        for name in wanted
        if name not in frame.columns
    ]
    if problems:
        raise DataError(problems)
    if frame.empty:
        raise DataError(
            [
                DataProblem(
                    file, Text("至少一行数据", "at least one row"), Text("填入数据", "add data")
                )
            ]
        )
    return frame[list(wanted)].apply(lambda column: column.str.strip())


def number_problems(text: pd.Series, column: Column, file: str) -> list[DataProblem]:
    """Return a problem for each cell that ``column`` may not hold."""
    values = pd.to_numeric(text, errors="coerce")
    bad = ~values.between(column.lowest, column.highest)
    if column.whole:
        bad |= values.round() != values
    return [
        DataProblem(file, column.expected, MEND, int(row) + 2, column.name, text[row])
        for row in text.index[bad]
    ]


def key_problems(frame: pd.DataFrame, keys: list[str], file: str) -> list[DataProblem]:
    """Return a problem for each empty area and each row whose key stood before."""
    empty = frame.index[frame["area_id"] == ""]
    named = Text("地区编号", "the identifier of an area")
    problems = [DataProblem(file, named, MEND, int(row) + 2, "area_id", "") for row in empty]
    once = Text("每个键只出现一次：" + "、".join(keys), "one row for each " + ", ".join(keys))
    remedy = Text("删除或合并重复的行", "delete or merge the repeated rows")
    return problems + [
        DataProblem(file, once, remedy, int(row) + 2, keys[-1], "/".join(frame.loc[row, keys]))
        for row in frame.index[frame.duplicated(keys)]
    ]


def read_history(path: Path) -> pd.DataFrame:
    """Return ``area_id, year, grade, enrolment``; an empty enrolment cell means not reported.

    The index is the line of the file.

    Raises
    ------
    DataError : every problem of the file
    """
    frame = with_headings(read_text(path), HISTORY, path.name)
    frame = frame[frame["enrolment"] != ""]
    grades = frame["grade"][frame["grade"].str.lower() != "all"]
    places = {code: grade_order(code) for code in grades.unique()}
    expected = Text("整数年级、K1-S3 或 all", "a whole number, K1-S3 or all")
    problems = [
        DataProblem(path.name, expected, MEND, int(row) + 2, "grade", grades[row])
        for row in grades.index[grades.map(places).isna()]
    ]
    problems += number_problems(frame["year"], YEAR, path.name)
    problems += number_problems(frame["enrolment"], PUPILS, path.name)
    problems += key_problems(frame, ["area_id", "year", "grade"], path.name)
    if problems:
        raise DataError(problems)
    if len(grades):  # totals that the grades make up anyway
        frame = frame.loc[grades.index]
    frame = frame.set_axis(frame.index + 2)
    return frame.astype({"year": float, "enrolment": float}).astype({"year": int})


def read_births(path: Path) -> pd.DataFrame:
    """Return ``area_id, year, births`` without the empty cells; the index is the line of the file.

    Raises
    ------
    DataError : every problem of the file
    """
    frame = with_headings(read_text(path), BIRTHS, path.name)
    frame = frame[frame["births"] != ""]
    problems = number_problems(frame["year"], YEAR, path.name)
    problems += number_problems(frame["births"], BORN, path.name)
    problems += key_problems(frame, ["area_id", "year"], path.name)
    if problems:
        raise DataError(problems)
    frame = frame.set_axis(frame.index + 2)
    return frame.astype({"year": float, "births": float}).astype({"year": int})
