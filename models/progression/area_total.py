r"""Adjustment of an area's total: its own damped trend, and shrinkage of its growth.

The cohort forecast uses the pupils in school. The area's total adds that an area which gained or
lost pupils for years tends to continue, and that growth which fluctuated from year to year does
not. The growth predicted by the cohorts is moved a fixed share of the way to the damped trend of
the total, and the result is shrunk according to how steady the area's growth was:

.. math::

    \log \frac{\tilde N_{a,t+k}}{N_{a,t}} = s_a \left[ (1 - \lambda)
        \log \frac{\hat N_{a,t+k}}{N_{a,t}} + \lambda\, b_a (\phi + \dots + \phi^k) \right], \qquad
    s_a = \frac{\sigma_0^2}{\sigma_0^2 + \sigma_a^2}

with :math:`\hat N` the cohorts' total, b the trend (:func:`trend_growth`) and :math:`\sigma_a` the
noise of the yearly growth of its cohorts in school (:func:`growth_noise`). All grades are scaled by
the same factor, so they still add up. Grades that open or close between t and t+k do not count as
growth: the logarithms are of the other grades.

References
----------
Gardner and McKenzie (1985), Management Science 31, 1237 (damped trend); Bates and Granger (1969),
Operational Research Quarterly 20, 451 (combination).
"""

import numpy as np

from features.arrays import FloatArray
from models.progression.weights import fit_variance

FASTEST = 0.2  # log growth per year; faster is an opening, a merger or an error
START = 3  # years whose mean growth initialises the filter
TREND_GAIN = 0.2
TREND_DAMPING = 0.98
TREND_SHARE = 0.15  # the same for all benchmark sets; estimating it per set did not help
STEADY = 0.03  # noise of yearly log growth at which predicted growth is shrunk by half
NOISE_YEARS = 6


def yearly_growth(pupils: FloatArray) -> FloatArray:
    """Return log growth (area, year - 1) of the grades open in both years.

    Parameters
    ----------
    pupils : (area, year, grade)
    """
    known = np.nan_to_num(pupils)
    before, after = sums_of_both(known[:, :-1], known[:, 1:])
    return np.clip(np.log(after / before), -FASTEST, FASTEST)


def sums_of_both(before: FloatArray, after: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return sums over the last axis of the grades with pupils in both years; 1 and 1 if none."""
    both = (before > 0) & (after > 0)
    any_open = both.any(axis=-1)
    sums = (np.where(both, pupils, 0.0).sum(axis=-1) for pupils in (before, after))
    first, second = (np.where(any_open, total, 1.0) for total in sums)
    return first, second


def trend_growth(pupils: FloatArray) -> FloatArray:
    r"""Return the damped yearly log growth b (area,) at the end of ``pupils`` (area, year, grade).

    .. math:: b_t = \phi b_{t-1} + \beta (\Delta \log N_t - \phi b_{t-1})
    """
    change = yearly_growth(pupils)
    growth = change[:, :START].mean(axis=1) if change.shape[1] else np.zeros(len(pupils))
    for year in range(change.shape[1]):
        growth = TREND_DAMPING * growth
        growth = growth + TREND_GAIN * (change[:, year] - growth)
    return growth


def growth_noise(pupils: FloatArray) -> FloatArray:
    """Return the variance (area,) of the yearly log growth of cohorts in school.

    It is seen in the turns of growth. Cohorts are followed from grade to grade, so that varying
    intakes do not count. The chance of a few pupils is added: a small area that happened to be
    steady need not remain so. A history too short to show a turn gets the noise at which growth is
    halved.
    """
    known = np.nan_to_num(pupils[:, -NOISE_YEARS - 1 :])
    lower, upper = known[:, :-1, :-1], known[:, 1:, 1:]
    before, after = sums_of_both(lower, upper)
    growth = np.clip(np.log(after / before), -FASTEST, FASTEST)
    turns = np.diff(growth, axis=1)
    if turns.shape[1] == 0:
        return np.full(len(pupils), STEADY**2)
    return (turns**2).mean(axis=1) / 2.0 + chance_noise(lower, upper)


def chance_noise(before: FloatArray, after: FloatArray) -> FloatArray:
    """Return the variance (area,) of yearly log growth that falls with the number of pupils.

    Parameters
    ----------
    before, after : (area, year, grade) pupils of the same cohorts a year apart
    """
    seen = (before > 0) & (after > 0)
    lower, upper = np.where(seen, before, 1.0), np.where(seen, after, 1.0)
    turns = np.diff(np.log(upper / lower), axis=1) ** 2 / 2.0
    size = np.where(seen, lower * upper / (lower + upper), 0.0)
    both = seen[:, 1:] & seen[:, :-1]
    if not both.any():
        return np.zeros(len(before))
    _, chance = fit_variance(turns[both], np.minimum(size[:, 1:], size[:, :-1])[both])
    pupils = size.sum(axis=2).mean(axis=1)
    return np.divide(chance, pupils, out=np.zeros(len(before)), where=pupils > 0)


def draw_growth(forecast: FloatArray, past: FloatArray) -> FloatArray:
    """Return ``forecast`` with the growth of each area's total adjusted.

    Parameters
    ----------
    forecast : (area, step, grade) pupils
    past : (area, year, grade) pupils up to the origin
    """
    last = np.broadcast_to(np.nan_to_num(past[:, -1:]), forecast.shape)
    before, after = sums_of_both(last, forecast)
    cohorts = np.log(after / before)
    damping = np.cumsum(TREND_DAMPING ** np.arange(1, forecast.shape[1] + 1))
    trend = trend_growth(past)[:, None] * damping
    kept = (STEADY**2 / (STEADY**2 + growth_noise(past)))[:, None]
    growth = kept * ((1.0 - TREND_SHARE) * cohorts + TREND_SHARE * trend)
    return forecast * np.exp(growth - cohorts)[:, :, None]
