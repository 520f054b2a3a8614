"""Survival from one single year of age to the next, from abridged national death rates."""

from functools import cache

import numpy as np
from scipy.interpolate import PchipInterpolator

from data.reference.china_panel import death_rates
from features.arrays import FloatArray


@cache
def yearly_death_rates(period: str, sex: str = "both", oldest: int = 99) -> FloatArray:
    r"""Return deaths per person-year at ages 0 … ``oldest`` as (age,).

    The abridged rates :math:`{}_nm_x` of 0, 1-4, 5-9 … are constant inside a group in the source;
    here a shape-preserving cubic through the cumulative hazard
    :math:`H(x)=\sum {}_nm_x\,n` is differenced, so that each group keeps its hazard exactly.

    Raises
    ------
    ValueError : the period is not among the published ones

    References
    ----------
    United Nations (2024), World Population Prospects 2024. Fritsch and Carlson (1980), SIAM J.
    Numer. Anal. 17, 238-246.
    """
    table = death_rates()
    rows = table[table["period"] == period]
    if rows.empty:
        raise ValueError(f"no death rates for {period}; there are {sorted(set(table['period']))}")
    lower = np.array([int(age.rstrip("+")) for age in rows["age"]])
    edges = np.append(lower, lower[-1] + 5)
    hazard = np.append(0.0, np.cumsum(rows[sex].to_numpy() * np.diff(edges)))
    yearly: FloatArray = np.diff(PchipInterpolator(edges, hazard)(np.arange(oldest + 2)))
    yearly.setflags(write=False)  # shared by all callers
    return yearly


def period_of(year: int) -> str:
    """Return the five-year period of the death rates that holds ``year``, e.g. 2010-2015."""
    start = min(max(year // 5 * 5, 1950), 2095)
    return f"{start}-{start + 5}"


def log_survival(years: range, oldest: int = 24, sex: str = "both") -> FloatArray:
    r"""Return :math:`\log S` of passing from age x in year t to x+1 in t+1 as (year, age).

    A person aged x on the day spends half the year at x and half at x+1 on average:
    :math:`\log S_x = -(m_x + m_{x+1})/2`.
    """
    rates = np.array([yearly_death_rates(period_of(year), sex, oldest + 1) for year in years])
    return -(rates[:, :-1] + rates[:, 1:]) / 2
