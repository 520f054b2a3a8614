"""Checks between rows and between tables: small functions in a list, all of them run.

Each takes the tables read so far and returns the problems it finds; none stops the others.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from difflib import get_close_matches

from data.checks.age_groups import both_sexes, separate_age_groups, total_of_the_sexes
from data.checks.housing import known_kinds
from data.checks.indicator_norms import NORM_CHECKS
from data.checks.points import POINT_CHECKS
from data.checks.school_years import (
    no_grade_missing,
    no_year_missing,
    planned_schools_have_seats,
    schools_within_county,
)
from data.checks.trips import TRIP_CHECKS
from data.checks.units import UNIT_CHECKS
from data.contract.stages import STAGE_BY_CODE, STAGES
from data.contract.table_reading import ROUNDING, Reading, Readings
from data.contract.tables import TABLE_BY_NAME
from data.crosswalk.former_codes import (
    UNCOUNTED,
    changes,
    codes_of_today,
    crosswalk_adds_up,
    crosswalk_is_complete,
    crosswalk_names_tables,
    undivided_places,
)
from data.language import Text
from data.problems import DataProblem

_MEASURES = {
    "population": ("persons",),
    "totals": ("population", "urban_population"),
    "births": ("births",),
    "enrolment": ("pupils", "entrants", "leavers"),
    "capacity": ("seats", "schools", "classes"),
}
_HINTS = 50  # rows with a suggestion: a search among a nation's codes takes 15 ms


def known_adcodes(readings: Readings) -> Iterator[DataProblem]:
    """Require every code of a table to be a county of ``areas``, its parent, or a former code."""
    if "areas" not in readings:
        return
    areas = readings["areas"].rows
    known = codes_of_today(readings)
    former = set(changes(readings)["adcode_old"])
    names = dict(zip(areas["adcode"].astype(str), areas["name"], strict=True))
    for reading in readings.values():
        if reading.name in UNCOUNTED or "adcode" not in reading.rows:
            continue
        codes = reading.rows["adcode"].astype(str)
        for place, (line, code) in enumerate(codes[~codes.isin(known | former)].items()):
            near = get_close_matches(code, known, n=2) if place < _HINTS else []
            hint = "、".join(f"{found} {names.get(found, '')}".strip() for found in near)
            yield reading.problem(
                line,
                "adcode",
                Text("areas 表中的代码", "a code of the table areas"),
                Text(
                    f"改正代码{f'（相近：{hint}）' if hint else ''}，或在 areas 中加上它",
                    f"correct it{f' (near: {hint})' if hint else ''} or add it to areas",
                ),
            )


def _above(reading: Reading, part: str, whole: str, hint: Text) -> Iterator[DataProblem]:
    values = reading.rows
    for line in values.index[values[part] > values[whole]]:
        title = TABLE_BY_NAME[reading.name].column(whole).title
        limit = values.loc[line, whole]
        expected = Text(f"不大于{title} {limit:,.0f}", f"at most {whole} {limit:,.0f}")
        yield reading.problem(line, part, expected, hint)


def parts_within_the_row(readings: Readings) -> Iterator[DataProblem]:
    """Require parts of a row to be no more than their total, such as urban residents."""
    hint = Text("两列是否填反，或单位不同？", "are the columns swapped or the units different?")
    pairs = (
        ("totals", "urban_population", "population"),
        ("enrolment", "entrants", "pupils"),
        ("capacity", "classes", "seats"),
        ("capacity", "schools", "seats"),
        ("capacity", "schools", "classes"),
        ("capacity", "retiring_seats", "seats"),
    )
    for table, part, whole in pairs:
        if table in readings:
            yield from _above(readings[table], part, whole, hint)


def children_within_parent(readings: Readings) -> Iterator[DataProblem]:
    """Require the counties of a city to sum to no more than the city's own row."""
    if "areas" not in readings:
        return
    areas = readings["areas"].rows
    parent = dict(zip(areas["adcode"].astype(str), areas["parent"], strict=True))
    for name, measures in _MEASURES.items():
        if name not in readings:
            continue
        reading = readings[name]
        key = ["parent", *(part for part in TABLE_BY_NAME[name].key if part != "adcode")]
        codes = reading.rows["adcode"].astype(str)
        above_it = codes.map(parent).fillna("").astype(str)
        frame = reading.rows.assign(parent=above_it)
        sums = frame.groupby(key, dropna=False)[list(measures)].sum(min_count=1).reset_index()
        own = frame.assign(parent=codes)
        both = own.reset_index(names="line").merge(sums, on=key, suffixes=("", "_sum"))
        for measure in measures:
            above = both[both[f"{measure}_sum"] > both[measure] * (1 + ROUNDING)]
            for line, total in zip(above["line"], above[f"{measure}_sum"], strict=True):
                yield reading.problem(
                    line,
                    measure,
                    Text(
                        f"不小于下级之和 {total:,.0f}",
                        f"at least the sum of its parts {total:,.0f}",
                    ),
                    Text(
                        "核对上级与下级的单位和口径", "check units and definitions of both levels"
                    ),
                )


def _groups_within_all(
    reading: Reading, column: str, parts: Collection[str], measure: str
) -> Iterator[DataProblem]:
    """Compare rows ``all`` with their parts: never less, and equal where no part is missing."""
    key = [part for part in TABLE_BY_NAME[reading.name].key if part != column]
    values = reading.rows
    inside = values[values[column].isin(parts)]
    sums = inside.groupby(key, dropna=False)[measure].agg(["sum", "count"]).reset_index()
    totals = values[values[column] == "all"].reset_index(names="line").merge(sums, on=key)
    most = (
        totals["stage"].map(lambda stage: len(STAGE_BY_CODE[stage].grades))
        if column == "grade"
        else 2
    )
    above = totals["sum"] > totals[measure] * (1 + ROUNDING) + 1
    below = (totals["count"] == most) & (totals["sum"] < totals[measure] * (1 - ROUNDING) - 1)
    off = totals.assign(more=above)[above | below]
    for line, total, more in zip(off["line"], off["sum"], off["more"], strict=True):
        expected = Text(f"各分项之和 {total:,.0f}", f"the sum of its parts {total:,.0f}")
        if more:
            expected = Text(f"不小于{expected.zh}", f"at least {expected.en}")
        yield reading.problem(line, measure, expected, Text("核对合计行", "check the total"))


def groups_within_all(readings: Readings) -> Iterator[DataProblem]:
    """Require grades to sum to no more than their stage, seats by owner to no more than all."""
    if "enrolment" in readings:
        grades = {grade for stage in STAGES for grade in stage.grades}
        yield from _groups_within_all(readings["enrolment"], "grade", grades, "pupils")
    if "capacity" in readings:
        owners = {"public", "private"}
        yield from _groups_within_all(readings["capacity"], "ownership", owners, "seats")


def grades_of_their_stage(readings: Readings) -> Iterator[DataProblem]:
    """Require a grade to belong to the stage of its row."""
    if "enrolment" not in readings:
        return
    reading = readings["enrolment"]
    for line, stage, grade in reading.rows[["stage", "grade"]].itertuples(name=None):
        if grade != "all" and grade not in STAGE_BY_CODE[stage].grades:
            words = ", ".join(STAGE_BY_CODE[stage].grades)
            yield reading.problem(
                line,
                "grade",
                Text(f"{stage} 的年级：{words}", f"a grade of {stage}: {words}"),
                Text("改正年级或学段", "correct the grade or the stage"),
            )


def seats_or_classes(readings: Readings) -> Iterator[DataProblem]:
    """Require seats or classes in every row of ``capacity``."""
    if "capacity" not in readings:
        return
    reading = readings["capacity"]
    for line in reading.rows.index[reading.rows[["seats", "classes"]].isna().all(axis=1)]:
        expected = Text("学位数或班级数", "seats or classes")
        yield reading.problem(line, "seats", expected, Text("至少填一项", "fill in at least one"))


def retiring_seats_with_year(readings: Readings) -> Iterator[DataProblem]:
    """Require the closing year of seats that are given up."""
    if "capacity" not in readings:
        return
    reading = readings["capacity"]
    rows = reading.rows
    for line in rows.index[rows["retiring_seats"].notna() & rows["retiring_year"].isna()]:
        expected = Text("停用年份", "the year in which they are given up")
        how_to_fix = Text("补上停用年份", "fill in the year")
        yield reading.problem(line, "retiring_year", expected, how_to_fix)


def observed_is_past(readings: Readings) -> Iterator[DataProblem]:
    """Require observed figures to be of the past: only estimates may lie after this year."""
    this_year = date.today().year
    for name in _MEASURES:
        if name not in readings:
            continue
        reading = readings[name]
        values = reading.rows
        for line in values.index[(values["year"] > this_year) & (values["basis"] != "estimate")]:
            yield reading.problem(
                line,
                "year",
                Text(f"不晚于 {this_year} 年", f"not after {this_year}"),
                Text("改正年份；估计值请在 basis 填“估计”", "correct it; mark estimates in basis"),
            )


CHECKS: tuple[Callable[[Readings], Iterator[DataProblem]], ...] = (
    known_adcodes,
    separate_age_groups,
    both_sexes,
    total_of_the_sexes,
    parts_within_the_row,
    children_within_parent,
    groups_within_all,
    grades_of_their_stage,
    seats_or_classes,
    retiring_seats_with_year,
    observed_is_past,
    *UNIT_CHECKS,
    no_grade_missing,
    no_year_missing,
    planned_schools_have_seats,
    schools_within_county,
    crosswalk_adds_up,
    crosswalk_names_tables,
    crosswalk_is_complete,
    undivided_places,
    known_kinds,
    *NORM_CHECKS,
    *POINT_CHECKS,
    *TRIP_CHECKS,
)
