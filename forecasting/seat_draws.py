"""Seats required and available in every draw: what comparing and planning need beyond quantiles."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.contract.stages import STAGE_BY_CODE
from forecasting.demand import SeatDemand

SeatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SeatDraws:
    """Seats of the counties under one scenario; draw ``k`` has the same luck in every scenario.

    Parameters
    ----------
    areas : adcodes of counties, the city not among them
    stages : stage codes
    years : school years (autumn)
    required : (area, stage, year, draw) seats of whole classes, planning reserve included
    available : (area, stage, year, draw) seats of today and of projects
    """

    areas: tuple[str, ...]
    stages: tuple[str, ...]
    years: tuple[int, ...]
    required: SeatArray
    available: SeatArray

    @property
    def gap(self) -> SeatArray:
        """Seats short (positive) or idle (negative), (area, stage, year, draw)."""
        return self.required - self.available

    def planned(self) -> "SeatDraws":
        """Return the stages that the county's layout plan builds seats of."""
        kept = [place for place, code in enumerate(self.stages) if STAGE_BY_CODE[code].planned]
        stages = tuple(self.stages[place] for place in kept)
        return SeatDraws(
            self.areas, stages, self.years, self.required[:, kept], self.available[:, kept]
        )

    def of(self, areas: Collection[str]) -> "SeatDraws":
        """Return the counties that are among ``areas``, in the order they have here."""
        kept = [place for place, area in enumerate(self.areas) if area in areas]
        names = tuple(self.areas[place] for place in kept)
        return SeatDraws(names, self.stages, self.years, self.required[kept], self.available[kept])


def seat_draws(demand: SeatDemand) -> SeatDraws:
    """Return the seats of ``demand`` in every draw, as single precision: whole seats stay exact."""
    pupils = demand.pupils
    return SeatDraws(
        pupils.areas,
        pupils.stages,
        pupils.years,
        demand.required.astype(np.float32),
        demand.supply.seats.astype(np.float32),
    )


def side_by_side(draws: Sequence[SeatDraws]) -> SeatDraws:
    """Return the areas of all ``draws``, which have the same stages, years and draws."""
    first = draws[0]
    areas = tuple(area for one in draws for area in one.areas)
    required, available = (
        np.concatenate([getattr(one, name) for one in draws]) for name in ("required", "available")
    )
    return SeatDraws(areas, first.stages, first.years, required, available)
