"""Workbooks (.xlsx, .xlsm, .xls, .et, .ods) to sheets of text, never more than is read.

calamine lays a sheet out from its first cell to its last, gives an empty cell for an Excel error
and for a formula whose result was never saved. So the parts of an archive are looked through
first: how much they unpack to, how far their cells reach, which cells hold no result.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from data.findings import Findings
from data.language import Text
from data.problems import DataError, DataProblem
from data.reading.formats.cell_places import (
    SAVE_IN_EXCEL,
    Merges,
    Place,
    Range,
    letters,
    refuse_far,
)
from data.reading.formats.limits import too_many_cells, unpacks_too_far
from data.reading.formats.open_document import merges_of
from data.reading.formats.sheet import Sheet, cell_text, unreadable

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_ERRORS = (CalamineError, zipfile.BadZipFile, zlib.error, OSError, ValueError, LookupError,
           EOFError, RuntimeError, NotImplementedError, OverflowError, UnicodeError)  # fmt: skip
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Za-z]+)(\d+)"[^>]*(?<!/)>')
_UNPLACED = re.compile(rb'<(?:\w+:)?c\b(?![^>]*\br=")')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Za-z]+\d+)"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL
)  # fmt: skip
_UNSAVED = re.compile(
    rb'<(?:\w+:)?c\b(?![^>]*\bt="str")[^>]*?\br="([A-Za-z]+\d+)"[^>]*>\s*'
    rb"<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")


def read_workbook(path: Path, findings: Findings, title: str | None = None) -> list[Sheet]:
    """Return the sheets of a workbook, or that of ``title``; merged cells take the first's text."""
    content = path.read_bytes()
    try:
        marks: dict[str, dict[Place, str]] = {}
        merges: Merges = {}
        if content.startswith(b"PK"):
            if problem := unpacks_too_far(path):
                findings.refuse(problem)
                return []
            marks, merges = _look_through(path, content)
        return list(_sheets(path, content, marks, merges, findings, title))
    except DataError as error:
        for problem in error.problems:
            findings.refuse(problem)
    except BaseException as error:  # a panic inside the library is no Exception
        if not isinstance(error, _ERRORS) and type(error).__name__ != "PanicException":
            raise
        en = f"{type(error).__name__}; has it a password?"
        findings.refuse(unreadable(path.name, "不是有效的工作簿，或有密码", en))
    return []


def _sheets(
    path: Path, content: bytes, marks: dict[str, dict[Place, str]], merges: Merges,
    findings: Findings, title: str | None,
) -> Iterator[Sheet]:  # fmt: skip
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    with book:
        for place, about in enumerate(book.sheets_metadata):
            if about.typ != SheetTypeEnum.WorkSheet or title not in (None, about.name):
                continue
            file = f"{path.name}[{about.name}]"
            sheet = book.get_sheet_by_index(place)
            if problem := too_many_cells(file, sheet.total_height * sheet.total_width):
                raise DataError([problem])
            merged = sheet.merged_cell_ranges or merges.get(about.name, [])
            yield _sheet(sheet, file, path.stem, marks.get(about.name, {}), merged, findings)


def _sheet(
    sheet: CalamineSheet, file: str, stem: str, marks: dict[Place, str], ranges: list[Range],
    findings: Findings,
) -> Sheet:  # fmt: skip
    """Return the lines that hold something, equal texts kept once."""
    left = (sheet.start or (0, 0))[1]
    shared: dict[str, str] = {"": ""}
    cells: dict[int, list[str]] = {}
    for line, row in enumerate(sheet.iter_rows(), start=1):
        texts = [cell_text(value) for value in row]
        if any(texts):
            cells[line] = [shared.setdefault(text, text) for text in [*[""] * left, *texts]]
    for (line, column), mark in marks.items():
        row_of_mark = cells.setdefault(line, [])
        row_of_mark.extend([""] * (column - len(row_of_mark)))
        row_of_mark[column - 1] = mark
        if mark.startswith("="):
            findings.refuse(_unsaved(file, line, column, mark))
    merged = _unmerge(ranges, cells, file)
    lines = sorted(line for line, texts in cells.items() if any(texts))
    rows = tuple(tuple(_trimmed(cells[line])) for line in lines)
    return Sheet(sheet.name, file, rows, tuple(lines), merged, stem)


def _trimmed(texts: list[str]) -> list[str]:
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _unsaved(file: str, line: int, column: int, formula: str) -> DataProblem:
    """Return the problem of a formula whose result other programs than Excel left out."""
    expected = Text("公式的计算结果", "the saved result of the formula")
    return DataProblem(file, expected, SAVE_IN_EXCEL, line, letters(column), formula)


def _unmerge(ranges: list[Range], cells: dict[int, list[str]], file: str) -> frozenset[Place]:
    """Write the first cell of each merged range into all of it; return the cells so filled."""
    width = max(map(len, cells.values()), default=0)
    filled: set[Place] = set()
    work = 0
    for (top, left), (bottom, right) in ranges:
        first = "".join(cells.get(top + 1, [])[left : left + 1])
        last_line = min(bottom + 1, max(cells, default=0))
        lines = [line for line in range(top + 1, last_line + 1) if line in cells]
        work += max(last_line - top, 0) + len(lines) * max(min(right + 1, width) - left, 0)
        if problem := too_many_cells(file, work):
            raise DataError([problem])
        for line in lines:
            cells[line].extend([""] * (min(right + 1, width) - len(cells[line])))
            for column in range(left, min(right + 1, width)):
                if (line, column) != (top + 1, left):
                    cells[line][column] = first
                    filled.add((line, column))
    return frozenset(filled)


def _look_through(path: Path, content: bytes) -> tuple[dict[str, dict[Place, str]], Merges]:
    """Return sheet → place → formula without result or Excel error, and merged ranges of an .ods.

    Raises
    ------
    DataError : cells that reach too far, or XML that declares entities
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    for name, part in parts.items():
        if name.lower().endswith((".xml", ".rels")) and b"<!" in part and _declares(part):
            raise DataError([unreadable(path.name, "XML 含实体", "EntitiesForbidden")])
    if "content.xml" in parts:
        return {}, merges_of(path.name, parts["content.xml"])
    marks = {}
    for title, name in _parts_of_sheets(parts):
        part, file = parts.get(name, b""), f"{path.name}[{title}]"
        _bound(file, part)
        found = {_place(at): text.decode("utf-8", "replace") for at, text in _ERROR.findall(part)}
        for at, formula in _UNSAVED.findall(part):
            found[_place(at)] = f"={formula.decode('utf-8', 'replace')}"
        marks[title] = found
    return marks, {}


def _declares(part: bytes) -> bool:
    return b"<!DOCTYPE" in part or b"<!ENTITY" in part


def _parts_of_sheets(parts: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield title and part of each sheet of an .xlsx."""
    rels = {
        _attribute(one, b"Id"): _attribute(one, b"Target")
        for one in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>",
                              parts.get("xl/_rels/workbook.xml.rels", b""))
    }  # fmt: skip
    for one in _SHEET.findall(parts.get("xl/workbook.xml", b"")):
        target = rels.get(_attribute(one, rb"\w+:id"), "")
        yield _attribute(one, b"name"), target.lstrip("/") if "xl/" in target else f"xl/{target}"


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb"""=(?:"([^"]*)"|'([^']*)')""", tag)
    text = (found[1] or found[2] or b"").decode("utf-8", "replace") if found else ""
    for mark, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        text = text.replace(mark, sign)
    return text.replace("&amp;", "&")


def _bound(file: str, part: bytes) -> None:
    """Refuse a sheet whose cells reach beyond what a sheet has, or far from one another."""
    found = {(row, column) for column, row in _CELL.findall(part)}
    rows = [int(row) for row, _ in found]
    columns = [_number(letters) for letters in {column for _, column in found}]
    if _UNPLACED.search(part):  # cells without an address follow one another
        rows += [1, *map(int, _ROW.findall(part))]
        columns.append(max(line.count(b"<c") for line in part.split(b"<row")))
    if rows:
        last, width = max(rows), max(columns)
        if min(rows) < 1 or last > LAST_ROW or width > LAST_COLUMN:
            expected = Text("Excel 工作表内的单元格", "a cell inside a sheet of Excel")
            raise DataError([DataProblem(file, expected, SAVE_IN_EXCEL, value=f"{last}, {width}")])
        refuse_far(file, last, width)


def _place(reference: bytes) -> Place:
    letters = reference.rstrip(b"0123456789")
    return int(reference[len(letters) :]), _number(letters)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + letter - 64
    return number
