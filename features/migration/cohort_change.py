"""Ten-year change of cohorts, learned across counties of two censuses."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold

from data.reference.cache import MEMORY
from data.reference.china_panel import (
    ATTRIBUTE_COLUMNS,
    code_changes,
    county_age_sex,
    county_attributes,
    panel_digest,
)
from features.ageing.census_table import add_sexes, group_table
from features.arrays import FloatArray
from features.migration.change_errors import ChangeErrors, fit_errors
from features.migration.change_model import ChangeModel, fit_change_model
from features.migration.predictors import predictors_of

# target: (group at the second census, group at the first that it is compared with)
TARGETS = {"0-4": (0, 0), "5-9": (5, 0), "10-14": (10, 0), "15-19": (15, 5)}
FOLDS = 6
KERNEL_WEIGHTS = (0.0, 0.5, 1.0)
FITTED_BY = (
    *("migration/cohort_change", "migration/change_model", "migration/change_errors"),
    *("migration/predictors", "migration/neighbours", "ageing/census_table"),
)


@dataclass(frozen=True)
class CohortChange:
    """Fitted model and its errors on counties it was not fitted on.

    Parameters
    ----------
    columns : predictors, in the order of the fit
    model : the two members
    kernel_weight : (target,) weight of the kernel machine; the trees have the rest
    errors : distribution of the errors
    """

    columns: tuple[str, ...]
    model: ChangeModel
    kernel_weight: FloatArray
    errors: ChangeErrors

    def predict(self, predictors: pd.DataFrame) -> FloatArray:
        """Return the expected log change as (area, target)."""
        return combine(self.model.predict(predictors[list(self.columns)]), self.kernel_weight)


def combine(members: FloatArray, kernel_weight: FloatArray) -> FloatArray:
    """Return the weighted mean of the two members (member, area, target)."""
    return (1 - kernel_weight) * members[0] + kernel_weight * members[1]


def fit_cohort_change(
    predictors: pd.DataFrame, log_change: FloatArray, persons: FloatArray
) -> CohortChange:
    """Fit on counties of two censuses; weights and errors come from folds of complete provinces.

    Parameters
    ----------
    predictors : one row per county, six-digit adcode as the index
    log_change : (county, target)
    persons : (county, group 0-4 and 5-9) at the first census
    """
    base = np.stack([persons[:, 0 if old == 0 else 1] for _, old in TARGETS.values()], axis=1)
    province = predictors.index.astype(str).str[:2].to_numpy()
    folds = list(GroupKFold(FOLDS).split(predictors, groups=province))
    unseen = np.empty((2, *log_change.shape))
    for train, test in folds:
        fold = fit_change_model(predictors.iloc[train], log_change[train], base[train])
        unseen[:, test] = fold.predict(predictors.iloc[test])
    weight = best_weight(unseen, log_change, base)
    errors = log_change - combine(unseen, weight)
    return CohortChange(
        columns=tuple(predictors.columns),
        model=fit_change_model(predictors, log_change, base),
        kernel_weight=weight,
        errors=fit_errors(predictors, errors, np.log(persons.sum(axis=1)), folds),
    )


def best_weight(unseen: FloatArray, log_change: FloatArray, base: FloatArray) -> FloatArray:
    """Return the weight of the second member with the least absolute error, target by target."""
    actual, targets = base * np.exp(log_change), base.shape[1]
    loss = [
        np.abs(base * np.exp(combine(unseen, np.full(targets, weight))) - actual).sum(axis=0)
        for weight in KERNEL_WEIGHTS
    ]
    return np.array(KERNEL_WEIGHTS)[np.argmin(loss, axis=0)]


def china_cohort_change(columns: tuple[str, ...]) -> CohortChange:
    """Return the model of the bundled panel for the given attribute columns.

    It is kept in the user's cache under the digests of the panel and of the code that fits it.
    """
    known = tuple(name for name in ATTRIBUTE_COLUMNS if name in columns)
    folder = Path(__file__).parents[1]
    code = b"".join((folder / f"{name}.py").read_bytes() for name in FITTED_BY)
    return _fit_panel(known, panel_digest() + sha256(code).hexdigest())


@MEMORY.cache
def _fit_panel(columns: tuple[str, ...], digest: str) -> CohortChange:
    predictors, log_change, persons = panel_change(columns)
    return fit_cohort_change(predictors, log_change, persons)


def panel_change(columns: tuple[str, ...]) -> tuple[pd.DataFrame, FloatArray, FloatArray]:
    """Return predictors, log change (county, target) and persons 0-4 and 5-9 of matched counties.

    A county whose code changed between the censuses is followed to its new one.
    """
    first, second = (group_table(county_age_sex(year)) for year in (2010, 2020))
    attributes = county_attributes(2010)[["adcode", *columns]] if columns else None
    predictors = predictors_of(first, attributes)
    later = code_changes().reindex(first.index).fillna(pd.Series(first.index, index=first.index))
    later = later[later.isin(second.index)]
    persons, grown = add_sexes(first).loc[later.index], add_sexes(second).loc[later]
    log_change = np.log(
        np.stack(
            [grown[new].to_numpy() / persons[old].to_numpy() for new, old in TARGETS.values()],
            axis=1,
        )
    )
    return predictors.loc[later.index], log_change, persons[[0, 5]].to_numpy()
