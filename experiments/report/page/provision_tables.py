"""The report's tables on teachers and boarding places, where tables state them."""

from typing import Any

import pandas as pd

from data.contract.stages import STAGES
from data.language import Text
from experiments.report.page.contents import Page
from experiments.report.page.page_tables import NOTHING, Row
from forecasting.headline import headline_years
from forecasting.provision.teacher_why import TEACHER_PARTS
from forecasting.wording.comparison_text import signed
from forecasting.wording.teacher_text import TEACHER_PART_TITLES, teacher_sentences

WORDS = {
    "teachers": Text("教师缺额为什么变（人，{first}—{last}年）",
                     "Why missing teachers change ({first} to {last})"),
    "headings": Text("{last}年缺（负为余）|比{first}年变化", "short in {last}|change from {first}"),
    "boarding": Text("寄宿学位（按最近一年寄宿生占比推算，占比沿用不变）",
                     "Boarding places (at the last reported share of boarders)"),
    "places": Text("{year}年需求|现有床位|缺（负为余）", "required {year}|beds|short"),
}  # fmt: skip


def provision_section(page: Page) -> dict[str, Any]:
    """Return sentences and tables on teachers and boarding, empty where nothing is known."""
    staffing = page.results.staffing
    own = staffing[staffing["scenario"] == page.scenarios[0].name]
    span = {"first": page.now, "last": page.until}
    titles = [TEACHER_PART_TITLES[part].within(page.language) for part in TEACHER_PARTS]
    year = headline_years(page.now, page.until)[0]
    return {
        "teacher_sentences": page.say_all(teacher_sentences(page.demand, own)),
        "teacher_caption": _say(page, "teachers", **span),
        "teacher_headings": [*_say(page, "headings", **span).split("|"), *titles],
        "teacher_tables": _by_stage(page, lambda stage: _teachers(page, own, stage)),
        "boarding_caption": _say(page, "boarding"),
        "boarding_headings": _say(page, "places", year=year).split("|"),
        "boarding_tables": _by_stage(page, lambda stage: _boarding(page, stage, year)),
    }


def _say(page: Page, key: str, **figures: object) -> str:
    return WORDS[key].within(page.language).format(**figures)


def _by_stage(page: Page, rows_of: Any) -> list[dict[str, Any]]:
    tables = ((stage, rows_of(stage.code)) for stage in STAGES)
    return [
        {"code": stage.code, "title": stage.title.within(page.language), "rows": rows}
        for stage, rows in tables
        if rows
    ]


def _teachers(page: Page, staffing: pd.DataFrame, stage: str) -> list[Row]:
    rows = staffing[(staffing["stage"] == stage) & (staffing["to_year"] == page.until)]
    short = page.demand[(page.demand["stage"] == stage) & (page.demand["year"] == page.until)]
    then = short.set_index("adcode")["teachers_short"]
    found = []
    for area, name in page.areas.items():
        own = rows[rows["adcode"] == area]
        if len(own):
            parts = own.set_index("part")["teachers"]
            cells = [then[area], own["total"].iloc[0], *(parts[part] for part in TEACHER_PARTS)]
            found.append(Row(name, [signed(float(cell)) for cell in cells]))
    return found


def _boarding(page: Page, stage: str, year: int) -> list[Row]:
    rows = page.demand[(page.demand["stage"] == stage) & (page.demand["year"] == year)]
    known = rows.dropna(subset="boarding_required").set_index("adcode")
    found = []
    for area, name in page.areas.items():
        if area in known.index:
            need, beds = known.loc[area, "boarding_required"], known.loc[area, "boarding_beds"]
            stated = not pd.isna(beds)
            ends = [f"{beds:,.0f}", signed(float(need - beds))] if stated else [NOTHING, NOTHING]
            found.append(Row(name, [f"{need:,.0f}", *ends]))
    return found
