"""The sheets of the template workbook whose headings are grades, years or owners."""

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from data.data_folder import read_folder
from data.template import WORKBOOK, write_template_workbook


def filled(folder: Path, sheet: str, rows: Sequence[Sequence[object]], first: int) -> Path:
    write_template_workbook(folder / WORKBOOK)
    book = openpyxl.load_workbook(folder / WORKBOOK)
    title = next(name for name in book.sheetnames if name.startswith(sheet) and "（" in name)
    for line, row in enumerate(rows, start=first):
        for column, value in enumerate(row, start=1):
            book[title].cell(line, column, value)
    book.save(folder / WORKBOOK)
    return folder


def test_pupils_by_grade_in_one_row_per_county(folder: Path) -> None:
    tables, _ = read_folder(filled(folder, "在校生", [["临桂区", *range(1, 19)]], 3))
    assert tables.enrolment is not None
    assert tables.enrolment["pupils"].tolist() == list(range(1, 19))
    assert tables.enrolment["grade"].iloc[[0, 3, 9, 17]].tolist() == ["K1", "P1", "J1", "V3"]


@pytest.mark.parametrize(
    ("sheet", "row", "table"),
    [
        ("出生", ["临桂区", *range(6000, 6010)], "births"),
        ("学位", ["临桂区", "小学", 900, 90], "capacity"),
    ],
)
def test_other_wide_sheets(folder: Path, sheet: str, row: list[object], table: str) -> None:
    found = getattr(read_folder(filled(folder, sheet, [row], 2))[0], table)
    assert len(found) == sum(isinstance(cell, int) for cell in row)


def test_an_untouched_template_is_empty(folder: Path) -> None:
    write_template_workbook(folder / WORKBOOK)
    assert len(read_folder(folder)[1]) == 1
