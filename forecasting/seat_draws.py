"""Seats required and available by draw, as used to compare scenarios and to plan."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.contract.stages import STAGE_BY_CODE
from forecasting.demand import SeatDemand

SeatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SeatDraws:
    """Seats of the counties under one scenario; draw ``k`` uses the same seed in every scenario.

    Parameters
    ----------
    areas : adcodes of the counties, without the city
    stages : stage codes
    years : school years (autumn)
    required : (area, stage, year, draw) seats of complete classes, planning reserve included
    available : (area, stage, year, draw) existing seats and those of projects
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
        """Return the stages that the layout plan covers."""
        kept = [place for place, code in enumerate(self.stages) if STAGE_BY_CODE[code].planned]
        stages = tuple(self.stages[place] for place in kept)
        return SeatDraws(
            self.areas, stages, self.years, self.required[:, kept], self.available[:, kept]
        )

    def of(self, areas: Collection[str]) -> "SeatDraws":
        """Return the counties that are among ``areas``, in their present order."""
        kept = [place for place, area in enumerate(self.areas) if area in areas]
        names = tuple(self.areas[place] for place in kept)
        return SeatDraws(names, self.stages, self.years, self.required[kept], self.available[kept])


def seat_draws(demand: SeatDemand) -> SeatDraws:
    """Return the seats of ``demand`` by draw in single precision, which is exact for integers."""
    pupils = demand.pupils
    return SeatDraws(
        pupils.areas,
        pupils.stages,
        pupils.years,
        demand.required.astype(np.float32),
        demand.supply.seats.astype(np.float32),
    )


def concat_areas(draws: Sequence[SeatDraws]) -> SeatDraws:
    """Return the areas of all ``draws`` along one axis; stages, years and draws are the same."""
    first = draws[0]
    areas = tuple(area for one in draws for area in one.areas)
    required, available = (
        np.concatenate([getattr(one, name) for one in draws]) for name in ("required", "available")
    )
    return SeatDraws(areas, first.stages, first.years, required, available)
