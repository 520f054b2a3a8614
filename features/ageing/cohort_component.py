"""Cohort-component projection: ageing, survival, net migration and births."""

import numpy as np

from features.arrays import FloatArray, require_shape


def age_population(
    start: FloatArray, births: FloatArray, log_survival: FloatArray, log_migration: FloatArray
) -> FloatArray:
    r"""Return persons from the start year on as (area, year, age, draw).

    .. math:: P_{t+1}(x+1) = P_t(x)\,e^{s_t(x) + g_t(x)},\qquad
              P_{t+1}(0) = B_{t}\,e^{b_t}

    where ages are counted on the same day each year, :math:`s` is log survival and :math:`g` the
    log growth by net migration while ageing from x to x+1. ``births`` must already be those alive
    and resident at age 0 on that day. The last age is dropped, not kept open: only children and
    youths are carried.

    Parameters
    ----------
    start : (area, age, draw) persons in the first year
    births : (area, year, draw) persons aged 0 in each later year
    log_survival : (year, age) log survival from age x to x+1
    log_migration : (area, year, age, draw) log growth by net migration from age x to x+1; one age
        where it is the same at all

    Raises
    ------
    ValueError : axes that do not fit, or a negative number of persons
    """
    areas, ages, draws = start.shape
    years = births.shape[1]
    require_shape("births", births, {"area": areas, "year": years, "draw": draws})
    require_shape("log_survival", log_survival, {"year": years, "age": ages})
    flow = {"area": areas, "year": years, "age": ages, "draw": draws}
    if log_migration.shape[2] == 1:
        flow["age"] = 1
    require_shape("log_migration", log_migration, flow)
    if (start < 0).any() or (births < 0).any():
        raise ValueError("start and births must not be negative")
    persons = np.empty((areas, years + 1, ages, draws))
    persons[:, 0] = start
    for year in range(years):
        moved = np.exp(log_migration[:, year, : ages - 1])
        survived = persons[:, year, :-1] * np.exp(log_survival[year, :-1, None])
        np.multiply(survived, moved, out=persons[:, year + 1, 1:])
        persons[:, year + 1, 0] = births[:, year]
    return persons
