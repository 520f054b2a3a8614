"""A stage's sheet: for each scenario and measure a block of county rows by year."""

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.language import Text
from data.stages import Stage
from forecasting.headline import is_city, is_observed
from forecasting.workbook_style import COUNT, GAP, OBSERVED_FILL, PROBABILITY, Book

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
    years = sorted(rows["year"].unique())
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
        sheet.write_number(HEADING_ROW, column, int(year), book.heading)
    row = HEADING_ROW + 1
    breaks = []
    for scenario, part in rows.groupby("scenario", sort=False):
        for place, measure in enumerate(MEASURES):
            if place % BLOCKS_A_PAGE == 0:
                breaks.append(row)
            row = _write_block(book, sheet, row, str(scenario), measure, part)
    sheet.autofilter(HEADING_ROW, 0, row - 1, last_column)
    sheet.freeze_panes(HEADING_ROW + 1, len(LABELS))
    sheet.repeat_rows(HEADING_ROW)
    sheet.set_h_pagebreaks(breaks[1:])


def _write_block(
    book: Book, sheet: Worksheet, row: int, scenario: str, measure: str, part: pd.DataFrame
) -> int:
    """Write a county row each of one measure; return the row after the block."""
    title, number = MEASURES[measure]
    names = part.drop_duplicates("adcode").set_index("adcode")["county"]
    cells = part.assign(seen=part["basis"].map(is_observed)).set_index(["adcode", "year"])
    grid = cells[measure].unstack().reindex(names.index)
    seen = cells["seen"].unstack().reindex(names.index)
    marks_observation = measure.startswith("seats_required")
    first = row
    for adcode, values in grid.iterrows():
        bold = is_city(str(adcode))
        top = row == first
        for column, text in enumerate((book.scenario_titles[scenario], book.say(title))):
            sheet.write_string(row, column, text, _cell(book, "@", bold, top, False))
        sheet.write_string(row, 2, str(names[adcode]), _cell(book, "@", bold, top, False))
        for column, (year, value) in enumerate(values.items(), start=len(LABELS)):
            grey = marks_observation and bool(seen.loc[adcode, year])
            style = _cell(book, number, bold, top, grey)
            if pd.isna(value):
                sheet.write_blank(row, column, None, style)
            else:
                sheet.write_number(row, column, float(value), style)
        row += 1
    if number == PROBABILITY:
        last = len(LABELS) + grid.shape[1] - 1
        book.colour_by_probability(sheet, (first, len(LABELS), row - 1, last))
    return row


def _cell(book: Book, number: str, bold: bool, top: bool, grey: bool) -> Format:
    fill = {"bg_color": OBSERVED_FILL} if grey else {}
    line = {"top": 1} if top else {}
    return book.format(num_format=number, bold=bold, **line, **fill)
