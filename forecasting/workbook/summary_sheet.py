"""The one-page summary sheet: the city by stage and scenario."""

from collections.abc import Sequence

import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.city_summary import city_summary
from forecasting.headline import headline_years, lead_area
from forecasting.wording.supply_words import supply_heading
from forecasting.workbook.sheet_style import COUNT, GAP, PROBABILITY, Book

HEADING_ROW = 2
Columns = dict[str, tuple[Text, str]]
NOTE = Text(
    "差额＝需求学位－可用学位，正数为需求更多；可用学位没有统计数的，以基年在用学位代替。",
    "Difference = seats required - seats available, positive where more are required; where "
    "available seats are not reported, those in use in the base year are used.",
)


def write_summary(book: Book, ordered: pd.DataFrame, now: int) -> None:
    """Write the summary sheet from the demand table in reading order."""
    years = headline_years(now, int(ordered["year"].max()))
    columns = _columns(supply_heading(ordered, now), now, years)
    name = str(lead_area(ordered)["county"].iloc[0])
    title = Text(f"{name}各学段汇总", f"{name}: stages")
    sheet = book.sheet(Text("汇总", "Summary"), title, len(columns))
    sheet.write_string(1, 0, book.say(NOTE), book.note)
    sheet.set_column(0, 0, 16, book.text)
    shown = city_summary(ordered, now, years)
    shown = shown.assign(
        scenario=shown["scenario"].map(book.scenario_titles),
        stage=[book.say(STAGE_TITLES[code]) for code in shown["stage"]],
    )
    book.write_table(sheet, HEADING_ROW, columns, shown)


def _columns(supply: Text, now: int, years: Sequence[int]) -> Columns:
    """Return column → heading and number format, in the order of the sheet."""
    columns: Columns = {
        "scenario": (Text("情景", "scenario"), "@"),
        "stage": (Text("学段", "stage"), "@"),
        "pupils": (Text(f"{now}年\n在校生", f"pupils {now}"), COUNT),
        "peak_year": (Text("在校生\n高峰年", "peak year"), "0"),
        "peak_pupils": (Text("高峰年\n在校生", "peak pupils"), COUNT),
        "seats_available": (supply, COUNT),
    }
    for year in years:
        columns |= {
            f"required_{year}": (Text(f"{year}年\n需求学位", f"required {year}"), COUNT),
            f"gap_{year}": (Text(f"{year}年\n差额", f"difference {year}"), GAP),
            f"gap_lo80_{year}": (Text(f"{year}年\n80%下限", f"80 % lower {year}"), GAP),
            f"gap_hi80_{year}": (Text(f"{year}年\n80%上限", f"80 % upper {year}"), GAP),
            f"shortage_probability_{year}": (
                Text(f"{year}年\n超出概率", f"probability {year}"), PROBABILITY,
            ),
            f"counties_{year}": (Text(f"{year}年多半\n超出的县区", f"counties {year}"), "0"),
        }  # fmt: skip
    return columns
