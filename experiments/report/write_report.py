"""The report: HTML files that answer, show, explain and own up; each works alone and offline."""

import os
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import altair as alt
import jinja2
import numpy as np
import vl_convert as vlc
from rich.console import Console

from data.bundle import DataBundle
from data.language import Language, Text
from data.reference.cache import MEMORY
from experiments.charts.waterfall import Panel, waterfall_chart
from experiments.report.page import Page
from experiments.report.page_charts import FAMILIES, fan_chart, specification
from experiments.report.page_font import FAMILY, embedded_font
from experiments.report.page_map import GAP, GAP_COLOURS, GAP_ENDS, PLAN, map_chart, map_sheets
from experiments.report.sections import context
from experiments.report.texts import WORDS
from experiments.results.folder import REPORT, REPORTS
from experiments.results.folder_lock import in_sole_use
from experiments.results.plan_file import read_plan
from experiments.results.reader import Results, read_results


def run(folder: Path, language: Language) -> None:
    """Write the reports of a results folder and say where they are.

    Raises
    ------
    DataError
        It is no whole results folder.
    """
    with in_sole_use(folder):
        results = read_results(folder)
        written = write_reports(results, results.bundle, language)
    told = Text("已写出", "written")
    for path in written:
        Console(soft_wrap=True).print(f"{told.within(language)}: {path}", markup=False)


def write_reports(
    results: Results, bundle: DataBundle, language: Language, folder: Path | None = None
) -> list[Path]:
    """Write ``report.html`` on all scenarios and ``reports/<scenario>.html`` on each of them.

    Parameters
    ----------
    results : what the forecast left
    bundle : what the forecast read
    language : of what people read
    folder : where the plan is and the reports go, if not in the folder of the results

    Returns
    -------
    The files, that on all scenarios first.
    """
    folder = folder or results.folder
    pages = {folder / REPORT: results.scenarios} | {
        folder / REPORTS / f"{one.name}.html": (one,) for one in results.scenarios
    }
    plan = read_plan(folder)
    bodies = _bodies([Page(results, plan, shown, language) for shown in pages.values()], bundle)
    shell = _templates().get_template("report.html.j2")
    shared = {
        "language": language,
        "font": embedded_font(body for _, body in bodies),
        "family": FAMILY,
        "stack": FAMILIES,
        "library": library(),
    }
    for path, (title, body) in zip(pages, bodies, strict=True):
        _write(path, shell.render(title=title, body=body, **shared))
    return list(pages)


@cache
def library() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script, kept in the user's cache."""
    return _bundled(version("vl-convert-python"))


@MEMORY.cache
def _bundled(_version: str) -> str:
    return vlc.javascript_bundle("window.vegaEmbed = vegaEmbed;")  # takes over a second


def _bodies(pages: list[Page], bundle: DataBundle) -> list[tuple[str, str]]:
    """Return title and body of each page; charts that they share are made once."""
    template = _templates().get_template("report_body.html.j2")
    first = pages[0]
    boundaries = bundle.tables.boundaries
    sheets = map_sheets(boundaries) if boundaries is not None else ()
    years = sorted(first.demand["year"].unique().tolist())
    charts: dict[str, Panel] = {
        "fan": fan_chart(first.now, years, first.language),
        "waterfall": waterfall_chart(alt.NamedData("bars")),
    }
    for place, sheet in enumerate(sheets):
        charts[f"gap_map_{place}"] = map_chart(sheet, GAP, first.language)
        if first.plan is not None:
            charts[f"plan_map_{place}"] = map_chart(sheet, PLAN, first.language)
    specifications = {name: specification(chart) for name, chart in charts.items()}
    steps = np.linspace(-GAP_ENDS, GAP_ENDS, len(GAP_COLOURS))
    shared: dict[str, Any] = {
        "t": {key: text.within(first.language) for key, text in WORDS.items()},
        "sheets": sheets,
        "legend": [(f"{s:+.0%}", c) for s, c in zip(steps, GAP_COLOURS, strict=True)],
    }
    bodies = []
    for page in pages:
        own = context(page, bundle)
        own["payload"] |= {"charts": specifications, "shapes": [one.shapes for one in sheets]}
        bodies.append((str(own["title"]), template.render(**shared, **own)))
    return bodies


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {
        "ensure_ascii": False,
        "separators": (",", ":"),
        "sort_keys": False,
    }
    return environment


def _template(name: str) -> str:
    return files("experiments").joinpath("templates", name).read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8", newline="\n")
    os.replace(partial, path)
