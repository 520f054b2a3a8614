"""Schools that are to open: their share of the county's entrants."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.arrays import FloatArray

IntArray = npt.NDArray[np.int_]
TINY = 1e-9
FEWEST, PRIOR_SPREAD = 3, 0.3  # schools; a judgement


@dataclass(frozen=True)
class Openings:
    """Schools that open after the last year.

    Parameters
    ----------
    ahead : (school,) years from the last one to the first one open; 0 for schools already open
    seats : (school,) seats; pupils where they are not known
    fill : years in which a school without grades fills
    spread : spread of the log of pupils per seat among schools: how well the filling of a new one
        is known
    """

    ahead: IntArray
    seats: FloatArray
    fill: int = 1
    spread: float = 0.0

    @property
    def places(self) -> IntArray:
        """Places of the schools to come."""
        return np.flatnonzero(self.ahead > 0)

    @classmethod
    def none(cls, schools: int) -> "Openings":
        """Return no openings among ``schools`` schools."""
        return cls(np.zeros(schools, dtype=int), np.zeros(schools))

    def intake(self, entry: FloatArray) -> FloatArray:
        """Return the share of entrants of each school to come, 0 for the others.

        Parameters
        ----------
        entry : (school,) share of entrants of the schools already open
        """
        held = self.seats[entry > 0].sum()
        return np.where(self.ahead > 0, self.seats / max(held, TINY) * entry.sum(), 0.0)

    def started(self, year: int) -> FloatArray:
        """Return the part of each school to come that is in use ``year`` years ahead."""
        open_years = np.where(self.ahead > 0, year - self.ahead + 1, 0)
        return np.clip(open_years / self.fill, 0.0, 1.0)


def spread_of_filling(pupils: FloatArray, seats: FloatArray) -> float:
    """Return the spread of log pupils per seat over schools, weighted by seats.

    ``PRIOR_SPREAD`` where fewer than ``FEWEST`` schools state their seats.

    Parameters
    ----------
    pupils, seats : (school,) pupils, and seats, NaN where not stated
    """
    known = (pupils > 0) & (np.nan_to_num(seats) > 0)
    if known.sum() < FEWEST:
        return PRIOR_SPREAD
    weight, filling = seats[known], np.log(pupils[known] / seats[known])
    mean = np.average(filling, weights=weight)
    return float(np.sqrt(np.average((filling - mean) ** 2, weights=weight)))
