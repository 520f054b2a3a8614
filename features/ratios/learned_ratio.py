r"""Pupils per resident child, learned across the counties that report them.

.. math:: \log E_{ij} = \log R_{ij} + f_j(x_i) + \varepsilon_{ij}

with :math:`E` the pupils of a county, primary and regular secondary, :math:`R` the residents of
their ages by the census, :math:`f` a kernel machine on the census predictors of the county and
its surroundings, and :math:`\varepsilon` as in :mod:`features.migration.change_errors`: as wide as
the errors in provinces left out, with components of the province, the city and the county.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVR

from data.reference.cache import MEMORY
from data.reference.china_panel import (
    ATTRIBUTE_COLUMNS,
    PUPILS_YEAR,
    county_age_sex,
    county_attributes,
    county_pupils,
    panel_digest,
)
from features.ageing.census_table import add_sexes, group_table
from features.arrays import FloatArray
from features.migration.change_errors import ChangeErrors, fit_errors
from features.migration.change_model import FARTHEST, HEAVIEST, LIGHTEST
from features.migration.predictors import predictors_of

PRIMARY, SECONDARY = "primary_pupils", "regular_secondary_pupils"
TARGETS = (PRIMARY, SECONDARY)
# Reach of the kernel, target by target: gamma times the number of predictors, by the folds.
REACH = (1.0, 0.3)
FOLDS = 8
TRIMMED = (0.01, 0.99)
FITTED_BY = (
    *("ratios/learned_ratio", "migration/change_errors", "migration/change_model"),
    *("migration/predictors", "migration/neighbours", "ageing/census_table"),
)


@dataclass(frozen=True)
class LearnedRatio:
    """Log ratios predicted from a county's census, and the errors of such predictions elsewhere.

    Parameters
    ----------
    columns : predictors, in the order of the fit
    models : provinces left out -> one model per target
    errors : errors made in the provinces left out
    """

    columns: tuple[str, ...]
    models: dict[frozenset[str], tuple[Pipeline, ...]]
    errors: ChangeErrors

    def predict(self, predictors: pd.DataFrame) -> FloatArray:
        """Return the log ratio to expect as (area, target).

        A county of the panel is predicted by the model that has not seen its province, another by
        the mean of all models.
        """
        province = predictors.index.astype(str).str[:2].to_numpy()
        unknown = ~np.isin(province, [code for left in self.models for code in left])
        result = np.empty((len(predictors), len(TARGETS)))
        elsewhere = []
        for left, model in self.models.items():
            own = np.isin(province, list(left))
            needed = own | unknown
            if needed.any():
                rows = predictors[needed]
                values = np.stack([one.predict(rows) for one in model], axis=1)
                result[own] = values[own[needed]]
                elsewhere.append(values[unknown[needed]])
        if unknown.any():
            result[unknown] = np.mean(elsewhere, axis=0)
        return result


def child_residents(groups: pd.DataFrame) -> FloatArray:
    """Return residents of primary and of regular secondary ages by the census as (area, target).

    Of ages 6-11 and 12-17 each year is a fifth of its census group. Youths of 15-19 count at most
    as many as the children of 10-14: beyond that they are students and workers from elsewhere.
    """
    persons = add_sexes(groups)
    five, ten = persons[5].to_numpy(dtype=float), persons[10].to_numpy(dtype=float)
    youths = np.minimum(persons[15].to_numpy(dtype=float), ten)
    return np.stack([0.8 * five + 0.4 * ten, 0.6 * ten + 0.6 * youths], axis=1)


def fit_learned_ratio(
    predictors: pd.DataFrame, log_ratio: FloatArray, residents: FloatArray
) -> LearnedRatio:
    """Fit on counties that report, in folds of complete provinces.

    Parameters
    ----------
    predictors : one row per county, six-digit adcode as the index
    log_ratio : (county, target) log of pupils per resident
    residents : (county, target), the weight of a county
    """
    province = predictors.index.astype(str).str[:2].to_numpy()
    folds = list(GroupKFold(FOLDS).split(predictors, groups=province))
    unseen = np.empty_like(log_ratio)
    models = {}
    for train, test in folds:
        model = _fit(predictors.iloc[train], log_ratio[train], residents[train])
        models[frozenset(province[test])] = model
        there = predictors.iloc[test]
        unseen[test] = np.stack([one.predict(there) for one in model], axis=1)
    size = np.log(residents[:, 0])
    errors = fit_errors(predictors, log_ratio - unseen, size, folds)
    return LearnedRatio(tuple(predictors.columns), models, errors)


def _fit(
    predictors: pd.DataFrame, log_ratio: FloatArray, residents: FloatArray
) -> tuple[Pipeline, ...]:
    target = log_ratio.clip(*np.quantile(log_ratio, TRIMMED, axis=0))
    weight = (residents / residents.mean(axis=0)).clip(LIGHTEST, HEAVIEST)
    return tuple(
        _kernel(reach / predictors.shape[1]).fit(predictors, y, machine__sample_weight=w)
        for reach, y, w in zip(REACH, target.T.copy(), weight.T.copy(), strict=True)
    )


def _kernel(gamma: float) -> Pipeline:
    prepare = make_pipeline(
        SimpleImputer(strategy="median"),
        StandardScaler(),
        FunctionTransformer(np.clip, kw_args={"a_min": -FARTHEST, "a_max": FARTHEST}),
    )
    machine = SVR(C=1.0, epsilon=0.1, gamma=gamma)
    return Pipeline(
        [
            ("prepare", prepare),
            ("machine", TransformedTargetRegressor(machine, transformer=StandardScaler())),
        ]
    )


def china_learned_ratio(columns: tuple[str, ...], left_out: tuple[str, ...] = ()) -> LearnedRatio:
    """Return the model of the bundled panel for the given attribute columns.

    It is kept in the user's cache under the digests of the panel and of the code that fits it.
    Counties of the provinces ``left_out`` (two-digit codes) are not learned from: for benchmarks.
    """
    known = tuple(name for name in ATTRIBUTE_COLUMNS if name in columns)
    folder = Path(__file__).parents[1]
    code = b"".join((folder / f"{name}.py").read_bytes() for name in FITTED_BY)
    return _fit_panel(known, left_out, panel_digest() + sha256(code).hexdigest())


@MEMORY.cache
def _fit_panel(columns: tuple[str, ...], left_out: tuple[str, ...], digest: str) -> LearnedRatio:
    return fit_learned_ratio(*panel_ratios(columns, left_out))


def panel_ratios(
    columns: tuple[str, ...], left_out: tuple[str, ...] = ()
) -> tuple[pd.DataFrame, FloatArray, FloatArray]:
    """Return predictors, log ratios and residents (county, target) of the reporting counties."""
    groups = group_table(county_age_sex(PUPILS_YEAR))
    groups = groups[~groups.index.str[:2].isin(left_out)]
    attributes = county_attributes(PUPILS_YEAR)[["adcode", *columns]] if columns else None
    predictors = predictors_of(groups, attributes)
    pupils = county_pupils().set_index("adcode")[list(TARGETS)].dropna()
    pupils = pupils[pupils.index.isin(groups.index) & (pupils > 0).all(axis=1)]
    residents = child_residents(groups.loc[pupils.index])
    return predictors.loc[pupils.index], np.log(pupils.to_numpy() / residents), residents
