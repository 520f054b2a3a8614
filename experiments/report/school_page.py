"""``schools.html``: one page per school (一校一档), chosen from a list; works offline."""

import os
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from data.bundle import DataBundle
from data.checks.points import SYNTHETIC
from data.contract.bases import PupilsBasis
from data.contract.stages import STAGE_BY_CODE, STAGE_CODES
from data.language import Language, Text
from data.schools import schools_today
from experiments.report.page.page_charts import FAMILIES
from experiments.report.page.page_font import FAMILY, embedded_font
from experiments.report.school_chart import school_chart
from experiments.report.school_texts import OWNERS, WORDS
from experiments.report.templates import templates
from experiments.results.plan_file import PlanTables
from experiments.results.reader import Results
from forecasting.demand import warning_level
from forecasting.headline import chosen_years
from forecasting.workbook.school_sheet import kind_title

FILE = "schools.html"


@dataclass(frozen=True)
class SchoolPage:
    """What the page is made of.

    Parameters
    ----------
    results : results of the forecast, main scenario first
    bundle : its data
    plan : rows of ``plan.csv``; none without a plan
    language : language of the page
    """

    results: Results
    bundle: DataBundle
    plan: pd.DataFrame
    language: Language

    def say(self, text: Text) -> str:
        """Return ``text`` in the page's language."""
        return text.within(self.language)

    def word(self, key: str, **figures: object) -> str:
        """Return a fixed text with its placeholders filled in."""
        return self.say(WORDS[key]).format(**figures)


def write_school_page(
    results: Results,
    bundle: DataBundle,
    plan: PlanTables | None,
    language: Language,
    folder: Path | None = None,
) -> None:
    """Write ``schools.html``; nothing where no school is known.

    Parameters
    ----------
    results : results of the forecast
    bundle : its data
    plan : plan of the results, or None
    language : language of the page
    folder : folder to write to; default is that of the results
    """
    if results.schools.empty:
        return
    rows = pd.DataFrame(columns=["scenario", "school_ids"]) if plan is None else plan.plan
    page = SchoolPage(results, bundle, rows, language)
    content = school_content(page)
    text = templates().get_template("schools_body.html.j2").render(**content)
    shell = templates().get_template("schools.html.j2")
    html = shell.render(
        title=content["title"],
        body=text,
        language=language,
        font=embedded_font([text]),
        family=FAMILY,
        stack=FAMILIES,
    )
    path = (folder or results.folder) / FILE
    partial = path.with_name(path.name + ".partial")
    partial.write_text(html, encoding="utf-8", newline="\n")
    os.replace(partial, path)


def school_content(page: SchoolPage) -> dict[str, Any]:
    """Return what the template shows."""
    scenario = page.results.scenarios[0]
    rows = page.results.schools
    rows = rows[rows["scenario"] == scenario.name]
    today = schools_today(page.bundle.table("schools")).set_index(["id", "stage"])
    norms = page.bundle.table("standards").set_index(["stage", "measure"])["value"].astype(float)
    plan = page.plan[page.plan["scenario"] == scenario.name]
    ordered = rows.sort_values(["adcode", "town", "school_id"], kind="stable")
    schools = [
        _school(page, str(school), own, today, norms, plan)
        for school, own in ordered.groupby("school_id", sort=False)
    ]
    return {
        "t": {key: page.say(text) for key, text in WORDS.items()},
        "title": page.word("title", city=page.bundle.names[page.bundle.city]),
        "scenario": page.say(scenario.title),
        "synthetic": bool((rows["basis"] == SYNTHETIC).any()),
        "schools": schools,
    }


def _school(
    page: SchoolPage,
    school: str,
    rows: pd.DataFrame,
    today: pd.DataFrame,
    norms: "pd.Series[float]",
    plan: pd.DataFrame,
) -> dict[str, Any]:
    """Return one school: who it is, its stages, and what the plan does with it."""
    first = rows.iloc[0]
    place = [first["county"], first["town"], page.say(kind_title(first["kind"]))]
    place.append(page.say(OWNERS[first["ownership"]]) if first["ownership"] in OWNERS else "")
    codes = [code for code in STAGE_CODES if code in set(rows["stage"])]
    return {
        "id": school,
        "name": first["school"] or school,
        "group": " · ".join(one for one in place[:2] if isinstance(one, str) and one),
        "about": [one for one in place if isinstance(one, str) and one],
        "synthetic": first["basis"] == SYNTHETIC,
        "stages": [
            _stage(page, rows[rows["stage"] == code].sort_values("year"), today, norms)
            for code in codes
        ],
        "plan": list(_plan_lines(page, school, str(first["school"]), plan)),
    }


def _stage(
    page: SchoolPage, rows: pd.DataFrame, today: pd.DataFrame, norms: "pd.Series[float]"
) -> dict[str, Any]:
    """Return one stage of a school: chart, forecast and the school of today beside the norm."""
    code, school = str(rows["stage"].iloc[0]), str(rows["school_id"].iloc[0])
    title = page.say(STAGE_BY_CODE[code].title)
    until = int(rows["year"].max())
    seen = rows[rows["pupils_basis"] == PupilsBasis.OBSERVED]
    last = int(seen["year"].max()) if len(seen) else int(rows["year"].min())
    years = [last, *(year for year in chosen_years(page.results.now, until) if year > last)]
    return {
        "title": title,
        "chart": school_chart(rows, page.word("chart", stage=title)),
        "last": last,
        "rows": [_year(page, row) for row in rows[rows["year"].isin(years)].to_dict("records")],
        "facts": list(_facts(page, today.loc[(school, code)], norms.loc[code], seen)),
    }


def _year(page: SchoolPage, row: dict[str, Any]) -> dict[str, Any]:
    """Return one year of the forecast as text."""
    counted = row["pupils_basis"] == PupilsBasis.OBSERVED
    ends = f"{row['pupils_lo80']:,.0f}–{row['pupils_hi80']:,.0f}"
    known = not isnan(row["seats"])
    chance = row["shortage_probability"]
    return {
        "year": row["year"],
        "pupils": f"{row['pupils']:,.0f}",
        "range": page.word("counted") if counted else ends,
        "classes": f"{row['classes']:,.0f}",
        "seats": f"{row['seats']:,.0f}" if known else "",
        "surplus": f"{row['surplus']:+,.0f}" if known else "",
        "chance": f"{chance:.0%}" if known and not counted else "",
        "level": str(warning_level(chance)) if known and not counted else "",
    }


def _facts(
    page: SchoolPage, today: "pd.Series[Any]", norm: "pd.Series[float]", seen: pd.DataFrame
) -> Any:
    """Yield name, figure of today and norm of what is known of a school."""
    pupils = float(seen["pupils"].iloc[-1]) if len(seen) else float("nan")

    def known(name: str) -> float:
        value = today[name]
        return float("nan") if pd.isna(value) else float(value)

    classes, teachers = known("classes"), known("teachers")
    measures = (
        ("classes", classes, ("school_classes_least", "school_classes_most"), "{:,.0f}"),
        ("class_size", pupils / classes if classes else float("nan"), ("class_size",), "{:.1f}"),
        ("teachers", teachers, (), "{:,.0f}"),
        (
            "ratio",
            pupils / teachers if teachers else float("nan"),
            ("pupils_per_teacher",),
            "{:.1f}",
        ),
        ("land", known("land_m2") / pupils if pupils else float("nan"),
         ("land_m2_per_pupil",), "{:.1f}"),
        ("floor", known("floor_m2") / pupils if pupils else float("nan"),
         ("floor_m2_per_pupil",), "{:.1f}"),
    )  # fmt: skip
    for key, value, bounds, look in measures:
        if not isnan(value):
            held = [f"{norm[one]:g}" for one in bounds if one in norm.index]
            yield {"name": page.word(key), "value": look.format(value), "norm": "–".join(held)}


def _plan_lines(page: SchoolPage, school: str, name: str, plan: pd.DataFrame) -> Any:
    """Yield what the plan does with a school, or that it receives pupils of others."""
    for row in plan.to_dict("records"):
        named = school in str(row["school_ids"]).split(";")
        if named or (name and name in str(row["reason"])):
            key = f"plan_{row['action']}" if named else "plan_receives"
            stage = page.say(STAGE_BY_CODE[row["stage"]].title)
            yield {
                "what": page.word(key, year=row["year"], stage=stage),
                "reason": str(row["reason"]),
            }
