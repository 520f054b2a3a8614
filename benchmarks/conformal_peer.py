"""Three-year ratios with a conformal interval: what a planner could do without a model of errors.

The 80 % interval is the point times exp(± q), q the 80 % quantile of the absolute log errors that
the same method made from all earlier origins of the same history, over all areas alike (split
conformal prediction, Vovk et al. 2005).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from experiments.evaluation.rolling_origin import Levels, labelled, sum_known
from features.arrays import FloatArray
from models.baselines import progression, stage_growth
from models.history import EnrolmentHistory

PointMethod = Callable[[EnrolmentHistory, int], FloatArray]
WINDOW, SHARE = 3, 0.8
LARGEST = 3.0  # a class over the largest seen in the area: ratios of new classes have no bound
UNKNOWN, GROWTH = 0.06, 0.9  # log error of a history that shows none; errors grow as step ** 0.9


def peer_of(graded: bool) -> PointMethod:
    """Return the ratios of three years, or for stages their growth."""
    method = partial(progression if graded else stage_growth, window=WINDOW)

    def bounded(history: EnrolmentHistory, horizon: int) -> FloatArray:
        most = LARGEST * np.nanmax(history.pupils, axis=(1, 2), initial=0.0)
        return np.minimum(method(history, horizon), most[:, None, None])

    return bounded


def peer_cells(
    history: EnrolmentHistory,
    levels: Levels,
    origins: Sequence[int],
    horizons: Sequence[int],
    method: PointMethod,
) -> pd.DataFrame:
    """Return the columns of ``backtest_cells`` that an interval score needs."""
    parts = []
    for origin in origins:
        past = history.until(origin)
        ahead = [step for step in horizons if origin + step <= history.years[-1]]
        if not ahead:
            continue
        found = method(past, max(ahead))
        for level, groups in levels.items():
            width = half_widths(past, groups, max(ahead), method)
            for step in ahead:
                counted = np.isfinite(history.pupils[:, history.years.index(origin + step)])
                point = sum_known(np.where(counted, found[:, step - 1], np.nan), groups)
                rows = labelled(history, origin, step, level, groups)
                bounds = [np.exp(sign * width[step - 1]) * point.ravel() for sign in (-1, 1)]
                parts.append(rows.assign(lo80=bounds[0], hi80=bounds[1]))
    return pd.concat(parts, ignore_index=True)


def half_widths(
    past: EnrolmentHistory, groups: Mapping[str, list[int]], horizon: int, method: PointMethod
) -> FloatArray:
    """Return the conformal half width (step,) of the log; beyond the history it grows."""
    errors: list[list[FloatArray]] = [[] for _ in range(horizon)]
    for origin in past.years[1:-1]:
        found = method(past.until(origin), min(horizon, past.years[-1] - origin))
        for step, place in product(range(found.shape[1]), [past.years.index(origin) + 1]):
            actual = sum_known(past.pupils[:, place + step], groups)
            predicted = sum_known(found[:, step], groups)
            both = (actual > 0) & (predicted > 0)
            errors[step].append(np.abs(np.log(actual[both] / predicted[both])))
    widths, seen = np.zeros(horizon), (1, UNKNOWN)
    for step in range(1, horizon + 1):
        known = np.concatenate([*errors[step - 1], np.zeros(0)])
        if known.size:
            share = min(SHARE * (1 + 1 / known.size), 1.0)
            seen = (step, float(np.quantile(known, share)))
        widths[step - 1] = seen[1] * (step / seen[0]) ** GROWTH
    return widths
