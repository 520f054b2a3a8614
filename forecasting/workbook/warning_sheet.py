"""The one-page sheet of shortage probabilities: counties by stage and year."""

from math import isnan

import pandas as pd
from xlsxwriter.format import Format

from data.contract.stages import STAGES
from data.language import Text
from forecasting.headline import WARNING_COLOURS, chosen_years, total_area
from forecasting.idle import SHORT
from forecasting.wording.supply_words import years_in_use
from forecasting.workbook.sheet_style import PROBABILITY, Book

FIRST_ROW = 4
LIKELY_COLOUR = "#1F4E79"
STATED = Text("学位预警：短缺概率", "Warnings: probability of a shortage")
NOT_STATED = Text(
    "需求超过基年在用学位的概率", "Probability that more seats are needed than in the base year"
)
NOTES = {
    True: Text(
        "颜色为预警等级，见封面；只有统计了可用学位的学段才有预警。",
        "Colours are warning levels (cover); only stages with reported seats have them.",
    ),
    False: Text(
        "可用学位没有统计数，这里是与基年在用学位相比，不是学位预警；粗体为一半以上。填入学位表（capacity）后显示预警。",
        "Seats are not reported: this compares with the seats in use in the base year and is not a "
        "warning; bold from 50 % on. Fill in the capacity table to get warnings.",
    ),
}


def write_warnings(book: Book, ordered: pd.DataFrame, now: int) -> None:
    """Write the sheet of the main scenario from the demand table in reading order."""
    main = ordered[ordered["scenario"] == ordered["scenario"].iloc[0]]
    stages = [stage for stage in STAGES if stage.code in set(main["stage"])]
    years = chosen_years(now, int(main["year"].max()))
    in_use = years_in_use(main)
    stated = any(map(isnan, in_use.values()))
    title = STATED if stated else NOT_STATED
    name = Text("预警", "Warnings") if stated else Text("概率", "Probabilities")
    sheet = book.sheet(name, title, 1 + len(stages) * len(years))
    sheet.write_string(1, 0, book.say(NOTES[stated]), book.note)
    sheet.set_column(0, 0, 17, book.text)
    sheet.set_column(1, len(stages) * len(years), 6.5, book.text)
    sheet.merge_range(2, 0, 3, 0, book.say(Text("县区", "county")), book.heading)
    for place, stage in enumerate(stages):
        left = 1 + place * len(years)
        sheet.merge_range(2, left, 2, left + len(years) - 1, book.say(stage.title), book.heading)
        for column, year in enumerate(years, start=left):
            sheet.write_number(3, column, year, book.heading)
    cells = main.set_index(["adcode", "stage", "year"])[["shortage_probability", "warning"]]
    areas = main.drop_duplicates("adcode").set_index("adcode")["county"]
    total = total_area(areas.index)
    for row, (adcode, county) in enumerate(areas.items(), start=FIRST_ROW):
        sheet.write_string(row, 0, county, book.format(bold=adcode == total))
        for column, (stage, year) in enumerate(((s, y) for s in stages for y in years), start=1):
            chance, level = cells.loc[(adcode, stage.code, year)]
            known = isnan(in_use[adcode, stage.code])
            sheet.write_number(row, column, chance, _look(book, chance, level if known else ""))
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.repeat_rows(2, 3)


def _look(book: Book, chance: float, level: str) -> Format:
    look = {"num_format": PROBABILITY, "align": "center", "border": 1, "border_color": "#D9D9D9"}
    if level:
        return book.format(**look, bg_color=WARNING_COLOURS[level])
    likely = {"bold": True, "font_color": LIKELY_COLOUR} if chance >= SHORT else {}
    return book.format(**look, **likely)
