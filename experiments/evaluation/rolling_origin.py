"""Forecasts from past origins with actual values, one row per forecast."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from experiments.evaluation.metrics import BOUNDS, crps_of_draws
from features.arrays import FloatArray
from models.history import ALL_GRADES, EnrolmentHistory
from models.protocol import EnrolmentModel

# Level of aggregation -> group of grades -> places of the grades.
Levels = Mapping[str, Mapping[str, list[int]]]
DRAWS = 400
KEY = ["origin", "horizon", "level", "area_id", "group"]


def levels_of(grades: tuple[str, ...], stages: Mapping[str, tuple[str, ...]]) -> Levels:
    """Return the aggregation levels to score: grades, stages if there are any, and the total."""
    by_stage = {name: [grades.index(code) for code in codes] for name, codes in stages.items()}
    levels = {"grade": {code: [place] for place, code in enumerate(grades)}}
    if by_stage:
        levels["stage"] = by_stage
    return levels | {"total": {ALL_GRADES: list(range(len(grades)))}}


def sum_known(pupils: FloatArray, groups: Mapping[str, list[int]]) -> FloatArray:
    """Return (area, group) sums of (area, grade), NaN where no grade is known."""
    sums = [pupils[:, places] for places in groups.values()]
    known = [np.isfinite(part).any(axis=1) for part in sums]
    return np.stack(
        [np.where(k, np.nansum(s, axis=1), np.nan) for k, s in zip(known, sums, strict=True)], 1
    )


def labelled(
    history: EnrolmentHistory, origin: int, step: int, level: str, groups: Mapping[str, list[int]]
) -> pd.DataFrame:
    """Return the rows of one origin, horizon and level with actual values."""
    actual = sum_known(history.pupils[:, history.years.index(origin + step)], groups)
    rows = pd.DataFrame(list(product(history.areas, groups)), columns=["area_id", "group"])
    return rows.assign(origin=origin, horizon=step, level=level, actual=actual.ravel())


def backtest_cells(
    model: EnrolmentModel,
    history: EnrolmentHistory,
    levels: Levels,
    origins: Sequence[int],
    horizons: Sequence[int],
    seed: int,
) -> pd.DataFrame:
    """Return ``KEY``, actual, point, crps and the bounds of the intervals.

    A forecast sees nothing that was counted after its origin. Where a grade is not counted, its
    forecast is left out of the sums as well.
    """
    parts = []
    for origin in origins:
        ahead = [step for step in horizons if origin + step <= history.years[-1]]
        if not ahead:
            continue
        random = np.random.default_rng(seed)
        forecast = model.fit(history.until(origin)).forecast(max(ahead), DRAWS, random)
        point, draws = forecast.median, forecast.pupils
        for step, (level, groups) in product(ahead, levels.items()):
            counted = np.isfinite(history.pupils[:, history.years.index(origin + step)])
            rows = labelled(history, origin, step, level, groups)
            at, drawn = point[:, step - 1] * counted, draws[:, step - 1] * counted[..., None]
            rows["point"] = np.stack([at[:, g].sum(axis=1) for g in groups.values()], 1).ravel()
            summed = np.stack([drawn[:, g].sum(axis=1) for g in groups.values()], axis=1)
            parts.append(_with_intervals(rows, summed.reshape(len(rows), -1)))
    return pd.concat(parts, ignore_index=True)


def _with_intervals(rows: pd.DataFrame, draws: FloatArray) -> pd.DataFrame:
    """Add the bounds and the score of ``draws`` (row, draw); NaN if there are none."""
    if draws.shape[1] == 0:
        return rows.assign(crps=np.nan, **dict.fromkeys(BOUNDS, np.nan))
    bounds = np.quantile(draws, list(BOUNDS.values()), axis=1)
    crps = crps_of_draws(rows["actual"].to_numpy(), draws)
    return rows.assign(crps=crps, **dict(zip(BOUNDS, bounds, strict=True)))
