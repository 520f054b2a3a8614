"""The schools of each county and stage: their past, their shares, and draws of their pupils."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.contract.grades import ALL
from data.contract.stages import STAGE_BY_CODE, Stage
from data.schools import schools_listed
from features.arrays import FloatArray, Population
from forecasting.schools.counts import SchoolCounts, school_counts
from forecasting.schools.county_grades import county_grades
from forecasting.schools.draws import DrawArray, SchoolModel
from forecasting.schools.openings import Openings, spread_of_filling
from forecasting.schools.own_leavers import relative_inflow
from forecasting.schools.shares import fit_shares, normalised
from forecasting.schools.spread import Spread, learn_spread
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

    def years(
        self,
        pupils: StagePupils,
        population: Population,
        seed: int,
        below: "StageSchools | None" = None,
    ) -> Iterator[DrawArray]:
        """Yield pupils (school, grade, draw) of each year of ``pupils``.

        Their sum over schools and grades is ``covered`` times the county's pupils in every draw.
        Entrants of a school with a section among ``below``, the schools of the stage before, follow
        those who leave it.
        """
        county = self._county(pupils, population)
        last = self._last(pupils)
        for year in pupils.years[: last + 1]:
            shares = normalised(self._known(year)).astype(np.float32)
            yield shares[..., None] * county[year - pupils.years[0]]
        ahead = county[last + 1 :]
        if self.graded:
            inflow = None if below is None else self._inflow(below, pupils, population)
            yield from self.model.draw(ahead, seed, inflow)
            return
        total = ahead.sum(axis=1, keepdims=True)
        profile = ahead / np.maximum(total, np.float32(1e-9))
        for year, drawn in enumerate(self.model.draw(total, seed)):
            yield drawn * profile[year]

    def _inflow(
        self, below: "StageSchools", pupils: StagePupils, population: Population
    ) -> FloatArray | None:
        """Return entrants relative to the usual, (school, year); None where grades are unknown."""
        if not below.graded or below.counts.years[-1] != self.counts.years[-1]:
            return None
        county = below._county(pupils, population)[below._last(pupils) + 1 :]
        ahead = below.model.expected(county)
        return relative_inflow(self.counts, self.model.shares, below.counts, ahead)

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
    listed = schools_listed(own).set_index(["stage", "id"])
    seats = listed["seats"].astype("Float64").astype(float).sort_index()
    return [
        StageSchools(
            one,
            _model(one, seats.loc[one.stage], spreads[one.stage], pupils.years),
            _covered(one, pupils),
        )
        for one in found
    ]


def _model(
    counts: SchoolCounts, seats: "pd.Series[float]", spread: Spread, years: tuple[int, ...]
) -> SchoolModel:
    """Return the shares of the schools of a county and stage.

    Parameters
    ----------
    counts : pupils in the past
    seats : school → seats, NaN where they are not known
    spread : sizes of errors
    years : school years of the forecast
    """
    last = min(max(counts.years[-1], years[0]), years[-1])
    opens = [counts.planned[one].year - last if one in counts.planned else 0 for one in counts.ids]
    now = counts.pupils[:, -1]
    held = seats.reindex(list(counts.ids)).to_numpy()
    total = now.sum(axis=1)
    varied = spread_of_filling(total, held)
    held = np.where(np.isnan(held), total, held)
    fill = 1 if len(counts.grades) > 1 else STAGE_BY_CODE[counts.stage].years
    ahead = np.maximum(opens, 0)
    openings = Openings(ahead, held, fill, varied)
    size = np.where(ahead[:, None] > 0, held[:, None] / len(counts.grades), now)
    shares = fit_shares(counts.pupils, openings)
    return SchoolModel(counts.ids, counts.stage, shares, spread, size)


def _covered(counts: SchoolCounts, pupils: StagePupils) -> float:
    """Return the share of the county's pupils that the schools have in their last year."""
    area, stage = pupils.areas.index(counts.adcode), pupils.stages.index(counts.stage)
    year = min(max(counts.years[-1], pupils.years[0]), pupils.years[-1])
    county = pupils.pupils[area, stage, pupils.years.index(year)].mean()
    share = counts.pupils[:, -1].sum() / max(county, 1e-9)
    return 1.0 if share >= COMPLETE else float(share)
