"""Pupils by stage, the input of the computation of seats."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.contract.stages import STAGES
from features.arrays import FloatArray, Population, require_shape


@dataclass(frozen=True)
class StagePupils:
    """Draws of pupils by area, stage and school year.

    Parameters
    ----------
    areas : adcodes
    stages : stage codes
    years : school years (autumn)
    pupils : (area, stage, year, draw) persons
    observed : (area, stage, year) True where the figure was reported
    rung : (area, stage) rung of the data ladder that the figures are based on
    policy : (area, stage, year) growth factor since the first year due to enrolment targets
    """

    areas: tuple[str, ...]
    stages: tuple[str, ...]
    years: tuple[int, ...]
    pupils: FloatArray
    observed: npt.NDArray[np.bool_]
    rung: npt.NDArray[np.str_]
    policy: FloatArray

    def __post_init__(self) -> None:
        """Check that every axis has its label."""
        lengths = {"area": len(self.areas), "stage": len(self.stages), "year": len(self.years)}
        require_shape("pupils", self.pupils, lengths | {"draw": self.pupils.shape[-1]})
        require_shape("observed", self.observed.astype(float), lengths)
        require_shape("policy", self.policy, lengths)

    def first_year(self) -> "StagePupils":
        """Return the pupils of the first year alone."""
        return replace(
            self,
            years=self.years[:1],
            pupils=self.pupils[:, :, :1],
            observed=self.observed[:, :, :1],
            policy=self.policy[:, :, :1],
        )


def stage_population(population: Population) -> FloatArray:
    """Return residents of the nominal ages of each stage as (area, stage, year, draw)."""
    by_stage = [population.between(stage.first_age, stage.last_age) for stage in STAGES]
    return np.stack(by_stage, axis=1)


def over_stages(
    pupils: StagePupils, values: Mapping[str, npt.ArrayLike], missing: float = np.nan
) -> FloatArray:
    """Return values by stage as (area, stage, year); each broadcasts to (area, year)."""
    cells = len(pupils.areas), len(pupils.years)
    rows = [
        np.broadcast_to(np.asarray(values.get(stage, missing), dtype=float), cells)
        for stage in pupils.stages
    ]
    return np.stack(rows, axis=1)
