"""Net migration of cohorts between two censuses, and the children that the first one missed."""

from functools import cache

import numpy as np
import pandas as pd

from data.reference.china_panel import CENSUS_YEARS, county_age_sex
from features.ageing.census_table import GROUPS, group_table
from features.ageing.survivorship import log_survival

YEARS_BETWEEN = 10
SEXES = {"M": "male", "F": "female"}
COHORTS = GROUPS[:-3]  # those whose group ten years on is closed: 0-4 … 70-74
# Older children were counted well: what their cohorts gain or lose is migration to other provinces.
MISSED_BELOW = 10


def cohort_survival(origin: int) -> pd.DataFrame:
    r"""Return the share alive ten years on by lower age of the group (row) and sex (column).

    .. math:: S(x)=\tfrac15\sum_{a=x}^{x+4}\prod_{k=0}^{9} s_{t+k}(a+k)

    References
    ----------
    United Nations (2024), World Population Prospects 2024 (death rates of China).
    """
    years, oldest = range(origin, origin + YEARS_BETWEEN), COHORTS[-1] + 4 + YEARS_BETWEEN
    ages = np.arange(COHORTS[-1] + 5)
    steps = np.arange(YEARS_BETWEEN)[:, None]
    table = {}
    for sex, name in SEXES.items():
        passed = log_survival(years, oldest, name)[steps, ages + steps].sum(axis=0)
        table[sex] = np.exp(passed).reshape(-1, 5).mean(axis=1)
    return pd.DataFrame(table, index=list(COHORTS))


def cohort_gain(first: pd.DataFrame, second: pd.DataFrame, survival: pd.DataFrame) -> pd.DataFrame:
    r"""Return :math:`\kappa(x)`, a closed area's persons ten years on over those expected.

    .. math:: \kappa(x)=\frac{\sum_i P_{i,t+10}(x+10)}{\sum_i P_{i,t}(x)\,S(x)}

    Migration inside the area cancels in it. At ages 0-4 of 2010 it is far above one: the census
    undercounted small children, as the next one and school enrolment show.

    Parameters
    ----------
    first, second : :func:`features.ageing.census_table.group_table` of all counties of the area
    survival : from :func:`cohort_survival`

    Returns
    -------
    Frame with the lower age at the first census as rows and sexes as columns.

    References
    ----------
    Goodkind (2004), Population Studies 58, 281-295; (2011), Demography 48, 291-316. Cai (2013),
    Population and Development Review 39, 371-396.
    """
    later = {sex: _ten_years_on(second, sex).sum() for sex in SEXES}
    found = {sex: first[sex][list(COHORTS)].sum() * survival[sex] for sex in SEXES}
    return pd.DataFrame({sex: later[sex] / found[sex] for sex in SEXES})


def residual_net_migration(
    first: pd.DataFrame, second: pd.DataFrame, survival: pd.DataFrame, gain: pd.DataFrame
) -> pd.DataFrame:
    r"""Return net migrants by cohort as persons, counties as rows.

    .. math:: M_i(x)=P_{i,t+10}(x+10)-P_{i,t}(x)\,S(x)\,\kappa(x)

    with :math:`\kappa` for those under ten at the first census and one above: each county is
    corrected by what the parent area missed. Columns are (sex, lower age at the first census).

    References
    ----------
    United Nations (1970), Manual VI: Methods of Measuring Internal Migration.
    """
    both = first.index.intersection(second.index)
    missed = gain.copy()
    missed.loc[MISSED_BELOW:] = 1.0
    parts = {}
    for sex in SEXES:
        expected = first.loc[both, sex][list(COHORTS)] * survival[sex] * missed[sex]
        parts[sex] = _ten_years_on(second.loc[both], sex) - expected
    return pd.concat(parts, axis=1)


@cache
def closed_log_change() -> pd.Series:
    r"""Return :math:`\log(S\kappa)` of the complete panel by lower age at its first census.

    The change of a cohort without migration: survival, and the undercount of the first census.
    Complete provinces are added up, so that counties whose code changed are included.
    """
    first, second = (county_age_sex(year) for year in CENSUS_YEARS)
    ages = [
        table.groupby(table["age_lower"] // 5 * 5)["persons"].sum() for table in (first, second)
    ]
    later = ages[1].rename(lambda age: age - YEARS_BETWEEN)
    return np.log(later / ages[0]).loc[list(COHORTS)]


def panel_net_migration() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return net migration of the panel's counties between its censuses, and the gain of all."""
    first, second = (group_table(county_age_sex(year)) for year in CENSUS_YEARS)
    survival = cohort_survival(CENSUS_YEARS[0])
    gain = cohort_gain(first, second, survival)
    return residual_net_migration(first, second, survival, gain), gain


def _ten_years_on(second: pd.DataFrame, sex: str) -> pd.DataFrame:
    """Return persons of the second census under the lower age of ten years before."""
    older = [age + YEARS_BETWEEN for age in COHORTS]
    return second[sex][older].set_axis(list(COHORTS), axis=1)
