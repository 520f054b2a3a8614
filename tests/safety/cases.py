"""Named cases: what is wrong or extreme in a data folder, and what the reader must be told."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from tests.safety.made_up import COUNTIES, Tables, city, population

FIRST, SECOND, THIRD, LAST = COUNTIES
Spoil = Callable[[Tables], None]


@dataclass(frozen=True)
class Case:
    """One case.

    Parameters
    ----------
    spoil : changes the tables in place
    counties : adcode → births a year, of which the tables are made
    told : words that the console must show, command → words
    refused : True where the folder cannot be used, which is said with the place
    """

    spoil: Spoil
    counties: dict[str, int] = field(default_factory=lambda: dict(COUNTIES))
    told: dict[str, str] = field(default_factory=dict)
    refused: bool = False

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


def _register_beside_the_census(tables: Tables) -> None:
    later = population(COUNTIES, (2023,)).assign(basis="register")
    later["persons"] = (later["persons"] * 1.1).round().astype(int)
    tables["population"] = pd.concat([tables["population"].assign(basis="census"), later])


CASES: dict[str, Case] = {
    "clean": Case(nothing),
    "no births in one year": Case(
        change("births", f"adcode == '{THIRD}' and year == 2018", "births", 0)
    ),
    "no births in any year": Case(change("births", f"adcode == '{THIRD}'", "births", 0)),
    "no births anywhere in a year": Case(change("births", "year == 2018", "births", 0)),
    "no births anywhere": Case(change("births", "year > 0", "births", 0)),
    "no births table": Case(without("births")),
    "births far above the census's children": Case(
        change("births", f"adcode == '{THIRD}'", "births", times(8))
    ),
    "births far below the census's children": Case(
        change("births", f"adcode == '{THIRD}'", "births", times(0.1))
    ),
    "no infants": Case(
        change(
            "population", f"adcode == '{LAST}' and age_lower == 0 and year == 2020", "persons", 0
        )
    ),
    "no children of 5-9": Case(
        change("population", f"adcode == '{LAST}' and age_lower == 5", "persons", 0)
    ),
    "no children of 0-4": Case(
        change("population", f"adcode == '{LAST}' and age_lower < 5 ", "persons", 0)
    ),
    "no children at all": Case(
        change("population", f"adcode == '{LAST}' and age_lower < 20", "persons", 0)
    ),
    "no residents at all": Case(change("population", f"adcode == '{LAST}'", "persons", 0)),
    "one pupil": Case(change("enrolment", f"adcode == '{LAST}'", "pupils", 1)),
    "no pupils": Case(change("enrolment", f"adcode == '{LAST}'", "pupils", 0)),
    "no pupils anywhere": Case(change("enrolment", "year > 0", "pupils", 0)),
    "no enrolment table": Case(without("enrolment")),
    "one year of enrolment": Case(drop("enrolment", "year < 2024")),
    "two years of enrolment": Case(drop("enrolment", "year < 2023")),
    "middle years missing": Case(drop("enrolment", "2018 <= year <= 2020")),
    "last year missing in a county": Case(
        drop("enrolment", f"adcode == '{THIRD}' and year > 2022")
    ),
    "stage closed": Case(
        change(
            "enrolment", f"adcode == '{LAST}' and stage == 'senior' and year > 2019", "pupils", 0
        )
    ),
    "stage closed last year": Case(
        change(
            "enrolment", f"adcode == '{LAST}' and stage == 'senior' and year == 2024", "pupils", 0
        )
    ),
    "closed and reopened": Case(
        change(
            "enrolment",
            f"adcode == '{LAST}' and stage == 'primary' and 2018 <= year <= 2020",
            "pupils",
            0,
        )
    ),
    "new school": Case(
        change(
            "enrolment", f"adcode == '{LAST}' and stage == 'senior' and year < 2021", "pupils", 0
        )
    ),
    "new school last year": Case(
        change(
            "enrolment", f"adcode == '{LAST}' and stage == 'senior' and year < 2024", "pupils", 0
        )
    ),
    "middle year tenfold": Case(
        change("enrolment", f"adcode == '{SECOND}' and year == 2019", "pupils", times(10))
    ),
    "last year tenfold": Case(
        change("enrolment", f"adcode == '{SECOND}' and year == 2024", "pupils", times(10))
    ),
    "middle year a tenth": Case(
        change("enrolment", f"adcode == '{SECOND}' and year == 2019", "pupils", times(0.1))
    ),
    "last year a tenth": Case(
        change("enrolment", f"adcode == '{SECOND}' and year == 2024", "pupils", times(0.1))
    ),
    "one grade typed tenfold": Case(
        change(
            "enrolment",
            f"adcode == '{SECOND}' and year == 2019 and grade == 'P3'",
            "pupils",
            times(10),
        )
    ),
    "one grade typed tenfold last year": Case(
        change(
            "enrolment",
            f"adcode == '{SECOND}' and year == 2024 and grade == 'P3'",
            "pupils",
            times(10),
        )
    ),
    "births typed tenfold": Case(
        change("births", f"adcode == '{SECOND}' and year == 2019", "births", times(10))
    ),
    "last births typed tenfold": Case(
        change("births", f"adcode == '{SECOND}' and year == 2024", "births", times(10))
    ),
    "constant series": Case(_constant),
    "stage totals alone": Case(_stage_totals),
    "stage totals, one tenfold": Case(
        all_of(
            _stage_totals,
            change("enrolment", f"adcode == '{SECOND}' and year == 2019", "pupils", times(10)),
        )
    ),
    "stage totals, last tenfold": Case(
        all_of(
            _stage_totals,
            change("enrolment", f"adcode == '{SECOND}' and year == 2024", "pupils", times(10)),
        )
    ),
    "two counties": Case(nothing, {FIRST: 4000, LAST: 300}),
    "one county": Case(nothing, {FIRST: 4000}),
    "3 million and 300 residents": Case(nothing, {FIRST: 40_000, LAST: 4}),
    "one census": Case(drop("population", "year == 2010")),
    "census and a later register": Case(_register_beside_the_census),
    "no seats": Case(change("capacity", "year > 0", "seats", 0)),
    "projects beyond the county": Case(_projects_beyond_the_county),
    "areas and one census alone": Case(
        all_of(
            drop("population", "year == 2010"),
            without("births", "enrolment", "capacity", "projects"),
        )
    ),
    "sexes together": Case(
        lambda tables: tables.update(
            population=tables["population"]
            .groupby(["adcode", "year", "age_lower", "age_upper"], dropna=False, as_index=False)[
                "persons"
            ]
            .sum()
            .assign(sex="all")
        )
    ),
}
