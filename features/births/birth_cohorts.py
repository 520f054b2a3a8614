"""Single ages of young children in proportion to the births of their years."""

import numpy as np

from features.ageing.single_years import split_groups
from features.arrays import Births, FloatArray

# Of those aged x on 1 November ten months' births are of the year x before, two of the year ahead.
SHARE_OF_LATER_YEAR = 10 / 12
# Where zero births are registered there may be children all the same.
FEWEST = 0.5


def follow_births(
    single: FloatArray, births: Births, areas: tuple[str, ...], origin: int, infants: FloatArray
) -> FloatArray:
    r"""Return ``single`` with ages 0-9 divided by births inside each census group.

    .. math:: P(x) = b(x)\,e^{\eta(x)},\qquad
              b(x) = \tfrac{10}{12}B_{t-x} + \tfrac{2}{12}B_{t-x-1}

    with :math:`\eta`, the log ratio of residents to births, as smooth as the group totals allow
    (:func:`features.ageing.single_years.split_groups`). A smooth curve through the groups
    themselves would spread the births of 2016 and 2017 over the neighbouring years.

    Parameters
    ----------
    single : (area, age) persons from age 0, their groups 0-4 and 5-9 already right
    births : births of the same areas, of the census year and ten years before it
    origin : census year
    infants : (area,) persons aged 0, NaN where the census gives 0-4 alone
    """
    rows = [births.areas.index(area) for area in areas]
    middle = np.median(births.births[rows], axis=2)
    ages = np.arange(10)
    later = middle[:, origin - ages - births.years[0]]
    before = middle[:, origin - ages - 1 - births.years[0]]
    cohort = SHARE_OF_LATER_YEAR * later + (1 - SHARE_OF_LATER_YEAR) * before
    cohort = np.maximum(cohort, FEWEST)
    under_five, under_ten = single[:, :5].sum(axis=1), single[:, 5:10].sum(axis=1)
    young = split_groups(np.stack([under_five, under_ten], axis=1), np.array([0, 5, 10]), cohort)
    apart = ~np.isnan(infants)
    groups = np.stack([infants, under_five - infants, under_ten], axis=1)[apart]
    young[apart] = split_groups(groups, np.array([0, 1, 5, 10]), cohort[apart])
    return np.concatenate([young, single[:, 10:]], axis=1)


def on_school_day(census_day: FloatArray) -> FloatArray:
    r"""Return ages on 31 August from those on 1 November (area, age), without the last age.

    .. math:: P(x) = \tfrac{10}{12}P_{11}(x) + \tfrac{2}{12}P_{11}(x+1)

    Who had a birthday in September or October was a year younger on 31 August.
    """
    ages, older = census_day[:, :-1], census_day[:, 1:]
    return SHARE_OF_LATER_YEAR * ages + (1 - SHARE_OF_LATER_YEAR) * older
