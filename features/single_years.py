"""Single years of age from age groups, every group total kept."""

import numpy as np
from scipy.interpolate import PchipInterpolator

from features.population import FloatArray


def split_by_spline(groups: FloatArray, edges: FloatArray) -> FloatArray:
    r"""Return single years from grouped persons as (area, age).

    A monotone piecewise cubic is laid through the cumulative
    :math:`C(e_k)=\sum_{j<k} G_j` and differenced at whole ages. Monotone means that no age is
    negative; passing through :math:`C(e_k)` means that every group total is kept.

    Parameters
    ----------
    groups : (area, group) persons
    edges : (group + 1,) lower age of each group and the upper edge of the last, whole numbers

    References
    ----------
    Fritsch and Carlson (1980), SIAM J. Numer. Anal. 17, 238-246.
    """
    cumulative = np.concatenate([np.zeros((len(groups), 1)), groups.cumsum(axis=1)], axis=1)
    ages = np.arange(edges[0], edges[-1] + 1)
    single = np.diff(PchipInterpolator(edges, cumulative, axis=1)(ages), axis=1)
    return np.maximum(single, 0.0)
