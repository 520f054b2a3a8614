"""Template variables on what the report rests on: data ladder, measured errors, sources."""

from typing import Any

from data.bundle import DataBundle
from data.contract.rungs import Rung
from data.contract.stages import STAGES
from data.language import Text
from experiments.report.page.contents import Page
from experiments.report.page.page_tables import error_rows
from experiments.report.page.texts import APPLIES, SETTINGS
from experiments.results.evidence import observed_years, sources
from forecasting.headline import rung_lines
from forecasting.rounding import stated_schools
from forecasting.wording.rounding_text import rounding_text


def accuracy_section(page: Page) -> dict[str, Any]:
    """Return the basis of the enrolment figures and the errors measured for it."""
    used = set(page.demand["rung"])
    headings = ("set", "origins", "ahead", "error", "cells", "used")
    return {
        "rungs": page.say_all(rung_lines(page.demand)),
        "applies": page.say_all([APPLIES[rung] for rung in Rung if rung in used]),
        "untested": bool(used - {Rung.GRADES, Rung.STAGE_TOTALS}),
        "errors": error_rows(page.demand, page.language),
        "error_headings": [page.say(key) for key in headings],
    }


def source_section(page: Page, bundle: DataBundle) -> dict[str, Any]:
    """Return what is estimated, the sources, and what is needed to reproduce the report."""
    seen = observed_years(page.demand)
    years = [
        f"{stage.title.within(page.language)} {', '.join(map(str, seen[stage.code]))}"
        for stage in STAGES
        if stage.code in seen
    ]
    joint = Text("；", "; ").within(page.language)
    pupils = page.say("estimated_pupils", seen=joint.join(years))
    norms = bundle.table("standards").query("measure == 'class_size'").set_index("stage")["value"]
    stated = stated_schools(bundle.tables.capacity, bundle.tables.schools)
    by_school = len(page.results.schools.drop_duplicates(["adcode", "stage"]))
    rounding = rounding_text(
        norms.astype(float).to_dict(), len(stated) - by_school, by_school
    ).within(page.language)
    settings = page.results.choices
    made = [(text.within(page.language), settings[key]) for key, text in SETTINGS.items()]
    return {
        "estimated": [pupils if years else page.say("no_pupils"), rounding],
        "sources": page.say_all(sources(bundle)),
        "made_with": made + sorted(page.results.versions.items()),
        "digests": sorted(page.results.digests.items()),
    }
