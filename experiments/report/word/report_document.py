"""学位需求预测报告.docx: a report of two to four pages for a bureau's superiors."""

from pathlib import Path

import pandas as pd

from data.bundle import DataBundle
from data.contract.stages import STAGES
from data.language import Text
from experiments.report.page.basis_section import accuracy_section, source_section
from experiments.report.page.contents import Page
from experiments.report.page.provision_tables import provision_section
from experiments.report.page.sections import (
    answer_section,
    scenario_section,
    why_section,
)
from experiments.report.word.document import WordReport
from forecasting.city_summary import city_summary
from forecasting.headline import headline_years, in_reading_order
from forecasting.wording.comparison_text import signed
from forecasting.wording.supply_words import supply_heading, supply_name

WORDS = {
    "title": Text("学位需求预测报告", "School-seat demand report"),
    "answer": Text("一、结论", "1. Conclusion"),
    "stages": Text("二、分学段", "2. By stage"),
    "counties": Text("三、分县区", "3. By county"),
    "why": Text("四、为什么变", "4. Why it changes"),
    "scenarios": Text("五、如果情况不同", "5. Alternative scenarios"),
    "rests_on": Text("六、依据和不确定性", "6. Basis and uncertainty"),
    "sources": Text("七、数据来源", "7. Sources"),
    "table": Text(
        "{area}各学段（{scenario}情景，个；差额＝需求学位－{supply}）",
        "{area} by stage ({scenario}; difference = seats required - {supply})",
    ),
    "county_table": Text(
        "{year}年各县区差额（个，{scenario}情景；正数为需求更多）",
        "Difference by county in {year} ({scenario})",
    ),
    "headings": Text(
        "学段|{now}年在校生|高峰年|高峰在校生|{supply}",
        "stage|pupils {now}|peak year|pupils at peak|{supply}",
    ),
    "year_heading": Text("{year}年差额（80%区间）", "difference {year} (80 %)"),
    "county": Text("县区", "county"),
}  # fmt: skip

COLUMN_WIDTHS = (2.1, 1.85, 1.35, 1.85, 1.85)  # cm, of the stage table up to the differences


def write_word_report(page: Page, bundle: DataBundle, picture: Path, path: Path) -> None:
    """Write the report of the main scenario as a Word document.

    Parameters
    ----------
    page : all scenarios, the main one first
    bundle : input data of the forecast
    picture : PNG of the city's seats
    path : file to write
    """

    def say(key: str, **figures: object) -> str:
        return WORDS[key].within(page.language).format(**figures)

    lead = next(iter(page.areas.values()))
    main = page.scenarios[0].title.within(page.language)
    facts = page.say("facts", now=page.now, until=page.until, draws=page.results.settings.draws)
    word = WordReport(f"{lead}{say('title')}", f"{page.say('main')}：{main}　{facts}")
    answer, accuracy = answer_section(page), accuracy_section(page)
    word.heading(say("answer"))
    for sentence in answer["answer"]:
        word.paragraph(sentence)
    if answer["caveat"]:
        word.paragraph(answer["caveat"])
    supply = supply_name(page.demand).within(page.language)
    heading = supply_heading(page.demand, page.now).within(page.language).replace("\n", "")
    word.heading(say("stages"))
    years = headline_years(page.now, page.until)
    headings = say("headings", now=page.now, supply=heading).split("|")
    headings += [say("year_heading", year=year) for year in years]
    caption = say("table", area=lead, scenario=main, supply=supply)
    rest = 16.0 - sum(COLUMN_WIDTHS)
    widths = [*COLUMN_WIDTHS, *(rest / len(years) for _ in years)]
    word.table(caption, headings, _stage_rows(page, years), widths)
    word.picture(picture)
    word.heading(say("counties"))
    for year in years[:1]:
        titles = [stage.title.within(page.language) for stage in STAGES]
        caption = say("county_table", year=year, scenario=main)
        word.table(caption, [say("county"), *titles], _county_rows(page, year))
    word.heading(say("why"))
    word.points([*why_section(page)["reasons"], *provision_section(page)["teacher_sentences"]])
    if len(page.scenarios) > 1:
        word.heading(say("scenarios"))
        others = [scenario_section(page, one) for one in page.scenarios[1:]]
        colon = Text("：", ": ").within(page.language)
        word.points([f"{one['title']}{colon}{one['moves']}" for one in others])
    word.heading(say("rests_on"))
    word.points([*accuracy["rungs"], *accuracy["applies"]])
    word.paragraph(page.say("interval_meaning"))
    if accuracy["untested"]:
        word.paragraph(page.say("no_local_test"))
    word.heading(say("sources"))
    for source in source_section(page, bundle)["sources"]:
        word.note(source)
    word.save(path)


def _stage_rows(page: Page, years: list[int]) -> list[list[str]]:
    ordered = in_reading_order(page.demand)
    titles = {stage.code: stage.title.within(page.language) for stage in STAGES}
    return [
        [
            titles[row["stage"]],
            f"{row['pupils']:,.0f}",
            f"{row['peak_year']}",
            f"{row['peak_pupils']:,.0f}",
            f"{row['seats_available']:,.0f}",
            *(
                f"{signed(row[f'gap_{year}'])}\n"
                f"（{signed(row[f'gap_lo80_{year}'])}～{signed(row[f'gap_hi80_{year}'])}）"
                for year in years
            ),
        ]
        for row in city_summary(ordered, page.now, years).to_dict("records")
    ]


def _county_rows(page: Page, year: int) -> list[list[str]]:
    then = page.demand[page.demand["year"] == year]
    gaps: pd.DataFrame = then.pivot_table("gap", "adcode", "stage", observed=True)
    codes = list(page.areas)
    ordered = [*codes[1:], codes[0]] if len(codes) > 1 else codes
    return [
        [page.areas[code], *(signed(gaps.loc[code, stage.code]) for stage in STAGES)]
        for code in ordered
    ]
