"""``schools.html``: one page per school (一校一档), chosen from a list; works offline.

Each scenario has a file of its own: ``schools.html`` of the first, ``schools-<scenario>.html`` of
the others, linked with each other.
"""

import os
from pathlib import Path

import pandas as pd

from data.bundle import DataBundle
from data.language import Language
from experiments.report.page.page_charts import FAMILIES
from experiments.report.page.page_font import FAMILY, embedded_font
from experiments.report.school_content import SchoolPage, school_content
from experiments.report.templates import templates
from experiments.results.plan_file import PlanTables
from experiments.results.reader import Results
from experiments.results.results_folder import school_page_name

NO_PLAN = ["scenario", "adcode", "school_ids"]


def write_school_pages(
    results: Results,
    bundle: DataBundle,
    plan: PlanTables | None,
    language: Language,
    folder: Path | None = None,
) -> None:
    """Write one file per scenario with a forecast of schools; nothing where no school is known.

    Parameters
    ----------
    results : results of the forecast
    bundle : its data
    plan : plan of the results, or None
    language : language of the pages
    folder : folder to write to; default is that of the results
    """
    rows = pd.DataFrame(columns=NO_PLAN) if plan is None else plan.plan
    known = set(results.schools["scenario"])
    shown = [one for one in results.scenarios if one.name in known]
    names = [school_page_name(one.name, results.scenarios[0].name) for one in shown]
    for scenario in shown:
        page = SchoolPage(results, bundle, rows, scenario, language)
        links = [
            {"file": name, "title": page.say(one.title), "here": one is scenario}
            for one, name in zip(shown, names, strict=True)
        ]
        _write(page, links, (folder or results.folder) / names[shown.index(scenario)])


def _write(page: SchoolPage, links: list[dict[str, object]], path: Path) -> None:
    content = school_content(page)
    text = templates().get_template("schools_body.html.j2").render(**content, links=links)
    html = (
        templates()
        .get_template("schools.html.j2")
        .render(
            title=content["title"],
            body=text,
            language=page.language,
            font=embedded_font([text]),
            family=FAMILY,
            stack=FAMILIES,
        )
    )
    partial = path.with_name(path.name + ".partial")
    partial.write_text(html, encoding="utf-8", newline="\n")
    os.replace(partial, path)
