"""School-age population of each county in the years after one census."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from data.china_panel import ATTRIBUTE_COLUMNS
from features.census_table import both_sexes, group_table
from features.cohort import age_population
from features.cohort_change import CohortChange, china_cohort_change, predictors_of
from features.population import Births, FloatArray, Population
from features.randomness import named_generator
from features.single_years import split_by_spline
from features.survivorship import log_survival

AGES = tuple(range(20))
LEARNED_YEARS = 10
# Students from elsewhere: a youth group this far above the children before it, in logs.
UNIVERSITY_STEP = np.log(2.0)
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
    university : (area,) True where students from elsewhere swell ages 15-24
    """

    groups: pd.DataFrame
    draws: FloatArray
    survival: FloatArray
    university: np.ndarray


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
    persons = both_sexes(groups)
    step = np.log(persons[15].clip(lower=1) / persons[10].clip(lower=1))
    return LearnedChange(
        groups=groups,
        draws=centre[:, :, None] + errors,
        survival=model.level,
        university=(step > UNIVERSITY_STEP).to_numpy(),
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


def project_population(
    census: pd.DataFrame,
    attributes: pd.DataFrame | None,
    births: Births | None,
    until: int,
    draws: int,
    seed: int,
    migration_scale: float = 1.0,
) -> Population:
    r"""Return home population aged 0-19 of each county, from the census year to ``until``.

    .. math:: P_{t+1}(x+1)=P_t(x)\,e^{s_t(x)+k\,\delta_t\,g/10},\qquad g = c - \bar c

    where :math:`c` is the learned ten-year log change of ages 0-4 of the county, :math:`\bar c`
    that of the whole panel (survival and the undercount of the first census; migration within
    the country cancels in it), :math:`k` the ``migration_scale`` and :math:`\delta_t` halves with
    each ten years beyond the first ten. *Home* means that children follow their families at all
    ages: students who come from elsewhere at 15-19 are left out.

    Parameters
    ----------
    census : ``adcode, year, sex, age_lower, age_upper, persons`` of one year
    attributes : what else is known then, or None
    births : births of the years after the census (draws, or one draw for all); learned if None
    until : last year
    migration_scale : factor of net migration, 0 for a closed county

    Raises
    ------
    ValueError : births that lack a county or year
    """
    origin = int(census["year"].iloc[0])
    change = learn_change(census, attributes, draws, seed)
    start = np.repeat(home_ages(change)[:, :, None], draws, axis=2)
    horizon = until - origin
    migration = home_migration(change, horizon) * migration_scale
    survival = log_survival(range(origin, until))[:, : len(AGES)]
    arrivals = _newborn(births, change, range(origin + 1, until + 1))
    return Population(
        areas=tuple(str(adcode) for adcode in change.groups.index),
        years=tuple(range(origin, until + 1)),
        ages=AGES,
        persons=age_population(start, arrivals, survival, migration),
    )


def home_ages(change: LearnedChange) -> FloatArray:
    """Return single years 0-19 at the origin as (area, age), without students from elsewhere.

    In a university town ages 15-19 are what the other counties together have to one aged 10-14.
    """
    persons = both_sexes(change.groups)
    town = change.university
    if (~town).any():
        ratio = persons.loc[~town, 15].sum() / persons.loc[~town, 10].sum()
        persons.loc[town, 15] = persons.loc[town, 10] * ratio
    edges = np.arange(0.0, 30.0, 5.0)
    return split_by_spline(persons[[0, 5, 10, 15, 20]].to_numpy(), edges)[:, : len(AGES)]


def home_migration(change: LearnedChange, horizon: int) -> FloatArray:
    """Return log growth by net migration as (area, year, age, draw), the same at all ages."""
    target = 2  # ages 0-4 to 10-14: the cohort that moves with its family
    yearly = (change.draws[:, target] - change.survival[target]) / LEARNED_YEARS
    years = np.arange(horizon)
    damping = np.where(years < LEARNED_YEARS, 1.0, 0.5 ** ((years - LEARNED_YEARS + 1) / 10))
    flow = yearly[:, None, :] * damping[None, :, None]
    return np.repeat(flow[:, :, None, :], len(AGES), axis=2)


def _newborn(births: Births | None, change: LearnedChange, years: range) -> FloatArray:
    """Return persons aged 0 in each year as (area, year, draw).

    Children aged 0 at 31 August were born in the twelve months before: a third in the autumn of
    the year before, two thirds in the year itself.
    """
    draws = change.draws.shape[2]
    if births is None:
        persons = both_sexes(change.groups)[0].to_numpy()[:, None]
        early = persons * np.exp(change.draws[:, 1]) / 5
        late = persons * np.exp(change.draws[:, 0]) / 5
        return np.stack([early if index < 5 else late for index in range(len(years))], axis=1)
    row = {adcode: index for index, adcode in enumerate(births.areas)}
    column = {year: index for index, year in enumerate(births.years)}
    missing = [adcode for adcode in change.groups.index if adcode not in row]
    missing += [str(year) for year in years if year not in column]
    if missing:
        raise ValueError(f"births lack {', '.join(missing)}")
    table = np.broadcast_to(births.births, (*births.births.shape[:2], draws))
    table = table[[row[adcode] for adcode in change.groups.index]]
    this = table[:, [column[year] for year in years]]
    before = table[:, [column.get(year - 1, column[year]) for year in years]]
    infant_survival = np.exp(log_survival(years, oldest=0))[:, :1]
    return (this * 2 / 3 + before / 3) * infant_survival
