"""Children aged 0 from births."""

import numpy as np

from features.ageing.survivorship import log_survival
from features.arrays import Births, FloatArray

# The school year counts age on 31 August: eight months of a calendar year come before, four after.
SHARE_BEFORE = 8 / 12


def persons_aged_zero(births: Births, areas: tuple[str, ...], years: range) -> FloatArray:
    r"""Return persons aged 0 on 31 August as (area, year, draw), NaN where births are unknown.

    .. math:: P_t(0) = \left(\tfrac{8}{12}B_t + \tfrac{4}{12}B_{t-1}\right) S_0

    with :math:`B_{t-1}=B_t` where the year before is not given.
    """
    row = {adcode: index for index, adcode in enumerate(births.areas)}
    column = {year: index for index, year in enumerate(births.years)}
    survival = np.exp(log_survival(years, oldest=0))[:, 0]
    result = np.full((len(areas), len(years), births.births.shape[2]), np.nan)
    found = [index for index, adcode in enumerate(areas) if adcode in row]
    rows = [row[areas[index]] for index in found]
    for index, year in enumerate(years):
        if year in column:
            this = births.births[rows, column[year]]
            before = births.births[rows, column.get(year - 1, column[year])]
            weighted = SHARE_BEFORE * this + (1 - SHARE_BEFORE) * before
            result[found, index] = weighted * survival[index]
    return result
