"""Home population of school age of each county in the years after one census."""

import numpy as np
import pandas as pd

from features.census_table import both_sexes
from features.cohort import age_population
from features.learned_change import LEARNED_YEARS, LearnedChange, learn_change
from features.newborn import persons_aged_zero
from features.population import Births, FloatArray, Population
from features.resident import later_births
from features.single_years import split_by_spline
from features.survivorship import log_survival

AGES = tuple(range(20))


def project_population(
    census: pd.DataFrame,
    attributes: pd.DataFrame | None,
    births: Births | None,
    until: int,
    draws: int,
    seed: int,
    migration_scale: float = 1.0,
) -> Population:
    r"""Return home population aged 0-19 of each county, from the census year to ``until``.

    .. math:: P_{t+1}(x+1)=P_t(x)\,e^{s_t(x)+k\,\delta_t\,g/10},\qquad g = c - \bar c

    where :math:`c` is the learned ten-year log change of ages 0-4 of the county, :math:`\bar c`
    that of the whole panel (survival and the undercount of the first census; migration within
    the country cancels in it), :math:`k` the ``migration_scale`` and :math:`\delta_t` halves with
    each ten years beyond the first ten. *Home* means that children follow their families at all
    ages: students who come from elsewhere at 15-19 are left out.

    Parameters
    ----------
    census : ``adcode, year, sex, age_lower, age_upper, persons`` of one year
    attributes : what else is known then, or None
    births : births of the years after the census (draws, or one draw for all); learned if None
    until : last year
    migration_scale : factor of net migration, 0 for a closed county

    Raises
    ------
    ValueError : births that lack a county or year
    """
    origin = int(census["year"].iloc[0])
    change = learn_change(census, attributes, draws, seed)
    start = np.repeat(home_ages(change)[:, :, None], draws, axis=2)
    horizon = until - origin
    migration = home_migration(change, horizon) * migration_scale
    survival = log_survival(range(origin, until))[:, : len(AGES)]
    areas = tuple(str(adcode) for adcode in change.groups.index)
    if births is None:
        child = change.draws[:, 2] / LEARNED_YEARS
        arrivals = later_births(change, child, horizon)
    else:
        arrivals = persons_aged_zero(births, areas, range(origin + 1, until + 1))
        if np.isnan(arrivals).any():
            lacking = [areas[index] for index in np.flatnonzero(np.isnan(arrivals).any((1, 2)))]
            raise ValueError(f"births do not reach {until} for {', '.join(lacking)}")
        arrivals = np.broadcast_to(arrivals, (*arrivals.shape[:2], draws))
    return Population(
        areas=areas,
        years=tuple(range(origin, until + 1)),
        ages=AGES,
        persons=age_population(start, arrivals, survival, migration),
    )


def home_ages(change: LearnedChange) -> FloatArray:
    """Return single years 0-19 at the origin as (area, age), without students from elsewhere.

    In a university town ages 15-19 are what the other counties together have to one aged 10-14.
    """
    persons = both_sexes(change.groups)
    town = change.university
    if (~town).any():
        ratio = persons.loc[~town, 15].sum() / persons.loc[~town, 10].sum()
        persons.loc[town, 15] = persons.loc[town, 10] * ratio
    edges = np.arange(0.0, 30.0, 5.0)
    return split_by_spline(persons[[0, 5, 10, 15, 20]].to_numpy(), edges)[:, : len(AGES)]


def home_migration(change: LearnedChange, horizon: int) -> FloatArray:
    """Return log growth by net migration as (area, year, age, draw), the same at all ages."""
    target = 2  # ages 0-4 to 10-14: the cohort that moves with its family
    yearly = (change.draws[:, target] - change.survival[target]) / LEARNED_YEARS
    years = np.arange(horizon)
    damping = np.where(years < LEARNED_YEARS, 1.0, 0.5 ** ((years - LEARNED_YEARS + 1) / 10))
    flow = yearly[:, None, :] * damping[None, :, None]
    return np.repeat(flow[:, :, None, :], len(AGES), axis=2)
