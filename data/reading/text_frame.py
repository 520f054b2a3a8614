"""A file with one table to a frame of text, for the commands that take a file and no folder."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from data.findings import Findings
from data.language import Text
from data.problems import DataError, DataProblem
from data.reading.delimited import read_sheets
from data.reading.sheet import Sheet


def read_text_frame(
    path: Path, needed: Sequence[str], names: Mapping[str, str], findings: Findings
) -> pd.DataFrame:
    """Return every column as text without outer blanks; the index is the line in the file.

    Parameters
    ----------
    needed : headings without which the file cannot be used
    names : other heading → the one of ``needed`` that it means, where that is not there itself
    findings : takes what was mended on the way

    Raises
    ------
    DataError : no file, no table, headings that are missing or stand twice, rows too long
    """
    sheets = read_sheets(path, findings)
    if findings.problems:
        raise DataError(findings.problems)
    filled = [sheet for sheet in sheets if any(map(_holds_something, sheet.rows))]
    if len(filled) != 1:
        expected = Text("有一张表的文件", "a file with one table")
        remedy = Text("另存为一个 CSV 文件", "save the table as a CSV file")
        raise DataError([DataProblem(path.name, expected, remedy, value=str(len(filled)))])
    (sheet,) = filled
    (first, *lines), (heads, *rows) = _without_blank_rows(sheet)
    headings = _headings(heads, needed, names)
    problems = [
        *_heading_problems(path.name, headings, needed, first),
        *_row_problems(path.name, headings, rows, lines),
    ]
    if problems:
        raise DataError(problems)
    width = len(headings)
    padded = [(*row[:width], *[""] * (width - len(row))) for row in rows]
    frame = pd.DataFrame(padded, index=pd.Index(lines, dtype=int), columns=headings, dtype=object)
    frame = frame.loc[:, [bool(heading) for heading in headings]]
    if frame.empty:
        expected, remedy = Text("至少一行数据", "at least one row"), Text("填入数据", "add data")
        raise DataError([DataProblem(path.name, expected, remedy)])
    return frame.apply(lambda column: column.str.strip())


def _holds_something(row: Sequence[str]) -> bool:
    return any(map(str.strip, row))


def _without_blank_rows(sheet: Sheet) -> tuple[list[int], list[tuple[str, ...]]]:
    kept = [
        (line, row)
        for line, row in zip(sheet.lines, sheet.rows, strict=True)
        if _holds_something(row)
    ]
    return [line for line, _ in kept], [row for _, row in kept]


def _headings(row: Sequence[str], needed: Sequence[str], names: Mapping[str, str]) -> list[str]:
    found = [heading.strip() for heading in row]
    meant = {other: name for other, name in names.items() if name in needed and name not in found}
    return [meant.get(heading, heading) for heading in found]


def _heading_problems(
    file: str, headings: Sequence[str], needed: Sequence[str], line: int
) -> list[DataProblem]:
    there = [heading for heading in headings if heading]
    missing = [
        DataProblem(
            file,
            Text(f"列 {name}", f"a column {name}"),
            Text(f"加上这一列；现有：{'、'.join(there)}", f"add it; found: {', '.join(there)}"),
            row=line,
            column=name,
        )
        for name in needed
        if name not in there
    ]
    once = Text("只出现一次的列", "a column that stands once")
    remedy = Text("删去或改名其中一列", "delete or rename one of them")
    return missing + [
        DataProblem(file, once, remedy, row=line, column=name)
        for name, times in Counter(there).items()
        if times > 1
    ]


def _row_problems(
    file: str, headings: Sequence[str], rows: Sequence[tuple[str, ...]], lines: Sequence[int]
) -> list[DataProblem]:
    """Return a problem for each row with something where there is no heading."""
    nameless = [place for place, heading in enumerate(headings) if not heading]
    expected = Text("有表头的列", "a heading above every cell")
    remedy = Text("补上表头；含分隔符的文字加双引号", "add it, or quote a text with delimiters")
    problems = []
    for row, line in zip(rows, lines, strict=True):
        outside = [*row[len(headings) :], *(row[place] for place in nameless if place < len(row))]
        if over := next((cell for cell in outside if cell.strip()), None):
            problems.append(DataProblem(file, expected, remedy, row=line, value=over))
    return problems
