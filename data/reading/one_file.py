"""One table from one file, read in the same way as the tables of a data folder."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from data.contract.columns import Column
from data.contract.fields import Table
from data.contract.table_reading import Reading
from data.findings import Findings, Notice
from data.language import Text
from data.plain_words import plain
from data.problems import DataError, DataProblem
from data.reading.cells.codes import LONG_CODE
from data.reading.column_values import by_text
from data.reading.formats.delimited import read_sheets
from data.reading.formats.limits import too_many_columns
from data.reading.formats.sheet import Sheet
from data.reading.headings.columns import Body, body_of
from data.reading.headings.heads import find_heads, heading_names
from data.reading.headings.titles import constants_of
from data.reading.joined import join_readings
from data.reading.values import read_values

_WORDS = {plain(word) for word in ("county", "province", "prefecture", "name", "名称", "source",
                                   "来源", "basis", "method", "备注")}  # fmt: skip


def read_file(path: Path, table: Table, findings: Findings) -> Reading:
    """Return ``table`` as ``path`` holds it, keys as read; see :func:`spelled` for ids.

    Sheets of one workbook that have its headings are joined.

    Parameters
    ----------
    path : CSV, Parquet or workbook
    table : columns to read
    findings : takes problems and repairs

    Raises
    ------
    DataError : every problem of the file
    """
    sheets = [one for one in read_sheets(path, findings) if any(map(_filled, one.rows))]
    fitting = [one for one in sheets if len(sheets) == 1 or find_heads(one, table)]
    for sheet in sheets:
        if sheet not in fitting:
            done = Text("未读取", "not read")
            findings.notice(Notice(sheet.file, Text("没有所需表头", "no such headings"), done))
    parts = [part for one in fitting if (part := _part(one, table, findings)) is not None]
    if not findings.problems and not parts:
        expected, fix = Text("至少一行数据", "at least one row"), Text("填入数据", "add data")
        findings.refuse(DataProblem(path.name, expected, fix))
    if findings.problems:
        raise DataError(findings.problems)
    reading = join_readings(parts, findings)
    if findings.problems:
        raise DataError(findings.problems)
    return reading


def _filled(row: tuple[str, ...]) -> bool:
    return any(map(str.strip, row))


def _part(sheet: Sheet, table: Table, findings: Findings) -> Reading | None:
    if table.any_columns:
        table = _with_columns(table, sheet)
        if problem := too_many_columns(sheet.file, len(table.columns)):
            findings.refuse(problem)
            return None
    constants = constants_of(sheet.title, table) or {}
    body = body_of(sheet, table, findings, constants)
    if body is None:
        return None
    body = _reported(body, table)
    if body.cells.empty and findings.problems:
        return None
    if body.cells.empty:
        expected, fix = Text("至少一格数据", "at least one cell with data"), Text("填入", "fill in")
        figures = [one.name for one in table.columns if one.kind == "amount"]
        findings.refuse(DataProblem(sheet.file, expected, fix, column="".join(figures[:1])))
        return None
    body, values = read_values(body, table, {}, findings)
    rows = values[~values["bad"]].drop(columns="bad")
    for column in table.columns:
        if column.kind in {"area", "grade"}:
            rows = spelled(rows, body, column, findings)
    return Reading(table, (sheet.file,), body.headings, rows, turned=(body.turned,))


def _reported(body: Body, table: Table) -> Body:
    """Return the rows with a figure: where none is needed an empty cell means not reported."""
    figures = [one for one in table.columns if one.kind == "amount" and one.name in body.cells]
    if table.any_columns or not figures or any(one.needed for one in figures):
        return body
    texts = body.cells[[one.name for one in figures]]
    filled = np.logical_or.reduce([by_text(texts[name], str.strip) != "" for name in texts])
    return replace(body, cells=body.cells[filled])


def _with_columns(table: Table, sheet: Sheet) -> Table:
    """Return ``table`` with every other heading of ``sheet`` as a column of numbers."""
    heads = find_heads(sheet, table)
    known = heading_names(table)
    texts = [] if heads is None else heads.texts
    new = dict.fromkeys(one for one in texts if one and plain(one) not in {*known, *_WORDS})
    more = [Column(one, one, "amount", Text(one, one), low=-1e15, high=1e15) for one in new]
    return replace(table, columns=(*table.columns, *more))


def spelled(rows: pd.DataFrame, body: Body, column: Column, findings: Findings) -> pd.DataFrame:
    """Keep with ``rows`` how the file spells each id or grade, as the column ``<name> text``.

    One spelling stands for all that mean the same: of ids the longest of digits alone, of grades
    the most frequent. Several are reported, with the first place of the second.
    """
    texts = by_text(body.cells.loc[rows.index, column.name], _bare)
    pairs = pd.DataFrame({"value": rows[column.name], "text": texts}, index=rows.index)
    counts = pairs.value_counts().reset_index(name="times")
    counts["digits"] = counts["text"].str.fullmatch(r"\d+")
    short = counts["digits"] & ~counts["text"].str.fullmatch(LONG_CODE)
    counts["length"] = counts["text"].str.len() * short
    counts["alike"] = counts["text"] == counts["value"]
    order = ["digits", "length", "alike", "times"] if column.kind == "area" else ["times"]
    best = counts.sort_values(order, ascending=False, kind="stable")
    best = best.drop_duplicates("value").set_index("value")["text"]
    several = counts["value"][counts["value"].duplicated()].unique()
    if len(several):
        shown = counts[counts["value"] == several[0]]["text"].tolist()
        met = Text(f"同一项的几种写法：{'、'.join(shown)}", f"spellings of one: {', '.join(shown)}")
        done = Text(f"按同一项读取，写作 {best[several[0]]}", f"one key, as {best[several[0]]}")
        place = pairs.index[(pairs["value"] == several[0]) & (pairs["text"] != shown[0])][0]
        line = int(place) & (2**24 - 1)
        notice = Notice(body.file, met, done, line, body.headings.get(column.name), shown[1])
        findings.notice(notice, len(several))
    return rows.assign(**{f"{column.name} text": rows[column.name].map(best)})


def _bare(text: str) -> str:
    bare = unicodedata.normalize("NFKC", text).strip()
    return bare.removesuffix(".0") if bare.removesuffix(".0").isdigit() else bare
