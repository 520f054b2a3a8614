"""Births of the counties: their shares in the city's follow the young families who move."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logsumexp

from data.language import Text
from data.problems import DataError, DataProblem
from features.births import (
    COUNT_ERROR,
    DIFFUSE_SD,
    cohort_sight,
    cohort_weights,
    exact_sight,
    known_births,
)
from features.census_table import both_sexes
from features.learned_change import LEARNED_YEARS, LearnedChange
from features.population import Births, FloatArray
from features.projection import home_migration
from features.randomness import named_generator
from features.share_walk import Sight, condition, draw_walk, share_step_sd, walk_covariance

# A county without births has a share all the same.
FEWEST = 0.5
# target of the learned change -> ages ten years on, born in the second and the first five years
BORN_AFTER = {0: (0, 4), 1: (5, 9)}


def downscale_births(
    city: Births,
    census: pd.DataFrame,
    change: LearnedChange,
    seed: int,
    own: pd.DataFrame | None = None,
) -> Births:
    r"""Return births of each county that add up to the city's in every draw.

    .. math:: B_{it} = B_t\,\frac{e^{l_{it}}}{\sum_j e^{l_{jt}}}

    with :math:`l_i` the county's log share, a random walk bent to the children that the census
    counted (Poisson error), then draw by draw to the learned shares of those born in the first
    and the second five years after it (:func:`learned_log_shares`), then to the county's own
    births. Beyond ten years it walks on from where it is. Own births are kept as they are; the
    other counties share the rest.

    Parameters
    ----------
    city : births of the city, from ten years before the census
    census : ``adcode, year, sex, age_lower, age_upper, persons`` of one year
    change : learned from that census, with as many draws as ``city``
    own : ``adcode, year, births`` or None

    Raises
    ------
    DataError : births of the planner's counties above those of the city
    """
    areas, total = tuple(str(adcode) for adcode in change.groups.index), city.births[0]
    years = range(city.years[0], city.years[-1] + 1)
    known = known_births(None, own, areas, years).to_numpy()
    fixed = ~np.isnan(known)
    rest = total - np.nansum(known, axis=0)[:, None]
    _require_room(rest, fixed, city.years)
    births = _divide(rest, _log_share_draws(city, census, change, known, seed), fixed)
    births = np.where(fixed[:, :, None], np.nan_to_num(known)[:, :, None], births)
    return Births(areas, city.years, births, fixed)


def learned_log_shares(change: LearnedChange) -> FloatArray:
    r"""Return log shares in births as (area, target, draw), targets as in :data:`BORN_AFTER`.

    .. math:: l_{ij} = \log P_i(0\text{-}4) + c_{ij} - \bar x_j\,m_i
              - \log\sum_k(\dots)

    with :math:`c_{ij}` the learned log change to the children of group :math:`j` ten years on,
    :math:`\bar x_j` their mean age and :math:`m_i` the yearly net migration of children, which
    :func:`features.projection.project_population` puts on births again: births are counted where
    they happen, children where they have moved to.
    """
    children = both_sexes(change.groups)[0].clip(lower=1).to_numpy()[:, None, None]
    moved = home_migration(change, 1)[:, 0, :1]
    mean_age = np.array([np.mean(ages) for ages in BORN_AFTER.values()])[:, None]
    log_born = np.log(children) + change.draws[:, list(BORN_AFTER)] - mean_age * moved
    return log_born - logsumexp(log_born, axis=0)


def scale_birth_migration(births: Births, women: FloatArray, origin: int, factor: float) -> Births:
    r"""Return births of counties if net migration were ``factor`` times what it is foreseen to be.

    .. math:: l_{it}(k) = k\,l_{it} + (1-k)\left(l_{ib} + \log W_{it} - \log W_{ib}\right)

    What parts a county's log share from that of its women, had none of them moved since the
    census or the last year observed, :math:`b`, is migration. Sums over counties stay.

    Parameters
    ----------
    women : (area, year) effective women without migration, in the order of ``births``
    origin : census year
    """
    if factor == 1:
        return births
    years, rows = np.array(births.years), np.arange(len(births.areas))
    base = np.where(births.observed, years, origin).max(axis=1) - years[0]
    # The level of a year is common to all counties and falls out of the shares.
    log_births = np.log(births.births.clip(min=FEWEST))
    log_women = np.log(women.clip(min=FEWEST))
    grown = log_women - log_women[rows, base][:, None]
    closed = log_births[rows, base][:, None] + grown[:, :, None]
    fixed = births.observed | (years <= years[base][:, None])
    rest = np.where(fixed[:, :, None], 0.0, births.births).sum(axis=0)
    scaled = _divide(rest, factor * log_births + (1 - factor) * closed, fixed)
    kept = np.where(fixed[:, :, None], births.births, scaled)
    return Births(births.areas, births.years, kept, births.observed)


def _divide(rest: FloatArray, log_share: FloatArray, fixed: npt.NDArray[np.bool_]) -> FloatArray:
    """Return ``rest`` (year, draw) shared among the areas of each year that are not fixed."""
    weight = np.where(fixed[:, :, None], 0.0, np.exp(log_share))
    return weight / np.where(fixed.all(axis=0)[:, None], 1.0, weight.sum(axis=0)) * rest


def _log_share_draws(
    city: Births, census: pd.DataFrame, change: LearnedChange, known: FloatArray, seed: int
) -> FloatArray:
    """Return draws of each county's log share in the city's births as (area, year, draw)."""
    origin, last = int(census["year"].iloc[0]), city.years[-1]
    years = range(city.years[0], max(last, origin + LEARNED_YEARS) + 1)
    beyond = len(years) - len(city.years)
    middle = np.pad(np.median(city.births[0], axis=1), (0, beyond), mode="edge")
    city_variance = np.pad(np.log(city.births[0]).var(axis=1), (0, beyond), mode="edge")
    known = np.pad(known, ((0, 0), (0, beyond)), constant_values=np.nan)
    children = both_sexes(change.groups)[0].clip(lower=1)
    share = children / children.sum()
    foreseen = learned_log_shares(change) - np.log(share.to_numpy())[:, None, None]
    ahead = np.array(
        [cohort_weights(*ages, origin + LEARNED_YEARS, years) for ages in BORN_AFTER.values()]
    )
    ahead = ahead * middle / (ahead * middle).sum(axis=1, keepdims=True)
    counted = [
        cohort_sight(census[census["adcode"] == adcode], share[adcode] * middle, years)
        for adcode in share.index
    ]
    # Level errors common to all counties (the census against the city's births) cancel out.
    common = np.mean([part.seen for part in counted], axis=0)
    walk = walk_covariance(np.array(years), origin, DIFFUSE_SD, share_step_sd("county"))
    result = np.empty((len(share), len(city.years), city.births.shape[2]))
    for row, adcode in enumerate(share.index):
        random = named_generator(seed, "births share", str(adcode))
        part = counted[row]
        with np.errstate(divide="ignore"):
            exact = exact_sight(np.log(known[row].clip(min=FEWEST) / (share[adcode] * middle)))
        paths = draw_walk(walk, city.births.shape[2], random)
        for sight in (
            Sight(part.weights, part.seen - common, part.variances),
            Sight(ahead, foreseen[row], np.zeros(len(ahead))),
            Sight(exact.weights, exact.seen, exact.weights @ (city_variance + COUNT_ERROR**2)),
        ):
            paths = condition(paths, sight, random)
        result[row] = np.log(share[adcode]) + paths.draws[: len(city.years)]
    return result


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
