"""The nation's children and youths of an age by year, from one census alone."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from data.reference.china_panel import CENSUS_YEARS, county_age_sex, nearest_census
from data.reference.fertility import national_births
from features.ageing.census_table import add_sexes, group_table
from features.ageing.single_years import split_groups
from features.arrays import Births, FloatArray
from features.births.birth_cohorts import follow_births, on_school_day

EDGES = (0, 5, 10, 15, 20, 25)
LATEST_CENSUS = max(CENSUS_YEARS)


@cache
def national_groups(year: int) -> "pd.Series[float]":
    """Return persons of the panel by age group in the census nearest to ``year``; read-only."""
    return add_sexes(group_table(county_age_sex(nearest_census(year)))).sum()


def national_cohorts(years: Sequence[int], first_age: int, last_age: int) -> FloatArray:
    """Return persons of the counties of the panel who are of these ages in each of ``years``.

    The latest census of the panel counted them younger or older; nobody moves between nations or
    dies, which at these ages is below two in a thousand over five years. NaN where some were not
    born then or were of 24 years or more.
    """
    single = _school_day_ages()
    ages = np.arange(first_age, last_age + 1)
    counted = [ages - (year - LATEST_CENSUS) for year in years]
    inside = [then[0] >= 0 and then[-1] < len(single) for then in counted]
    return np.array(
        [single[then].sum() if one else np.nan for then, one in zip(counted, inside, strict=True)]
    )


@cache
def _school_day_ages() -> FloatArray:
    """Return persons of the panel by single year 0-23 on 31 August of the latest census year."""
    groups = national_groups(LATEST_CENSUS)
    counted = np.array([[groups[age] for age in EDGES[:-1]]], dtype=float)
    single = split_groups(counted, np.array(EDGES))
    born = national_births().set_index("year")["births"].loc[:LATEST_CENSUS]
    births = Births(
        ("000000",),
        tuple(born.index),
        born.to_numpy(dtype=float)[None, :, None],
        np.ones((1, len(born)), dtype=bool),
    )
    census_day = follow_births(single, births, births.areas, LATEST_CENSUS, np.array([np.nan]))
    return on_school_day(census_day)[0]
