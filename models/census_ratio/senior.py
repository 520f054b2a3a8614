r"""Pupils of the senior stages, general and vocational, by national figures and by plan.

No public figure tells a county's vocational pupils. They follow from its general ones and the
national share of general schools among senior pupils, which is a scenario parameter (普职比). From
the census year on the ratio of pupils to residents moves as the nation's did:

.. math:: \rho_{s,t} = \rho_{s,0}\,\frac{E_{s,t}/P_t}{E_{s,0}/P_0}\,e^{v_{s,t}}

with ``E`` national pupils of the stage, ``P`` the nation's youths 15-17 as its census counted them
years before, and ``v`` a random walk common to all counties whose step is the spread of the
nation's yearly steps. After the last published year the ratio stays, with its uncertainty growing.
A planned gross enrolment ratio is that of both stages together (高中阶段); a scenario says how much
of the way to it is gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.stages import STAGE_BY_CODE, UPPER, UPPER_SECONDARY, place_of
from data.reference.senior_enrolment import senior_enrolment
from features.ageing.national_cohorts import national_cohorts
from features.arrays import FloatArray, Population
from features.randomness import balanced_normal, named_generator
from models.stage_pupils import StagePupils

GENERAL, VOCATIONAL = "general_senior", "vocational_senior"


def general_shares(years: Sequence[int]) -> FloatArray:
    """Return by year the national share of senior pupils who are in general schools.

    Straight between the years with both figures, flat before the first and after the last.
    """
    pupils = senior_enrolment().dropna()
    share = pupils[GENERAL] / pupils.sum(axis=1)
    return np.interp(np.array(years), share.index.to_numpy(dtype=float), share.to_numpy())


def national_pace(base_year: int, years: Sequence[int], draws: int, seed: int) -> FloatArray:
    """Return the log change of the ratio since ``base_year`` as (upper stage, year, draw).

    What one of the stages gains the other loses: the random part of vocational pupils is that of
    general ones with the sign turned, as many pupils of theirs.
    """
    share = general_shares([base_year])[0]
    luck = balanced_normal(named_generator(seed, "senior pace"), (len(years), draws))
    walk = np.cumsum(np.where(np.array(years)[:, None] > base_year, luck, 0.0), axis=0)
    spread = float(np.diff(_log_ratio(GENERAL)).std(ddof=1))
    random = {GENERAL: spread, VOCATIONAL: -spread * share / (1 - share)}
    paths = []
    for stage in UPPER:
        known = _log_ratio(stage.code)
        path = np.interp([base_year, *years], known.index.to_numpy(dtype=float), known.to_numpy())
        paths.append((path[1:] - path[0])[:, None] + random[stage.code] * walk)
    return np.stack(paths)


def _log_ratio(stage: str) -> "pd.Series[float]":
    """Return by published year the log of national pupils over youths of the stage's ages."""
    pupils = senior_enrolment()[stage].dropna()
    ages = STAGE_BY_CODE[stage]
    return np.log(pupils / national_cohorts(pupils.index.tolist(), ages.first_age, ages.last_age))


def own_general_share(pupils: StagePupils) -> FloatArray:
    """Return the share of senior pupils in general schools (area, year), 0.5 where there are none.

    Means over the draws are divided.
    """
    general = _means(pupils, GENERAL)
    both = general + _means(pupils, VOCATIONAL)
    return np.divide(general, both, out=np.full_like(both, 0.5), where=both > 0)


def with_general_share(pupils: StagePupils, share: FloatArray) -> StagePupils:
    """Return ``pupils`` with senior pupils divided anew, ``share`` (area, year) in general schools.

    Who is moved comes out of the other stage, so that in the mean both stages together stay; a
    stage without pupils gets none.
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
    """Return ``pupils`` with the part ``attainment`` (year,) of the way to the senior target gone.

    The way leads straight from the city's own gross ratio of ``now`` to each target after it.
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
    return pupils.pupils[:, place_of(stage)].mean(axis=-1)


def _scaled(pupils: StagePupils, factors: Mapping[str, npt.NDArray[np.float64]]) -> StagePupils:
    """Return ``pupils`` with some stages multiplied by (area, year), as policy does."""
    scaled, policy = pupils.pupils.copy(), pupils.policy.copy()
    for stage, factor in factors.items():
        scaled[:, place_of(stage)] *= factor[:, :, None]
        policy[:, place_of(stage)] *= factor
    return replace(pupils, pupils=scaled, policy=policy)
