"""Scores of forecasts against what came."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.population import FloatArray


@dataclass(frozen=True)
class Outcome:
    """One forecast of many cells and what came.

    Parameters
    ----------
    actual, point : (cell,) pupils
    draws : (cell, draw) pupils; no draws where the model gives none
    """

    actual: FloatArray
    point: FloatArray
    draws: FloatArray

    @property
    def seen(self) -> FloatArray:
        """Return 1 where the outcome is known, else 0."""
        return np.isfinite(self.actual).astype(float)


def crps(actual: FloatArray, draws: FloatArray) -> FloatArray:
    r"""Return the continuous ranked probability score of each cell.

    .. math:: E|X - y| - E|X - X'| / 2

    with the second term from the sorted draws.

    References
    ----------
    Gneiting and Raftery (2007), JASA 102, 367.
    """
    count = draws.shape[1]
    ordered = np.sort(draws, axis=1)
    rank = 2.0 * np.arange(1, count + 1) - count - 1
    spread = (ordered * rank).sum(axis=1) / count**2
    return np.asarray(np.abs(draws - actual[:, None]).mean(axis=1) - spread)


def score(outcomes: Iterable[Outcome]) -> dict[str, float]:
    """Return WAPE, median APE, bias, CRPS (all % of pupils) and coverage of 80 % and 95 %."""
    kept = [
        (o.actual[known], o.point[known], o.draws[known])
        for o in outcomes
        for known in [np.isfinite(o.actual)]
    ]
    actual = np.concatenate([a for a, _, _ in kept])
    error = np.concatenate([p for _, p, _ in kept]) - actual
    pupils = max(float(actual.sum()), 1e-9)
    positive = actual > 0
    result = {
        "cells": float(actual.size),
        "wape": 100 * float(np.abs(error).sum()) / pupils,
        "median_ape": 100 * float(np.median(np.abs(error[positive]) / actual[positive]))
        if positive.any()
        else np.nan,
        "bias": 100 * float(error.sum()) / pupils,
    }
    if kept[0][2].shape[1] == 0:
        return result
    low95, low80, high80, high95 = np.concatenate(
        [np.quantile(d, [0.025, 0.1, 0.9, 0.975], axis=1) for _, _, d in kept], axis=1
    )
    result["crps"] = 100 * sum(float(crps(a, d).sum()) for a, _, d in kept) / pupils
    for name, low, high in (("coverage80", low80, high80), ("coverage95", low95, high95)):
        inside = (actual >= low) & (actual <= high)
        # A grade that does not exist is foretold by anyone and says nothing of the intervals.
        result[name] = 100 * float(inside[positive].mean()) if positive.any() else np.nan
    return result


def score_table(rows: dict[tuple[str, int, str], list[Outcome]]) -> pd.DataFrame:
    """Return one row of scores a (model, horizon, level)."""
    table = pd.DataFrame({key: score(outcomes) for key, outcomes in rows.items()}).T
    table.index.names = ["model", "horizon", "level"]
    return table.reset_index()
