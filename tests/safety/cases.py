"""Named cases: what is wrong or extreme in a data folder, and what the reader must report."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from tests.safety.made_up import COUNTIES, Tables, city, population

FIRST, SECOND, THIRD, LAST = COUNTIES
SENIOR = "stage == 'general_senior'"
Spoil = Callable[[Tables], None]


@dataclass(frozen=True)
class Case:
    """One case.

    Parameters
    ----------
    spoil : changes the tables in place
    county : the one county that is spoilt, empty where it is the whole city
    notice : words that reading the folder must bring up, empty where nothing is odd
    counties : adcode → births a year, of which the tables are made
    """

    spoil: Spoil
    county: str = ""
    notice: str = ""
    counties: dict[str, int] = field(default_factory=lambda: dict(COUNTIES))

    def tables(self) -> Tables:
        """Return the spoilt tables."""
        tables = city(self.counties)
        self.spoil(tables)
        return tables


def change(
    table: str, rows: str, column: str, value: float | Callable[[pd.Series], pd.Series]
) -> Spoil:
    """Return what sets ``column`` of the queried ``rows``, or passes it through a function."""

    def spoil(tables: Tables) -> None:
        frame = tables[table]
        index = frame.query(rows).index
        assert len(index), rows
        old = frame.loc[index, column].astype(float)
        frame[column] = frame[column].astype(float)
        frame.loc[index, column] = value(old).round() if callable(value) else value
        frame[column] = frame[column].astype("Int64")

    return spoil


def drop(table: str, rows: str) -> Spoil:
    def spoil(tables: Tables) -> None:
        index = tables[table].query(rows).index
        assert len(index), rows
        tables[table] = tables[table].drop(index)

    return spoil


def without(*names: str) -> Spoil:
    def spoil(tables: Tables) -> None:
        for name in names:
            del tables[name]

    return spoil


def times(factor: float) -> Callable[[pd.Series], pd.Series]:
    return lambda values: values * factor


def all_of(*spoils: Spoil) -> Spoil:
    def spoil(tables: Tables) -> None:
        for one in spoils:
            one(tables)

    return spoil


def nothing(tables: Tables) -> None:
    del tables


def _constant(tables: Tables) -> None:
    first = tables["enrolment"].query("year == 2015").set_index(["adcode", "grade"])["pupils"]
    rows = tables["enrolment"].set_index(["adcode", "grade"]).index
    tables["enrolment"]["pupils"] = first.reindex(rows).to_numpy()


def _stage_totals(tables: Tables) -> None:
    key = ["adcode", "year", "stage"]
    summed = tables["enrolment"].groupby(key, as_index=False)["pupils"].sum()
    tables["enrolment"] = summed.assign(grade="all")


def _projects_beyond_the_county(tables: Tables) -> None:
    tables["projects"] = tables["projects"].assign(seats=2_000_000)


def _register_after_the_census(tables: Tables) -> None:
    later = population(COUNTIES, (2023,)).assign(basis="register")
    later["persons"] = (later["persons"] * 1.1).round().astype(int)
    tables["population"] = pd.concat([tables["population"].assign(basis="census"), later])


def _sexes_together(tables: Tables) -> None:
    key = ["adcode", "year", "age_lower", "age_upper"]
    people = tables["population"].groupby(key, dropna=False, as_index=False)["persons"].sum()
    tables["population"] = people.assign(sex="all")


def births(county: str, years: str, value: float | Callable[[pd.Series], pd.Series]) -> Spoil:
    return change("births", f"adcode == '{county}' and {years}", "births", value)


def pupils(county: str, rows: str, value: float | Callable[[pd.Series], pd.Series]) -> Spoil:
    return change("enrolment", f"adcode == '{county}' and {rows}", "pupils", value)


def people(county: str, rows: str) -> Spoil:
    return change("population", f"adcode == '{county}' and {rows}", "persons", 0)


OFF, CLOSED = "times off the neighbouring years", "nobody in the first grade"
BIRTHS_OFF = "births of five years, but"
PUPILS_OFF = "primary pupils, but about"
CASES: dict[str, Case] = {
    "clean": Case(nothing),
    "no births in one year": Case(births(THIRD, "year == 2018", 0), THIRD, OFF),
    "no births in the last year": Case(births(THIRD, "year == 2024", 0), THIRD, OFF),
    "no births in any year": Case(births(THIRD, "year > 0", 0), THIRD, BIRTHS_OFF),
    "births eight times the census's children": Case(
        births(THIRD, "year > 0", times(8)), THIRD, BIRTHS_OFF
    ),
    "births a tenth of the census's children": Case(
        births(THIRD, "year > 0", times(0.1)), THIRD, BIRTHS_OFF
    ),
    "births typed tenfold": Case(births(SECOND, "year == 2019", times(10)), SECOND, OFF),
    "last births typed tenfold": Case(births(SECOND, "year == 2024", times(10)), SECOND, OFF),
    "no births anywhere in a year": Case(change("births", "year == 2018", "births", 0), "", OFF),
    "no births anywhere": Case(change("births", "year > 0", "births", 0), "", BIRTHS_OFF),
    "no births table": Case(without("births")),
    "no infants": Case(people(LAST, "age_lower == 0 and year == 2020"), LAST),
    "no children of 0-4": Case(people(LAST, "age_lower < 5"), LAST, BIRTHS_OFF),
    "no children of 5-9": Case(people(LAST, "age_lower == 5"), LAST, PUPILS_OFF),
    "no children at all": Case(people(LAST, "age_lower < 20"), LAST, PUPILS_OFF),
    "no residents at all": Case(people(LAST, "year > 0"), LAST, PUPILS_OFF),
    "one pupil a grade": Case(pupils(LAST, "year > 0", 1), LAST, PUPILS_OFF),
    "no pupils": Case(pupils(LAST, "year > 0", 0), LAST),
    "no pupils anywhere": Case(change("enrolment", "year > 0", "pupils", 0)),
    "no enrolment table": Case(without("enrolment")),
    "one year of enrolment": Case(drop("enrolment", "year < 2024"), "", "one year only"),
    "two years of enrolment": Case(drop("enrolment", "year < 2023")),
    "middle years missing": Case(
        drop("enrolment", "2018 <= year <= 2020"), "", "no figure for a year between others"
    ),
    "last year missing in a county": Case(
        drop("enrolment", f"adcode == '{THIRD}' and year > 2023"),
        THIRD,
        "no figure for the last year",
    ),
    "stage closed": Case(pupils(LAST, SENIOR + " and year > 2019", 0), LAST, CLOSED),
    "stage closed in the last year": Case(
        pupils(LAST, SENIOR + " and year == 2024", 0), LAST, CLOSED
    ),
    "stage closed and reopened": Case(
        pupils(LAST, "stage == 'primary' and 2018 <= year <= 2020", 0), LAST
    ),
    "new school": Case(pupils(LAST, SENIOR + " and year < 2021", 0), LAST),
    "new school in the last year": Case(pupils(LAST, SENIOR + " and year < 2024", 0), LAST),
    "middle year tenfold": Case(pupils(SECOND, "year == 2019", times(10)), SECOND, OFF),
    "middle year a tenth": Case(pupils(SECOND, "year == 2019", times(0.1)), SECOND, OFF),
    "last year tenfold": Case(pupils(SECOND, "year == 2024", times(10)), SECOND, OFF),
    "last year a tenth": Case(pupils(SECOND, "year == 2024", times(0.1)), SECOND, OFF),
    "one grade tenfold": Case(
        pupils(SECOND, "year == 2019 and grade == 'P3'", times(10)), SECOND, OFF
    ),
    "one grade tenfold in the last year": Case(
        pupils(SECOND, "year == 2024 and grade == 'P3'", times(10)), SECOND, OFF
    ),
    "constant series": Case(_constant),
    "stage totals alone": Case(_stage_totals),
    "stage totals, last year tenfold": Case(
        all_of(_stage_totals, pupils(SECOND, "year == 2024", times(10))), "", OFF
    ),
    "two counties": Case(nothing, counties={FIRST: 4000, LAST: 300}),
    "one county": Case(nothing, counties={FIRST: 4000}),
    "3 million and 300 residents": Case(nothing, counties={FIRST: 40_000, LAST: 4}),
    "one census": Case(drop("population", "year == 2010")),
    "census and a later register": Case(
        _register_after_the_census, "", "the start is the register"
    ),
    "sexes together": Case(_sexes_together),
    "no seats": Case(change("capacity", "year > 0", "seats", 0)),
    "projects beyond the county": Case(_projects_beyond_the_county),
    "areas and one census alone": Case(
        all_of(
            drop("population", "year == 2010"),
            without("births", "enrolment", "capacity", "projects"),
        )
    ),
}


def together() -> tuple[Tables, dict[str, str]]:
    """Return the clean city with the spoilt county of each case added, and case → its code."""
    tables, codes = city(), {}
    for place, (name, case) in enumerate((n, c) for n, c in CASES.items() if c.county):
        # The last two digits say whether a code is of a district: a copy keeps them.
        code = codes[name] = f"99{place + 10}{case.county[-2:]}"
        for table, rows in case.tables().items():
            mine = rows[rows["adcode"] == case.county].assign(adcode=code)
            if table == "areas":
                mine = mine.assign(name=name)
            tables[table] = pd.concat([tables[table], mine], ignore_index=True)
    return tables, codes
