r"""The component of progression common to all grades of an area: migration at all ages.

An area in which every grade gained a tenth last year had a single event, not a lasting rate of
growth. The part of an area's own log ratios that is common to its grades, their median m, is
bounded by ``MOST`` per year and shrunk according to its persistence over the years:

.. math::

    m \to \mathrm{clip}(m, \pm M) \frac{\bar u^2}{\bar u^2 + s^2 / n}

with :math:`u_t` the median over grades in each of the last n years, :math:`\bar u` their mean and
:math:`s^2` their variance. Differences between grades are kept.

References
----------
Efron and Morris (1973), JASA 68, 117 (shrinkage by signal-to-noise ratio).
"""

import warnings

import numpy as np

from features.arrays import FloatArray

MOST = 0.04  # log per year: limit of an area's own growth relative to the common one
YEARS = 6
NOISE_PRIOR = 0.003  # prior standard deviation of u between years, with the weight of one year


def bound_area_wide(levels: FloatArray, local: FloatArray) -> FloatArray:
    """Return ``levels`` with the component common to an area's grades bounded and shrunk.

    Parameters
    ----------
    levels : (area, grade, level) of an area's own deviations; the first grade has none
    local : (area, year, grade) deviations they were computed from, NaN where unknown
    """
    if levels.shape[1] < 2:
        return levels
    wide = np.median(levels[:, 1:], axis=1)
    kept = np.clip(wide, -MOST, MOST) * steadiness(local)[:, None]
    return levels - (wide - kept)[:, None]


def steadiness(local: FloatArray) -> FloatArray:
    """Return the shrinkage factor (area,) of the component common to the grades."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        common = np.nanmedian(local[:, -YEARS:, 1:], axis=2)
    known = np.isfinite(common)
    count = np.maximum(known.sum(axis=1), 1)
    mean = np.where(known, common, 0.0).sum(axis=1) / count
    squares = np.where(known, (common - mean[:, None]) ** 2, 0.0).sum(axis=1)
    variance = (squares + NOISE_PRIOR**2) / count
    share: FloatArray = mean**2 / np.maximum(mean**2 + variance / count, 1e-12)
    return share
