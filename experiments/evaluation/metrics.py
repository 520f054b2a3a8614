"""Scores of forecasts against actual values."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from features.arrays import FloatArray

BOUNDS = {"lo95": 0.025, "lo80": 0.1, "hi80": 0.9, "hi95": 0.975}
MEASURES = ("cells", "wape", "median_ape", "bias", "crps", "coverage80", "coverage95")


def crps_of_draws(actual: FloatArray, draws: FloatArray) -> FloatArray:
    r"""Return the continuous ranked probability score of each cell.

    .. math:: E|X - y| - E|X - X'| / 2

    with the second term from the sorted draws; ``draws`` has one axis more than ``actual``.

    References
    ----------
    Gneiting and Raftery (2007), JASA 102, 367.
    """
    count = draws.shape[-1]
    ordered = np.sort(draws, axis=-1)
    rank = 2.0 * np.arange(1, count + 1) - count - 1
    spread = (ordered @ rank.astype(draws.dtype)) / count**2
    return np.asarray(np.abs(draws - actual[..., None]).mean(axis=-1) - spread)


def crps_of_normal(actual: FloatArray, mean: FloatArray, deviation: FloatArray) -> FloatArray:
    """Return the continuous ranked probability score of normal forecasts.

    References
    ----------
    Gneiting and Raftery (2007), JASA 102, 367, equation 21.
    """
    z = (actual - mean) / deviation
    parts = z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)
    return np.asarray(deviation * parts)


def score_table(cells: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return WAPE, median APE, bias, CRPS (all % of pupils) and coverage of 80 % and 95 % by group.

    Parameters
    ----------
    cells : actual, point, crps and ``BOUNDS``, one row per forecast; NaN where a model gives
        no distribution. A cell that nobody counted is left out.
    by : columns to group by
    """
    known = cells[cells["actual"].notna()]
    error = known["point"] - known["actual"]
    # An actual value of zero (a grade that does not exist) has no relative error.
    positive = known["actual"] > 0
    given = positive & known["lo80"].notna()
    relative = (error.abs() / known["actual"]).where(positive)
    inside = {
        name: known["actual"].between(known[f"lo{name}"], known[f"hi{name}"]).where(given)
        for name in ("80", "95")
    }
    parts = known[by].assign(
        actual=known["actual"],
        absolute=error.abs(),
        error=error,
        relative=relative,
        crps=known["crps"],
        coverage80=inside["80"].astype(float),
        coverage95=inside["95"].astype(float),
    )
    groups = parts.groupby(by, sort=False)
    pupils = groups["actual"].sum().clip(lower=1e-9)
    table = pd.DataFrame(
        {
            "cells": groups.size(),
            "wape": 100 * groups["absolute"].sum() / pupils,
            "median_ape": 100 * groups["relative"].median(),
            "bias": 100 * groups["error"].sum() / pupils,
            "crps": 100 * groups["crps"].sum(min_count=1) / pupils,
            "coverage80": 100 * groups["coverage80"].mean(),
            "coverage95": 100 * groups["coverage95"].mean(),
        }
    )
    return table.reset_index()
