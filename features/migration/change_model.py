"""The expected change of cohorts: randomised trees and a kernel machine, target by target."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVR

from features.arrays import FloatArray

TREES = 60
# Predictors are clipped at this many standard deviations.
FARTHEST = 4.0
# Limits of a county's weight relative to the mean, so that no metropolis dominates.
LIGHTEST, HEAVIEST = 0.1, 5.0
TRIMMED = (0.005, 0.995)


@dataclass(frozen=True)
class ChangeModel:
    """Fitted members, one pair per target.

    Parameters
    ----------
    prepare : predictors -> standardised predictors without gaps
    trees, kernels : one estimator per target
    """

    prepare: Pipeline
    trees: tuple[ExtraTreesRegressor, ...]
    kernels: tuple[TransformedTargetRegressor, ...]

    def predict(self, predictors: pd.DataFrame) -> FloatArray:
        """Return (member, area, target) log change."""
        x = self.prepare.transform(predictors)
        predicted = Parallel(n_jobs=-1, backend="threading")(
            delayed(one.predict)(x) for one in (*self.trees, *self.kernels)
        )
        return np.array(predicted).reshape(2, len(self.trees), len(x)).swapaxes(1, 2)


def fit_change_model(
    predictors: pd.DataFrame, log_change: FloatArray, persons: FloatArray
) -> ChangeModel:
    """Fit both members to every target.

    Parameters
    ----------
    predictors : one row per county
    log_change : (county, target)
    persons : (county, target) persons that the change starts from, the weight of a county
    """
    prepare = make_pipeline(
        SimpleImputer(strategy="median"),
        StandardScaler(),
        FunctionTransformer(np.clip, kw_args={"a_min": -FARTHEST, "a_max": FARTHEST}),
    )
    x = prepare.fit_transform(predictors)
    target = log_change.clip(*np.quantile(log_change, TRIMMED, axis=0))
    weight = (persons / persons.mean(axis=0)).clip(LIGHTEST, HEAVIEST)
    targets = list(zip(target.T.copy(), weight.T.copy(), strict=True))
    fitted = Parallel(n_jobs=-1, backend="threading")(
        delayed(make().fit)(x, y, sample_weight=w)
        for make in (_trees, lambda: _kernel(x.shape[1]))
        for y, w in targets
    )
    return ChangeModel(prepare, tuple(fitted[: len(targets)]), tuple(fitted[len(targets) :]))


def _trees() -> ExtraTreesRegressor:
    # One thread per forest: trees added up in another order would differ in the last digit.
    return ExtraTreesRegressor(
        TREES, min_samples_leaf=3, max_features=0.2, random_state=0, n_jobs=1
    )


def _kernel(predictors: int) -> TransformedTargetRegressor:
    machine = SVR(C=2.0, epsilon=0.1, gamma=0.3 / predictors)
    return TransformedTargetRegressor(machine, transformer=StandardScaler())
