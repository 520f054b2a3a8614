r"""What the grades of an area have in common: newcomers or leavers of all ages.

An area whose every grade gained a tenth last year had an event, not a law of growth. Of each level
of an area's own log ratios the part common to its grades, their median m, is taken apart; it counts
no more than ``MOST`` a year, and only as far as it was seen year after year:

.. math::

    m \to \mathrm{clip}(m, \pm M) \frac{\bar u^2}{\bar u^2 + s^2 / n}

with :math:`u_t` the median over grades in each of the last n years, :math:`\bar u` their mean and
:math:`s^2` their variance. What tells one grade from another stays.

References
----------
Efron and Morris (1973), JASA 68, 117 (shrinkage by what is seen against its noise).
"""

import warnings

import numpy as np

from features.arrays import FloatArray

MOST = 0.04  # log a year: what an area's own growth may add to the common one
YEARS = 6
NOISE_PRIOR = 0.003  # standard deviation of u from year to year, worth one year of evidence


def bound_area_wide(levels: FloatArray, local: FloatArray) -> FloatArray:
    """Return ``levels`` with what is common to an area's grades bounded and shrunk.

    Parameters
    ----------
    levels : (area, grade, level) of an area's own deviations; the first grade has none
    local : (area, year, grade) deviations they were taken from, NaN where unknown
    """
    if levels.shape[1] < 2:
        return levels
    wide = np.median(levels[:, 1:], axis=1)
    kept = np.clip(wide, -MOST, MOST) * steadiness(local)[:, None]
    return levels - (wide - kept)[:, None]


def steadiness(local: FloatArray) -> FloatArray:
    """Return (area,) share in which what is common to the grades was seen year after year."""
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
