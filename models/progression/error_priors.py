"""Errors that a short history cannot show: of all areas together, and of classes yet to enter."""

import warnings

import numpy as np
from scipy.special import stdtrit

from features.arrays import BoolArray, FloatArray

# Standard deviation one year ahead of an error common to all areas, of areas of a given size. It
# falls with their size: fewer move across the borders of states than of districts (decision 012).
COMMON_PRIOR, COMMON_PRIOR_SIZE, COMMON_PRIOR_POWER = 0.0125, 30_000.0, 0.3
COMMON_PRIOR_LIMITS = (0.004, 0.016)
COMMON_PRIOR_WORTH = 3.0  # observations
CELL_PRIOR_WORTH = 20.0  # errors
# Additional error of the first grade relative to other grades one year ahead, if the history has
# few origins; it fades as the errors of all grades grow. A class that enters after the origin keeps
# it, less what the errors of all grades grow by. Areas of the same origin are correlated, so
# origins are counted.
ENTRY_PRIOR, ENTRY_PRIOR_FADE, ENTERED_POWER = 1.2, 0.6, 0.45
ENTRY_PRIOR_WORTH = 6.0  # origins
GROWTH_PRIOR = 0.9  # error grows as horizon ** 0.9 if the history is uninformative
TAIL = 3.0  # degrees of freedom of Student's t, from the observed ratio of 95 % and 80 % points
T_80, T_95 = (float(stdtrit(TAIL, point)) for point in (0.90, 0.975))
HALF = 0.5  # pupil, so that an empty class has a logarithm


def cell_factor(standard: FloatArray, horizon: int, entry: BoolArray) -> FloatArray:
    """Return (step, grade) error of a cell relative to that expected, shrunk to 1.

    It is larger for cohorts yet to enter than for those in school.

    Parameters
    ----------
    standard : (area, origin, step, grade) errors divided by their expected scale
    horizon : years ahead
    entry : (grade,) True where no other grade feeds the grade
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        reached = np.nanquantile(np.abs(standard), 0.8, axis=(0, 1)) / T_80
    seen = np.isfinite(standard).sum(axis=(0, 1))
    worth = seen / (seen + CELL_PRIOR_WORTH)
    factor = np.where(reached > 0, np.maximum(np.nan_to_num(reached), 0.1) ** worth, 1.0)
    origins = np.isfinite(standard).any(axis=0).sum(axis=0)
    beyond = max(horizon - len(factor), 0)
    factor = np.concatenate([factor, np.repeat(factor[-1:], beyond, axis=0)])[:horizon]
    origins = np.concatenate([origins, np.zeros((beyond, origins.shape[1]))])[:horizon]
    evidence = origins / (origins + ENTRY_PRIOR_WORTH)
    prior = entered_prior(horizon, entry)
    of_entry = np.maximum(factor, 1e-9) ** evidence * prior ** (1.0 - evidence)
    return np.where(prior > 1.0, np.maximum(of_entry, factor), factor)


def entered_prior(horizon: int, entry: BoolArray) -> FloatArray:
    """Return the prior (step, grade) of cells whose class enters after the origin, else 1.

    Parameters
    ----------
    horizon : years ahead
    entry : (grade,) True where no other grade feeds the grade
    """
    ahead, grade = np.arange(1.0, horizon + 1)[:, None], np.arange(len(entry))
    never = -horizon - len(entry)
    first = np.maximum.accumulate(np.where(entry, grade, never))
    entered = ahead - (grade - first)
    year = np.maximum(entered, 1.0)
    prior = (1.0 + ENTRY_PRIOR / year**ENTRY_PRIOR_FADE) * (year / ahead) ** ENTERED_POWER
    return np.where(entered >= 1.0, np.maximum(prior, 1.0), 1.0)


def common_prior(size: FloatArray) -> float:
    """Return the prior standard deviation of the common error for areas of ``size`` (area,).

    >>> common_prior(np.array([30_000.0])), common_prior(np.array([1e9]))
    (0.0125, 0.004)
    """
    relative = max(float(np.median(size)), HALF) / COMMON_PRIOR_SIZE
    return float(np.clip(COMMON_PRIOR * relative**-COMMON_PRIOR_POWER, *COMMON_PRIOR_LIMITS))


def common_scale(common: FloatArray, worth: float, ahead: FloatArray, prior: float) -> FloatArray:
    """Return (step,) spread of the error common to all areas.

    Parameters
    ----------
    common : (origin, step) log errors of the sum of all areas
    worth : weight of these errors as evidence on the common component; 0 for a single area
    ahead : (step,) years ahead
    prior : standard deviation one year ahead that they are drawn to
    """
    steps = np.arange(1.0, common.shape[1] + 1.0)
    scaled = (common / steps[None] ** GROWTH_PRIOR) ** 2
    known = np.isfinite(scaled)
    independent = worth * (known.sum(axis=0) / steps).sum()
    mean = float(np.nansum(scaled / steps[None]) / max(float((known / steps[None]).sum()), 1e-9))
    variance = (COMMON_PRIOR_WORTH * prior**2 + independent * mean) / (
        COMMON_PRIOR_WORTH + independent
    )
    return np.asarray(np.sqrt(variance) * ahead**GROWTH_PRIOR)
