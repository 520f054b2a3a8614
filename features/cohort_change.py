"""Ten-year change of cohorts, learned across counties of two censuses."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Memory
from platformdirs import user_cache_path
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline

from data.china_panel import ATTRIBUTE_COLUMNS, county_age_sex, county_attributes, panel_digest
from features.census_table import both_sexes, group_table
from features.population import FloatArray
from features.predictors import attribute_predictors, census_predictors

# target: (group at the second census, group at the first that it is compared with)
TARGETS = {"0-4": (0, 0), "5-9": (5, 0), "10-14": (10, 0), "15-19": (15, 5)}
FOLDS = 6
# Sixty trees a fold and 200 in the end foresee unseen provinces as well as 300 of both.
FOLD_TREES, TREES = 60, 200
FITTED_BY = ("cohort_change", "predictors", "census_table")
MEMORY = Memory(user_cache_path("xuewei"), verbose=0)


@dataclass(frozen=True)
class CohortChange:
    """Fitted model and how far it was from counties it had not seen.

    Parameters
    ----------
    columns : predictors, in the order of the fit
    estimator : predictors -> (area, target) log change
    size : (county,) log of the persons aged 0-9, ascending
    residuals : (county, target) observed minus foreseen log change, out of fold, in that order
    level : (target,) log change of the whole panel, migration within it cancelled
    """

    columns: tuple[str, ...]
    estimator: Pipeline
    size: FloatArray
    residuals: FloatArray
    level: FloatArray

    def predict(self, predictors: pd.DataFrame) -> FloatArray:
        """Return the expected log change as (area, target)."""
        return np.asarray(self.estimator.predict(predictors[list(self.columns)]), dtype=float)


def predictors_of(groups: pd.DataFrame, attributes: pd.DataFrame | None) -> pd.DataFrame:
    """Return all predictors that the census table and the optional attributes allow."""
    parts = [census_predictors(groups)]
    if attributes is not None:
        parts.append(attribute_predictors(attributes, groups.index))
    table = pd.concat(parts, axis=1)
    return table.dropna(axis=1, how="all")


def fit_cohort_change(
    predictors: pd.DataFrame, log_change: FloatArray, persons: FloatArray
) -> CohortChange:
    """Fit on counties of two censuses; residuals come from folds of whole provinces.

    Parameters
    ----------
    predictors : one row a county, six-digit adcode as the index
    log_change : (county, target)
    persons : (county, group 0-4 and 5-9) at the first census, also the weight
    """
    province = predictors.index.astype(str).str[:2].to_numpy()
    weight = persons.sum(axis=1)
    low, high = np.quantile(log_change, [0.005, 0.995], axis=0)
    target = log_change.clip(low, high)
    foreseen = np.empty_like(log_change)
    for train, test in GroupKFold(FOLDS).split(predictors, groups=province):
        fold = _fit(predictors.iloc[train], target[train], weight[train], FOLD_TREES)
        foreseen[test] = fold.predict(predictors.iloc[test])
    order = np.argsort(weight, kind="stable")
    base = np.stack([persons[:, 0]] * 3 + [persons[:, 1]], axis=1)
    return CohortChange(
        columns=tuple(predictors.columns),
        estimator=_fit(predictors, target, weight, TREES),
        size=np.log(weight[order]),
        residuals=(log_change - foreseen)[order],
        level=np.log((base * np.exp(log_change)).sum(axis=0) / base.sum(axis=0)),
    )


def _fit(predictors: pd.DataFrame, target: FloatArray, weight: FloatArray, trees: int) -> Pipeline:
    forest = ExtraTreesRegressor(
        trees, min_samples_leaf=5, max_features=0.3, n_jobs=2, random_state=0
    )
    model = make_pipeline(SimpleImputer(strategy="median"), forest)
    return model.fit(predictors, target, extratreesregressor__sample_weight=weight)


def china_cohort_change(columns: tuple[str, ...]) -> CohortChange:
    """Return the model of the bundled panel for the given attribute columns.

    It is kept in the user's cache under the digests of the panel and of the code that fits it.
    """
    known = tuple(name for name in ATTRIBUTE_COLUMNS if name in columns)
    folder = Path(__file__).parent
    code = b"".join((folder / f"{name}.py").read_bytes() for name in FITTED_BY)
    return _fit_panel(known, panel_digest() + sha256(code).hexdigest())


@MEMORY.cache
def _fit_panel(columns: tuple[str, ...], digest: str) -> CohortChange:
    first, second = (group_table(county_age_sex(year)) for year in (2010, 2020))
    attributes = county_attributes(2010)[["adcode", *columns]] if columns else None
    matched = first.index.intersection(second.index)
    persons, later = both_sexes(first).loc[matched], both_sexes(second).loc[matched]
    log_change = np.log(
        np.stack([later[new] / persons[old] for new, old in TARGETS.values()], axis=1)
    )
    predictors = predictors_of(first, attributes).loc[matched]
    return fit_cohort_change(predictors, log_change, persons[[0, 5]].to_numpy())
