"""Single ages of young children as the births of their years were."""

import numpy as np

from features.population import Births, FloatArray

# Of those aged x on 1 November ten months' births are of the year x before, two of the year ahead.
SHARE_OF_LATER_YEAR = 10 / 12


def follow_births(
    single: FloatArray, births: Births, areas: tuple[str, ...], origin: int, infants: FloatArray
) -> FloatArray:
    r"""Return ``single`` with ages 0-9 divided by births inside each census group.

    .. math:: P(x) = G\,\frac{b(x)}{\sum_{y\in G} b(y)},\qquad
              b(x) = \tfrac{10}{12}B_{t-x} + \tfrac{2}{12}B_{t-x-1}

    so that every group total is kept and a year of many births stands out as it did. A smooth curve
    through the groups would spread the births of 2016 and 2017 over their neighbours.

    Parameters
    ----------
    single : (area, age) persons from age 0, their groups 0-4 and 5-9 already right
    births : births of the same areas; groups whose years it lacks stay as they are
    origin : census year
    infants : (area,) persons aged 0, NaN where the census gives 0-4 alone
    """
    rows = [births.areas.index(area) for area in areas]
    middle = np.median(births.births[rows], axis=2)
    column = {year: index for index, year in enumerate(births.years)}
    apart = ~np.isnan(infants)
    result = single.copy()
    result[apart, 1:5] *= ((single[:, :5].sum(axis=1) - infants) / single[:, 1:5].sum(axis=1))[
        apart, None
    ]
    result[apart, 0] = infants[apart]
    for lower, upper in ((1, 4), (5, 9)) if apart.all() else ((0, 4), (5, 9)):
        if origin - upper - 1 not in column:
            continue
        later = middle[:, [column[origin - age] for age in range(lower, upper + 1)]]
        before = middle[:, [column[origin - age - 1] for age in range(lower, upper + 1)]]
        cohort = SHARE_OF_LATER_YEAR * later + (1 - SHARE_OF_LATER_YEAR) * before
        total = result[:, lower : upper + 1].sum(axis=1, keepdims=True)
        result[:, lower : upper + 1] = total * cohort / cohort.sum(axis=1, keepdims=True)
    return result
