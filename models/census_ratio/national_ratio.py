r"""The nation's pupils per child: what all counties share when their own ratios move.

.. math:: \rho_{a,s,t} = \rho_{a,s,0}\,e^{m_{s,t} + v_{s,t} + w_{a,s,t}}

``m`` the log change of the national ratio since the census, taken for the senior stages alone and
constant after the last published year, ``v`` a random walk common to all counties, ``w`` the
county's own. A ratio is national pupils over the nation's children of the stage's ages, as its
latest census counted them at other ages
(:func:`features.births.national_cohorts.national_cohorts`). The step of ``v`` is the root mean
square of the national yearly steps, since 2014: in the two years before, the first pupil register
moved junior pupils by 7 per cent of their cohorts.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
import pandas as pd

from data.contract.stages import STAGE_BY_CODE, STAGES, UPPER
from data.reference.national_pupils import national_pupils
from features.arrays import FloatArray
from features.births.national_cohorts import national_cohorts
from features.randomness import balanced_normal, named_generator
from models.census_ratio.senior import GENERAL, VOCATIONAL, general_shares


@lru_cache(maxsize=2)
def national_change(base_year: int, years: tuple[int, ...], draws: int, seed: int) -> FloatArray:
    """Return the log change of the ratio common to all counties as (stage, year, draw), read-only.

    It is zero until ``base_year``. Gains of one senior stage are losses of the other: the random
    part of vocational pupils is that of general ones with the opposite sign, for the same number
    of pupils.
    """
    later = np.array(years)[:, None] > base_year
    share = general_shares([base_year])[0]
    paths = []
    for stage in STAGES:
        code, sign = (
            (GENERAL, -share / (1 - share)) if stage.code == VOCATIONAL else (stage.code, 1)
        )
        deviates = balanced_normal(
            named_generator(seed, "national ratio", code), (len(years), draws)
        )
        path = sign * national_step(code) * np.cumsum(np.where(later, deviates, 0.0), axis=0)
        if stage in UPPER:
            path += _published_change(stage.code, base_year, years)[:, None]
        paths.append(path)
    change = np.stack(paths)
    change.flags.writeable = False
    return change


@cache
def national_step(stage: str, until: int | None = None) -> float:
    """Return the root mean square of the yearly log steps of a stage's ratio up to ``until``."""
    steps = _log_ratio(stage).loc[:until].diff().dropna()
    return float(np.sqrt((steps**2).mean()))


def _published_change(stage: str, base_year: int, years: Sequence[int]) -> FloatArray:
    known = _log_ratio(stage)
    path = np.interp([base_year, *years], known.index.to_numpy(dtype=float), known.to_numpy())
    return np.asarray(path[1:] - path[0])


@cache
def _log_ratio(stage: str) -> "pd.Series[float]":
    """Return by published year the log ratio of national pupils to the children of their age."""
    pupils = national_pupils()[stage].dropna()
    ages = STAGE_BY_CODE[stage]
    cohorts = national_cohorts(pupils.index.tolist(), ages.first_age, ages.last_age)
    return np.log(pupils / cohorts).dropna()
