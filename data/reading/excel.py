"""Excel workbooks to sheets of text, cell by cell and never more than is there.

The archive is unpacked as a stream, so that the memory taken follows the cells that hold
something, not the corner of the sheet that a stray format reaches to.
"""

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

# The library's own reader of a sheet as it streams. Its public face pads every row to a width and
# height that the file states, drops what comes out of order, and does not tell merged cells.
from openpyxl.worksheet._reader import FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from data.findings import Findings
from data.language import Text
from data.problems import DataProblem
from data.reading.limits import too_many_cells, unpacks_too_far
from data.reading.sheet import Sheet, cell_text, unreadable

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_MERGE_TAG = f"{{{SHEET_MAIN_NS}}}mergeCell"
_SAVE_IN_EXCEL = Text("在 Excel 中打开并保存", "open in Excel and save")
# openpyxl lets the errors of its parts through: zip, deflate, XML (a SyntaxError), its own types.
_WORKBOOK_ERRORS = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, LookupError, ValueError,
    TypeError, AttributeError, ArithmeticError, OSError, EOFError, RuntimeError,
)  # fmt: skip

Cells = dict[int, list[str]]


class _OutsideError(ValueError):
    """A cell that no sheet of Excel has, or more cells than are read."""

    def __init__(self, problem: DataProblem) -> None:
        """Keep what is told to the user."""
        super().__init__()
        self.problem = problem


class _Parser(WorkSheetParser):  # type: ignore[misc]  # openpyxl has no types
    """Yields the cells of a sheet that hold something, and keeps its merged ranges."""

    def __init__(self, sheet: Any, stream: Any) -> None:
        """Read ``stream``, the part of the archive with ``sheet``, with what its book shares."""
        book = sheet.parent
        super().__init__(
            stream,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        self.ranges: dict[str, None] = {}

    def cells(self) -> Iterator[dict[str, Any]]:
        """Yield row, column and value; a formula instead of the value that was never saved."""
        for _, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                yield from self.parse_row(element)[1]
                element.clear()
            elif element.tag == _MERGE_TAG:
                self.ranges[element.get("ref")] = None

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Return one cell."""
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and (formula := element.find(FORMULA_TAG)) is not None:
            cell["formula"] = f"={formula.text or ''}"
        return cell


def read_workbook(path: Path, findings: Findings, title: str | None = None) -> list[Sheet]:
    """Return the sheets of an Excel workbook, or that of ``title``.

    Merged cells all take the text of the first one.
    """
    try:
        if problem := unpacks_too_far(path):
            findings.refuse(problem)
            return []
        book = openpyxl.load_workbook(path, read_only=True)
        try:
            return [
                _sheet(sheet, f"{path.name}[{sheet.title}]", findings)
                for sheet in book.worksheets
                if title in (None, sheet.title)
            ]
        finally:
            book.close()
    except _OutsideError as error:
        findings.refuse(error.problem)
    except _WORKBOOK_ERRORS as error:
        reason = type(error.__cause__ or error.__context__ or error).__name__
        findings.refuse(unreadable(path.name, "不是有效的 Excel 文件", reason))
    return []


def _sheet(sheet: Any, file: str, findings: Findings) -> Sheet:
    with sheet._get_source() as stream:
        parser = _Parser(sheet, stream)
        cells = _cells(parser, file, findings)
    merged = _unmerge(parser.ranges, cells, file)
    lines = sorted(line for line, row in cells.items() if any(row))
    return Sheet(sheet.title, file, tuple(tuple(cells[n]) for n in lines), tuple(lines), merged)


def _cells(parser: _Parser, file: str, findings: Findings) -> Cells:
    """Return line → texts up to the last one of the line. Equal texts are kept once."""
    cells: Cells = {}
    shared: dict[str, str] = {}
    room = 0
    for cell in parser.cells():
        line, column = cell["row"], cell["column"]
        if not (1 <= line <= LAST_ROW and 1 <= column <= LAST_COLUMN):
            raise _OutsideError(_no_such_cell(file, f"{line}, {column}"))
        if "formula" in cell:
            findings.refuse(_unsaved(file, cell))
        if cell["value"] is None:
            continue
        row = cells.setdefault(line, [])
        room += max(column - len(row), 0)
        if problem := too_many_cells(file, room):
            raise _OutsideError(problem)
        row.extend([""] * (column - len(row)))
        text = cell_text(cell["value"])
        row[column - 1] = shared.setdefault(text, text)
    return cells


def _no_such_cell(file: str, place: str) -> DataProblem:
    expected = Text("Excel 工作表内的单元格", "a cell inside a sheet of Excel")
    return DataProblem(file, expected, _SAVE_IN_EXCEL, value=place)


def _unsaved(file: str, cell: dict[str, Any]) -> DataProblem:
    """Return the problem of a formula whose result other programs than Excel left out."""
    expected = Text("公式的计算结果", "the saved result of the formula")
    column = get_column_letter(cell["column"])
    return DataProblem(file, expected, _SAVE_IN_EXCEL, cell["row"], column, cell["formula"])


def _unmerge(ranges: Iterable[str], cells: Cells, file: str) -> frozenset[tuple[int, int]]:
    """Write the first cell of each merged range into all of it; return the cells so filled."""
    width = max(map(len, cells.values()), default=0)
    filled: set[tuple[int, int]] = set()
    work = 0
    for area in ranges:
        left, top, right, bottom = range_boundaries(area)
        first = "".join(cells.get(top, [])[left - 1 : left])
        lines = [
            line for line in range(top, min(bottom, max(cells, default=0)) + 1) if line in cells
        ]
        work += (bottom - top) + len(lines) * max(min(right, width) - left + 1, 0)
        if problem := too_many_cells(file, work):
            raise _OutsideError(problem)
        for line in lines:
            cells[line].extend([""] * (min(right, width) - len(cells[line])))
            for column in range(left, min(right, width) + 1):
                if (line, column) != (top, left):
                    cells[line][column - 1] = first
                    filled.add((line, column - 1))
    return frozenset(filled)
