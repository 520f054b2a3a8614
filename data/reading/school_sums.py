"""Rows per school in the tables of counties: kept as schools, summed up to the county."""

from dataclasses import replace

import pandas as pd

from data.contract.fields import Table
from data.contract.table_reading import ROUNDING, Reading
from data.contract.tables import TABLE_BY_NAME
from data.findings import Findings
from data.language import Text
from data.plain_words import plain
from data.problems import DataProblem
from data.reading.formats.sheet import Sheet
from data.reading.joined import join_readings
from data.schools import not_yet_open

_SCHOOLS = TABLE_BY_NAME["schools"]
_SCHOOL = set(map(plain, ("学校", "school", "school_name", *_SCHOOLS.column("id").aliases,
                          *_SCHOOLS.column("name").aliases)))  # fmt: skip
_KEYS = {"enrolment": ["adcode", "year", "stage", "grade"],
         "capacity": ["adcode", "year", "stage", "ownership"]}  # fmt: skip
_FIGURES = {"enrolment": ["pupils", "entrants", "leavers"], "capacity": ["seats", "classes"]}


def is_by_school(sheet: Sheet, table: Table) -> bool:
    """Return whether a sheet of a county table has a column that names schools."""
    if table.name not in _KEYS:
        return False
    return any(plain(cell) in _SCHOOL for row in sheet.rows[:10] for cell in row)


def with_school_sums(readings: dict[str, Reading], findings: Findings) -> dict[str, Reading]:
    """Return the tables with ``schools`` kept and its sums where a county table has none.

    ``enrolment/schools`` and ``capacity/schools`` are those tables' sheets with rows per school.
    """
    found = {name: one for name, one in readings.items() if "/" not in name}
    own = [readings[f"{name}/schools"] for name in _KEYS if f"{name}/schools" in readings]
    for name in _KEYS:
        source = readings.get(f"{name}/schools")
        if source is None and name not in readings:
            source = _dated(readings.get("schools"))
        if source is not None:
            sums = _summed(source, name, findings)
            if sums is not None:
                found[name] = _combined(found.get(name), sums, findings)
    if own:
        parts = [one for one in (found.get("schools"), *own) if one]
        found["schools"] = join_readings(parts, findings)
    return found


def _dated(schools: Reading | None) -> Reading | None:
    """Return the schools if all have a year: a list of schools as such is not the county's sum.

    Where rows were refused their sum is not the county's either.
    """
    dated = schools is not None and schools.complete and schools.rows["year"].notna().all()
    return schools if dated else None


def _summed(schools: Reading, name: str, findings: Findings) -> Reading | None:
    """Return the sums of ``schools`` per county as the table ``name``; None without figures."""
    table, key, figures = TABLE_BY_NAME[name], _KEYS[name], _FIGURES[name]
    need = figures[:1] if name == "enrolment" else figures
    rows = schools.rows.dropna(subset=need, how="all").reset_index(names="place")
    if name == "capacity":
        rows = rows[(rows["grade"] == "all") & ~not_yet_open(rows)]
        _refuse_unknown_owners(schools, rows, findings)
    elif _refuse_other_totals(schools, rows, findings):
        return None
    else:
        rows = _with_every_grade(rows)
    if rows.empty:
        return None
    if rows["year"].isna().any():
        place = rows.loc[rows["year"].isna(), "place"].iloc[0]
        expected = Text("年份列，或标题中的年份", "a column of years, or a year in the title")
        file, how_to_fix = schools.at(place)[0], Text("补上年份", "add the year")
        findings.refuse(DataProblem(file, expected, how_to_fix, column="year"))
        return None
    groups = rows.groupby(key, sort=False)
    sums = groups[figures].sum(min_count=1)
    sums["place"] = groups["place"].first()
    if name == "capacity":
        sums["schools"] = groups["id"].nunique().astype(float)
    totals = sums.reset_index().set_index("place")
    totals["source"] = schools.file
    met = Text("每行一所学校", "a row for each school")
    done = Text(
        f"已汇总到县（{table.title}），并保留为学校表", f"summed up to {name}, kept as schools"
    )
    findings.notice(schools.notice(totals.index[0], "name", "", met, done), len(rows))
    frame = totals.reindex(columns=[column.name for column in table.columns])
    for column in table.columns:
        if column.default is not None:
            frame[column.name] = frame[column.name].fillna(column.default)
    frame.index.name = None
    return replace(schools, table=table, rows=frame)


def _refuse_unknown_owners(schools: Reading, rows: pd.DataFrame, findings: Findings) -> None:
    """Refuse schools without an owner where others of the county and stage state theirs."""
    cell = [rows[name] for name in ("adcode", "year", "stage")]
    unknown = rows["ownership"] == "all"
    known = (~unknown).groupby(cell).transform("any")
    for place in rows.loc[unknown & known, "place"]:
        expected = Text("公办或民办", "public or private")
        how_to_fix = Text(
            "本县同学段其他学校已填，请补上", "other schools of county and stage state it: add it"
        )
        findings.refuse(schools.problem(place, "ownership", expected, how_to_fix))


def _refuse_other_totals(schools: Reading, rows: pd.DataFrame, findings: Findings) -> bool:
    """Refuse totals of a school that its grades do not add up to; return whether there are any."""
    section = ["id", "year", "stage"]
    sums = rows[rows["grade"] != "all"].groupby(section)["pupils"].sum().rename("sum")
    both = rows[rows["grade"] == "all"].merge(sums.reset_index(), on=section)
    off = both[(both["pupils"] - both["sum"]).abs() > ROUNDING * both["pupils"] + 1]
    for place, school, total in zip(off["place"], off["id"], off["sum"], strict=True):
        expected = Text(
            f"{school} 各年级之和 {total:,.0f}", f"the sum of the grades of {school} {total:,.0f}"
        )
        how_to_fix = Text("补上缺的年级，或改正合计", "add the grade missing or correct the total")
        findings.refuse(schools.problem(place, "pupils", expected, how_to_fix))
    return len(off) > 0


def _with_every_grade(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``rows`` with those missing where some schools of a county lack grades or a total.

    A total alone is split as the grades of the county's other schools are, in integers, and
    grades alone are added up, so that the county's grades add up to its total.
    """
    cell, school = ["adcode", "year", "stage"], ["id", "year", "stage"]
    by_grade = rows["grade"] != "all"
    cells, schools = ([rows[one] for one in key] for key in (cell, school))
    graded = by_grade.groupby(schools).transform("any")
    only_total, only_grades = ~graded, by_grade.groupby(schools).transform("all")
    totals_too = (~by_grade).groupby(cells).transform("any")
    mixed = totals_too & by_grade.groupby(cells).transform("any")
    if not mixed.any():
        return rows
    profile = rows[by_grade & mixed].groupby([*cell, "grade"])["pupils"].sum().reset_index()
    profile["upto"] = profile.groupby(cell)["pupils"].cumsum()
    profile["share"] = profile["upto"] / profile.groupby(cell)["pupils"].transform("sum")
    totals = rows[only_total & mixed].drop(columns=["grade", "entrants", "leavers"])
    split = totals.merge(profile[[*cell, "grade", "share"]], on=cell)
    ends = (split["pupils"] * split["share"]).round()
    split["pupils"] = ends - ends.groupby([split[one] for one in school]).shift(fill_value=0.0)
    grades = rows[only_grades & mixed].groupby(school, as_index=False)
    added = grades.agg({"pupils": "sum"} | dict.fromkeys(("adcode", "place"), "first"))
    return pd.concat([rows, split.drop(columns="share"), added.assign(grade="all")])


def _combined(county: Reading | None, sums: Reading, findings: Findings) -> Reading:
    """Return the county's own rows and, for what it has no row, the sums of its schools."""
    if county is None:
        return sums
    key, figure = _KEYS[county.name], _FIGURES[county.name][0]
    both = county.rows.reset_index(names="place").merge(
        sums.rows[[*key, figure]], on=key, suffixes=("", "_sum")
    )
    off = (both[figure] - both[f"{figure}_sum"]).abs() > ROUNDING * both[figure] + 1
    for place, total in zip(both["place"][off], both[f"{figure}_sum"][off], strict=True):
        expected = Text(f"各校之和 {total:,.0f}", f"the sum of its schools {total:,.0f}")
        how_to_fix = Text("核对县级数与学校数", "check the county's figure and its schools")
        findings.refuse(county.problem(place, figure, expected, how_to_fix))
    known = pd.MultiIndex.from_frame(county.rows[key])
    more = sums.rows[~pd.MultiIndex.from_frame(sums.rows[key]).isin(known)]
    return join_readings([county, replace(sums, rows=more)], findings) if len(more) else county
