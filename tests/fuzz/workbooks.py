"""Damage to Excel workbooks by what can be done in Excel."""

import datetime as dt
import io

import openpyxl
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from tests.fuzz.raw import Change

CELL_VALUES = (
    dt.datetime(2020, 9, 1),
    dt.date(2020, 9, 1),
    dt.time(8, 30),
    dt.timedelta(days=400),
    True,
    2020.0,
    1e308,
    0.1 + 0.2,
    -1,
    "=1/0",
    "=A1",
    "=[other.xlsx]S!A1",
    "#REF!",
    "x" * 32_000,
    None,
)


@st.composite
def excel_edits(draw: st.DrawFn, content: bytes) -> tuple[Change, bytes]:
    """Return the workbook after something that can be done to it in Excel."""
    change = draw(st.sampled_from(sorted(_EDITS)))
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[draw(st.integers(0, len(book.worksheets) - 1))]
    _EDITS[change](draw, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return change, stream.getvalue()


def _merge(draw: st.DrawFn, sheet: Worksheet) -> None:
    row, column = draw(st.integers(1, sheet.max_row)), draw(st.integers(1, sheet.max_column))
    height, width = draw(st.sampled_from([(0, 1), (3, 0), (2, 2), (1_000_000, 0), (1, 16_000)]))
    sheet.merged_cells.add(
        openpyxl.worksheet.cell_range.CellRange(
            min_col=column,
            min_row=row,
            max_col=min(column + width, 16_384),
            max_row=min(row + height, 1_048_576),
        ).coord
    )


def _typed(draw: st.DrawFn, sheet: Worksheet) -> None:
    for _ in range(draw(st.integers(1, 4))):
        row, column = draw(st.integers(1, sheet.max_row)), draw(st.integers(1, sheet.max_column))
        sheet.cell(row, column).value = draw(st.sampled_from(CELL_VALUES))


def _hidden(draw: st.DrawFn, sheet: Worksheet) -> None:
    sheet.sheet_state = draw(st.sampled_from(["hidden", "veryHidden"]))
    if all(one.sheet_state != "visible" for one in sheet.parent.worksheets):
        sheet.parent.create_sheet("空")


def _renamed(draw: st.DrawFn, sheet: Worksheet) -> None:
    names = st.sampled_from(
        ["人口", "population ", "Sheet1", "方案", "填写说明", "areaz", "x" * 31]
    )
    sheet.title = draw(names)


def _far(draw: st.DrawFn, sheet: Worksheet) -> None:
    places = [(1_048_576, 1), (1, 16_384), (1_048_576, 16_384), (50_000, 300)]
    row, column = draw(st.sampled_from(places))
    sheet.cell(row, column).value = draw(st.sampled_from(["x", 1, " "]))


def _copies(draw: st.DrawFn, sheet: Worksheet) -> None:
    for _ in range(draw(st.sampled_from([1, 60]))):
        sheet.parent.copy_worksheet(sheet)


def _rows(draw: st.DrawFn, sheet: Worksheet) -> None:
    sheet.insert_rows(1, draw(st.integers(1, 12)))
    sheet.cell(1, 1).value = "2020年统计表"


def _charts(draw: st.DrawFn, sheet: Worksheet) -> None:
    for _ in range(draw(st.integers(1, 3))):
        sheet.parent.create_chartsheet()


_EDITS = {
    "merged cells": _merge,
    "typed cells": _typed,
    "hidden sheet": _hidden,
    "sheet renamed": _renamed,
    "far cell": _far,
    "sheets copied": _copies,
    "rows above": _rows,
    "chart sheets": _charts,
}
