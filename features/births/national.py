"""Level of fertility: the nation's births per effective woman and draws of its future."""

import numpy as np
import pandas as pd
from statsmodels.tsa.ar_model import AutoReg

from features.arrays import FloatArray
from features.births.childbearing import national_women
from features.randomness import named_generator

NATION = "000000"
# A change that never fades would make the level a line for ever.
STRONGEST = 0.95


def log_births_per_woman(births_above: pd.DataFrame) -> pd.Series:
    """Return the log of the nation's births per effective woman by year, without gaps.

    Raises
    ------
    ValueError : no national births, or a year between the first and the last is missing
    """
    national = births_above[births_above["adcode"] == NATION].set_index("year")["births"]
    national = national.astype(float).sort_index()
    if national.empty:
        raise ValueError(f"births_above has no rows of {NATION}")
    years = range(int(national.index[0]), int(national.index[-1]) + 1)
    lacking = sorted(set(years) - set(national.index))
    if lacking:
        raise ValueError(f"national births lack {lacking}")
    return np.log(national / national_women(years)).rename("log_births_per_woman")


def future_levels(series: pd.Series, horizon: int, draws: int, seed: int) -> FloatArray:
    r"""Return draws of the level in the years after ``series`` as (year, draw).

    .. math:: y_{t+1}=y_t+g_{t+1},\qquad g_{t+1}=\beta+\phi\,g_t+\varepsilon_{t+1}

    A walk whose change goes on for a while and fades, fitted with :math:`\beta=0`. The future
    carries the uncertainty of the parameters too: :math:`\sigma^2` from its scaled inverse
    chi-square, :math:`\phi` from its normal, and :math:`\beta\sim N(0,\sigma^2/n)` because a drift
    that small could not have been seen in :math:`n` years. ``make bench-births`` measures it.

    References
    ----------
    Box and Jenkins (1970), Time Series Analysis: Forecasting and Control, ch. 4: ARIMA(1,1,0).
    """
    random = named_generator(seed, "national births")
    change = series.diff().dropna().to_numpy()
    fit = AutoReg(change, 1, trend="n").fit()
    steps = len(fit.resid)
    squares = float((fit.resid**2).sum())
    variance = squares / random.chisquare(steps - 1, draws)
    wide = np.sqrt(variance / float((change[:-1] ** 2).sum()))
    persistence = fit.params[0] + wide * random.standard_normal(draws)
    persistence = persistence.clip(-STRONGEST, STRONGEST)
    drift = np.sqrt(variance / steps) * random.standard_normal(draws)
    shocks = np.sqrt(variance) * random.standard_normal((horizon, draws))
    level, step = np.full(draws, series.iloc[-1]), np.full(draws, change[-1])
    levels = np.empty((horizon, draws))
    for year in range(horizon):
        step = drift + persistence * step + shocks[year]
        level = level + step
        levels[year] = level
    return levels
