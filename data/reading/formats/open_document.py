"""What an .ods says of its sheets that calamine does not pass on: reach, errors, merged cells."""

import re

from data.language import Text
from data.problems import DataError, DataProblem
from data.reading.formats.cell_places import SAVE_IN_EXCEL, Merges, refuse_far

_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>")
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')
_ROWS, _COLUMNS = (
    re.compile(rb'number-%s-spanned="(\d{1,9})"' % kind) for kind in (b"rows", b"columns")
)
_NAME = re.compile(rb'table:name="([^"]*)"')


def merges_of(file: str, part: bytes) -> Merges:
    """Return the merged ranges of each sheet in the contents of an .ods.

    Raises
    ------
    DataError : cells that reach beyond what is read, or hold errors
    """
    if errors := part.count(b'calcext:value-type="error"'):
        expected = Text("数值，而不是错误值", "values, not errors of formulas")
        raise DataError([DataProblem(file, expected, SAVE_IN_EXCEL, value=f"{errors}")])
    found: Merges = {}
    title = ""
    line = column = last = width = times = 0
    for tag in _TAG.finditer(part):
        kind, about = tag[1], tag[2]
        repeated = _number(_REPEATED, about)
        if kind == b"table":
            refuse_far(file, last, width)
            line = column = last = width = times = 0
            title = _text(_NAME, about)
        elif kind == b"table-row":
            line, column, times = line + times, 0, repeated
        else:
            rows, columns = _number(_ROWS, about), _number(_COLUMNS, about)
            if rows * columns > 1 and kind == b"table-cell":
                last_cell = line + rows - 1, column + columns - 1
                found.setdefault(title, []).append(((line, column), last_cell))
            column += repeated
            if b"office:value" in about:
                last, width = max(last, line + times), max(width, column)
    refuse_far(file, last, width)
    return found


def _number(pattern: re.Pattern[bytes], about: bytes) -> int:
    return int(match[1]) if (match := pattern.search(about)) else 1


def _text(pattern: re.Pattern[bytes], about: bytes) -> str:
    text = match[1].decode("utf-8", "replace") if (match := pattern.search(about)) else ""
    for mark, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        text = text.replace(mark, sign)
    return text.replace("&amp;", "&")
