"""Resident children and youths of the ten years after a census, students included."""

import numpy as np

from features.ageing.census_table import add_sexes
from features.ageing.cohort_component import age_population
from features.ageing.single_years import split_groups
from features.arrays import FloatArray
from features.migration.learned_change import LEARNED_YEARS, LearnedChange

NEWTON_STEPS = 8
AGES = range(20)


def resident_population(
    change: LearnedChange, horizon: int, newborn: FloatArray | None = None
) -> FloatArray:
    r"""Return residents as (area, year, age, draw) from the origin to ``horizon`` years on.

    A cohort grows by :math:`a` per year while it is under 15 and by :math:`b` from 15 on:

    .. math:: a = c_{0-4}/10,\qquad
              \sum_{x=5}^{9} P_0(x)\,e^{a\,(14-x) + b\,(x-4)} = P_0(5\text{-}9)\,e^{c_{5-9}}

    so that after ten years the groups 10-14 and 15-19 are exactly the learned ones in each draw,
    while youths of 19 have moved more than those of 15. Children born later are spread over
    single years so that ages 0-4 and 5-9 after ten years are the learned groups too. Single ages
    of one group move together in all draws. Beyond ten years the yearly growth goes on.

    Parameters
    ----------
    change : draws of the learned change
    horizon : years
    newborn : (area, year, draw) persons aged 0 where births are known, NaN where not
    """
    persons = add_sexes(change.groups)
    start = split_groups(persons[[0, 5, 10, 15, 20]].to_numpy(), np.arange(0.0, 30.0, 5.0))
    child = change.draws[:, 2] / LEARNED_YEARS
    youth = youth_growth(start[:, 5:10], child, change.draws[:, 3])
    growth = np.zeros((len(persons), len(AGES), change.draws.shape[2]))
    growth[:, :14] = child[:, None]
    growth[:, 14:] = youth[:, None]
    flow = np.repeat(growth[:, None], horizon, axis=1)
    for year in range(horizon):
        # Residents of 15-19 at the census have moved already; only those who turn 15 later move.
        flow[:, year, 15 + year :] = 0.0
    arrivals = later_births(change, child, horizon)
    if newborn is not None:
        arrivals = np.where(np.isnan(newborn), arrivals, newborn)
    first = np.repeat(start[:, : len(AGES), None], change.draws.shape[2], axis=2)
    return age_population(first, arrivals, np.zeros((horizon, len(AGES))), flow)


def youth_growth(children: FloatArray, child: FloatArray, change: FloatArray) -> FloatArray:
    """Return the yearly log growth from 15 on that gives the learned ten-year change.

    Newton's method on a sum of exponentials, which is convex and rising, so it cannot miss.

    Parameters
    ----------
    children : (area, 5) persons aged 5 … 9
    child : (area, draw) yearly log growth under 15
    change : (area, draw) ten-year log change of the group
    """
    years_over = np.arange(1.0, 6.0)[:, None]
    total = children.sum(axis=1, keepdims=True)
    even = np.full_like(children, 1 / children.shape[1])  # any share is right of an empty group
    weight = np.divide(children, total, out=even, where=total > 0)[:, :, None]
    under = np.log(weight.clip(min=1e-12)) + child[:, None] * (LEARNED_YEARS - years_over)
    youth = (change - 7 * child) / 3
    for _ in range(NEWTON_STEPS):
        parts = np.exp(under + youth[:, None] * years_over - change[:, None])
        total = parts.sum(axis=1)
        youth = youth - np.log(total) * total / (parts * years_over).sum(axis=1)
    return youth


def later_births(change: LearnedChange, child: FloatArray, horizon: int) -> FloatArray:
    """Return persons aged 0 in each later year as (area, year, draw), from the learned groups."""
    persons = add_sexes(change.groups)[0].to_numpy()
    groups = persons[:, None, None] * np.exp(change.draws[:, :3])
    profile = split_groups(np.median(groups, axis=2), np.arange(0.0, 20.0, 5.0))[:, :10]
    share = profile.reshape(len(persons), 2, 5)
    share = share / share.sum(axis=2, keepdims=True).clip(min=1e-9)
    ages = (share[:, :, :, None] * groups[:, :2, None]).reshape(len(persons), 10, -1)
    years = np.minimum(np.arange(1, horizon + 1), LEARNED_YEARS)
    age = LEARNED_YEARS - years
    return ages[:, age] * np.exp(-child[:, None] * age[:, None])
