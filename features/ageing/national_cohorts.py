"""The nation's children and youths of an age by year, from the census alone."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from data.reference.china_panel import county_age_sex, nearest_census
from features.ageing.census_table import add_sexes, group_table
from features.ageing.single_years import split_groups
from features.arrays import FloatArray

EDGES = (0, 5, 10, 15, 20, 25)


@cache
def national_groups(year: int) -> "pd.Series[float]":
    """Return persons of the panel by age group in the census nearest to ``year``; read-only."""
    return add_sexes(group_table(county_age_sex(nearest_census(year)))).sum()


def national_cohorts(years: Sequence[int], first_age: int, last_age: int) -> FloatArray:
    """Return persons of the counties of the panel who are of these ages in each of ``years``.

    They were counted younger, or older, in the nearest census of the panel; nobody moves between
    nations or dies, which at these ages is below two in a thousand over five years.
    """
    census = nearest_census(years[0])
    groups = national_groups(census)
    counted = np.array([[groups[age] for age in EDGES[:-1]]], dtype=float)
    single = split_groups(counted, np.array(EDGES))[0]
    ages = np.arange(first_age, last_age + 1)
    return np.array([single[ages - (year - census)].sum() for year in years])
