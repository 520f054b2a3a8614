"""Files to sheets of text: CSV in the encodings of planners' offices, Parquet, Excel workbooks.

Nothing is interpreted here. Every cell becomes text, so that what is refused later can be shown
as it stood, with the line it stood in.
"""

import csv
import io
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from data.findings import Findings, Notice
from data.language import Text
from data.problems import DataProblem

DELIMITERS = ",;\t|，"
WORKBOOKS = (".xlsx", ".xlsm")
# openpyxl lets the errors of its parts through: zip, deflate, XML (a SyntaxError), its own types.
_WORKBOOK_ERRORS = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, LookupError, ValueError,
    TypeError, AttributeError, ArithmeticError, OSError, EOFError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One table as text.

    Parameters
    ----------
    title : file stem or sheet name
    file : how the user knows it, ``population.csv`` or ``book.xlsx[人口]``
    rows : cells row by row, blank rows included
    lines : line of each row in the file, counted from 1
    merged : (line, column position) of cells that took their text from a merged range
    """

    title: str
    file: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    merged: frozenset[tuple[int, int]] = frozenset()


def _unreadable(file: str, zh: str, en: str, row: int | None = None) -> DataProblem:
    return DataProblem(
        file,
        Text(f"可读取的文件（{zh}）", f"a file that can be read ({en})"),
        Text("在 Excel 中另存为 CSV UTF-8 或 .xlsx", "save it from Excel as CSV UTF-8 or .xlsx"),
        row=row,
    )


def _decode(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_utf8(line: bytes) -> bool:
    """Return whether a line of a file that is not UTF-8 as a whole is UTF-8 nevertheless.

    Some GBK words pass for UTF-8. Two-byte sequences are no Chinese; where a line could be either,
    it is what reads as common characters.
    """
    text = _decode(line, "utf-8")
    if text is None or all(character < "\u0800" for character in text):
        return False
    if _decode(line, "gb2312") is None:
        return True
    return text.encode("gb2312", "ignore").decode("gb2312") == text


def decode(content: bytes, file: str, findings: Findings) -> str | None:
    """Return the text of a CSV file: UTF-8 with or without BOM, UTF-16 with BOM, or GB18030.

    A file whose lines are partly UTF-8 and partly GB18030 (two exports pasted together) is read
    line by line with a notice.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _decode(content, "utf-16")
        if text is None:
            findings.refuse(_unreadable(file, "不是有效的 UTF-16", "not valid UTF-16"))
        return text
    text = _decode(content, "utf-8-sig")
    if text is not None:
        return text
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    utf8 = [_is_utf8(line) for line in lines]
    decoded = [
        _decode(line, "utf-8" if is_utf8 else "gb18030")
        for line, is_utf8 in zip(lines, utf8, strict=True)
    ]
    for number, line in enumerate(decoded, start=1):
        if line is None:
            findings.refuse(_unreadable(file, "编码不明", "unknown encoding", number))
    if None in decoded:
        return None
    if any(utf8):
        findings.notice(
            Notice(
                file,
                Text("UTF-8 与 GBK 混用", "UTF-8 and GBK in one file"),
                Text("已逐行识别，请核对汉字", "read line by line, check the Chinese text"),
                row=utf8.index(True) + 1,
            )
        )
    return "\n".join(line for line in decoded if line is not None)


def _delimiter(text: str) -> str:
    """Return the delimiter that some early line has most of; a title above the table has none."""
    early = [line for line in text.splitlines() if line.strip()][:10]
    return max(DELIMITERS, key=lambda mark: max((line.count(mark) for line in early), default=0))


def read_csv(path: Path, findings: Findings) -> list[Sheet]:
    """Return the one sheet of a CSV file, or none if it cannot be read."""
    text = decode(path.read_bytes(), path.name, findings)
    if text is None:
        return []
    delimiter = _delimiter(text)
    if delimiter != ",":
        findings.notice(
            Notice(
                path.name,
                Text(f"分隔符为 {delimiter!r}", f"delimiter {delimiter!r}"),
                Text("已按此分隔符读取", "read with this delimiter"),
            )
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, lines, next_line = [], [], 1
    try:
        for row in reader:
            rows.append(tuple(row))
            lines.append(next_line)
            next_line = reader.line_num + 1
    except csv.Error as error:
        findings.refuse(_unreadable(path.name, f"CSV 格式错误：{error}", f"{error}", next_line))
        return []
    return [Sheet(path.stem, path.name, tuple(rows), tuple(lines))]


def cell_text(value: object) -> str:
    """Return a typed cell as the text a planner sees: ``None`` is empty, ``2020.0`` is ``2020``."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def read_parquet(path: Path, findings: Findings) -> list[Sheet]:
    """Return the one sheet of a Parquet file, its column names as the first row."""
    try:
        table = pyarrow.parquet.read_table(path)
        columns = [[cell_text(value) for value in column.to_pylist()] for column in table.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        findings.refuse(_unreadable(path.name, "不是有效的 Parquet", type(error).__name__))
        return []
    rows = (tuple(table.column_names), *zip(*columns, strict=True))
    return [Sheet(path.stem, path.name, rows, tuple(range(1, len(rows) + 1)))]


def _unmerge(sheet: Worksheet, cells: list[list[object]]) -> frozenset[tuple[int, int]]:
    """Write the first cell of each merged range into all of it; return the cells so filled."""
    filled = set()
    for area in sheet.merged_cells.ranges:
        first = cells[area.min_row - 1][area.min_col - 1]
        for row in range(area.min_row, min(area.max_row, len(cells)) + 1):
            for column in range(area.min_col, min(area.max_col, len(cells[row - 1])) + 1):
                if (row, column) != (area.min_row, area.min_col):
                    cells[row - 1][column - 1] = first
                    filled.add((row, column - 1))
    return frozenset(filled)


def _sheet(values: Worksheet, formulas: Worksheet, file: str, findings: Findings) -> Sheet:
    cells = [list(row) for row in values.iter_rows(values_only=True)]
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f" and cells[cell.row - 1][cell.column - 1] is None:
                findings.refuse(
                    DataProblem(
                        file,
                        Text("公式的计算结果", "the saved result of the formula"),
                        Text("在 Excel 中打开并保存", "open in Excel and save"),
                        row=cell.row,
                        column=cell.column_letter,
                        value=str(cell.value),
                    )
                )
    merged = _unmerge(values, cells)
    rows = tuple(tuple(cell_text(value) for value in row) for row in cells)
    return Sheet(values.title, file, rows, tuple(range(1, len(rows) + 1)), merged)


def read_workbook(path: Path, findings: Findings) -> list[Sheet]:
    """Return every sheet of an Excel workbook; merged cells all take the text of the first one."""
    try:
        values = openpyxl.load_workbook(path, data_only=True)
        formulas = openpyxl.load_workbook(path)
    except _WORKBOOK_ERRORS as error:
        findings.refuse(_unreadable(path.name, "不是有效的 Excel 文件", type(error).__name__))
        return []
    return [
        _sheet(sheet, formulas[sheet.title], f"{path.name}[{sheet.title}]", findings)
        for sheet in values.worksheets
    ]


def read_sheets(path: Path, findings: Findings) -> list[Sheet]:
    """Return the sheets of one file; problems with the file itself go to ``findings``."""
    try:
        empty = path.read_bytes() == b""
    except OSError as error:
        findings.refuse(_unreadable(path.name, "无法打开，是否被占用？", str(error.strerror)))
        return []
    if empty:
        findings.refuse(_unreadable(path.name, "文件为空", "the file is empty"))
        return []
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        return read_workbook(path, findings)
    return read_parquet(path, findings) if suffix == ".parquet" else read_csv(path, findings)
