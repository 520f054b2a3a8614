"""What the page of a school shows: history, forecast, classes, teachers, norms and the plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import ceil, isnan, nan
from operator import itemgetter
from typing import Any

import pandas as pd

from data.bundle import DataBundle
from data.checks.points import SYNTHETIC
from data.contract.bases import PupilsBasis
from data.contract.stages import STAGE_BY_CODE, STAGE_CODES
from data.language import Language, Text
from data.scenario.schema import Scenario
from data.schools import planned_schools, pupils_by_year, schools_listed
from experiments.report.school_chart import school_chart
from experiments.report.school_texts import OWNERS, WORDS
from experiments.results.reader import Results
from forecasting.demand import warning_level
from forecasting.headline import chosen_years
from forecasting.workbook.school_sheet import kind_title

BUILD = "build"  # action of the plan
APART = 0.02  # of the county's pupils: less is a difference of definitions
HISTORY = 5  # counted years in the table; the chart has them all
Row = dict[str, Any]


@dataclass(frozen=True)
class SchoolPage:
    """What the pages of a scenario are made of.

    Parameters
    ----------
    results : results of the forecast
    bundle : its data
    plan : rows of ``plan.csv``; none without a plan
    scenario : scenario shown
    language : language of the pages
    """

    results: Results
    bundle: DataBundle
    plan: pd.DataFrame
    scenario: Scenario
    language: Language

    def say(self, text: Text) -> str:
        """Return ``text`` in the page's language."""
        return text.within(self.language)

    def word(self, key: str, **figures: object) -> str:
        """Return a fixed text with its placeholders filled in."""
        return self.say(WORDS[key]).format(**figures)

    @cached_property
    def today(self) -> dict[tuple[str, str], Row]:
        """Id and stage → the school as it stands today, or as it is planned."""
        rows = schools_listed(self.bundle.table("schools")).to_dict("records")
        return {(row["id"], row["stage"]): row for row in rows}

    @cached_property
    def opens(self) -> dict[str, int]:
        """Id of a school not yet open → its first school year."""
        planned = planned_schools(self.bundle.table("schools"))
        return dict(zip(planned["id"], planned["opening_year"].astype(int), strict=True))

    @cached_property
    def history(self) -> dict[tuple[str, str], dict[int, float]]:
        """Id and stage → school year → pupils counted."""
        found: dict[tuple[str, str], dict[int, float]] = {}
        for (school, stage, year), pupils in pupils_by_year(self.bundle.table("schools")).items():
            found.setdefault((school, stage), {})[int(year)] = pupils
        return found

    @cached_property
    def norms(self) -> dict[tuple[str, str], float]:
        """Stage and measure → norm."""
        rows = self.bundle.table("standards").set_index(["stage", "measure"])["value"]
        return {key: float(value) for key, value in rows.items()}

    @cached_property
    def shares(self) -> dict[tuple[str, str], tuple[int, float]]:
        """Adcode and stage → last counted year, and the schools' share of the county's pupils."""
        rows = _of(self.results.schools, self.scenario)
        seen = rows[rows["pupils_basis"] == PupilsBasis.OBSERVED]
        key = ["adcode", "stage", "year"]
        sums = seen.groupby(key)["pupils"].sum().reset_index().groupby(key[:2]).last().reset_index()
        county = _of(self.results.demand, self.scenario)
        if sums.empty or county.empty:
            return {}
        both = sums.merge(county[[*key, "pupils"]], on=key, suffixes=("", "_county"))
        return {
            (row["adcode"], row["stage"]): (int(row["year"]), row["pupils"] / row["pupils_county"])
            for row in both[both["pupils_county"] > 0].to_dict("records")
        }

    @cached_property
    def actions(self) -> dict[str, list[Row]]:
        """Adcode → what the plan does there under the scenario."""
        rows = _of(self.plan, self.scenario).to_dict("records")
        found: dict[str, list[Row]] = {}
        for row in rows:
            found.setdefault(str(row["adcode"]), []).append(row)
        return found


def _of(table: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Return the rows of a scenario."""
    return table[table["scenario"] == scenario.name]


def school_content(page: SchoolPage) -> dict[str, Any]:
    """Return what the template shows."""
    place = {code: at for at, code in enumerate(STAGE_CODES)}
    rows = _of(page.results.schools, page.scenario)
    rows = rows.assign(place=rows["stage"].map(place))
    order = ["adcode", "town", "school_id", "place", "year"]
    records = rows.sort_values(order, kind="stable").to_dict("records")
    names = {str(row["school"]) for row in records if row["school"]}
    return {
        "t": {key: page.say(text) for key, text in WORDS.items()},
        "title": page.word("title", city=page.bundle.names[page.bundle.city]),
        "scenario": page.say(page.scenario.title),
        "synthetic": bool((rows["basis"] == SYNTHETIC).any()),
        "schools": [
            _school(page, list(own), names)
            for _, own in groupby(records, key=itemgetter("adcode", "school_id"))
        ],
        "planned": bool(page.actions),
        "new": [
            _new_school(page, row)
            for rows in page.actions.values()
            for row in rows
            if row["action"] == BUILD and not row["school_ids"]
        ],
    }


def _school(page: SchoolPage, rows: list[Row], names: set[str]) -> dict[str, Any]:
    """Return one school: who it is, its stages, and what the plan does with it."""
    first = rows[0]
    place = [first["county"], first["town"], page.say(kind_title(first["kind"]))]
    place.append(page.say(OWNERS[first["ownership"]]) if first["ownership"] in OWNERS else "")
    opens = page.opens.get(str(first["school_id"]))
    place.append("" if opens is None else page.word("opens", year=opens))
    return {
        "id": first["school_id"],
        "name": first["school"] or first["school_id"],
        "group": " · ".join(one for one in place[:2] if isinstance(one, str) and one),
        "about": [one for one in place if isinstance(one, str) and one],
        "synthetic": first["basis"] == SYNTHETIC,
        "stages": [_stage(page, list(own)) for _, own in groupby(rows, key=itemgetter("stage"))],
        "plan": list(_plan_lines(page, first, names)),
    }


def _stage(page: SchoolPage, rows: list[Row]) -> dict[str, Any]:
    """Return one stage of a school: chart, history and forecast, today alongside the norm."""
    key = str(rows[0]["school_id"]), str(rows[0]["stage"])
    title = page.say(STAGE_BY_CODE[key[1]].title)
    seen = [row for row in rows if row["pupils_basis"] == PupilsBasis.OBSERVED]
    ahead = [row for row in rows if row["pupils_basis"] != PupilsBasis.OBSERVED]
    counted = {int(row["year"]): float(row["pupils"]) for row in seen}
    past = dict(sorted({**page.history.get(key, {}), **counted}.items()))
    until = int(rows[-1]["year"])
    chosen = chosen_years(page.results.now, until)
    first = int(rows[0]["year"])
    earlier = [{**_NOTHING, "year": year, "pupils": past[year]} for year in past if year < first]
    shown = [*earlier, *seen][-HISTORY:] + [row for row in ahead if row["year"] in chosen]
    return {
        "title": title,
        "chart": school_chart(
            past, ahead, float(rows[0]["seats"]), page.word("chart", stage=title)
        ),
        "last": max(past) if past else page.word("planned"),
        "rows": [_year(page, row) for row in shown],
        "share": _share_line(page, str(rows[0]["adcode"]), key[1]),
        "facts": list(_facts(page, key, past)),
    }


def _share_line(page: SchoolPage, adcode: str, stage: str) -> str:
    """Return what is to be known where the schools together are not the county."""
    year, share = page.shares.get((adcode, stage), (0, 1.0))
    if abs(share - 1) <= APART:
        return ""
    return page.word("above" if share > 1 else "below", year=year, share=f"{share:.0%}")


UNKNOWN = ("classes", "teachers_required", "seats", "shortage_probability")
_NOTHING = {"pupils_basis": PupilsBasis.OBSERVED, **dict.fromkeys(UNKNOWN, nan)}


def _year(page: SchoolPage, row: Row) -> Row:
    """Return one year as text."""
    counted = row["pupils_basis"] == PupilsBasis.OBSERVED
    known, chance = not isnan(row["seats"]), row["shortage_probability"]
    warned = known and not counted
    return {
        "year": row["year"],
        "pupils": f"{row['pupils']:,.0f}",
        "range": page.word("counted")
        if counted
        else f"{row['pupils_lo80']:,.0f}–{row['pupils_hi80']:,.0f}",
        "classes": "" if isnan(row["classes"]) else f"{row['classes']:,.0f}",
        "teachers": ""
        if isnan(row["teachers_required"])
        else f"{ceil(row['teachers_required']):,}",
        "seats": f"{row['seats']:,.0f}" if known else "",
        "surplus": f"{row['surplus']:+,.0f}" if known else "",
        "chance": f"{chance:.0%}" if warned else "",
        "level": str(warning_level(chance)) if warned else "",
    }


def _facts(page: SchoolPage, key: tuple[str, str], past: dict[int, float]) -> Iterator[Row]:
    """Yield name, figure of today and norm of what is known of a school."""
    today = page.today[key]

    def known(name: str) -> float:
        return nan if pd.isna(today[name]) else float(today[name])

    pupils = past[max(past)] if past else known("seats")

    def each(name: str, count: float) -> float:
        return known(name) / count if count else nan

    classes, teachers = known("classes"), known("teachers")
    measures: Sequence[tuple[str, float, tuple[str, ...], str]] = (
        ("classes", classes, ("school_classes_least", "school_classes_most"), "{:,.0f}"),
        ("class_size", pupils / classes if classes else nan, ("class_size",), "{:.1f}"),
        ("teachers", teachers, (), "{:,.0f}"),
        ("ratio", pupils / teachers if teachers else nan, ("pupils_per_teacher",), "{:.1f}"),
        ("land", each("land_m2", pupils), ("land_m2_per_pupil",), "{:.1f}"),
        ("floor", each("floor_m2", pupils), ("floor_m2_per_pupil",), "{:.1f}"),
    )
    for name, value, bounds, look in measures:
        if not isnan(value):
            norms = [page.norms[key[1], one] for one in bounds if (key[1], one) in page.norms]
            norm = "–".join(f"{one:g}" for one in norms)
            yield {"name": page.word(name), "value": look.format(value), "norm": norm}


def _new_school(page: SchoolPage, row: Row) -> Row:
    """Return a school that the plan opens, as text."""
    return {
        "county": row["county"],
        "stage": page.say(STAGE_BY_CODE[row["stage"]].title),
        **{name: f"{row[name]:.0f}" for name in ("year", "decide_in")},
        **{
            name: f"{row[name]:,.0f}"
            for name in ("schools", "classes", "seats", "land_m2", "floor_m2", "teachers")
        },
        "reason": row["reason"],
    }


def _plan_lines(page: SchoolPage, school: Row, names: set[str]) -> Iterator[Row]:
    """Yield what the plan does with a school, or that it receives pupils of others.

    Parameters
    ----------
    school : a row of the school
    names : names of all schools; one that contains the school's own is not the school
    """
    name, code = str(school["school"]), str(school["school_id"])
    longer = [one for one in names if name in one and one != name]
    for row in page.actions.get(str(school["adcode"]), []):
        reason = str(row["reason"])
        for one in longer:
            reason = reason.replace(one, "")
        named = code in str(row["school_ids"]).split(";")
        if named or (name and name in reason):
            key = f"plan_{row['action']}" if named else "plan_receives"
            stage = page.say(STAGE_BY_CODE[row["stage"]].title)
            yield {"what": page.word(key, year=row["year"], stage=stage), "reason": row["reason"]}
