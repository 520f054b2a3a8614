"""布局规划.docx: the layout plan of the main scenario as a document for a bureau."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data.contract.stages import STAGES
from data.language import Text
from experiments.report.page.contents import Page
from experiments.report.page.page_tables import Row
from experiments.report.word.document import WordReport

FILE = "布局规划.docx"
PAGE_CM, COUNTY_CM = 16.0, 1.7
# Action, schools, seats, opens, decide in, cost, land; the reason takes the rest of the page.
STEPS_CM = (1.0, 1.1, 1.7, 1.0, 1.0, 1.4, 1.2)
WORDS = {
    "title": Text("学校布局规划", "School layout plan"),
    "answer": Text("一、主要内容", "1. Summary"),
    "steps": Text("二、分学段项目", "2. Projects by stage"),
    "scenarios": Text("三、各情景比较", "3. Comparison of scenarios"),
    "rests_on": Text("四、依据和不确定性", "4. Basis and uncertainty"),
    "county": Text("县区", "county"),
    "scenario": Text("情景", "scenario"),
    "stage_steps": Text("{stage}项目（{scenario}情景）", "{stage} ({scenario})"),
    "unmet": Text("限额内未能解决的", "Shortages left by the limits"),
}


def write_word_plan(page: Page, section: Mapping[str, Any], path: Path) -> None:
    """Write the plan of the main scenario as a Word document.

    Parameters
    ----------
    page : all scenarios, the main one first
    section : template variables of the plan, from ``plan_section``
    path : file to write
    """

    def say(key: str, **figures: object) -> str:
        return WORDS[key].within(page.language).format(**figures)

    lead = next(iter(page.areas.values()))
    main = page.scenarios[0].title.within(page.language)
    facts = page.say("facts", now=page.now, until=page.until, draws=page.results.settings.draws)
    word = WordReport(f"{lead}{say('title')}", f"{page.say('main')}：{main}　{facts}")
    word.heading(say("answer"))
    for sentence in section["answer"]:
        word.paragraph(sentence)
    word.heading(say("steps"))
    headings = [say("county"), *section["step_headings"]]
    for stage in STAGES:
        title = stage.title.within(page.language)
        rows = section["steps"].get(stage.code)
        if rows:
            caption = say("stage_steps", stage=title, scenario=main)
            word.table(caption, headings, _cells(rows), _widths(page, headings))
        else:
            word.paragraph(f"{title}：{page.say('no_steps')}")
    if len(section["plans"]) > 1:
        word.heading(say("scenarios"))
        caption = page.say("plan_scenarios")
        word.table(caption, [say("scenario"), *section["plans_headings"]], _cells(section["plans"]))
    word.heading(say("rests_on"))
    word.paragraph(page.say("plan_basis"))
    if section.get("assumed"):
        word.paragraph(section["assumed_reading"])
    word.save(path)


def _cells(rows: Sequence[Row]) -> list[list[str]]:
    return [[row.head, *map(str, row.cells)] for row in rows]


def _widths(page: Page, headings: Sequence[str]) -> list[float]:
    """Return column widths in cm; the reason, if any, is the widest."""
    if page.words.get("reason") == headings[-1] and len(headings) == len(STEPS_CM) + 2:
        return [COUNTY_CM, *STEPS_CM, PAGE_CM - COUNTY_CM - sum(STEPS_CM)]
    each = (PAGE_CM - COUNTY_CM) / (len(headings) - 1)
    return [COUNTY_CM, *[each] * (len(headings) - 1)]
