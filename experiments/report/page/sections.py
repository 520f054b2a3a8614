"""Template variables of the report's sections."""

from collections.abc import Mapping, Sequence
from typing import Any

from data.bundle import DataBundle
from data.contract.stages import STAGES
from data.language import Text
from data.scenario.schema import Scenario
from experiments.charts.waterfall import waterfalls
from experiments.report.page.basis_section import accuracy_section, source_section
from experiments.report.page.contents import Page
from experiments.report.page.indicator_section import indicator_section
from experiments.report.page.page_charts import scenario_colour
from experiments.report.page.page_tables import (
    assumption_rows,
    class_rows,
    difference_rows,
    idle_rows,
    warning_rows,
    why_rows,
)
from experiments.report.page.payload import differences, page_table
from experiments.report.page.plan_section import plan_section
from experiments.report.page.provision_tables import provision_section
from forecasting.headline import HEADLINE_YEARS, supply_known
from forecasting.why import PARTS, latest_change
from forecasting.wording.assumption_text import assumption_texts
from forecasting.wording.difference_text import difference_sentence
from forecasting.wording.forecast_text import conclusion
from forecasting.wording.idle_text import idle_sentences
from forecasting.wording.why_text import PART_TITLES, reasons

SECTIONS = (
    "answer",
    "map",
    "fans",
    "warnings",
    "classes",
    "why",
    "idle",
    "plan",
    "indicators",
    "accuracy",
    "assumptions",
)


def context(page: Page, bundle: DataBundle) -> dict[str, Any]:
    """Return all template variables.

    Parameters
    ----------
    page : all scenarios, the main one first
    bundle : input data of the forecast
    """
    plans = [plan_section(one, bundle.table("standards")) for one in (page, *page.views[1:])]
    indicators = indicator_section(page, page.indicators, bundle.tables)
    shown = {"plan": plans[0], "indicators": indicators}
    kept = [name for name in SECTIONS if shown.get(name, True)]
    comparing = len(page.scenarios) > 1
    return {
        "comparing": comparing,
        "indicators": indicators,
        "sections": [kept[0], "compare", *kept[1:]] if comparing else kept,
        "areas": list(page.areas.items()),
        "years": [int(page.demand["year"].min()), page.until],
        "ahead": list(range(page.now, page.until + 1)),
        "stages": _stages(page),
        "scenarios": [scenario_section(page, one) for one in page.scenarios],
        "views": [_view(*pair) for pair in zip(page.views, plans, strict=True)],
        "payload": _payload(page, plans),
        **_heading(page),
        **_map(page),
        **_comparing(page),
        **accuracy_section(page),
        **source_section(page, bundle),
    }


def _payload(page: Page, plans: Sequence[Mapping[str, Any] | None]) -> dict[str, Any]:
    names = [scenario.name for scenario in page.scenarios]
    ends = {name: (page.figures[name].lo95, page.figures[name].hi95) for name in names}
    bars = [waterfalls(view.demand, view.changes, page.language) for view in page.views]
    return {
        "table": page_table(page.results.demand, ends, page.areas),
        "apart": differences(page.apart.values(), list(page.areas)),
        "bars": {
            name: {stage: one.round(1).to_dict("records") for stage, one in own.items()}
            for name, own in zip(names, bars, strict=True)
        },
        "plan": [
            {"scenario": name, **row}
            for name, plan in zip(names, plans, strict=True)
            for row in (plan["map"] if plan else ())
        ],
    }


def _view(page: Page, plan: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the variables of one scenario, shown while it is selected."""
    return {
        "name": page.scenarios[0].name,
        "plan": plan,
        "class_years": page.years,
        "stages": _stage_tables(page),
        **answer_section(page),
        **why_section(page),
        **provision_section(page),
        **_idle(page),
    }


def _heading(page: Page) -> dict[str, Any]:
    lead = next(iter(page.areas.values()))
    titles = page.say_all([one.title for one in page.scenarios])
    about = titles[0] if len(titles) == 1 else page.say("scenarios")
    name = page.say("title")
    facts = page.say("facts", now=page.now, until=page.until, draws=page.results.settings.draws)
    return {
        "title": Text(f"{lead}{name}：{about}", f"{lead}: {name}, {about}").within(page.language),
        "facts": [f"{page.say('main')}: {titles[0]}", facts],
        "lead_name": lead,
    }


def answer_section(page: Page) -> dict[str, Any]:
    """Return the conclusion for the main scenario and the caveat on estimated seats."""
    # The city's cell stands for its counties' and would count twice.
    table = page.demand.drop_duplicates(["adcode", "stage"])
    cells = table[table["adcode"] != next(iter(page.areas))] if len(page.areas) > 1 else table
    estimated = int((~supply_known(cells)).sum())
    which = "all_cells" if estimated == len(cells) else "some_cells"
    caveat = page.say(
        "estimated_seats",
        cells=page.say(which, total=len(cells), part=estimated),
        year=page.demand["year"].min(),
    )
    return {
        "answer": page.say_all(conclusion(page.outlook, page.areas, page.until)),
        "caveat": caveat if estimated else "",
    }


def _map(page: Page) -> dict[str, Any]:
    """Return the year and the stage shown first: the stage with the largest shortage."""
    ahead = [year for year in HEADLINE_YEARS if page.now < year <= page.until]
    short = page.of_lead(page.outlook).dropna(subset="short")
    first = short.loc[short["short"].idxmax(), "stage"] if len(short) else STAGES[0].code
    return {"map_year": ahead[0] if ahead else page.until, "main_stage": first}


def _stages(page: Page) -> list[dict[str, Any]]:
    return [
        {
            "code": stage.code,
            "title": stage.title.within(page.language),
            "differences": difference_rows(page.apart, page.areas, stage.code, page.until),
        }
        for stage in STAGES
    ]


def _stage_tables(page: Page) -> list[dict[str, Any]]:
    """Return the tables of one scenario, by stage."""
    counties = list(page.areas.items())[1:]
    return [
        {
            "code": stage.code,
            "title": stage.title.within(page.language),
            "warnings": warning_rows(
                page.demand[page.demand["year"] >= page.now],
                list(page.areas),
                stage.code,
                page.language,
            ),
            "classes": class_rows(page.demand, list(page.areas), stage.code, page.years),
            "why": why_rows(page.changes, list(page.areas), stage.code),
            "idle": idle_rows(page.outlook, [(name, code, stage.code) for code, name in counties]),
        }
        for stage in STAGES
    ]


def scenario_section(page: Page, scenario: Scenario) -> dict[str, Any]:
    """Return a scenario's title and assumptions, and how its results differ from the first."""
    first = page.scenarios[0]
    place = page.scenarios.index(scenario)
    differing = assumption_rows(scenario, page.areas, False, page.language)
    why = page.results.differences
    said = (
        difference_sentence(
            page.apart[scenario.name], why[why["scenario"] == scenario.name], page.areas
        )
        if place
        else None
    )
    same = page.say("same", first=first.title.within(page.language))
    terms = {"description": scenario.description, "why_looked_at": scenario.reason}
    texts = [(page.say(key), text.within(page.language)) for key, text in terms.items()]
    return {
        "name": scenario.name,
        "title": scenario.title.within(page.language),
        "colour": scenario_colour(place),
        "texts": [*texts, (page.say("origin"), scenario.source.within(page.language))],
        "assumptions": assumption_rows(scenario, page.areas, True, page.language)
        if not place
        else differing,
        "differs": Text("；", "; ")
        .within(page.language)
        .join(assumption_texts(scenario, page.areas, page.language)),
        "moves": "" if not place else said.within(page.language) if said else same,
    }


def why_section(page: Page) -> dict[str, Any]:
    """Return the reasons for change in the main scenario, with the headings of their table."""
    last = latest_change(page.changes).iloc[0]
    span = {"first": last["from_year"], "last": last["to_year"]}
    titles = [PART_TITLES[part].within(page.language) for part in PARTS]
    return {
        "why_reading": page.say("why_reading", **span),
        "reasons": page.say_all(reasons(page.changes)),
        "part_titles": [page.say("total"), page.say("ends80"), *titles],
    }


def _comparing(page: Page) -> dict[str, Any]:
    return {
        "compare_reading": page.say(
            "compare_reading",
            first=page.scenarios[0].title.within(page.language),
            until=page.until,
        ),
        "compare_table": page.say("compare_table", until=page.until),
    }


def _idle(page: Page) -> dict[str, Any]:
    lead = page.of_lead(page.outlook)
    others = page.outlook.drop(lead.index)
    heads = [
        (stage.title.within(page.language), next(iter(page.areas)), stage.code) for stage in STAGES
    ]
    ends = page.say("ends80")
    headings = [
        "peak_year",
        "peak_seats",
        None,
        "short_year",
        "short",
        None,
        "idle_from",
        "idle_seats",
    ]
    return {
        "idle_sentences": page.say_all(idle_sentences(lead, others, page.until)),
        "idle_lead": idle_rows(page.outlook, heads),
        "idle_headings": [
            *(page.say(key, until=page.until) if key else ends for key in headings),
            ends,
        ],
        "idle_caption": page.say("idle_table", until=page.until),
    }
