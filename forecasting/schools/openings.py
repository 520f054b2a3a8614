"""Schools that are to open: their share of the county's entrants."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.arrays import FloatArray

IntArray = npt.NDArray[np.int_]
TINY = 1e-9


@dataclass(frozen=True)
class Openings:
    """Schools that open after the last year.

    Parameters
    ----------
    ahead : (school,) years from the last one to the first one open; 0 for schools already open
    seats : (school,) seats; pupils where they are not known
    fill : years in which a school without grades fills
    """

    ahead: IntArray
    seats: FloatArray
    fill: int = 1

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
