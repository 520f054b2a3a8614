"""University towns, recognised by their age structure alone."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.reference.china_panel import county_age_sex, nearest_census

# 1.5 times the national ratio of youths to children. Youths who move for work and not to study
# stay, so that there are then many aged 25-34 as well.
EXCESS = 1.5


def are_university_towns(persons: pd.DataFrame, year: int) -> npt.NDArray[np.bool_]:
    r"""Return which areas hold students from elsewhere, as (area,).

    .. math:: \frac{P(15\text{-}24)}{P(5\text{-}14)} > 1.5\,\frac{N(15\text{-}24)}{N(5\text{-}14)}
              \quad\text{and}\quad
              \frac{P(15\text{-}24)}{P(25\text{-}34)} > \frac{N(15\text{-}24)}{N(25\text{-}34)}

    where :math:`N` is the complete panel at the census nearest to ``year``: youths stand far above
    the cohort behind them and above the one before, for they leave again.

    Parameters
    ----------
    persons : persons by lower age of the group (columns 0, 5, 10 …), both sexes or one
    year : of the count
    """
    national = _national_shares(nearest_census(year))
    own = _share_of_youths(persons)
    return np.asarray((own[0] > EXCESS * national[0]) & (own[1] > national[1]))


def _share_of_youths(persons: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return youths to a child, and to a young adult."""
    youths = persons[15] + persons[20]
    children = (persons[5] + persons[10]).clip(lower=1)
    return youths / children, youths / (persons[25] + persons[30]).clip(lower=1)


@cache
def _national_shares(census_year: int) -> tuple[float, float]:
    panel = county_age_sex(census_year)
    persons = panel.groupby(panel["age_lower"] // 5 * 5)["persons"].sum()
    to_child, to_adult = _share_of_youths(persons.to_frame().T)
    return float(to_child.iloc[0]), float(to_adult.iloc[0])
