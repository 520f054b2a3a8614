r"""Pupils of the senior stages, general and vocational, from national figures and targets.

Vocational pupils by county are not published. They follow from general pupils and the national
share of general schools among senior pupils, which is a scenario parameter (普职比). From the
census year on the ratio of pupils to residents changes like the national one:

.. math:: \rho_{s,t} = \rho_{s,0}\,\frac{E_{s,t}/P_t}{E_{s,0}/P_0}\,e^{v_{s,t}}

with ``E`` national pupils of the stage, ``P`` the national population aged 15-17, as counted by the
census at younger ages, and ``v`` a random walk common to all counties whose step is the standard
deviation of the national yearly steps. After the last published year the ratio is constant, with
growing uncertainty. A planned gross enrolment ratio is that of both stages together (高中阶段); the
scenario sets the share of the way to it that is realised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.stages import STAGE_BY_CODE, UPPER, UPPER_SECONDARY, stage_index
from data.reference.senior_enrolment import senior_enrolment
from features.ageing.national_cohorts import national_cohorts
from features.arrays import FloatArray, Population
from features.randomness import balanced_normal, named_generator
from models.stage_pupils import StagePupils

GENERAL, VOCATIONAL = "general_senior", "vocational_senior"


def general_shares(years: Sequence[int]) -> FloatArray:
    """Return (year,) the national share of senior pupils in general schools.

    Linear between the years with both figures, constant before the first and after the last.
    """
    pupils = senior_enrolment().dropna()
    share = pupils[GENERAL] / pupils.sum(axis=1)
    return np.interp(np.array(years), share.index.to_numpy(dtype=float), share.to_numpy())


def national_pace(base_year: int, years: Sequence[int], draws: int, seed: int) -> FloatArray:
    """Return the log change of the ratio since ``base_year`` as (upper stage, year, draw).

    Gains of one stage are losses of the other: the random part of vocational pupils is that of
    general ones with the opposite sign, for the same number of pupils.
    """
    share = general_shares([base_year])[0]
    deviates = balanced_normal(named_generator(seed, "senior pace"), (len(years), draws))
    walk = np.cumsum(np.where(np.array(years)[:, None] > base_year, deviates, 0.0), axis=0)
    spread = float(np.diff(_log_ratio(GENERAL)).std(ddof=1))
    random = {GENERAL: spread, VOCATIONAL: -spread * share / (1 - share)}
    paths = []
    for stage in UPPER:
        known = _log_ratio(stage.code)
        path = np.interp([base_year, *years], known.index.to_numpy(dtype=float), known.to_numpy())
        paths.append((path[1:] - path[0])[:, None] + random[stage.code] * walk)
    return np.stack(paths)


@cache
def _log_ratio(stage: str) -> "pd.Series[float]":
    """Return by published year the log ratio of national pupils to the population of their age."""
    pupils = senior_enrolment()[stage].dropna()
    ages = STAGE_BY_CODE[stage]
    return np.log(pupils / national_cohorts(pupils.index.tolist(), ages.first_age, ages.last_age))


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
