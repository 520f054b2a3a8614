r"""Make forecasts of grades, stages, totals and areas add up, whoever made them.

.. math:: \tilde y = S (S' W^{-1} S)^{-1} S' W^{-1} \hat y

with S the summing matrix (every series as a sum of the bottom ones) and W the covariance of the
base forecasts' errors: the unbiased linear reconciliation of least error variance. Our own
forecasts add up draw by draw and do not need it; moving them towards another method's totals did
not pay, see ``docs/decisions/001-reconciliation.md``.

References
----------
Wickramasuriya, Athanasopoulos and Hyndman (2019), JASA 114, 804-819.
"""

from collections.abc import Mapping

import numpy as np

from features.arrays import FloatArray, require_shape


def summing_matrix(groups: Mapping[str, list[int]], bottom: int) -> FloatArray:
    """Return (series, bottom): one row of ones and zeros per group, then the bottom series.

    >>> summing_matrix({"primary": [0, 1], "all": [0, 1, 2]}, 3).astype(int).tolist()
    [[1, 1, 0], [1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    """
    sums = np.zeros((len(groups), bottom))
    for row, members in enumerate(groups.values()):
        sums[row, members] = 1.0
    return np.concatenate([sums, np.eye(bottom)])


def reconcile(base: FloatArray, summing: FloatArray, covariance: FloatArray) -> FloatArray:
    """Return ``base`` moved as little as its errors allow until it adds up.

    Parameters
    ----------
    base : (…, series) forecasts or draws of every series
    summing : (series, bottom) see :func:`summing_matrix`
    covariance : (series, series) positive definite covariance of the errors of ``base``

    Returns
    -------
    (…, series)
    """
    series = {"series": base.shape[-1]}
    require_shape("summing", summing, series | {"bottom": summing.shape[1]})
    require_shape("covariance", covariance, series | {"series again": base.shape[-1]})
    weighted = np.linalg.solve(covariance, summing)
    to_bottom = np.linalg.solve(summing.T @ weighted, weighted.T)
    return np.asarray(base @ (summing @ to_bottom).T)
