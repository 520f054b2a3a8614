"""The sheet of reasons: what makes the seats required change, a row a county, stage and span."""

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from data.language import Text
from forecasting.headline import HEADLINE_YEARS, in_reading_order
from forecasting.why import PARTS
from forecasting.wording.why_text import PART_TITLES, reasons
from forecasting.workbook.sheet_style import GAP, Book
from forecasting.workbook.summary_sheet import STAGE_TITLES

LARGEST_FILL = "#FFF2B3"
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
        "需求学位的变化拆成六部分，逐项相加等于合计；底色标出影响最大的一项。各年见 why.csv。",
        "The change of seats required in six parts that add up to the total; the largest is "
        "coloured. Every year is in why.csv.",
    ),
    Text(
        "迁移从普查年算起（此前的已在出生队列人数中），市内各县区之间的迁移在全市一行互相抵消。",
        "Migration counts from the census on (what went before is in the cohorts); moves inside "
        "the city cancel in its row.",
    ),
    Text(
        "入学政策指毛入学率、巩固率目标与普职比；就读比例指政策之外的变化，有在校生历史时即升级规律所添。",
        "Enrolment policy is the enrolment and retention targets and the general share; the "
        "enrolment ratio is what moves beside, with a history what grade progression adds.",
    ),
)


def write_why(book: Book, changes: pd.DataFrame, now: int) -> None:
    """Write the sheet from the rows of ``why.csv``: sentences on the city, then the table."""
    sheet = book.sheet(
        Text("原因", "Why"), Text("需求学位为什么变", "Why seats change"), len(COLUMNS)
    )
    lines = [(note, book.note) for note in NOTES]
    lines += [(sentence, book.text) for sentence in reasons(changes)]
    for row, (line, style) in enumerate(lines, start=1):
        sheet.write_string(row, 0, book.say(line), style)
    sheet.set_column(0, 0, 12, book.text)
    sheet.set_column(1, 1, 16, book.text)
    table = _spans(changes, now)
    shown = table.assign(
        scenario=table["scenario"].map(book.scenario_titles),
        stage=[book.say(STAGE_TITLES[code]) for code in table["stage"]],
    )
    heading_row = len(lines) + 2
    last = book.write_table(sheet, heading_row, COLUMNS, shown)
    _mark_largest(book, sheet, heading_row + 1, last)


def _spans(changes: pd.DataFrame, now: int) -> pd.DataFrame:
    """Return a row a scenario, county, stage and span: up to ``now``, to headline years, to last.

    Parts are columns.
    """
    years = changes["to_year"]
    wanted = changes[years.isin((now, *HEADLINE_YEARS, years.max()))]
    keys = ["scenario", "adcode", "county", "stage", "from_year", "to_year", *TOTALS]
    wide = wanted.pivot_table("seats", keys, "part", aggfunc="first", sort=False).reset_index()
    ordered = in_reading_order(wide.rename(columns={"to_year": "year"}))
    return ordered.rename(columns={"year": "to_year"})


def _mark_largest(book: Book, sheet: Worksheet, first: int, last: int) -> None:
    """Colour the part of each row that is largest either way, wherever the row is sorted to."""
    left = list(COLUMNS).index(PARTS[0])
    right = left + len(PARTS) - 1
    cell = xl_rowcol_to_cell(first, left)
    row = ":".join(xl_rowcol_to_cell(first, end, col_abs=True) for end in (left, right))
    largest = f"=AND(ABS({cell})=MAX(MAX({row}),-MIN({row})),{cell}<>0)"
    fill = book.file.add_format({"bg_color": LARGEST_FILL})
    rule = {"type": "formula", "criteria": largest, "format": fill}
    sheet.conditional_format(first, left, last, right, rule)
