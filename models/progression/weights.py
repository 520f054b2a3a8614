"""Non-negative fits: weights of features that minimise absolute error, variance by size."""

import numpy as np
from scipy.optimize import nnls

from features.arrays import FloatArray

ROBUST_ITERATIONS = 4
SMALLEST_ERROR = 2e-3
GROUP = 25  # least number of squares per size group
MOST_GROUPS = 24


def learn_weights(
    features: FloatArray, target: FloatArray, worth: FloatArray, prior: FloatArray, trust: float
) -> FloatArray:
    """Return w >= 0 minimising sum(worth * |target - features w|) + a penalty towards ``prior``.

    The absolute loss is minimised by iteratively reweighted least squares (weights
    ``worth_i / |error_i|``); the penalty is a ridge of strength ``trust`` times each feature's mean
    square, so that estimates from a short history stay near the prior.

    Parameters
    ----------
    features : (observation, feature)
    target : (observation,)
    worth : (observation,) weight of the observation, in pupils
    prior : (feature,) prior weights
    trust : strength of the prior as a share of the evidence, 0 = none

    Returns
    -------
    (feature,) weights

    References
    ----------
    Lawson and Hanson (1974), Solving Least Squares Problems, ch. 23 (non-negative least squares).
    """
    usable = np.isfinite(target) & np.isfinite(features).all(axis=1) & (worth > 0)
    if usable.sum() <= len(prior):
        return prior
    x, y, size = features[usable], target[usable], worth[usable]
    weights = prior
    for _ in range(ROBUST_ITERATIONS):
        importance = size / np.maximum(np.abs(y - x @ weights), SMALLEST_ERROR)
        importance = importance / importance.sum()
        gram = (x * importance[:, None]).T @ x
        moment = (x * importance[:, None]).T @ y
        ridge = trust * np.diag(gram) + 1e-12
        root = np.linalg.cholesky(gram + np.diag(ridge))
        weights, _ = nnls(root.T, np.linalg.solve(root, moment + ridge * prior))
    return weights


def fit_variance(squares: FloatArray, size: FloatArray) -> tuple[float, float]:
    """Return a, b >= 0 of the variance a + b / size fitted to ``squares`` of that mean.

    They are grouped by size, so that single outliers do not distort the fit.
    """
    groups = int(np.clip(squares.size // GROUP, 1, MOST_GROUPS))
    group = np.array_split(np.argsort(size, kind="stable"), groups)
    variance = np.array([_winsorised_mean(squares[rows]) for rows in group])
    inverse = np.array([np.mean(1.0 / size[rows]) for rows in group])
    weight = 1.0 / np.maximum(variance, 1e-10)
    design = np.column_stack([np.ones_like(inverse), inverse]) * weight[:, None]
    (a, b), _ = nnls(design, np.ones_like(variance))
    return max(float(a), 1e-8), max(float(b), 1e-3)


def _winsorised_mean(squares: FloatArray) -> float:
    return float(np.mean(np.minimum(squares, np.quantile(squares, 0.98))))
