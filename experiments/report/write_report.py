"""The report as one self-contained HTML file that works offline."""

import os
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import vl_convert as vlc
from rich.console import Console

from data.bundle import DataBundle
from data.language import Language, Text
from data.reference.cache import MEMORY
from experiments.charts.render import Specification
from experiments.charts.waterfall import waterfall_chart
from experiments.report.page.contents import Page, open_page
from experiments.report.page.page_charts import FAMILIES, fan_chart, in_page_style
from experiments.report.page.page_font import FAMILY, embedded_font
from experiments.report.page.page_map import (
    GAP,
    GAP_COLOURS,
    GAP_ENDS,
    IN_USE_COLOURS,
    PLAN,
    MapSheet,
    map_chart,
    map_sheets,
)
from experiments.report.page.plan_section import plan_section
from experiments.report.page.sections import context
from experiments.report.school_page import write_school_pages
from experiments.report.templates import templates
from experiments.report.word.plan_document import FILE as WORD_PLAN
from experiments.report.word.plan_document import write_word_plan
from experiments.results.folder_lock import exclusive_use
from experiments.results.indicator_file import read_indicators
from experiments.results.plan_file import read_plan
from experiments.results.reader import Results, read_results
from experiments.results.results_folder import REPORT


def run(folder: Path, language: Language) -> None:
    """Write the report of a results folder and print its path.

    Parameters
    ----------
    folder : results folder of a forecast
    language : language of the report

    Raises
    ------
    DataError
        It is not a complete results folder.
    """
    with exclusive_use(folder):
        results = read_results(folder)
        written = write_report(results, results.bundle, language)
    done = Text("已写出", "written")
    Console(soft_wrap=True).print(f"{done.within(language)}: {written}", markup=False)


def write_report(
    results: Results, bundle: DataBundle, language: Language, folder: Path | None = None
) -> Path:
    """Write ``report.html``, and the plan as a Word document where there is a plan.

    Parameters
    ----------
    results : results of the forecast
    bundle : input data of the forecast
    language : language of the report
    folder : folder of the plan and the report; default is that of the results
    """
    folder = folder or results.folder
    plan = read_plan(folder)
    indicators = read_indicators(folder)
    page = replace(open_page(results, plan, language), indicators=indicators)
    section = plan_section(page, bundle.table("standards"))
    if section is not None:
        write_word_plan(page, section, folder / WORD_PLAN)
    write_school_pages(results, bundle, plan, language, folder)
    return write_page(page, bundle, folder / REPORT)


def write_page(page: Page, bundle: DataBundle, path: Path) -> Path:
    """Write ``page`` as HTML to ``path`` and return the path."""
    title, body = _body(page, bundle)
    shell = templates().get_template("report.html.j2")
    html = shell.render(
        title=title,
        body=body,
        language=page.language,
        font=embedded_font([body]),
        family=FAMILY,
        stack=FAMILIES,
        library=library(),
    )
    partial = path.with_name(path.name + ".partial")
    partial.write_text(html, encoding="utf-8", newline="\n")
    os.replace(partial, path)
    return path


@cache
def library() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script, kept in the user's cache."""
    return _bundled(version("vl-convert-python"))


@MEMORY.cache
def _bundled(_version: str) -> str:
    return vlc.javascript_bundle("window.vegaEmbed = vegaEmbed;")  # takes more than a second


def _body(page: Page, bundle: DataBundle) -> tuple[str, str]:
    """Return title and body of the page."""
    boundaries = bundle.tables.boundaries
    sheets = map_sheets(boundaries, page.areas) if boundaries is not None else ()
    colours = GAP_COLOURS if page.in_use is None else IN_USE_COLOURS
    steps = np.linspace(-GAP_ENDS, GAP_ENDS, len(colours))
    content: dict[str, Any] = {
        "t": page.words,
        "sheets": sheets,
        "legend": [(f"{s:+.0%}", c) for s, c in zip(steps, colours, strict=True)],
        **context(page, bundle),
    }
    content["payload"] |= {
        "charts": {name: in_page_style(chart) for name, chart in _charts(page, sheets).items()},
        "shapes": [one.shapes for one in sheets],
    }
    template = templates().get_template("report_body.html.j2")
    return str(content["title"]), template.render(**content)


def _charts(page: Page, sheets: tuple[MapSheet, ...]) -> dict[str, Specification]:
    years = sorted(page.demand["year"].unique().tolist())
    charts = {"fan": fan_chart(page.now, years, page.words), "waterfall": waterfall_chart()}
    for place, sheet in enumerate(sheets):
        charts[f"gap_map_{place}"] = map_chart(sheet, GAP, page.words)
        if page.plan is not None:
            charts[f"plan_map_{place}"] = map_chart(sheet, PLAN, page.words)
    return charts
