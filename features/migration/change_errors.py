r"""Errors of the learned change: their size and their correlation.

A county's error in target :math:`j` is

.. math:: \varepsilon_{ij} = \sigma_{ij}\,Q_{ij}\bigl(\Phi(z_{ij})\bigr),\qquad
          z_{ij} = u_{p(i)j} + v_{f(i)j} + w_{ij}

with :math:`\sigma` the error to expect of a county like it, :math:`Q` the quantiles of the
standardised out-of-fold errors of the counties of its kind nearest in size (the model was not
fitted on their province), and :math:`z` normal scores with components of the province, of the
prefecture and of the county, each correlated over the targets.

References
----------
Papadopoulos, Gammerman and Vovk (2008), Normalized nonconformity measures for regression.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from joblib import Parallel, delayed
from scipy.special import ndtri
from scipy.stats import rankdata
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline

from features.arrays import FloatArray
from features.randomness import balanced_normal, named_generator, strata

ALIKE_COUNTIES = 400
LEVELS = {"province": 2, "prefecture": 4}
WINSORISED = 0.97
# Errors are limited to the quantiles of this share and its complement. Most of those beyond are
# of counties whose borders moved between the censuses, which a planner knows of.
TAIL = 0.01
LAST_DISTRICT = 20  # in a county's code, the fifth and sixth digits of a city's districts are lower


@dataclass(frozen=True)
class ErrorShape:
    """Distribution of errors relative to their expected size, and their correlation.

    Parameters
    ----------
    size : (county,) log of the persons aged 0-9, ascending among counties of one kind
    district : (county,) True for a city's districts, which follow the other counties
    standardised : (county, target) errors over their expected size, in that order
    components : a level of :data:`LEVELS` or "county" -> (target, target) root of the covariance
    """

    size: FloatArray
    district: npt.NDArray[np.bool_]
    standardised: FloatArray
    components: dict[str, FloatArray]

    def windows(self, codes: Sequence[str], size: FloatArray) -> FloatArray:
        """Return (area, target, rank) ascending errors of the counties alike, as many for each.

        Parameters
        ----------
        codes : adcodes of the areas
        size : (area,) log of the persons aged 0-9
        """
        kinds = [np.flatnonzero(self.district == kind) for kind in (False, True)]
        width = min(ALIKE_COUNTIES, *(len(rows) for rows in kinds if len(rows)))
        chosen = []
        for district, own in zip(are_districts(codes), size, strict=True):
            rows = kinds[int(district)] if len(kinds[int(district)]) else kinds[int(not district)]
            first = np.searchsorted(self.size[rows], own) - width // 2
            start = int(np.clip(first, 0, len(rows) - width))
            chosen.append(np.sort(self.standardised[rows[start : start + width]], axis=0).T)
        return np.stack(chosen)


@dataclass(frozen=True)
class ChangeErrors:
    """Errors of the model, learned from counties it was not fitted on.

    Parameters
    ----------
    spread : predictors -> (area, target) absolute log error to expect
    shape : the rest, which needs no predictors
    """

    spread: Pipeline
    shape: ErrorShape

    def expect(self, predictors: pd.DataFrame) -> pd.DataFrame:
        """Return the expected absolute log error, one row per area and one column per target."""
        return pd.DataFrame(self.spread.predict(predictors), index=predictors.index)


def fit_errors(
    predictors: pd.DataFrame,
    errors: FloatArray,
    size: FloatArray,
    folds: list[tuple[np.ndarray, np.ndarray]],
) -> ChangeErrors:
    """Learn the errors from those made out of fold.

    Parameters
    ----------
    errors : (county, target) observed minus predicted log change
    size : (county,) log of the persons aged 0-9
    folds : (train, test) rows, split by complete provinces
    """
    fitted = Parallel(n_jobs=-1, backend="threading")(
        delayed(_fit_spread)(predictors.iloc[train], errors[train]) for train, _ in folds
    )
    spread = np.empty_like(errors)
    for (_, test), model in zip(folds, fitted, strict=True):
        spread[test] = model.predict(predictors.iloc[test])
    standardised = errors / spread
    limits = np.quantile(standardised, [TAIL, 1 - TAIL], axis=0)
    district = are_districts(list(predictors.index.astype(str)))
    order = np.lexsort((size, district))
    return ChangeErrors(
        spread=_fit_spread(predictors, errors),
        shape=ErrorShape(
            size=size[order],
            district=district[order],
            standardised=standardised[order].clip(*limits),
            components=variance_components(standardised, predictors.index.astype(str)),
        ),
    )


def _fit_spread(predictors: pd.DataFrame, errors: FloatArray) -> Pipeline:
    # One thread per forest: trees added up in another order would differ in the last digit.
    forest = ExtraTreesRegressor(
        60, min_samples_leaf=15, max_features=0.3, random_state=0, n_jobs=1
    )
    size = np.abs(errors)
    target = np.minimum(size, np.quantile(size, WINSORISED, axis=0))
    return make_pipeline(SimpleImputer(strategy="median"), forest).fit(predictors, target)


def are_districts(codes: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return True for districts of a city.

    >>> are_districts(["450302", "450321", "450381"]).tolist()
    [True, False, False]
    """
    return np.array([code[4:6].isdigit() and 0 < int(code[4:6]) <= LAST_DISTRICT for code in codes])


def variance_components(standardised: FloatArray, codes: pd.Index) -> dict[str, FloatArray]:
    """Return roots of the covariances of normal scores, by level; they add up to unit variance.

    Method of moments for nested groups: the mean product of scores of two counties of one
    prefecture, and of two of one province but not of one prefecture.
    """
    ranks = rankdata(standardised, axis=0) / (len(standardised) + 1)
    scores = ndtri(ranks)
    total = scores.T @ scores / len(scores)
    prefecture, pairs = _pair_products(scores, codes.str[: LEVELS["prefecture"]])
    province, province_pairs = _pair_products(scores, codes.str[: LEVELS["province"]])
    apart = (province - prefecture) / max(province_pairs - pairs, 1)
    together = prefecture / max(pairs, 1)
    parts = {"province": apart, "prefecture": together - apart, "county": total - together}
    covariance = {name: _nearest_covariance(part) for name, part in parts.items()}
    scale = 1 / np.sqrt(np.diag(sum(covariance.values())))
    return {name: scale[:, None] * _root(part) for name, part in covariance.items()}


def _pair_products(scores: FloatArray, group: pd.Index) -> tuple[FloatArray, int]:
    """Return the sum over ordered pairs within a group of products of scores, and the count."""
    sums = pd.DataFrame(scores).groupby(np.asarray(group)).sum().to_numpy()
    sizes = pd.Series(np.asarray(group)).value_counts().to_numpy()
    return sums.T @ sums - scores.T @ scores, int((sizes * (sizes - 1)).sum())


def _nearest_covariance(matrix: FloatArray) -> FloatArray:
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return (vectors * values.clip(min=0)) @ vectors.T


def _root(covariance: FloatArray) -> FloatArray:
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(values.clip(min=0))


def draw_errors(
    shape: ErrorShape, expected: pd.DataFrame, size: FloatArray, draws: int, seed: int
) -> FloatArray:
    """Return (area, target, draw) log errors.

    An area's draws depend on the seed and its own code only, not on which others are requested.
    Their order does: the errors themselves are spread over the quantiles evenly.

    Parameters
    ----------
    expected : absolute log error to expect, adcode as the index
    size : (area,) log of the persons aged 0-9
    """
    spread = expected.to_numpy()
    windows = shape.windows(list(expected.index.astype(str)), size)
    width = windows.shape[2]
    result = np.empty((*spread.shape, draws))
    for index, code in enumerate(expected.index.astype(str)):
        keys = {name: code[:digits] for name, digits in LEVELS.items()} | {"county": code}
        score = np.zeros((len(spread[index]), draws))
        for name, key in keys.items():
            score += shape.components[name] @ _normal(seed, name, key, len(spread[index]), draws)
        rank = (strata(score) * width).astype(int)
        result[index] = spread[index][:, None] * np.take_along_axis(windows[index], rank, axis=1)
    return result


def _normal(seed: int, level: str, key: str, targets: int, draws: int) -> FloatArray:
    return balanced_normal(named_generator(seed, "cohort change", level, key), (targets, draws))
