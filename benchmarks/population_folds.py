"""Forecasts of each fold of provinces, kept, so that a run that was broken off goes on."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from population_peers import peers_of
from sklearn.model_selection import GroupKFold

from data.reference.cache import MEMORY
from data.reference.china_panel import county_age_sex, panel_digest
from features.ageing.census_table import group_table
from features.arrays import FloatArray
from features.migration.change_errors import draw_errors
from features.migration.cohort_change import (
    FOLDS,
    TARGETS,
    CohortChange,
    fit_cohort_change,
    panel_change,
)
from features.migration.learned_change import LearnedChange
from features.projection.census_only import resident_population

DRAWS, SEED, BLOCK = 1000, 1, 200
GROUPS = {"5-9": 5, "10-14": 10, "15-19": 15}
MEMBERS = ("randomised trees alone", "kernel machine alone")
FEATURES = Path(__file__).resolve().parent.parent / "features"


def fit_digest() -> str:
    """Return the digest of the panel and of the code that learns from it."""
    code = b"".join(path.read_bytes() for path in sorted(FEATURES.rglob("*.py")))
    return panel_digest() + sha256(code).hexdigest()


def forecast_groups(
    model: CohortChange, predictors: pd.DataFrame, census: pd.DataFrame, size: FloatArray
) -> FloatArray:
    """Return residents as (area, group, draw), the way ``xuewei population`` goes."""
    own = predictors.reindex(columns=list(model.columns))
    centre = model.predict(own)[:, :, None]
    change = LearnedChange(
        census.loc[own.index],
        centre + draw_errors(model.errors.shape, model.errors.expect(own), size, DRAWS, SEED),
    )
    persons = resident_population(change, 10)[:, 10]
    return np.stack([persons[:, low : low + 5].sum(axis=1) for low in GROUPS.values()], axis=1)


@MEMORY.cache
def evaluate_fold(
    columns: tuple[str, ...], fold: int, digest: str
) -> tuple[npt.NDArray[np.int64], dict[str, FloatArray], npt.NDArray[np.float32]]:
    """Return the counties of a fold, what every method says of them, and our draws.

    It is kept in the user's cache under the digest of data and code, so that a run that was
    broken off goes on where it stood.
    """
    predictors, log_change, persons = panel_change(columns)
    census = group_table(county_age_sex(2010))
    base = persons[:, [0 if old == 0 else 1 for _, old in TARGETS.values()]]
    size = np.log(persons.sum(axis=1))
    province = predictors.index.str[:2].to_numpy()
    train, test = list(GroupKFold(FOLDS).split(predictors, groups=province))[fold]
    model = fit_cohort_change(predictors.iloc[train], log_change[train], persons[train])
    blocks = [test[start : start + BLOCK] for start in range(0, len(test), BLOCK)]
    draws = [forecast_groups(model, predictors.iloc[rows], census, size[rows]) for rows in blocks]
    changes = dict(zip(MEMBERS, model.model.predict(predictors.iloc[test]), strict=True))
    if columns:
        changes |= peers_of(predictors, log_change, base, census, train, test)
    return test, changes, np.concatenate(draws).astype(np.float32)
