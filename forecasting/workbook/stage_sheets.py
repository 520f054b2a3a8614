"""A stage's sheet: for each scenario and measure a block of county rows by year."""

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from data.contract.stages import Stage
from data.language import Text
from forecasting.headline import is_observed, whole_of
from forecasting.workbook.sheet_style import COUNT, GAP, OBSERVED_FILL, PROBABILITY, Book

MEASURES = {
    "seats_required": (Text("需求学位", "seats required"), COUNT),
    "seats_required_lo80": (Text("需求学位 80%下限", "seats required, 80 % lower"), COUNT),
    "seats_required_hi80": (Text("需求学位 80%上限", "seats required, 80 % upper"), COUNT),
    "seats_available": (Text("可用学位", "seats available"), COUNT),
    "gap": (Text("缺口", "gap"), GAP),
    "gap_lo80": (Text("缺口 80%下限", "gap, 80 % lower"), GAP),
    "gap_hi80": (Text("缺口 80%上限", "gap, 80 % upper"), GAP),
    "shortage_probability": (Text("短缺概率", "shortage probability"), PROBABILITY),
}
HEADING_ROW = 2
LABELS = (Text("情景", "scenario"), Text("指标", "measure"), Text("县区", "county"))
BLOCKS_A_PAGE = 2
NOTE = Text(
    "用标题行的筛选按钮选择情景、指标或县区；灰底为观测值；缺口正数为不足、负数为富余；颜色见封面。",
    "Use the filter buttons for scenario, measure or county; grey is observed; a positive gap is a "
    "shortage, a negative one a surplus; colours as on the cover.",
)


def write_stage(book: Book, stage: Stage, rows: pd.DataFrame) -> None:
    """Write the sheet of ``stage`` from its ``rows`` of the demand table in reading order."""
    years = range(int(rows["year"].min()), int(rows["year"].max()) + 1)
    last_column = len(LABELS) + len(years) - 1
    name = Text(stage.title.zh, stage.title.en.capitalize())
    title = Text(f"{stage.title.zh}学位：各县区逐年", f"Seats by county and year: {name.en}")
    sheet = book.sheet(name, title, last_column + 1)
    sheet.write_string(1, 0, book.say(NOTE), book.note)
    sheet.set_column(0, 0, 12, book.text)
    sheet.set_column(1, 1, 20, book.text)
    sheet.set_column(2, 2, 16, book.text)
    for column, label in enumerate(LABELS):
        sheet.write_string(HEADING_ROW, column, book.say(label), book.heading)
    for column, year in enumerate(years, start=len(LABELS)):
        sheet.write_number(HEADING_ROW, column, year, book.heading)
    row = HEADING_ROW + 1
    breaks = []
    for _, part in rows.groupby("scenario", sort=False):
        for place, measure in enumerate(MEASURES):
            if place % BLOCKS_A_PAGE == 0:
                breaks.append(row)
            row = _write_block(book, sheet, row, measure, part, years[0])
    sheet.autofilter(HEADING_ROW, 0, row - 1, last_column)
    sheet.freeze_panes(HEADING_ROW + 1, len(LABELS))
    sheet.repeat_rows(HEADING_ROW)
    sheet.set_h_pagebreaks(breaks[1:])


def _write_block(
    book: Book, sheet: Worksheet, row: int, measure: str, part: pd.DataFrame, first_year: int
) -> int:
    """Write a county row each of one measure; return the row after the block."""
    title, number = MEASURES[measure]
    marks_observation = measure.startswith("seats_required")
    first, whole = row, whole_of(part["adcode"])
    for (adcode, county, scenario), area in part.groupby(
        ["adcode", "county", "scenario"], sort=False
    ):
        look = {"num_format": number, "bold": adcode == whole, "top": int(row == first)}
        labels = (book.scenario_titles[scenario], book.say(title), county)
        for column, text in enumerate(labels):
            sheet.write_string(row, column, text, book.format(**look))
        for year, value, basis in zip(area["year"], area[measure], area["basis"], strict=True):
            seen = {"bg_color": OBSERVED_FILL} if marks_observation and is_observed(basis) else {}
            if pd.notna(value):
                column = len(LABELS) + int(year) - first_year
                sheet.write_number(row, column, float(value), book.format(**look, **seen))
        row += 1
    if number == PROBABILITY:
        last = len(LABELS) + int(part["year"].max()) - first_year
        book.colour_by_probability(sheet, (first, len(LABELS), row - 1, last))
    return row
