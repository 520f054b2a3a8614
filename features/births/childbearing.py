"""Women of childbearing age, weighted by the age pattern of fertility."""

import numpy as np
import pandas as pd

from data.reference.fertility import fertility, fertility_pattern
from features.ageing.census_table import GROUPS, add_sexes, group_table
from features.ageing.single_years import split_groups
from features.ageing.survivorship import log_survival
from features.arrays import FloatArray
from features.migration.university_towns import are_university_towns

SEX_NAMES = {"female": "F", "male": "M", "F": "F", "M": "M"}


def effective_women(census: pd.DataFrame, years: range) -> pd.DataFrame:
    r"""Return women weighted by the age pattern of fertility, areas as rows, years as columns.

    .. math:: W_t = \sum_a w_t(a)\,\pi_t(a),\qquad \sum_a \pi_t(a) = 1

    so that births are the total fertility rate times :math:`W`. Women age with national survival
    and without migration, forwards and backwards from the census; those born after it count as
    many as the infants of the census (they matter little for fifteen years).

    Parameters
    ----------
    census : ``adcode, year, sex, age_lower, age_upper, persons`` of one year
    years : calendar years

    References
    ----------
    United Nations (2024), World Population Prospects 2024 (age pattern, survival).
    """
    origin = int(census["year"].iloc[0])
    groups = group_table(census.assign(sex=census["sex"].map(SEX_NAMES)))
    women = home_women(groups, origin)
    single = split_groups(women.to_numpy(), np.array([*GROUPS, 90.0]))[:, :85]
    pattern = fertility_pattern()
    weights = np.array([np.interp(list(years), pattern.index, pattern[age]) for age in pattern])
    mothers = slice(pattern.columns[0], pattern.columns[-1] + 5)
    aged = age_both_ways(single, origin, years)[:, :, mothers]
    weighted = np.einsum("pta,at->pt", aged, np.repeat(weights, 5, axis=0) / 500)
    return pd.DataFrame(weighted, index=groups.index, columns=list(years))


def home_women(groups: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return women by group without students from elsewhere, who leave before they have children.

    In a university town ages 15-19 and 20-24 are what the other areas together have to one aged
    10-14; where there is no other area the women stay as they are.
    """
    women = groups["F"].fillna(0.0)
    town = are_university_towns(add_sexes(groups), year)
    if town.any() and not town.all():
        others = women[~town].sum()
        for age in (15, 20):
            women.loc[town, age] = women.loc[town, 10] * others[age] / others[10]
    return women


def age_both_ways(single: FloatArray, origin: int, years: range) -> FloatArray:
    """Return women as (area, year, age) in ``years``, aged from ``origin`` by national survival.

    Backwards the last age is filled with the one below it: it is past childbearing.
    """
    span = range(min(origin, years[0]), max(origin, years[-1]) + 1)
    survival = np.exp(log_survival(span, oldest=single.shape[1] - 1))
    women = np.empty((len(single), len(span), single.shape[1]))
    start = origin - span.start
    women[:, start] = single
    for year in range(start + 1, len(span)):
        women[:, year, 0] = single[:, 0]
        women[:, year, 1:] = women[:, year - 1, :-1] * survival[year - 1, :-1]
    for year in range(start - 1, -1, -1):
        women[:, year, :-1] = women[:, year + 1, 1:] / survival[year, :-1]
        women[:, year, -1] = women[:, year + 1, -1]
    return women[:, [year - span.start for year in years]]


def national_women(years: range) -> FloatArray:
    """Return the nation's effective women as (year,): births over the total fertility rate."""
    table = fertility().reindex(list(years))
    return (table["births"] / table["tfr"]).to_numpy()
