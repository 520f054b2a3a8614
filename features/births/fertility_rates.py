"""Fertility of counties as demographers state it."""

import numpy as np
import pandas as pd

from data.reference.fertility import fertility_pattern
from features.ageing.census_table import add_sexes
from features.births.childbearing import effective_women

CHILDBEARING = tuple(range(15, 50, 5))


def child_woman_ratio(groups: pd.DataFrame) -> pd.Series:
    r"""Return :math:`P(0\text{-}4)/W(15\text{-}49)` by area, from one census alone.

    Parameters
    ----------
    groups : from :func:`features.ageing.census_table.group_table`
    """
    women = groups["F"][list(CHILDBEARING)].sum(axis=1)
    return add_sexes(groups)[0] / women


def age_specific_fertility(births: pd.Series, census: pd.DataFrame, year: int) -> pd.DataFrame:
    r"""Return births per woman and year by area (row) and lower age of the mother (column).

    .. math:: f_i(a)=\frac{B_i}{W_i}\,\frac{\pi(a)}{5},\qquad \mathrm{TFR}_i=5\sum_a f_i(a)
              =\frac{B_i}{W_i}

    with the effective women :math:`W` of :func:`features.births.childbearing.effective_women` and
    the
    age pattern :math:`\pi` of UN WPP 2024, which adds up to one.

    Parameters
    ----------
    births : births of ``year`` by adcode
    census : ``adcode, year, sex, age_lower, age_upper, persons`` of one year
    """
    women = effective_women(census, range(year, year + 1))[year]
    total = (births / women).to_numpy()
    pattern = fertility_pattern()
    share = np.array([np.interp(year, pattern.index, pattern[age]) for age in pattern]) / 100
    rates = total[:, None] * share / 5
    return pd.DataFrame(rates, index=births.index, columns=list(pattern.columns))
