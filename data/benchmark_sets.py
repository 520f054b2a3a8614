"""Real enrolment histories that every change of the models is measured on."""

from dataclasses import dataclass
from importlib.resources import files

import pandas as pd


@dataclass(frozen=True)
class BenchmarkSet:
    """A public enrolment history.

    Parameters
    ----------
    name : file stem in ``data/benchmark``
    births : whether births are given along
    first_origin, last_origin : school years from which forecasts are scored
    """

    name: str
    births: bool
    first_origin: int
    last_origin: int

    @property
    def label(self) -> str:
        """Return the name told apart by the use of births."""
        return f"{self.name} + births" if self.births else self.name

    def read(self) -> tuple[pd.DataFrame, pd.DataFrame | None]:
        """Return the tables ``area_id, year, grade, enrolment`` and ``area_id, year, births``."""
        enrolment = _read(self.name)
        return enrolment, _read(f"{self.name}_births") if self.births else None


def _read(stem: str) -> pd.DataFrame:
    with files("data").joinpath("benchmark", f"{stem}.parquet").open("rb") as stream:
        return pd.read_parquet(stream)


BENCHMARK_SETS = (
    BenchmarkSet("us_states", False, 1996, 2016),
    BenchmarkSet("us_states", True, 2010, 2016),
    BenchmarkSet("us_ny_counties", False, 2016, 2022),
    BenchmarkSet("us_ny_counties", True, 2016, 2022),
    BenchmarkSet("us_ny_districts", False, 2016, 2022),
    BenchmarkSet("japan_prefectures", False, 2014, 2021),
    BenchmarkSet("japan_prefectures", True, 2014, 2021),
)
