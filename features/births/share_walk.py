"""A random walk through time, observed through a few noisy averages of its years."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from data.reference.china_panel import county_age_sex
from features.arrays import FloatArray
from features.randomness import balanced_normal

# Spread of the difference between two neighbouring five-year means of a walk, in yearly steps:
# Var = sigma^2 (5 - 5/3).
STEPS_BETWEEN_GROUPS = 5 - 5 / 3
SMALLEST_GROUP = 1_000
NORMAL_MAD = 1.4826


@dataclass(frozen=True)
class Observation:
    """Observed averages of a path over years.

    Parameters
    ----------
    weights : (observation, year) rows that add up to one
    averages : (observation,) observed, or (observation, draw) draws of predicted ones
    variances : (observation,) variance of its error, zero for draws, whose spread is their own
    """

    weights: FloatArray
    averages: FloatArray
    variances: FloatArray


@dataclass(frozen=True)
class Paths:
    """Draws of a path through the years, and the covariance they are drawn from.

    Parameters
    ----------
    draws : (year, draw) values of the path
    covariance : (year, year) covariance of the distribution
    """

    draws: FloatArray
    covariance: FloatArray


def walk_covariance(years: FloatArray, origin: int, start_sd: float, step_sd: float) -> FloatArray:
    r"""Return (year, year) covariance of a walk that starts at ``origin`` and runs both ways.

    .. math:: C_{st}=\sigma_0^2+\sigma^2\min(|s-o|,|t-o|)\ [s,t\text{ on one side of }o]
    """
    away = years - origin
    same_side = np.outer(away, away) > 0
    shared = np.minimum.outer(np.abs(away), np.abs(away))
    return start_sd**2 + step_sd**2 * np.where(same_side, shared, 0.0)


def draw_walks(
    covariance: FloatArray, draws: int, generators: Iterable[np.random.Generator]
) -> Iterator[Paths]:
    """Yield paths of mean zero from each generator; the covariance may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(values.clip(min=0.0))
    for random in generators:
        yield Paths(root @ balanced_normal(random, (len(values), draws)), covariance)


def condition(prior: Paths, observation: Observation, random: np.random.Generator) -> Paths:
    r"""Return the paths of ``prior`` conditioned on an observation, draw by draw.

    .. math:: x^* = x + K(y + \epsilon - Hx),\quad K = C H'(HCH'+R)^{-1},\quad \epsilon\sim N(0,R)

    Exact for a Gaussian prior; whatever the prior, an observation without error is met exactly.
    Where :math:`y` is given as draws each path is conditioned on its own, so that the averages have
    the spread of those draws and no more: :math:`C^* = C - KHC + K\,\mathrm{Var}(y)\,K'`.

    References
    ----------
    Journel and Huijbregts (1978), Mining Geostatistics, ch. VII (conditioning by kriging).
    """
    if not len(observation.averages):
        return prior
    cross = prior.covariance @ observation.weights.T
    gram = observation.weights @ cross + np.diag(observation.variances)
    gain = np.linalg.solve(gram, cross.T).T
    drawn = observation.averages.ndim > 1
    averages = observation.averages if drawn else observation.averages[:, None]
    noise = np.sqrt(observation.variances)[:, None] * balanced_normal(
        random, (len(averages), prior.draws.shape[1])
    )
    left = prior.covariance - gain @ cross.T
    if drawn:
        left = left + gain @ covariance_of(averages) @ gain.T
    return Paths(prior.draws + gain @ (averages + noise - observation.weights @ prior.draws), left)


def covariance_of(draws: FloatArray) -> FloatArray:
    """Return (row, row) covariance of ``draws`` (row, draw), zero where there is one draw only."""
    if draws.shape[1] == 1:
        return np.zeros((len(draws), len(draws)))
    return np.atleast_2d(np.cov(draws))


@cache
def share_step_sd(level: str) -> float:
    r"""Return the yearly step of an area's log share in the births of the area above it.

    Of the 2020 census, children of 0-4 against those of 5-9: the spread between areas of
    :math:`\log(P_{0-4}/P_{5-9})` over :math:`\sqrt{10/3}`, by the median absolute deviation.

    Parameters
    ----------
    level : ``"city"`` for cities in the nation, ``"county"`` for counties in their city
    """
    panel = county_age_sex(2020)
    area = panel["adcode"].str[:4] if level == "city" else panel["adcode"]
    group = panel["age_lower"].clip(upper=10) // 5 * 5
    persons = panel.groupby([area, group])["persons"].sum().unstack()
    persons = persons[(persons[[0, 5]] >= SMALLEST_GROUP).all(axis=1)]
    ratio = np.log(persons[0] / persons[5])
    if level == "county":
        ratio = ratio - ratio.groupby(ratio.index.str[:4]).transform("median")
    deviation = np.median(np.abs(ratio - np.median(ratio)))
    return float(NORMAL_MAD * deviation / np.sqrt(STEPS_BETWEEN_GROUPS))
