r"""The total of an area drawn towards its own damped trend.

Cohorts know who is in school; the total's own past knows that an area which gained or lost people
for years goes on doing so. The forecast takes a fixed share of the way from one to the other:

.. math::

    \hat N_{t+k} = N^{cohort}_{t+k}
        \left(\frac{N_t e^{b_t (\phi + \dots + \phi^k)}}{N^{cohort}_{t+k}}\right)^\lambda, \qquad
    b_t = \phi b_{t-1} + \beta (\Delta \log N_t - \phi b_{t-1})

with all grades of the area moved alike.

References
----------
Gardner and McKenzie (1985), Management Science 31, 1237 (damped trend); Bates and Granger (1969),
Operational Research Quarterly 20, 451 (combination).
"""

import numpy as np

from features.arrays import FloatArray

FASTEST = 0.2  # log growth a year; faster is an opening, a merger or a fault
START = 3  # years whose mean growth starts the filter
TREND_GAIN = 0.2
TREND_DAMPING = 0.98
TREND_SHARE = 0.15  # what the benchmark sets agree on; learning it a set at a time did not pay


def trend_growth(pupils: FloatArray) -> FloatArray:
    """Return the damped yearly log growth b (area,) at the end of ``pupils`` (area, year, grade).

    Growth is that of the grades open in both years: a grade opened or closed is no trend.
    """
    both = (np.nan_to_num(pupils[:, :-1]) > 0) & (np.nan_to_num(pupils[:, 1:]) > 0)
    before, after = (
        np.where(both, year, 0.0).sum(axis=2) for year in (pupils[:, :-1], pupils[:, 1:])
    )
    known = before > 0
    change = np.log(np.where(known, after, 1.0) / np.where(known, before, 1.0))
    change = np.clip(change, -FASTEST, FASTEST)
    growth = change[:, :START].mean(axis=1) if change.shape[1] else np.zeros(len(pupils))
    for year in range(change.shape[1]):
        growth = TREND_DAMPING * growth
        growth = growth + TREND_GAIN * (change[:, year] - growth)
    return growth


def draw_to_trend(forecast: FloatArray, past: FloatArray) -> FloatArray:
    """Return ``forecast`` (area, step, grade) with each area's total drawn to its trend.

    Parameters
    ----------
    past : (area, year, grade) pupils up to the origin
    """
    total = np.nansum(past, axis=2)
    damping = np.cumsum(TREND_DAMPING ** np.arange(1, forecast.shape[1] + 1))
    trend = np.log(np.maximum(total[:, -1:], 1.0)) + trend_growth(past)[:, None] * damping
    away = trend - np.log(np.maximum(forecast.sum(axis=2), 1.0))
    return forecast * np.exp(TREND_SHARE * away)[:, :, None]
