"""Forecast of every school of a city: pupils that add up to the county, and classes of each grade.

Where schools are known the seats that a county requires are those of the whole classes in each
grade of each of its schools.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.contract.grades import ALL
from data.contract.stages import STAGE_BY_CODE, Stage
from features.arrays import FloatArray, Population
from forecasting.schools.counts import SchoolCounts, school_counts
from forecasting.schools.county_grades import county_grades
from forecasting.schools.draws import DrawArray, SchoolModel
from forecasting.schools.shares import fit_shares, normalised
from forecasting.schools.spread import learn_spread
from models.stage_pupils import StagePupils

COMPLETE = 0.98  # of the county's pupils: what is missing then is a difference of definitions


@dataclass(frozen=True)
class StageSchools:
    """Schools of one county and stage.

    Parameters
    ----------
    counts : their pupils in the past
    model : their shares
    covered : share of the county's pupils that they have in the last year
    """

    counts: SchoolCounts
    model: SchoolModel
    covered: float

    @property
    def stage(self) -> Stage:
        """Stage of the schools."""
        return STAGE_BY_CODE[self.counts.stage]

    @property
    def graded(self) -> bool:
        """Whether their grades are known."""
        return self.counts.grades != (ALL,)

    def cell(self, pupils: StagePupils) -> tuple[int, int]:
        """Return the places of county and stage."""
        area = pupils.areas.index(self.counts.adcode)
        return area, pupils.stages.index(self.counts.stage)

    def years(self, pupils: StagePupils, population: Population, seed: int) -> Iterator[DrawArray]:
        """Yield pupils (school, grade, draw) of each year of ``pupils``.

        Their sum over schools and grades is ``covered`` times the county's pupils in every draw.
        """
        county = self._county(pupils, population)
        last = self._last(pupils)
        for year in pupils.years[: last + 1]:
            shares = normalised(self._known(year)).astype(np.float32)
            yield shares[..., None] * county[year - pupils.years[0]]
        ahead = county[last + 1 :]
        if self.graded:
            yield from self.model.draw(ahead, seed)
            return
        total = ahead.sum(axis=1, keepdims=True)
        profile = ahead / np.maximum(total, np.float32(1e-9))
        for year, drawn in enumerate(self.model.draw(total, seed)):
            yield drawn * profile[year]

    def _last(self, pupils: StagePupils) -> int:
        """Return the place of the last year with known schools."""
        last = min(max(self.counts.years[-1], pupils.years[0]), pupils.years[-1])
        return pupils.years.index(last)

    def _known(self, year: int) -> FloatArray:
        """Return pupils (school, grade) in the known year nearest to ``year``."""
        first, last = self.counts.years[0], self.counts.years[-1]
        return self.counts.pupils[:, min(max(year, first), last) - first]

    def _county(self, pupils: StagePupils, population: Population) -> DrawArray:
        """Return the schools' pupils together as (year, grade, draw)."""
        area, place = self.cell(pupils)
        stage, last = self.stage, self._last(pupils)
        ages = population.ages.index(stage.first_age)
        residents = population.persons[area, :, ages : ages + stage.years]
        draws = pupils.pupils[area, place] * self.covered
        known = np.stack([self._known(year) for year in pupils.years[: last + 1]]).sum(axis=1)
        if not self.graded:
            return county_grades(draws, residents, np.zeros((1, stage.years))).astype(np.float32)
        past = normalised(known.T).T[..., None] * draws[: last + 1, None]
        ahead = county_grades(draws[last:], residents, known)[1:]
        return np.concatenate([past, ahead]).astype(np.float32)


def stage_schools(
    schools: pd.DataFrame | None, pupils: StagePupils, present: int
) -> list[StageSchools]:
    """Return the schools of each county and stage with pupils in the last known year.

    Parameters
    ----------
    schools : table ``schools``
    pupils : pupils of the counties
    present : present school year, that of rows without a year
    """
    if schools is None:
        return []
    own = schools[schools["adcode"].isin(pupils.areas)]
    found = [one for one in school_counts(own, present) if one.pupils[:, -1].sum() > 0]
    spreads = {
        stage: learn_spread([one.pupils for one in found if one.stage == stage])
        for stage in {one.stage for one in found}
    }
    return [
        StageSchools(
            counts=one,
            model=SchoolModel(
                ids=one.ids,
                stage=one.stage,
                shares=fit_shares(one.pupils),
                spread=spreads[one.stage],
                pupils=one.pupils[:, -1],
            ),
            covered=_covered(one, pupils),
        )
        for one in found
    ]


def _covered(counts: SchoolCounts, pupils: StagePupils) -> float:
    """Return the share of the county's pupils that the schools have in their last year."""
    area, stage = pupils.areas.index(counts.adcode), pupils.stages.index(counts.stage)
    year = min(max(counts.years[-1], pupils.years[0]), pupils.years[-1])
    county = pupils.pupils[area, stage, pupils.years.index(year)].mean()
    share = counts.pupils[:, -1].sum() / max(county, 1e-9)
    return 1.0 if share >= COMPLETE else float(share)


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
    forecasts = [_forecast(one, pupils, population, terms, seed) for one in found]
    return SchoolForecast(pupils.years, tuple(forecasts))


def _forecast(
    one: StageSchools, pupils: StagePupils, population: Population, terms: ClassTerms, seed: int
) -> StageForecast:
    area, stage = one.cell(pupils)[0], one.counts.stage
    shape = len(one.counts.ids), len(pupils.years), pupils.pupils.shape[-1]
    total = np.zeros(shape, dtype=np.float32)
    classes, seats = np.zeros((2, *shape[:2]))
    required, in_use = np.zeros(shape[1:]), np.zeros(shape[2])
    for year, drawn in enumerate(one.years(pupils, population, seed)):
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
