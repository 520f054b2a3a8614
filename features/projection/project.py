"""Home population of school age of each county in the years after one census."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.ageing.census_table import add_sexes, group_table
from features.ageing.cohort_component import age_population
from features.ageing.single_years import split_groups
from features.ageing.survivorship import log_survival
from features.arrays import Births, FloatArray, Population
from features.births.birth_cohorts import follow_births, on_school_day
from features.births.national_cohorts import national_groups
from features.births.newborn import persons_aged_zero
from features.migration.learned_change import AGES, LearnedChange, home_migration
from features.migration.net_migration import closed_log_change

HOME_GROUPS = (0, 5, 10, 15, 20)
YOUTHS = (15, 20)
PARENTS = (30, 35)  # groups of the parents of children of 5-14


def project_population(
    change: LearnedChange,
    origin: int,
    census_day: FloatArray,
    births: Births,
    migration_scale: npt.ArrayLike = 1.0,
) -> Population:
    r"""Return home population aged 0-19 of each county, from the census year to the last births.

    .. math:: P_{t+1}(x+1)=P_t(x)\,e^{s_t(x)+k_t\,\delta_t\,g/10},\qquad g = c - \bar c

    where :math:`c` is the learned ten-year log change of ages 0-4 of the county, :math:`\bar c`
    that where nobody moves (:func:`features.migration.net_migration.closed_log_change`),
    :math:`k_t` the
    ``migration_scale`` and :math:`\delta_t` halves with each ten years beyond the first ten.
    *Home* means that children follow their families at all ages: students who come from elsewhere
    at 15-19 are left out.

    Parameters
    ----------
    change : learned from the census of ``origin``, with as many draws as ``births``
    origin : census year
    census_day : (area, age) from :func:`census_day_ages`
    births : births of the counties up to the last year
    migration_scale : factor of net migration in the year that begins then, 0 for a closed county;
        broadcast to (area, year)

    Raises
    ------
    ValueError : births that lack a county or year
    """
    until = births.years[-1]
    areas = tuple(str(adcode) for adcode in change.groups.index)
    arrivals = persons_aged_zero(births, areas, range(origin + 1, until + 1))
    if np.isnan(arrivals).any():
        lacking = [areas[index] for index in np.flatnonzero(np.isnan(arrivals).any((1, 2)))]
        raise ValueError(f"births do not reach {until} for {', '.join(lacking)}")
    start = on_school_day(census_day)[:, : len(AGES)]
    horizon = until - origin
    scale = np.broadcast_to(migration_scale, (len(areas), horizon))
    return Population(
        areas=areas,
        years=tuple(range(origin, until + 1)),
        ages=AGES,
        persons=age_population(
            np.repeat(start[:, :, None], arrivals.shape[2], axis=2),
            arrivals,
            log_survival(range(origin, until))[:, : len(AGES)],
            home_migration(change, horizon) * scale[:, :, None, None],
        ),
    )


def census_day_ages(
    groups: pd.DataFrame, origin: int, earlier: pd.DataFrame, births: Births
) -> FloatArray:
    """Return home population by single year 0-24 on census day as (area, age).

    Ages 0-9 follow the births of their years inside each census group.

    Parameters
    ----------
    groups : from :func:`features.ageing.census_table.group_table`
    origin : census year
    earlier : long table of the census ten years before, empty where there is none
    births : births of the counties, from ten years before the census
    """
    home = home_groups(groups, origin, earlier)[list(HOME_GROUPS)].to_numpy()
    single = split_groups(home, np.array([*HOME_GROUPS, HOME_GROUPS[-1] + 5]))
    areas = tuple(str(adcode) for adcode in groups.index)
    infants = groups["I", 0].to_numpy(dtype=float)
    return follow_births(single, births, areas, origin, infants)


def home_groups(groups: pd.DataFrame, origin: int, earlier: pd.DataFrame) -> pd.DataFrame:
    r"""Return persons by age group at the census, youths of 15-24 at their families'.

    Youths leave to study and work and gather in university towns, so those a census finds are
    neither the children of the place nor its demand for senior schools. With the census of ten
    years before, home youths are its children grown as their parents' generation did:

    .. math:: \ln\frac{H_t(x+10)}{P_{t-10}(x)}
              = \bar c_x + \ln\frac{P_t(40\text{-}49)}
                {\sum_{y=30,35} P_{t-10}(y)\,e^{\bar c_y}},
              \qquad x = 5\text{-}9,\ 10\text{-}14

    where :math:`\bar c` is the change where nobody moves
    (:func:`features.migration.net_migration.closed_log_change`), which holds survival and what a
    census missed. Parents are counted well; of small children a census misses many, and not
    equally many everywhere. Without it they are 10-14 at the panel's ratio of the groups. Only
    15-19 are forecast; 20-24 shape their single years.
    """
    persons = add_sexes(groups)
    if earlier.empty:
        national = national_groups(origin)
        for age in YOUTHS:
            persons[age] = persons[10] * national[age] / national[10]
        return persons
    before = add_sexes(group_table(earlier)).loc[persons.index]
    unmoved = before * np.exp(closed_log_change().reindex(before.columns))
    parents = persons[[age + 10 for age in PARENTS]].sum(axis=1) / unmoved[list(PARENTS)].sum(
        axis=1
    )
    children = persons[10] / unmoved[0].clip(lower=1)
    families = parents.where(unmoved[list(PARENTS)].sum(axis=1) > 0, children)
    for age in YOUTHS:
        persons[age] = unmoved[age - 10] * families
    return persons
