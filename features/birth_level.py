"""Level of fertility: the nation's births per effective woman and draws of its future."""

import numpy as np
import pandas as pd
from statsmodels.tsa.statespace.structural import UnobservedComponents

from features.childbearing import national_women
from features.population import FloatArray
from features.randomness import named_generator

NATION = "000000"


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

    .. math:: y_t=\mu_t+\varepsilon_t,\qquad \mu_{t+1}=\mu_t+\beta+\eta_t

    fitted as a local level (:math:`\beta=0`). The future carries the uncertainty of the parameters
    too: :math:`\sigma_\eta^2` from its scaled inverse chi-square, :math:`\beta\sim
    N(0,\sigma_\eta^2/n)` because a drift that small could not have been seen in :math:`n` years.

    References
    ----------
    Durbin and Koopman (2012), Time Series Analysis by State Space Methods, ch. 2.
    """
    random = named_generator(seed, "national births")
    fit = UnobservedComponents(series.to_numpy(), "llevel").fit(disp=0)
    steps = len(series) - 1
    variance = fit.params[1] * steps / random.chisquare(steps, draws)
    start = fit.filtered_state[0, -1] + np.sqrt(
        fit.filtered_state_cov[0, 0, -1]
    ) * random.standard_normal(draws)
    drift = np.sqrt(variance / steps) * random.standard_normal(draws)
    shocks = np.sqrt(variance) * random.standard_normal((horizon, draws))
    return start + np.cumsum(drift + shocks, axis=0)
