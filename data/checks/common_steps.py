"""Years in which all areas rose or fell at once: another count date or another definition.

Such a step concerns the counting, not the pupils: it stays, and it says nothing about growth.
Among US states, New York's counties and districts, Australian states and Wyoming's districts no
year is one, 2020 with its pandemic included.
"""

import warnings

import numpy as np
import numpy.typing as npt

FEWEST_AREAS = 3
FEWEST_YEARS = 6  # of counts: fewer do not show what is usual
LEAST = 0.02  # log
SPREADS = 6.0  # times the usual deviation of a year
LEAST_SPREAD = 0.0025
AGREEING = 0.8  # share of areas that moved the same way by at least half as much

FloatArray = npt.NDArray[np.float64]


def common_steps(pupils: FloatArray) -> FloatArray:
    """Return the log step (year,) common to all areas, 0 in years without one.

    A step is what the growth of cohorts from grade to grade deviates from its usual level in that
    year, the median over the grades of an area and over areas.

    Parameters
    ----------
    pupils : (area, year, grade) persons, grades in order, NaN where not known
    """
    areas, years, grades = pupils.shape
    steps = np.zeros(years)
    if areas < FEWEST_AREAS or years < FEWEST_YEARS or grades < 2:
        return steps
    before, after = np.nan_to_num(pupils[:, :-1, :-1]), np.nan_to_num(pupils[:, 1:, 1:])
    seen = (before > 0) & (after > 0)
    growth = np.where(
        seen, np.log(np.where(seen, after, 1.0) / np.where(seen, before, 1.0)), np.nan
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        usual = np.nanmedian(growth, axis=1, keepdims=True)
        by_area = np.nanmedian(growth - usual, axis=2)
        common = np.nan_to_num(np.nanmedian(by_area, axis=0))
    for year, step in enumerate(common):
        others = np.abs(np.delete(common, year))
        spread = max(float(np.median(others)), LEAST_SPREAD)
        known = by_area[np.isfinite(by_area[:, year]), year]
        agreeing = np.mean(known * np.sign(step) > abs(step) / 2) if known.size else 0.0
        if abs(step) > max(LEAST, SPREADS * spread) and agreeing >= AGREEING:
            steps[year + 1] = step
    return steps
