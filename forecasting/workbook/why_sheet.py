"""The sheets of reasons: decomposition of changes in seats required by county, stage and span."""

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.headline import HEADLINE_YEARS, in_reading_order, lead_area
from forecasting.why import PARTS
from forecasting.wording.why_text import PART_TITLES, reasons
from forecasting.workbook.cover import write_lines
from forecasting.workbook.sheet_style import GAP, Book

LARGEST_FILL = "#FFF2B3"
LINE_WIDTH = 80  # full-width characters over all columns
TOTALS = ["total", "total_lo80", "total_hi80"]
COLUMNS = {
    "scenario": (Text("情景", "scenario"), "@"),
    "county": (Text("县区", "county"), "@"),
    "stage": (Text("学段", "stage"), "@"),
    "from_year": (Text("从", "from"), "0"),
    "to_year": (Text("到", "to"), "0"),
    **{part: (PART_TITLES[part], GAP) for part in PARTS},
    "total": (Text("合计", "total"), GAP),
    "total_lo80": (Text("80%\n下限", "80 % lower"), GAP),
    "total_hi80": (Text("80%\n上限", "80 % upper"), GAP),
}
NOTES = (
    Text(
        "需求学位的变化拆成六部分，逐项相加等于合计；底色标出影响最大的一项。各县区、各情景见“原因明细”。",
        "The change of seats required in six parts that add up to the total; the largest is "
        "coloured. Counties and scenarios are in “All reasons”.",
    ),
    Text(
        "迁移从普查年算起（此前的已在出生队列人数中），市内各县区之间的迁移在全市一行互相抵消。",
        "Migration is counted from the census on (earlier moves are in the cohorts); moves within "
        "the city cancel out in its row.",
    ),
    Text(
        "入学政策指毛入学率、巩固率目标与普职比；就读比例指政策之外的变化，有在校生历史时即升级规律所添。",
        "Enrolment policy covers the enrolment and retention targets and the general share; the "
        "enrolment ratio is any other change, with an enrolment history that of grade progression.",
    ),
)


def write_why(book: Book, changes: pd.DataFrame, now: int) -> None:
    """Write the sheet on the city, or the only county: one sentence per stage, then figures."""
    main = lead_area(changes[changes["scenario"] == changes["scenario"].iloc[0]])
    sheet = book.sheet(
        Text("原因", "Why"), Text("需求学位为什么变", "Why seats change"), len(COLUMNS)
    )
    sheet.set_column(0, 0, 12, book.text)
    sheet.set_column(1, 1, 16, book.text)
    heading = Text("主要原因", "Main reasons")
    span = len(COLUMNS), LINE_WIDTH
    row = write_lines(book, sheet, 2, heading, reasons(changes), *span)
    row = write_lines(book, sheet, row, Text("怎样阅读", "How to read"), NOTES, *span)
    last = book.write_table(sheet, row, COLUMNS, _named(book, _spans(main, now)))
    _mark_largest(book, sheet, row + 1, last)


def write_all_reasons(book: Book, changes: pd.DataFrame, now: int) -> None:
    """Write the long table: every scenario, county, stage and span."""
    sheet = book.long_sheet(Text("原因明细", "All reasons"))
    sheet.set_column(0, len(COLUMNS) - 1, 12, book.text)
    last = book.write_table(sheet, 0, COLUMNS, _named(book, _spans(changes, now)))
    _mark_largest(book, sheet, 1, last)


def _named(book: Book, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        scenario=table["scenario"].map(book.scenario_titles),
        stage=[book.say(STAGE_TITLES[code]) for code in table["stage"]],
    )


def _spans(changes: pd.DataFrame, now: int) -> pd.DataFrame:
    """Return one row per scenario, county, stage and span, with the factors as columns.

    Spans end in ``now``, the headline years and the last year.
    """
    years = changes["to_year"]
    wanted = changes[years.isin((now, *HEADLINE_YEARS, years.max()))]
    keys = ["scenario", "adcode", "county", "stage", "from_year", "to_year", *TOTALS]
    wide = wanted.pivot_table("seats", keys, "part", aggfunc="first", sort=False).reset_index()
    ordered = in_reading_order(wide.rename(columns={"to_year": "year"}))
    return ordered.rename(columns={"year": "to_year"})


def _mark_largest(book: Book, sheet: Worksheet, first: int, last: int) -> None:
    """Colour the factor of each row that is largest in size, by a rule that survives sorting."""
    left = list(COLUMNS).index(PARTS[0])
    right = left + len(PARTS) - 1
    cell = xl_rowcol_to_cell(first, left)
    row = ":".join(xl_rowcol_to_cell(first, end, col_abs=True) for end in (left, right))
    largest = f"=AND(ABS({cell})=MAX(MAX({row}),-MIN({row})),{cell}<>0)"
    fill = book.file.add_format({"bg_color": LARGEST_FILL})
    rule = {"type": "formula", "criteria": largest, "format": fill}
    sheet.conditional_format(first, left, last, right, rule)
