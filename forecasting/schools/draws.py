"""Draws of pupils by school and grade that add up to the county in every draw."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.arrays import FloatArray
from features.randomness import named_generator
from forecasting.schools.shares import FittedShares
from forecasting.schools.spread import FREEDOM, Spread

DrawArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SchoolModel:
    """Shares of the schools of one county and stage with their spread.

    Parameters
    ----------
    ids : schools
    stage : stage code
    shares : shares and how they change
    spread : sizes of their errors
    pupils : (school, grade) pupils in the last year; the seats of a school that opens later
    """

    ids: tuple[str, ...]
    stage: str
    shares: FittedShares
    spread: Spread
    pupils: FloatArray

    def expected(self, county: DrawArray, inflow: FloatArray | None = None) -> FloatArray:
        """Return the expected shares (school, year, grade) in ``county`` (year, grade, draw)."""
        return self.shares.forecast(county.mean(axis=-1).astype(float), inflow)

    def draw(
        self, county: DrawArray, seed: int, inflow: FloatArray | None = None
    ) -> Iterator[DrawArray]:
        """Yield pupils (school, grade, draw) of each year after the last.

        Their sum over schools is the county's in every draw. A school's random numbers depend on
        its name alone.

        Parameters
        ----------
        county : (year, grade, draw) pupils of the county
        seed : seed of the draws
        inflow : (school, year) entrants relative to the usual
        """
        random = [named_generator(seed, "school", self.stage, one) for one in self.ids]
        years, grades, draws = county.shape
        expected = self.expected(county, inflow).astype(np.float32)
        school = self.spread.of_schools(self.pupils).astype(np.float32)[:, None]
        grade = self.spread.of_grades(self.pupils).astype(np.float32)[..., None]
        tails = np.stack([np.sqrt(FREEDOM / one.chisquare(FREEDOM, draws)) for one in random])
        school = school * tails.astype(np.float32) / np.float32(np.sqrt(FREEDOM / (FREEDOM - 2)))
        walk = self._filling(draws, seed)
        cohort = np.zeros((len(self.ids), grades, draws), dtype=np.float32)
        noise = np.zeros_like(grade)
        fed = self.shares.fed[..., None]
        for year in range(years):
            normal = np.stack(
                [one.standard_normal((1 + grades, draws), dtype=np.float32) for one in random]
            )
            step = np.float32(self.spread.step(year + 1)) * school
            # Less half the variance, so that the mean of exp() is 1 however small the school.
            walk += step * normal[:, 0] - step**2 / 2
            cohort = np.where(fed, _risen(cohort), grade * normal[:, 1:])
            noise = np.where(fed, _risen(noise), grade)
            weight = np.exp(walk[:, None] + cohort - noise**2 / 2) * expected[:, year, :, None]
            total = weight.sum(axis=0)
            yield weight * (county[year] / np.where(total > 0, total, np.float32(1)))

    def _filling(self, draws: int, seed: int) -> DrawArray:
        """Return the log of how much fuller than usual schools to come fill, (school, draw)."""
        openings = self.shares.openings
        found = np.zeros((len(self.ids), draws), dtype=np.float32)
        for place in openings.places:
            random = named_generator(seed, "opening", self.stage, self.ids[place])
            found[place] = openings.spread * random.standard_normal(draws) - openings.spread**2 / 2
        return found


def _risen(values: DrawArray) -> DrawArray:
    """Return values (school, grade, …) one grade higher, 0 in the first."""
    risen = np.zeros_like(values)
    risen[:, 1:] = values[:, :-1]
    return risen
