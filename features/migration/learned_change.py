"""Draws of the ten-year change of each county, from one census."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.reference.china_panel import (
    ATTRIBUTE_COLUMNS,
    CENSUS_YEARS,
    code_changes,
    county_age_sex,
    county_attributes,
)
from features.ageing.census_table import add_sexes, group_table
from features.arrays import FloatArray
from features.migration.change_errors import ErrorShape, draw_errors
from features.migration.cohort_change import china_cohort_change
from features.migration.net_migration import closed_log_change
from features.migration.predictors import predictors_of

LEARNED_YEARS = 10
AGES = tuple(range(20))


@dataclass(frozen=True)
class LearnedChange:
    """Draws of the ten-year log change of each county.

    Parameters
    ----------
    groups : persons by (sex, group) at the origin
    draws : (area, target, draw) log change
    """

    groups: pd.DataFrame
    draws: FloatArray


@dataclass(frozen=True)
class PredictedChange:
    """Predicted ten-year log change of each county, before anything is drawn.

    Parameters
    ----------
    expected, spread : adcode × target, the expected change and its expected absolute error
    shape : distribution and correlation of the errors
    """

    expected: pd.DataFrame
    spread: pd.DataFrame
    shape: ErrorShape

    def of(self, areas: Sequence[str]) -> "PredictedChange":
        """Return the predictions for ``areas`` alone."""
        rows = list(areas)
        return PredictedChange(self.expected.loc[rows], self.spread.loc[rows], self.shape)


def learn_change(
    census: pd.DataFrame, attributes: pd.DataFrame | None, draws: int, seed: int
) -> LearnedChange:
    """Return draws of the ten-year change predicted from one census."""
    return draw_change(census, foresee_change(census, attributes), draws, seed)


def foresee_change(census: pd.DataFrame, attributes: pd.DataFrame | None) -> PredictedChange:
    """Return the ten-year change predicted from one census by the model of the bundled panel.

    Parameters
    ----------
    census : ``adcode, year, sex (M/F), age_lower, age_upper, persons`` of one year
    attributes : ``adcode`` and attribute columns, or None
    """
    groups = group_table(census)
    known = () if attributes is None else tuple(attributes.columns.intersection(ATTRIBUTE_COLUMNS))
    model = china_cohort_change(known)
    wide, stated = with_surroundings(groups, attributes, int(census["year"].iloc[0]), known)
    predictors = predictors_of(wide, stated).loc[groups.index].reindex(columns=list(model.columns))
    expected = pd.DataFrame(model.predict(predictors), index=groups.index)
    return PredictedChange(expected, model.errors.expect(predictors), model.errors.shape)


def draw_change(
    census: pd.DataFrame, predicted: PredictedChange, draws: int, seed: int
) -> LearnedChange:
    """Return draws around the change predicted from ``census``.

    Parameters
    ----------
    census : ``adcode, year, sex (M/F), age_lower, age_upper, persons`` of one year
    predicted : predictions for its counties
    draws : number of draws
    seed : seed of the random draws
    """
    groups = group_table(census)
    persons = add_sexes(groups)
    size = np.log((persons[0] + persons[5]).clip(lower=1).to_numpy())
    expected = predicted.expected.loc[groups.index].to_numpy()
    errors = draw_errors(predicted.shape, predicted.spread.loc[groups.index], size, draws, seed)
    errors += expected[:, :, None]
    return LearnedChange(groups=groups, draws=errors)


def with_surroundings(
    groups: pd.DataFrame, attributes: pd.DataFrame | None, year: int, known: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return census and attributes with the panel's other counties of that census year added.

    So a county requested alone has the same prefecture, province and neighbours as one requested
    with others. A county given under its later code is not added again under its former one.
    """
    if year not in CENSUS_YEARS:
        return groups, attributes
    others = group_table(county_age_sex(year))
    given = groups.index
    later = code_changes().reindex(others.index)
    others = others[~others.index.isin(given) & ~later.isin(given).to_numpy()]
    wide = pd.concat([groups, others])
    if attributes is None:
        return wide, None
    added = county_attributes(year).set_index("adcode").loc[others.index, list(known)]
    return wide, pd.concat([attributes, added.reset_index()], ignore_index=True)


def home_migration(change: LearnedChange, horizon: int) -> FloatArray:
    """Return log growth by net migration as (area, year, 1, draw), the same at all ages.

    Parameters
    ----------
    change : draws of the learned ten-year log change
    horizon : years after the census
    """
    target = 2  # ages 0-4 to 10-14: the cohort that moves with its family
    yearly = (change.draws[:, target] - closed_log_change()[0]) / LEARNED_YEARS
    years = np.arange(horizon)
    damping = np.where(years < LEARNED_YEARS, 1.0, 0.5 ** ((years - LEARNED_YEARS + 1) / 10))
    flow = yearly[:, None, :] * damping[None, :, None]
    return flow[:, :, None]
