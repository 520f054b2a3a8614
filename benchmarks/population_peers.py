"""Simple methods and other learners as peers of the learned change of cohorts (log changes)."""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from features.ageing.census_table import add_sexes
from features.ageing.survivorship import log_survival
from features.arrays import FloatArray
from features.migration.cohort_change import TARGETS

ALPHAS = np.logspace(1.5, 4, 5)


def peers_of(
    predictors: pd.DataFrame,
    log_change: FloatArray,
    base: FloatArray,
    census: pd.DataFrame,
    train: np.ndarray,
    test: np.ndarray,
) -> dict[str, FloatArray]:
    """Return the log change (area of ``test``, target) by method, learned from ``train``."""
    simple = simple_changes(log_change, base, predictors, census, train, test)
    x, unseen = predictors.iloc[train], predictors.iloc[test]
    y, weight = log_change[train], base[train]
    province = x.index.str[:2].to_numpy()
    return simple | {
        "ridge": ridge(x, y, weight, unseen, province),
        "gradient boosting, untuned": boosting(x, y, weight, unseen),
    }


def simple_changes(
    log_change: FloatArray,
    base: FloatArray,
    predictors: pd.DataFrame,
    census: pd.DataFrame,
    train: np.ndarray,
    test: np.ndarray,
) -> dict[str, FloatArray]:
    """Return the methods that planners apply by hand."""
    count = len(test)
    survival = log_survival(range(2010, 2020), oldest=20)
    rows = np.arange(10)
    cohort = {
        start: np.log(
            np.mean([np.exp(survival[rows, age + rows].sum()) for age in range(start, start + 5)])
        )
        for start in (0, 5)
    }
    persons = add_sexes(census).loc[predictors.index[test]]
    size = [np.log(persons[new] / persons[old]).to_numpy() for new, old in TARGETS.values()]
    # No survivor of a cohort is aged 0-9 ten years on: births as many as now is all one can say.
    alive = [size[0], size[1], np.full(count, cohort[0]), np.full(count, cohort[5])]
    total = np.log((base * np.exp(log_change))[train].sum(axis=0) / base[train].sum(axis=0))
    province = predictors.index[train].str[:2]
    each = pd.DataFrame((base * np.exp(log_change))[train]).groupby(province).sum()
    ratio = np.log(each / pd.DataFrame(base[train]).groupby(province).sum())
    return {
        "survival only": np.stack(alive, axis=1),
        "no change of group size": np.stack(size, axis=1),
        "constant share of the national cohort": np.tile(total, (count, 1)),
        "mean of the provinces' ratios": np.tile(ratio.mean().to_numpy(), (count, 1)),
    }


def ridge(
    x: pd.DataFrame, y: FloatArray, weight: FloatArray, unseen: pd.DataFrame, province: np.ndarray
) -> FloatArray:
    """Return ridge regression, its penalty chosen on folds of complete provinces."""
    prepare = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    known, new = prepare.fit_transform(x).clip(-4, 4), prepare.transform(unseen).clip(-4, 4)
    target = y.clip(*np.quantile(y, [0.005, 0.995], axis=0))
    folds = list(GroupKFold(4).split(known, groups=province))
    return np.stack(
        [
            RidgeCV(ALPHAS, cv=folds)
            .fit(
                known, target[:, column], sample_weight=weight[:, column] / weight[:, column].mean()
            )
            .predict(new)
            for column in range(y.shape[1])
        ],
        axis=1,
    )


def boosting(
    x: pd.DataFrame, y: FloatArray, weight: FloatArray, unseen: pd.DataFrame
) -> FloatArray:
    """Return gradient boosting as it comes."""
    return np.stack(
        [
            HistGradientBoostingRegressor(random_state=0)
            .fit(x, y[:, column], sample_weight=weight[:, column] / weight[:, column].mean())
            .predict(unseen)
            for column in range(y.shape[1])
        ],
        axis=1,
    )
