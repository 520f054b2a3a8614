r"""How far shares stray from their forecast: sizes learned from past origins.

The log share of school i, forecast k years ahead, strays by

.. math::

    w_{i,k} + c_{i,g,k}, \qquad
    w_{i,k} \sim t_{5}\left(0, s^2 k^{2p} (1 + n_0 / n_i)\right), \qquad
    c_{i,g,k} \sim N(0, v / n_{i,g}),\ \text{carried on with its cohort}

with n pupils in all grades, or in the grade, in the last year, and p = ½, or ¾ for schools without
grades, whose growth is less known. s follows from the errors of
forecasts from past origins, those of all schools of the stage together, at the quantile that an
80 % interval needs; ``PRIOR_ERRORS`` errors of a prior stand in for a short history.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import FloatArray
from forecasting.schools.shares import fit_shares

FREEDOM = 5.0  # of Student's t: school borders move seldom, and then far
SMALL = 200.0  # pupils n_0
GROWTH, GROWTH_OF_TOTALS = 0.5, 0.75
GRADE_NOISE = 1.0  # v: that of independent chance
PRIOR_SPREAD, PRIOR_ERRORS = 0.05, 20.0  # a year; that of the median school of Eau Claire
REACH, ORIGINS, LEAST_YEARS = 3, 5, 3
QUANTILE = 0.8
NORMAL_80 = 1.2816  # of a normal deviate that 80 % are within


@dataclass(frozen=True)
class Spread:
    """Sizes of errors of a stage's schools.

    Parameters
    ----------
    walk : s, log share of a large school one year ahead
    growth : p, power of the years ahead
    """

    walk: float
    growth: float = GROWTH

    def of_schools(self, pupils: FloatArray) -> FloatArray:
        """Return the size of w after one year, (school,), from ``pupils`` (school, grade)."""
        return self.walk * _small(pupils.sum(axis=1))

    def step(self, year: int) -> float:
        """Return the size of what year ``year`` ahead adds to w, in units of that of the first."""
        power = 2 * self.growth
        return float(np.sqrt(year**power - (year - 1) ** power))

    def of_grades(self, pupils: FloatArray) -> FloatArray:
        """Return the size of c, (school, grade), from ``pupils`` (school, grade)."""
        noise = GRADE_NOISE if pupils.shape[1] > 1 else 0.0
        return np.sqrt(noise / np.maximum(pupils, 1.0))


def learn_spread(counts: Sequence[FloatArray]) -> Spread:
    """Return the spread of a stage.

    Parameters
    ----------
    counts : of each county, (school, year, grade) pupils
    """
    graded = any(pupils.shape[2] > 1 for pupils in counts)
    growth = GROWTH if graded else GROWTH_OF_TOTALS
    errors = np.concatenate([_past_errors(pupils, growth) for pupils in counts])
    if not len(errors):
        return Spread(PRIOR_SPREAD, growth)
    own = float(np.quantile(errors, QUANTILE)) / NORMAL_80
    weight = len(errors) / (len(errors) + PRIOR_ERRORS)
    return Spread(weight * own + (1 - weight) * PRIOR_SPREAD, growth)


def _past_errors(pupils: FloatArray, growth: float) -> FloatArray:
    """Return the sizes of past errors of log shares, in units of s."""
    last = pupils.shape[1] - 1
    found = [np.zeros(0)]
    for origin in range(max(LEAST_YEARS - 1, last - ORIGINS), last):
        after = pupils[:, origin + 1 : origin + 1 + REACH]
        county = after.sum(axis=0)
        shares = fit_shares(pupils[:, : origin + 1]).forecast(county)
        forecast, actual = (shares * county).sum(axis=2), after.sum(axis=2)
        size = pupils[:, origin].sum(axis=1)
        known = (forecast > 1) & (actual > 1)
        error = np.log(np.where(known, actual, 1.0) / np.where(known, forecast, 1.0))
        years = np.arange(1, after.shape[1] + 1) ** growth
        found.append((np.abs(error) / years / _small(size)[:, None])[known])
    return np.concatenate(found)


def _small(pupils: FloatArray) -> FloatArray:
    """Return how much further than a large school a school of so many pupils strays."""
    return np.asarray(np.sqrt(1 + SMALL / np.maximum(pupils, 1.0)))
