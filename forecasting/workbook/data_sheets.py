"""The sheet with every row of the forecast, for filters and pivot tables."""

import pandas as pd

from data.contract.bases import PUPILS_WORDS, supply_words
from data.contract.rungs import Rung, rung_line
from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.headline import WARNING_TITLES, supply_known
from forecasting.workbook.sheet_style import COUNT, GAP, Book

COLUMNS = {
    "scenario": (Text("情景", "scenario"), "@"),
    "adcode": (Text("行政区划代码", "adcode"), "@"),
    "county": (Text("县区", "county"), "@"),
    "stage": (Text("学段", "stage"), "@"),
    "year": (Text("年度", "year"), "0"),
    "pupils": (Text("在校生", "pupils"), COUNT),
    "pupils_lo80": (Text("在校生 80%下限", "pupils 80 % lower"), COUNT),
    "pupils_hi80": (Text("在校生 80%上限", "pupils 80 % upper"), COUNT),
    "pupils_lo95": (Text("在校生 95%下限", "pupils 95 % lower"), COUNT),
    "pupils_hi95": (Text("在校生 95%上限", "pupils 95 % upper"), COUNT),
    "classes": (Text("班级数", "classes"), COUNT),
    "seats_required": (Text("需求学位", "seats required"), COUNT),
    "seats_required_lo80": (Text("需求学位 80%下限", "required 80 % lower"), COUNT),
    "seats_required_hi80": (Text("需求学位 80%上限", "required 80 % upper"), COUNT),
    "seats_available": (Text("可用学位", "seats available"), COUNT),
    "gap": (Text("缺口", "gap"), GAP),
    "gap_lo80": (Text("缺口 80%下限", "gap 80 % lower"), GAP),
    "gap_hi80": (Text("缺口 80%上限", "gap 80 % upper"), GAP),
    "shortage_probability": (Text("短缺概率", "shortage probability"), "0.0%"),
    "warning": (Text("预警", "level"), "@"),
    "rung": (Text("数据层级", "rung"), "@"),
    "pupils_basis": (Text("在校生依据", "basis of pupils"), "@"),
    "supply_basis": (Text("学位依据", "basis of seats"), "@"),
    "teachers_required": (Text("按标准需教职工", "staff required by the norm"), COUNT),
    "teachers_staying": (Text("退休后在岗教师", "teachers still in post"), COUNT),
    "teachers_short": (Text("教师缺额", "teachers short"), GAP),
    "boarding_required": (Text("寄宿学位需求", "boarding places required"), COUNT),
    "boarding_beds": (Text("现有寄宿床位", "boarding beds"), COUNT),
}
# Titles where no row states its seats: there is no gap and no warning then.
IN_USE = {
    "seats_available": Text("在用学位", "seats in use"),
    "gap": Text("比在用学位多（负为少）", "above seats in use"),
    "gap_lo80": Text("多少 80%下限", "above, 80 % lower"),
    "gap_hi80": Text("多少 80%上限", "above, 80 % upper"),
    "shortage_probability": Text("多于在用学位的概率", "probability of more"),
}
# Left out where no row has a figure.
IF_KNOWN = ("teachers_staying", "teachers_short", "boarding_required", "boarding_beds")
HEADING_ROW = 0


def write_data(book: Book, ordered: pd.DataFrame) -> None:
    """Write every row of ``ordered`` under frozen headings."""
    sheet = book.long_sheet(Text("全部数据", "All data"))
    shown = ordered.assign(
        scenario=ordered["scenario"].map(book.scenario_titles),
        stage=ordered["stage"].map({code: book.say(t) for code, t in STAGE_TITLES.items()}),
        warning=ordered["warning"].map({key: book.say(t) for key, t in WARNING_TITLES.items()}),
        rung=ordered["rung"].map({rung: book.say(rung_line(rung)) for rung in Rung}),
        pupils_basis=ordered["pupils_basis"].map(
            {basis: book.say(words) for basis, words in PUPILS_WORDS.items()}
        ),
        supply_basis=ordered["supply_basis"].map(
            {code: book.say(supply_words(code)) for code in ordered["supply_basis"].unique()}
        ),
    )
    known = bool(supply_known(ordered).any())
    absent = [name for name in IF_KNOWN if shown[name].isna().all()]
    absent += [] if known else ["warning"]
    columns = {
        name: (title if known else IN_USE.get(name, title), number)
        for name, (title, number) in COLUMNS.items()
        if name not in absent
    }
    sheet.set_row(HEADING_ROW, 32)
    for column, (name, (title, number)) in enumerate(columns.items()):
        style = book.format(num_format=number)
        sheet.set_column(column, column, 36 if name == "rung" else 12, style)
        sheet.write_string(HEADING_ROW, column, book.say(title), book.heading)
        write = sheet.write_string if number == "@" else sheet.write_number
        for row, value in enumerate(shown[name].tolist(), start=HEADING_ROW + 1):
            if pd.notna(value):
                write(row, column, value, style)
    last = HEADING_ROW + len(shown)
    if known:
        level = list(columns).index("warning")
        book.colour_by_level(sheet, (HEADING_ROW + 1, level, last, level))
    sheet.autofilter(HEADING_ROW, 0, last, len(columns) - 1)
    sheet.freeze_panes(HEADING_ROW + 1, 5)
