"""The summary sheet: a row a scenario, county and stage with the figures asked for first."""

import pandas as pd

from data.contract.stages import STAGES
from data.language import Text
from forecasting.headline import HEADLINE_YEARS, WARNING_TITLES
from forecasting.workbook.sheet_style import COUNT, GAP, Book

STAGE_TITLES = {stage.code: stage.title for stage in STAGES}
HEADING_ROW = 2
NOTE = Text(
    "预警等级取自现在起短缺概率最高的一年，“预警年”即该年；峰值从现在起算。",
    "The level is that of the year with the highest shortage probability from now on; the peak "
    "too is looked for from now on.",
)


def write_summary(book: Book, headline: pd.DataFrame, now: int) -> None:
    """Write the summary sheet from the table of ``headlines``."""
    columns = _columns(now)
    sheet = book.sheet(
        Text("汇总", "Summary"), Text("各县区各学段汇总", "Counties and stages"), len(columns)
    )
    sheet.write_string(1, 0, book.say(NOTE), book.note)
    sheet.set_column(0, 0, 12, book.text)
    sheet.set_column(1, 1, 16, book.text)
    shown = headline.assign(
        scenario=headline["scenario"].map(book.scenario_titles),
        stage=[book.say(STAGE_TITLES[code]) for code in headline["stage"]],
        warning=[book.say(WARNING_TITLES[level]) for level in headline["warning"]],
    )
    last = book.write_table(sheet, HEADING_ROW, columns, shown)
    keys = list(columns)
    for key, colour in (
        ("warning", book.colour_by_level),
        ("shortage_probability", book.colour_by_probability),
    ):
        colour(sheet, (HEADING_ROW + 1, keys.index(key), last, keys.index(key)))


def _columns(now: int) -> dict[str, tuple[Text, str]]:
    """Return column → heading and number format, in the order of the sheet."""
    columns = {
        "scenario": (Text("情景", "scenario"), "@"),
        "county": (Text("县区", "county"), "@"),
        "stage": (Text("学段", "stage"), "@"),
        "pupils_now": (Text(f"{now}年\n在校生", f"pupils {now}"), COUNT),
        "peak_year": (Text("峰值年", "peak year"), "0"),
        "peak_pupils": (Text("峰值\n在校生", "peak pupils"), COUNT),
    }
    for year in HEADLINE_YEARS:
        columns[f"gap_{year}"] = (Text(f"{year}年\n缺口", f"gap {year}"), GAP)
        columns[f"gap_lo80_{year}"] = (Text("80%\n下限", "80 % lower"), GAP)
        columns[f"gap_hi80_{year}"] = (Text("80%\n上限", "80 % upper"), GAP)
    columns["shortage_probability"] = (Text("最高短缺\n概率", "highest probability"), "0%")
    columns["warning_year"] = (Text("预警年", "year of level"), "0")
    columns["warning"] = (Text("预警", "level"), "@")
    return columns
