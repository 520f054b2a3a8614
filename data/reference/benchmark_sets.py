"""Public enrolment histories on which every change of the models is evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from types import MappingProxyType

import pandas as pd


def _grades(first: int, last: int) -> tuple[str, ...]:
    return tuple(str(grade) for grade in range(first, last + 1))


# American schools: elementary with kindergarten, middle and high school.
AMERICAN = MappingProxyType(
    {"primary": _grades(0, 5), "junior": _grades(6, 8), "senior": _grades(9, 12)}
)
# New York State's file starts with the first grade.
NEW_YORK = MappingProxyType({**AMERICAN, "primary": _grades(1, 5)})


@dataclass(frozen=True)
class BenchmarkSet:
    """A public enrolment history.

    Parameters
    ----------
    name : file stem in ``data/reference/benchmark``
    births : whether births are given along
    first_origin, last_origin : school years from which forecasts are scored
    stages : stage -> its grades; empty where the rows of the table are stages themselves
    """

    name: str
    births: bool
    first_origin: int
    last_origin: int
    stages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return the name, marked where births are used."""
        return f"{self.name} + births" if self.births else self.name

    def read(self) -> tuple[pd.DataFrame, pd.DataFrame | None]:
        """Return the tables ``area_id, year, grade, enrolment`` and ``area_id, year, births``."""
        enrolment = _read(self.name)
        return enrolment, _read(f"{self.name}_births") if self.births else None


def _read(stem: str) -> pd.DataFrame:
    with files("data").joinpath("reference", "benchmark", f"{stem}.parquet").open("rb") as stream:
        return pd.read_parquet(stream)


def read_ages(name: str) -> pd.DataFrame:
    """Return ``area_id, year, age, persons`` of the areas of a set."""
    return _read(f"{name}_ages")


BENCHMARK_SETS = (
    BenchmarkSet("us_states", False, 1996, 2016, AMERICAN),
    BenchmarkSet("us_states", True, 2010, 2016, AMERICAN),
    BenchmarkSet("us_ny_counties", False, 2016, 2022, NEW_YORK),
    BenchmarkSet("us_ny_counties", True, 2016, 2022, NEW_YORK),
    BenchmarkSet("us_ny_districts", False, 2016, 2022, NEW_YORK),
    BenchmarkSet("japan_prefectures", False, 2014, 2021),
    BenchmarkSet("japan_prefectures", True, 2014, 2021),
)
