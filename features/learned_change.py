"""Draws of the ten-year change of each county, from one census."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from data.china_panel import ATTRIBUTE_COLUMNS
from features.census_table import both_sexes, group_table
from features.cohort_change import CohortChange, china_cohort_change, predictors_of
from features.population import FloatArray
from features.randomness import named_generator

LEARNED_YEARS = 10
NEIGHBOUR_COUNTIES = 400
COMMON_SHARE = 0.15


@dataclass(frozen=True)
class LearnedChange:
    """Draws of the ten-year log change of each county.

    Parameters
    ----------
    groups : persons by (sex, group) at the origin
    draws : (area, target, draw) log change
    survival : (target,) part of the change that is survival and undercount, not migration
    """

    groups: pd.DataFrame
    draws: FloatArray
    survival: FloatArray


def learn_change(
    census: pd.DataFrame, attributes: pd.DataFrame | None, draws: int, seed: int
) -> LearnedChange:
    """Return draws of the ten-year change foreseen from one census."""
    groups = group_table(census)
    known = () if attributes is None else tuple(attributes.columns.intersection(ATTRIBUTE_COLUMNS))
    model = china_cohort_change(known)
    predictors = predictors_of(groups, attributes).reindex(columns=list(model.columns))
    centre = model.predict(predictors)
    errors = draw_errors(model, groups, draws, seed)
    return LearnedChange(
        groups=groups,
        draws=centre[:, :, None] + errors,
        survival=model.level,
    )


def draw_errors(model: CohortChange, groups: pd.DataFrame, draws: int, seed: int) -> FloatArray:
    """Return (area, target, draw) errors: whole residual rows of counties of like size.

    A row keeps the correlation between the four targets. The rows are ordered by their mean, and
    a draw picks by a normal score that counties share to :data:`COMMON_SHARE`, so that the sum over
    counties is not falsely certain.
    """
    persons = both_sexes(groups)
    size = np.log((persons[0] + persons[5]).clip(lower=1).to_numpy())
    common = named_generator(seed, "cohort change").standard_normal(draws)
    errors = np.empty((len(size), model.residuals.shape[1], draws))
    width = min(NEIGHBOUR_COUNTIES, len(model.size))
    for index, adcode in enumerate(groups.index):
        middle = int(np.searchsorted(model.size, size[index]))
        start = min(max(middle - width // 2, 0), len(model.size) - width)
        rows = model.residuals[start : start + width]
        rows = rows[np.argsort(rows.mean(axis=1), kind="stable")]
        own = named_generator(seed, "cohort change", str(adcode)).standard_normal(draws)
        score = np.sqrt(COMMON_SHARE) * common + np.sqrt(1 - COMMON_SHARE) * own
        errors[index] = rows[(ndtr(score) * width).astype(int).clip(0, width - 1)].T
    return errors
