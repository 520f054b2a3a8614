"""Implausible figures that a forecast can use but its reader should know of.

Small functions in a list, as in :mod:`data.checks.consistency`; none refuses anything.
"""

from collections.abc import Callable, Iterator

import pandas as pd

from data.checks.enrolment_notices import enrolment_notices, outlier_notices
from data.checks.school_years import schools_missing, schools_taken_as_closed
from data.contract.table_reading import ROUNDING, Reading, Readings
from data.findings import Notice
from data.language import Text

FAR = 1.5  # births of five years over the children a census counted of them
BEYOND = 3.0  # pupils per child of their ages; see models.census_ratio.gross_ratio
FIRST_BIRTHS, LAST_BIRTHS = 4, 0  # years before the census in which its 0-4 were born
_SUMMED = {"population": "persons", "totals": "population", "births": "births",
           "enrolment": "pupils", "capacity": "seats"}  # fmt: skip
UNDER_FIVE, PRIMARY = (0, 4), (5, 9)


def odd_years_of_enrolment(readings: Readings) -> Iterator[Notice]:
    """Report gaps, closures and jumps of each stage and grade."""
    if "enrolment" in readings:
        reading = readings["enrolment"]
        rows = reading.rows.rename(columns={"adcode": "area_id", "pupils": "enrolment"})
        rows["grade"] = rows["stage"] + " " + rows["grade"]
        yield from enrolment_notices(rows, reading.file)


def odd_years_of_people(readings: Readings) -> Iterator[Notice]:
    """Report births and residents far from those of the neighbouring years."""
    for name, measure in (("births", "births"), ("totals", "population")):
        if name in readings:
            reading = readings[name]
            yield from outlier_notices(
                reading.rows, ["adcode"], measure, reading.file, closing=False
            )


def births_and_children(
    readings: Readings,
) -> Iterator[tuple[Reading, object, str, float, float, int]]:
    """Yield table, place and code of counties with births of five years, these, children, census.

    The children are those of 0-4 that the census counted.
    """
    if not {"births", "population"} <= set(readings):
        return
    reading = readings["births"]
    for year, census in _by_year(readings["population"].rows):
        children = _persons(census, *UNDER_FIVE)
        born = reading.rows[reading.rows["year"].between(year - FIRST_BIRTHS, year - LAST_BIRTHS)]
        complete = born[born.groupby("adcode")["year"].transform("size") > FIRST_BIRTHS]
        births = complete.groupby("adcode")["births"].sum()
        for code, count in births[births.index.isin(children.index)].items():
            place = complete.index[complete["adcode"] == code][0]
            yield reading, place, str(code), float(count), float(children[code]), year


def births_against_the_census(readings: Readings) -> Iterator[Notice]:
    """Report counties whose births are far from the children of 0-4 counted by a census."""
    for reading, place, code, count, counted, year in births_and_children(readings):
        if count > FAR * counted or counted > FAR * count:
            met = Text(
                f"{year} 年普查 0-4 岁 {counted:,.0f} 人，与五年出生数不符",
                f"births of five years, but {counted:,.0f} of 0-4 at the census of {year}",
            )
            done = Text("按所填出生数预测；请核对口径", "the births stand; check what they count")
            yield _notice(reading, place, "births", f"{code}: {count:,.0f}", met, done)


def cities_beyond_their_counties(readings: Readings) -> Iterator[Notice]:
    """Report rows of a city that are more than the sum of its counties, all of which have one."""
    if "areas" not in readings:
        return
    areas = readings["areas"].rows.dropna(subset="parent").astype({"adcode": str, "parent": str})
    parent = dict(zip(areas["adcode"], areas["parent"], strict=True))
    for name, measure in _SUMMED.items():
        if name not in readings:
            continue
        reading = readings[name]
        key = ["parent", *(part for part in reading.table.key if part != "adcode")]
        codes = reading.rows["adcode"].astype(str)
        below = reading.rows.assign(parent=codes.map(parent)).dropna(subset=["parent", measure])
        sums = below.groupby(key, dropna=False)[measure].agg(["sum", "size"]).reset_index()
        own = reading.rows.assign(parent=codes).reset_index(names="place").merge(sums, on=key)
        complete = own["size"] == own["parent"].map(areas["parent"].value_counts())
        more = own[complete & (own[measure] > own["sum"] * (1 + ROUNDING) + 1)]
        met = Text("上级的数大于全部下级之和", "an area with more than all its parts together")
        done = Text("以下级为准；请核对", "its parts stand; check both")
        for place, stated, summed in more[["place", measure, "sum"]].itertuples(index=False):
            yield _notice(reading, place, measure, f"{stated:,.0f} > {summed:,.0f}", met, done)


def pupils_against_the_census(readings: Readings) -> Iterator[Notice]:
    """Report counties whose primary pupils do not agree with the children of a census."""
    if not {"enrolment", "population"} <= set(readings):
        return
    reading = readings["enrolment"]
    rows = reading.rows[(reading.rows["stage"] == "primary") & (reading.rows["pupils"] > 0)]
    for year, census in _by_year(readings["population"].rows):
        children = _persons(census, *PRIMARY) * 6 / 5
        now = rows[rows["year"] == year]
        total = now[now["grade"] == "all"].set_index("adcode")["pupils"]
        pupils = total.combine_first(now[now["grade"] != "all"].groupby("adcode")["pupils"].sum())
        for code, count in pupils[pupils.index.isin(children.index)].items():
            if count > BEYOND * children[code] or children[code] > BEYOND * count:
                yield _notice(
                    reading,
                    now.index[now["adcode"] == code][0],
                    "pupils",
                    f"{code}: {count:,.0f}",
                    Text(
                        f"小学生数与 {year} 年同龄儿童（约 {children[code]:,.0f} 人）相差三倍以上",
                        f"primary pupils, but about {children[code]:,.0f} residents in {year}",
                    ),
                    Text(
                        "超出部分不随常住儿童增减；请核对",
                        "what residents do not explain stays as it is; check it",
                    ),
                )


def register_against_the_census(readings: Readings) -> Iterator[Notice]:
    """Report a start from the household register, which counts other persons than a census."""
    if "population" not in readings:
        return
    reading = readings["population"]
    latest = reading.rows[reading.rows["year"] == reading.rows["year"].max()]
    if (latest["basis"] == "register").any() and (reading.rows["basis"] == "census").any():
        yield _notice(
            reading,
            latest.index[0],
            "basis",
            "register",
            Text(
                "起点年为户籍人口，与普查常住口径不同", "the start is the register, not residents"
            ),
            Text(
                "以最新一年起算；如不妥请删去这些行", "the latest year counts; delete it if wrong"
            ),
        )


def _by_year(rows: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame]]:
    for year, part in rows.groupby("year"):
        yield int(str(year).split(".")[0]), part


def _persons(census: pd.DataFrame, first: int, last: int) -> pd.Series:
    """Return persons by adcode in the groups inside ``first`` to ``last``, totals not twice."""
    inside = census[(census["age_lower"] >= first) & (census["age_upper"] <= last)]
    by_sex = inside.groupby(["adcode", inside["sex"] == "all"])["persons"].sum()
    return by_sex.groupby(level=0).max()


def _notice(
    reading: Reading, line: object, column: str, value: str, met: Text, done: Text
) -> Notice:
    return reading.notice(line, column, value, met, done)


ODDITIES: tuple[Callable[[Readings], Iterator[Notice]], ...] = (
    odd_years_of_enrolment,
    odd_years_of_people,
    births_against_the_census,
    cities_beyond_their_counties,
    pupils_against_the_census,
    register_against_the_census,
    schools_taken_as_closed,
    schools_missing,
)
