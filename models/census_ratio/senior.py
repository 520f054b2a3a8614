"""Pupils of the senior stages, general and vocational, from national figures and targets.

Vocational pupils by county are not published. They follow from general pupils and the national
share of general schools among senior pupils, which is a scenario parameter (普职比). From the
census year on the ratio of pupils to residents changes like the national one
(:mod:`models.census_ratio.national_ratio`). A planned gross enrolment ratio is that of both stages
together (高中阶段); the scenario sets the share of the way to it that is realised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.stages import UPPER, UPPER_SECONDARY, stage_index
from data.reference.national_pupils import national_pupils
from features.arrays import FloatArray, Population
from models.stage_pupils import StagePupils

GENERAL, VOCATIONAL = "general_senior", "vocational_senior"


def general_shares(years: Sequence[int]) -> FloatArray:
    """Return (year,) the national share of senior pupils in general schools.

    Linear between the years with both figures, constant before the first and after the last.
    """
    return np.interp(np.array(years), *_known_general_shares())


@cache
def _known_general_shares() -> tuple[FloatArray, FloatArray]:
    """Return the years with both figures, and the shares; read-only."""
    pupils = national_pupils()[[GENERAL, VOCATIONAL]].dropna()
    share = pupils[GENERAL] / pupils.sum(axis=1)
    return share.index.to_numpy(dtype=float), share.to_numpy()


def own_general_share(pupils: StagePupils) -> FloatArray:
    """Return the share of senior pupils in general schools (area, year), 0.5 where there are none.

    It is the ratio of the means over the draws.
    """
    general = _means(pupils, GENERAL)
    both = general + _means(pupils, VOCATIONAL)
    return np.divide(general, both, out=np.full_like(both, 0.5), where=both > 0)


def with_general_share(pupils: StagePupils, share: FloatArray) -> StagePupils:
    """Return ``pupils`` with the share of senior pupils in general schools set to ``share``.

    Pupils are moved between the two stages, so that the mean of their sum is unchanged; a stage
    without pupils gets none.

    Parameters
    ----------
    pupils : pupils by stage
    share : (area, year) share in general schools
    """
    own = own_general_share(pupils)
    known = (own > 0) & (own < 1)
    safe = np.where(known, own, 0.5)
    factors = {GENERAL: share / safe, VOCATIONAL: (1 - share) / (1 - safe)}
    return _scaled(pupils, {stage: np.where(known, one, 1.0) for stage, one in factors.items()})


def towards_senior_target(
    pupils: StagePupils,
    population: Population,
    targets: pd.DataFrame,
    attainment: FloatArray,
    now: int,
) -> StagePupils:
    """Return ``pupils`` with the senior target realised to the share ``attainment``.

    The path is linear from the city's own gross ratio in ``now`` to each later target.

    Parameters
    ----------
    pupils : pupils by stage
    population : residents by single age
    targets : stage, year, measure, value
    attainment : (year,) share of the way to the target
    now : present school year
    """
    wanted = (targets["stage"] == UPPER_SECONDARY) & (targets["measure"] == "gross_enrolment_ratio")
    goals = targets[wanted & (targets["year"] > now)].set_index("year")["value"].sort_index()
    if goals.empty or not attainment.any() or now not in pupils.years:
        return pupils
    ages = UPPER[0]
    residents = population.between(ages.first_age, ages.last_age).mean(axis=-1).sum(axis=0)
    ratio = sum(_means(pupils, stage.code).sum(axis=0) for stage in UPPER) / residents
    start = ratio[pupils.years.index(now)]
    way = np.interp(pupils.years, [now, *goals.index], [start, *goals])
    factor = np.broadcast_to(1 + attainment * (way / ratio - 1), pupils.policy[:, 0].shape)
    return _scaled(pupils, {stage.code: factor for stage in UPPER})


def _means(pupils: StagePupils, stage: str) -> FloatArray:
    return pupils.pupils[:, stage_index(stage)].mean(axis=-1)


def _scaled(pupils: StagePupils, factors: Mapping[str, npt.NDArray[np.float64]]) -> StagePupils:
    """Return ``pupils`` with some stages multiplied by (area, year) factors, recorded as policy."""
    scaled, policy = pupils.pupils.copy(), pupils.policy.copy()
    for stage, factor in factors.items():
        scaled[:, stage_index(stage)] *= factor[:, :, None]
        policy[:, stage_index(stage)] *= factor
    return replace(pupils, pupils=scaled, policy=policy)
