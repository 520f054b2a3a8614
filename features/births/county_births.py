"""Births of the counties: their shares in the city's follow the young families who move."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.language import Text
from data.problems import DataError, DataProblem
from features.ageing.census_table import add_sexes
from features.arrays import Births, FloatArray
from features.births.city_births import (
    COUNT_ERROR,
    DIFFUSE_SD,
    FEWEST,
    cohort_weights,
    exact_observation,
    known_births,
)
from features.births.share_walk import (
    Observation,
    condition,
    draw_walks,
    share_step_sd,
    walk_covariance,
)
from features.migration.learned_change import LEARNED_YEARS, LearnedChange, home_migration
from features.randomness import named_generator

# The learned errors are widened for what unseen provinces have in common, which falls out of
# shares: 90 % intervals hold there at 0.79 to 0.86 of the spread, by which provinces are left out
# (``make bench-births``).
SHARE_SPREAD = 0.86
# Ages of the first two targets of the learned change: ten years on, those of 0-4 were born in the
# second five years after the census and those of 5-9 in the first.
GROUPS_BORN = ((0, 4), (5, 9))
INFANTS = (0, 0)


def downscale_births(
    city: Births,
    change: LearnedChange,
    origin: int,
    seed: int,
    own: pd.DataFrame | None = None,
) -> Births:
    r"""Return births of each county, which add up to the city's in every draw.

    .. math:: B_{it} = B_t\,\frac{e^{l_{it}}}{\sum_j e^{l_{jt}}}

    with :math:`l_i` the county's log share, a random walk conditioned on the children that the
    census counted, then draw by draw on the learned shares of those born in the first
    and the second five years after it (:func:`learned_log_shares`), then on the county's own
    births. Beyond ten years the walk goes on from its last value. Own births are kept as they are.
    Where the city's births are observed the other counties share the remainder; where they are
    predicted the others keep their shares, and own births replace the prediction of their county.

    Parameters
    ----------
    city : births of the city, from ten years before the census
    change : learned from the census of ``origin``, with as many draws as ``city``
    origin : census year
    seed : seed of the random draws
    own : ``adcode, year, births`` or None

    Raises
    ------
    DataError : births of the planner's counties above those of the city
    """
    areas, total = tuple(str(adcode) for adcode in change.groups.index), city.births[0]
    years = range(city.years[0], city.years[-1] + 1)
    known = known_births(None, own, areas, years).to_numpy()
    fixed = ~np.isnan(known)
    observed = city.observed[0]
    left = total - np.nansum(known, axis=0)[:, None]
    _require_room(left, fixed & observed, city.years)
    log_share = _unrelated_shares(_log_share_draws(city, change, origin, own, seed), total)
    predicted = np.where(fixed[:, :, None], 0.0, np.exp(_log_share(log_share))).sum(axis=0) * total
    births = _divide(np.where(observed[:, None], left, predicted), log_share, fixed)
    births = np.where(fixed[:, :, None], np.nan_to_num(known)[:, :, None], births)
    return Births(areas, city.years, births, fixed)


def learned_log_shares(change: LearnedChange) -> FloatArray:
    r"""Return log shares in births as (area, group, draw) for ages 0-4 and 5-9 ten years on.

    .. math:: l_{ij} = h_{ij} - \bar x_j\,m_i,\qquad h_{ij} = \log P_i(0\text{-}4) + c_{ij}

    each less the log sum over counties, with :math:`c_{ij}` the learned log change to the
    children of group :math:`j` ten years on, :math:`\bar x_j` their mean age and :math:`m_i` the
    yearly net migration of children, which
    :func:`features.projection.project.project_population` puts on births again: births are counted
    where
    they happen, children where they have moved to. Draws of :math:`h` lie as near to their mean
    as shares do (:data:`SHARE_SPREAD`).
    """
    children = add_sexes(change.groups)[0].clip(lower=1).to_numpy()[:, None, None]
    share = _log_share(np.log(children) + change.draws[:, : len(GROUPS_BORN)])
    middle = share.mean(axis=2, keepdims=True)
    mean_age = np.mean(GROUPS_BORN, axis=1)[:, None]
    moved = mean_age * home_migration(change, 1)[:, 0, :1]
    return _log_share(middle + SHARE_SPREAD * (share - middle) - moved)


def _log_share(log_persons: FloatArray) -> FloatArray:
    highest = log_persons.max(axis=0)
    return log_persons - highest - np.log(np.exp(log_persons - highest).sum(axis=0))


def scale_birth_migration(
    births: Births, women: FloatArray, origin: int, factor: npt.ArrayLike
) -> Births:
    r"""Return births of counties if net migration were ``factor`` times the predicted.

    .. math:: l_{it}(k) = l_{ib} + w_{it} - w_{ib} + \sum_{s=b}^{t-1} k_{is}
              \left(\Delta l_{is} - \Delta w_{is}\right)

    with :math:`l` the log share of a county in births and :math:`w` that in the women who would be
    there had none moved since the census or the last year observed, :math:`b`. What parts one from
    the other is migration. Sums over counties stay, and so do the years before any factor acts.

    Parameters
    ----------
    births : births of the counties
    women : (area, year) effective women without migration, in the order of ``births``
    origin : census year
    factor : broadcast to (area, year), of the year that begins then
    """
    years = np.array(births.years)
    scale = np.broadcast_to(np.asarray(factor, dtype=float), women.shape)
    if (scale == 1).all():
        return births
    base = np.where(births.observed, years, origin).max(axis=1) - years[0]
    log_births = _log_share(np.log(births.births.clip(min=FEWEST)))
    log_women = _log_share(np.log(women.clip(min=FEWEST)))
    moved = np.diff(log_births - log_women[:, :, None], axis=1)
    after: npt.NDArray[np.bool_] = years[1:] > years[base, None]
    steps = np.where(after, scale[:, :-1] - 1, 0.0)[:, :, None] * moved
    shares = log_births + np.pad(np.cumsum(steps, axis=1), ((0, 0), (1, 0), (0, 0)))
    as_ever = np.logical_and.accumulate((scale[:, :-1] == 1).all(axis=0))
    fixed: npt.NDArray[np.bool_] = births.observed | (years <= years[base, None])
    fixed[:, 1:] |= as_ever
    rest = np.where(fixed[:, :, None], 0.0, births.births).sum(axis=0)
    kept = np.where(fixed[:, :, None], births.births, _divide(rest, shares, fixed))
    return Births(births.areas, births.years, kept, births.observed)


def _divide(rest: FloatArray, log_share: FloatArray, fixed: npt.NDArray[np.bool_]) -> FloatArray:
    """Return ``rest`` (year, draw) shared among the areas of each year that are not fixed."""
    weight = np.where(fixed[:, :, None], 0.0, np.exp(log_share))
    total = weight.sum(axis=0)
    return weight / np.where(total > 0, total, 1.0) * rest


def _log_share_draws(
    city: Births, change: LearnedChange, origin: int, own: pd.DataFrame | None, seed: int
) -> FloatArray:
    """Return draws of each county's log share in the city's births as (area, year, draw)."""
    years = range(city.years[0], max(city.years[-1], origin + LEARNED_YEARS) + 1)
    total = np.pad(city.births[0], ((0, len(years) - len(city.years)), (0, 0)), mode="edge")
    total = total.clip(min=FEWEST)
    middle = np.median(total, axis=1)
    counted = _counted(change.groups)
    areas, log_counted = counted.index, _log_share(np.log(counted.to_numpy()))
    before = _births_of_ages(list(counted.columns), origin, years, middle)
    after = _births_of_ages(list(GROUPS_BORN), origin + LEARNED_YEARS, years, middle)
    share = log_counted[:, 0]
    predicted = learned_log_shares(change)
    known = known_births(None, own, tuple(areas), years).to_numpy()
    variance = np.log(total).var(axis=1) + COUNT_ERROR**2
    walk = walk_covariance(np.array(years), origin, DIFFUSE_SD, share_step_sd("county"))
    result = np.empty((len(areas), *total.shape))
    generators = [named_generator(seed, "births share", str(adcode)) for adcode in areas]
    walks = draw_walks(walk, total.shape[1], generators)
    for row, (random, path) in enumerate(zip(generators, walks, strict=True)):
        given = exact_observation(np.log(known[row].clip(min=FEWEST) / middle) - share[row])
        for observation in (
            Observation(before, log_counted[row] - share[row], _count_variance(counted.iloc[row])),
            Observation(after, predicted[row] - share[row], np.zeros(len(after))),
            Observation(given.weights, given.averages, given.weights @ variance),
        ):
            path = condition(path, observation, random)  # noqa: PLW2901 - one step after another
        result[row] = share[row] + path.draws
    return result[:, : len(city.years)]


def _unrelated_shares(log_share: FloatArray, total: FloatArray) -> FloatArray:
    """Return log shares whose products with ``total`` (year, draw) have the product of the means.

    The random walks of shares do not depend on the city's births. Two rounds, because shares add up
    to one again after each.
    """
    means = np.exp(_log_share(log_share)).mean(axis=-1) * total.mean(axis=-1)
    for _ in range(2):
        found = (np.exp(_log_share(log_share)) * total).mean(axis=-1)
        log_share = log_share + np.log(means / found)[..., None]
    return log_share


def _counted(groups: pd.DataFrame) -> pd.DataFrame:
    """Return children at the census by (lowest, highest) age, infants where all counties do."""
    persons = add_sexes(groups)
    counted = {ages: persons[ages[0]] for ages in GROUPS_BORN}
    if groups["I", 0].notna().all():
        counted[INFANTS] = groups["I", 0]
    return pd.DataFrame(counted).clip(lower=1)


def _count_variance(persons: pd.Series) -> FloatArray:
    """Return error variances of log shares: zero for five-year groups, taken as counted.

    The infants of one year have Poisson variation as well.
    """
    alone = np.array([ages == INFANTS for ages in persons.index])
    return np.where(alone, COUNT_ERROR**2 + 1 / persons.to_numpy(), 0.0)


def _births_of_ages(
    ages: list[tuple[int, int]], census_year: int, years: range, births: FloatArray
) -> FloatArray:
    """Return the part of each year's births in those of the ages at a census as (ages, year)."""
    alive = births * np.array([cohort_weights(low, high, census_year, years) for low, high in ages])
    return alive / alive.sum(axis=1, keepdims=True)


def _require_room(rest: FloatArray, fixed: npt.NDArray[np.bool_], years: tuple[int, ...]) -> None:
    """Raise DataError for the years in which known counties exceed the city."""
    short = (rest.min(axis=1) <= 0) & fixed.any(axis=0) & ~fixed.all(axis=0)
    problems = [
        DataProblem(
            "births",
            Text("各县出生人数之和小于全市", "county births that add up to less than the city's"),
            Text("核对当年全市或各县数字", "check the city's or the counties' figures"),
            column="births",
            value=str(years[index]),
        )
        for index in np.flatnonzero(short)
    ]
    if problems:
        raise DataError(problems)
