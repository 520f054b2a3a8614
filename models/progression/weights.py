"""Non-negative weights that minimise absolute error, drawn towards a prior."""

import numpy as np
from scipy.optimize import nnls

from features.arrays import FloatArray

ROBUST_ITERATIONS = 4
SMALLEST_ERROR = 2e-3


def learn_weights(
    features: FloatArray, target: FloatArray, worth: FloatArray, prior: FloatArray, trust: float
) -> FloatArray:
    """Return w >= 0 minimising sum(worth * |target - features w|) + a pull towards ``prior``.

    The absolute loss is reached by reweighting squares (w_i = worth_i / |error_i|); the pull is a
    ridge whose strength is ``trust`` of each feature's mean square, so that a short
    history stays near the prior and a long one speaks for itself.

    Parameters
    ----------
    features : (observation, feature)
    target : (observation,)
    worth : (observation,) pupils behind the observation
    prior : (feature,) weights for a history that says nothing
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
