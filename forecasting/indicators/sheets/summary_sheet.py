"""First sheet of 指标.xlsx: every indicator by county on a page, before and after the plan."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from data.language import Text
from forecasting.indicators.table import NOT_DUE
from forecasting.workbook.sheet_style import Book

NOT_MET = "#F8D7DA"  # fill of a value that misses its norm
HEAD = (Text("指标", "indicator"), Text("学段", "stage"), Text("标准", "norm"),
        Text("学年", "year"))  # fmt: skip
NOTES = (
    Text("底色：未达标。“缺”：缺数据表，见各分表“说明”；“—”：不适用或没有规划。逐年数见各分表。",
         "Filled: norm not met. “?”: a table is missing, see the notes of the other sheets; “—”: "
         "does not apply, or no plan. All years in the other sheets."),
)  # fmt: skip
LATEST = Text("最近", "latest")
WITH, WITHOUT = Text("规划后", "with plan"), Text("不规划", "no plan")
ABSENT = Text("缺", "?")


@dataclass(frozen=True)
class Line:
    """One row: what it is, and a text and whether it misses the norm for each county."""

    head: tuple[str, str, str, str]
    cells: dict[str, tuple[str, bool]]


def write_summary(book: Book, shown: pd.DataFrame, note: Text, year: int) -> None:
    """Write the indicators of the first scenario: latest values, and ``year`` with the plan.

    Parameters
    ----------
    book : workbook
    shown : indicators in words, see :func:`forecasting.indicators.sheets.workbook.indicators_shown`
    note : what a reader must know of the data
    year : year in which the plan is compared
    """
    areas = shown.drop_duplicates("adcode").set_index("adcode")["county"]
    title = Text("指标汇总", "All indicators")
    sheet = book.sheet(title, title, len(HEAD) + len(areas))
    for row, text in enumerate((note, *NOTES), start=1):
        sheet.write_string(row, 0, book.say(text), book.note)
    top = 2 + len(NOTES)
    for column, name in enumerate([*map(book.say, HEAD), *areas]):
        sheet.write_string(top, column, name, book.heading)
    sheet.set_row(top, 32)
    for row, line in enumerate(_lines(book, shown, year), start=top + 1):
        _write(book, sheet, row, line, list(areas.index))
    for column, width in enumerate((34, 10, 8, 13)):
        sheet.set_column(column, column, width, book.text)
    sheet.freeze_panes(top + 1, len(HEAD))
    sheet.repeat_rows(top)


def _write(book: Book, sheet: Worksheet, row: int, line: Line, areas: list[str]) -> None:
    for column, text in enumerate(line.head):
        sheet.write_string(row, column, text, book.text)
    for column, area in enumerate(areas, start=len(HEAD)):
        text, failed = line.cells.get(area, ("—", False))
        fill = {"bg_color": NOT_MET} if failed else {}
        sheet.write_string(row, column, text, book.format(align="right", valign="top", **fill))


def _lines(book: Book, shown: pd.DataFrame, year: int) -> Iterator[Line]:
    for _, own in shown.groupby(["code", "stage_code"], sort=False):
        one = own.iloc[0]
        head = one["title"], one["stage"], one["norm"]
        first = own.drop_duplicates("adcode")
        yield Line((*head, book.say(LATEST)), {row["adcode"]: _latest(book, row)
                                               for row in first.to_dict("records")})  # fmt: skip
        then = own[(own["year"] == year) & own["plan_value"].notna()]
        for words, value, met in ((WITHOUT, "shown", "met_code"),
                                  (WITH, "plan_shown", "plan_met_code")):  # fmt: skip
            cells = {row["adcode"]: (row[value], row[met] == "no")
                     for row in then.to_dict("records")}  # fmt: skip
            if cells:
                yield Line((*head, f"{year} {book.say(words)}"), cells)


def _latest(book: Book, row: dict[object, object]) -> tuple[str, bool]:
    """Return the first known value of a county, or a mark for what is missing."""
    if row["shown"]:
        return str(row["shown"]), row["met_code"] == "no"
    return ("—" if row["missing_code"] in ("", NOT_DUE) else book.say(ABSENT)), False
