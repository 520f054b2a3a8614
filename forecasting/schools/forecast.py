"""Forecast of every school of a city: pupils that add up to the county, and classes of each grade.

Where schools are known the seats that a county requires are those of the whole classes in each
grade of each of its schools.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import FloatArray, Population
from forecasting.schools.draws import DrawArray
from forecasting.schools.stage_schools import StageSchools
from models.stage_pupils import StagePupils

NINE_YEAR = ("primary", "junior")  # stages of one school whose pupils stay in it


@dataclass(frozen=True)
class ClassTerms:
    """What turns pupils into classes.

    Parameters
    ----------
    size : stage → (area, year) pupils per class
    reserve : (area, year) share of seats kept in reserve
    norm : stage → pupils per class by the norm, for the classes of the base year
    """

    size: dict[str, FloatArray]
    reserve: FloatArray
    norm: dict[str, float]


@dataclass(frozen=True)
class StageForecast:
    """Forecast of the schools of one county and stage.

    Parameters
    ----------
    schools : the schools
    pupils : (school, year, draw) pupils
    classes, seats : (school, year) mean number of classes, reserve included, and their seats
    required : (year, draw) seats of all of them
    in_use : (draw,) seats in the base year, in classes of the norm's size and without reserve
    """

    schools: StageSchools
    pupils: DrawArray
    classes: FloatArray
    seats: FloatArray
    required: FloatArray
    in_use: FloatArray


@dataclass(frozen=True)
class SchoolForecast:
    """Forecast of every school of a city.

    Parameters
    ----------
    stages : forecasts by county and stage
    years : school years
    """

    years: tuple[int, ...]
    stages: tuple[StageForecast, ...]

    def required(self, expected: FloatArray, pupils: StagePupils) -> FloatArray:
        """Return seats required with those of the schools where there are any.

        Parameters
        ----------
        expected : (area, stage, year, draw) seats by the mean size of schools, which remain those
            of pupils in schools that are not in the table
        pupils : labels of ``expected``
        """
        seats = expected.copy()
        for one in self.stages:
            cell = one.schools.cell(pupils)
            seats[cell] = one.required + expected[cell] * (1 - one.schools.covered)
        return seats

    def in_use(self, expected: FloatArray, pupils: StagePupils) -> FloatArray:
        """Return the same for the base year; ``expected`` is (area, stage, draw)."""
        seats = expected.copy()
        for one in self.stages:
            cell = one.schools.cell(pupils)
            seats[cell] = one.in_use + expected[cell] * (1 - one.schools.covered)
        return seats


def forecast_schools(
    found: Sequence[StageSchools],
    pupils: StagePupils,
    population: Population,
    terms: ClassTerms,
    seed: int,
) -> SchoolForecast:
    """Return the forecast of every school.

    Parameters
    ----------
    found : result of :func:`stage_schools`
    pupils : pupils of the counties under the scenario
    population : residents under the scenario, which give the grades
    terms : class sizes and reserve
    seed : seed of the draws; the same in all scenarios
    """
    sections = {(one.counts.adcode, one.counts.stage): one for one in found}
    forecasts = [
        _forecast(one, _below(one, sections), pupils, population, terms, seed) for one in found
    ]
    return SchoolForecast(pupils.years, tuple(forecasts))


def _below(
    one: StageSchools, sections: Mapping[tuple[str, str], StageSchools]
) -> StageSchools | None:
    """Return the schools of the county that teach the stage before as well."""
    primary, junior = NINE_YEAR
    found = sections.get((one.counts.adcode, primary)) if one.stage.code == junior else None
    both = found is not None and not set(found.counts.ids).isdisjoint(one.counts.ids)
    return found if both else None


def _forecast(
    one: StageSchools,
    below: StageSchools | None,
    pupils: StagePupils,
    population: Population,
    terms: ClassTerms,
    seed: int,
) -> StageForecast:
    area, stage = one.cell(pupils)[0], one.counts.stage
    shape = len(one.counts.ids), len(pupils.years), pupils.pupils.shape[-1]
    total = np.zeros(shape, dtype=np.float32)
    classes, seats = np.zeros((2, *shape[:2]))
    required, in_use = np.zeros(shape[1:]), np.zeros(shape[2])
    for year, drawn in enumerate(one.years(pupils, population, seed, below)):
        total[:, year] = drawn.sum(axis=1)
        # Classes that pupils of several grades may share are counted over the school.
        groups = total[:, year, None] if one.stage.mixed_classes else drawn
        size, norm = float(terms.size[stage][area, year]), terms.norm[stage]
        whole = whole_classes(groups, size / (1 + float(terms.reserve[area, year])))
        classes[:, year] = whole.mean(axis=-1)
        seats[:, year] = classes[:, year] * size
        required[year] = whole.sum(axis=0) * size
        if year == 0:
            in_use = whole_classes(groups, norm).sum(axis=0) * norm
    return StageForecast(one, total, classes, seats, required, in_use)


def whole_classes(pupils: DrawArray, size: float) -> FloatArray:
    """Return the whole classes (school, draw) of pupils (school, grade, draw), who are whole too.

    >>> whole_classes(np.array([[[45.0], [46.0], [0.3]]], dtype=np.float32), 45.0)
    array([[3.]])
    """
    # A millionth of a class is a rounding error and must not open one.
    return np.asarray(np.ceil(np.rint(pupils) / size - 1e-6).sum(axis=1), dtype=float)
