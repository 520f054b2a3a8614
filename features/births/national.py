"""Level of fertility: the nation's births per effective woman and draws of its future."""

import numpy as np
import pandas as pd
from statsmodels.tsa.ar_model import AutoReg

from features.arrays import FloatArray
from features.births.childbearing import national_women
from features.randomness import balanced_normal, named_generator

NATION = "000000"
# A change that never fades would make the level a line for ever.
STRONGEST = 0.95
# Of three settings each, the least wide whose intervals held on rolling origins 1998-2024
# (docs/decisions/002-births-interval.md): years until a shock counts half, standard deviation of
# what belongs to one year alone in those of the shocks, and a factor on both.
HALF_LIFE = 10.0
ONE_YEAR = 0.5
WIDENING = 1.25


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

    .. math:: n_t = y_t + u_t,\qquad y_{t+1}=y_t+g_{t+1},\qquad g_{t+1}=\phi\,g_t+\varepsilon_{t+1}

    A walk whose change goes on for a while and fades, plus :math:`u`, what belongs to one year
    alone, such as the births that the year of the dragon draws from its neighbours: of the last
    year's value and of its change, too, a part may be such. Shocks are as wide as those of
    recent years (:data:`HALF_LIFE`), widened until intervals held (:data:`WIDENING`). The
    future carries the uncertainty of the parameters: :math:`\sigma^2` from its scaled inverse
    chi-square and :math:`\phi` from its normal. ``make bench-births`` measures it.

    References
    ----------
    Box and Jenkins (1970), Time Series Analysis: Forecasting and Control, ch. 4: ARIMA(1,1,0).
    """
    random = named_generator(seed, "national births")
    change = series.diff().dropna().to_numpy()
    fit = AutoReg(change, 1, trend="n").fit()
    weight = 0.5 ** (np.arange(len(fit.resid))[::-1] / HALF_LIFE)
    years = weight.sum() ** 2 / (weight**2).sum()
    squares = years * np.average(fit.resid**2, weights=weight)
    sd = WIDENING * np.sqrt(squares / random.chisquare(years - 1, draws))
    wide = sd / np.sqrt((change[:-1] ** 2).sum())
    persistence = fit.params[0] + wide * balanced_normal(random, (draws,))
    persistence = persistence.clip(-STRONGEST, STRONGEST)
    shocks = sd * balanced_normal(random, (horizon, draws))
    passing = ONE_YEAR * sd * balanced_normal(random, (horizon + 1, draws))
    level, step = series.iloc[-1] - passing[0], change[-1] - passing[0]
    levels = np.empty((horizon, draws))
    for year in range(horizon):
        step = persistence * step + shocks[year]
        level = level + step
        levels[year] = level + passing[year + 1]
    # No higher than it ever was: without an end the mean of its exponential would have none.
    return np.minimum(levels, series.max())
