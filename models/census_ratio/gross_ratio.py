r"""Pupils from census cohorts and gross enrolment ratios, for counties without a history.

.. math:: E_{a,s,t} = P_{a,s,t}\,\rho_{a,s}\,\tau_{s,t}\,e^{w_{a,s,t}+v_{s,t}}

``P`` residents of the stage's nominal ages, ``ρ`` the county's own ratio in the base year, ``τ``
the path of the city's ratio towards the planned targets (1 in the base year), ``w`` the county's
random walk and ``v`` that of the nation (:mod:`models.census_ratio.national_ratio`).
Where a county reported pupils, ``ρ`` reproduces the base year exactly in every draw; elsewhere it
is estimated from the counties that report (:mod:`features.ratios.learned_ratio`) and adjusted to
the reports of its city. Gross ratios above 1 are possible: they include over- and under-age pupils
and pupils who live elsewhere.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.rungs import Rung
from data.contract.stages import STAGES, stage_index
from features.arrays import FloatArray, Population
from features.randomness import balanced_normal, named_generator, thinned, unrelated
from features.ratios.learned_ratio import PRIMARY, SECONDARY
from models.census_ratio.base_pupils import BasePupils, split_secondary
from models.census_ratio.national_ratio import national_change
from models.census_ratio.senior import GENERAL, VOCATIONAL
from models.stage_pupils import StagePupils, stage_population

LEAST_AREAS = 3
# Pupils per resident child of the stage's ages. Above this, residents do not explain the pupils
# (boarding schools, or census undercount), and the excess does not grow with residents.
HIGHEST_RATIO = 3.0
NOBODY = 1e-9  # lower bound of residents before division


@dataclass(frozen=True)
class RatioPool:
    """Log enrolment ratios of a pool of counties: number, mean and standard deviation."""

    counties: int
    centre: float
    spread: float

    @property
    def predictive_spread(self) -> float:
        """Predictive standard deviation for a new county, ``s·sqrt(1 + 1/n)``."""
        return float(self.spread * np.sqrt(1 + 1 / self.counties))


@dataclass(frozen=True)
class RatioEvidence:
    """Enrolment in the base year and policy targets.

    Parameters
    ----------
    enrolment : adcode, year, stage, pupils (all grades of a stage together), estimated
    base : pupils of the base year, reported or estimated
    general_share : national share of senior pupils in general schools, base year
    kindergarten_ratio : gross kindergarten ratio assumed for the base year
    targets : stage, year, measure, value
    base_year : school year of the census jump-off
    """

    enrolment: pd.DataFrame
    base: BasePupils
    general_share: float
    kindergarten_ratio: float
    targets: pd.DataFrame
    base_year: int


def target_path(points: dict[int, float], base: tuple[int, float], years: np.ndarray) -> FloatArray:
    """Return the path through ``base`` and ``points``, linear in between and constant after."""
    knots = {base[0]: base[1]} | {year: value for year, value in points.items() if year > base[0]}
    return np.interp(years, sorted(knots), [knots[year] for year in sorted(knots)])


def _policy_factor(
    evidence: RatioEvidence, kindergarten: float, years: np.ndarray, attainment: npt.ArrayLike
) -> FloatArray:
    """Return (stage, year): the planned ratio of each stage relative to the base year.

    The kindergarten ratio moves from the city's base ratio to the targets. Nine-year retention
    affects junior schools only from its first target on, as growth relative to that target: the
    migration that raised retention before is already in the cohorts. The share ``attainment`` of
    each year's step is realised. Without targets the factor is 1. The target of the senior stage
    depends on the scenario: see :func:`models.census_ratio.senior.towards_senior_target`.
    """
    factor = np.ones((len(STAGES), len(years)))
    goal = _goals(evidence.targets, "kindergarten", "gross_enrolment_ratio")
    path = target_path(goal, (evidence.base_year, kindergarten), years)
    factor[stage_index("kindergarten")] = path / kindergarten
    goal = _goals(evidence.targets, "compulsory", "nine_year_retention")
    if goal:
        first = goal[min(goal)]
        path = target_path(goal, (evidence.base_year, first), years)
        factor[stage_index("junior")] = path / first
    steps = np.diff(factor, axis=1) * np.broadcast_to(attainment, years.shape)[1:]
    return factor[:, :1] + np.cumsum(np.pad(steps, ((0, 0), (1, 0))), axis=1)


def _goals(targets: pd.DataFrame, stage: str, measure: str) -> dict[int, float]:
    rows = targets[(targets["stage"] == stage) & (targets["measure"] == measure)]
    return dict(zip(rows["year"], rows["value"], strict=True))


def _walk(
    areas: tuple[str, ...], years: int, draws: int, spread: FloatArray, seed: int
) -> FloatArray:
    """Return (area, stage, year, draw) random walks of the log ratio, 0 in the base year.

    The yearly step is such that after the fifteen years of a plan the standard deviation equals
    ``spread`` (area,), that between counties.
    """
    shape = (len(STAGES), years, draws)
    steps = np.stack(
        [
            step * balanced_normal(named_generator(seed, "ratio walk", area), shape)
            for area, step in zip(areas, spread / np.sqrt(15), strict=True)
        ]
    )
    steps[:, :, 0] = 0
    return np.cumsum(steps, axis=2)


def base_log_ratios(
    residents: FloatArray, evidence: RatioEvidence, areas: tuple[str, ...], seed: int
) -> dict[str, FloatArray]:
    """Return the log ratio of pupils to residents by stage as (area, draw).

    Reported and learned pupils come in more draws than residents; each stage keeps their quantiles.

    Parameters
    ----------
    residents : (area, stage, draw) residents of the base year
    evidence : enrolment in the base year
    areas : adcodes
    seed : seed of the draws
    """
    base, draws = evidence.base, residents.shape[-1]
    _, general = split_secondary(base, residents.mean(axis=-1, keepdims=True))
    primary, both, general = (
        thinned(many, draws) for many in (base.of(PRIMARY), base.of(SECONDARY), general)
    )
    pupils = {"primary": primary, "junior": both - general, GENERAL: general}
    ratios = {
        stage: np.log(persons.clip(min=NOBODY) / residents[:, stage_index(stage)].clip(min=NOBODY))
        for stage, persons in pupils.items()
    }
    ratios = {stage: np.minimum(ratio, np.log(HIGHEST_RATIO)) for stage, ratio in ratios.items()}
    kindergarten = np.log(evidence.kindergarten_ratio) + base.log_sd_of(PRIMARY)[
        :, None
    ] * np.stack(
        [
            balanced_normal(named_generator(seed, "kindergarten", area), residents.shape[-1:])
            for area in areas
        ]
    )
    vocational = _vocational(evidence, general, residents[:, stage_index(VOCATIONAL)], areas, seed)
    return ratios | {"kindergarten": kindergarten, VOCATIONAL: vocational}


def _vocational(
    evidence: RatioEvidence,
    general: FloatArray,
    youths: FloatArray,
    areas: tuple[str, ...],
    seed: int,
) -> FloatArray:
    """Return the vocational log ratio: as reported, else from the national share of the stages.

    One more pupil in general schools is one fewer in vocational ones, so vocational ratios vary
    ``share / (1 - share)`` times as much between counties. The deviation of the city's share from
    the national one is unknown too: one random deviate of that size is common to its counties. If
    at least ``LEAST_AREAS`` counties reported, their ratios are the pool instead.
    """
    reported = _pupils(evidence, VOCATIONAL).reindex(list(areas)).to_numpy(dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.minimum(np.log(reported[:, None] / youths), np.log(HIGHEST_RATIO))
    known = np.isfinite(own).all(axis=1)
    usual = own[known].mean(axis=1)
    usual = usual[np.abs(usual) < np.log(HIGHEST_RATIO)]
    draws = youths.shape[1]
    if len(usual) >= LEAST_AREAS:
        pool = RatioPool(len(usual), float(usual.mean()), float(usual.std(ddof=1)))
        city = np.zeros(draws)
    else:
        pool = _national_pool(evidence, general, youths)
        city = pool.spread * balanced_normal(named_generator(seed, "city", VOCATIONAL), (draws,))
    ratio = own.copy()
    for row in np.flatnonzero(~known):
        random = named_generator(seed, "log ratio", VOCATIONAL, areas[row])
        deviate = pool.predictive_spread * balanced_normal(random, (draws,))
        ratio[row] = pool.centre + deviate + city
    return ratio


def _national_pool(evidence: RatioEvidence, general: FloatArray, youths: FloatArray) -> RatioPool:
    """Return vocational ratios from the national share and the general ratios of all counties."""
    odds = evidence.general_share / (1 - evidence.general_share)
    middle = float(np.log(general.sum() / youths.sum().clip(min=NOBODY) / odds))
    spread = float(np.median(evidence.base.log_sd_of(SECONDARY))) * odds
    return RatioPool(len(general), middle, spread)


def forecast_stage_pupils(
    population: Population, evidence: RatioEvidence, attainment: npt.ArrayLike, seed: int
) -> StagePupils:
    """Return pupils by stage for every year of ``population``.

    Parameters
    ----------
    population : residents by single age; the first year is the base year
    evidence : see :class:`RatioEvidence`
    attainment : share of each year's step to the targets that is realised (1 = targets met), by
        year or for all years
    seed : seed of the draws
    """
    areas, years = population.areas, np.array(population.years)
    residents = stage_population(population)
    base = residents[:, :, list(population.years).index(evidence.base_year)]
    log_ratios = base_log_ratios(base, evidence, areas, seed)
    draws = base.shape[-1]
    log_ratio = np.stack([log_ratios[stage.code] for stage in STAGES], axis=1)
    kindergarten = log_ratios["kindergarten"]
    weight = np.maximum(base[:, stage_index("kindergarten")], NOBODY)
    city = (weight * np.exp(kindergarten)).sum(axis=0) / weight.sum(axis=0)
    factor = _policy_factor(evidence, float(np.median(city)), years, attainment)
    walk = _walk(areas, len(years), draws, evidence.base.log_sd_of(PRIMARY), seed)
    walk += national_change(evidence.base_year, population.years, draws, seed)
    ratio = unrelated(np.exp(log_ratio[:, :, None] + walk), residents)
    pupils = residents * ratio * factor[None, :, :, None]
    return _with_reports(population, pupils, evidence, factor, _unreported_rungs(evidence))


def _unreported_rungs(evidence: RatioEvidence) -> npt.NDArray[np.str_]:
    """Return the rung (area, stage) of counties that did not report the stage itself.

    Junior and general senior pupils are derived where their sum is reported.
    """
    primary, secondary = evidence.base.reported.T
    known = {"primary": primary, "junior": secondary, GENERAL: secondary}
    rungs = {stage: np.where(one, Rung.CENSUS, Rung.LEARNED) for stage, one in known.items()}
    rungs[VOCATIONAL] = np.full(len(primary), Rung.NATIONAL_SHARE)
    if (evidence.enrolment["stage"] == VOCATIONAL).sum() >= LEAST_AREAS:
        rungs[VOCATIONAL] = np.full(len(primary), Rung.LEARNED)
    rungs["kindergarten"] = np.full(len(primary), Rung.NATIONAL_RATIO)
    return np.stack([rungs[stage.code] for stage in STAGES], axis=1)


def carried(reported: float, path: FloatArray) -> FloatArray:
    r"""Return (year, draw) pupils that start at ``reported`` and change with ``path``.

    .. math:: E_t = E_0 + \min(E_0 / p_0, \rho_{max})\,(p_t - p_0)

    which is :math:`E_0 p_t / p_0` where residents explain the pupils (:data:`HIGHEST_RATIO`).

    Parameters
    ----------
    reported : pupils of the first year
    path : (year, draw) pupils expected from the residents
    """
    first = path[0]
    ratio = np.minimum(reported, HIGHEST_RATIO * first) / np.where(first > 0, first, 1.0)
    ratio = np.where(first > 0, ratio, HIGHEST_RATIO * (reported > 0))
    return np.maximum(ratio * path + (reported - ratio * first), 0.0)


def _pupils(evidence: RatioEvidence, stage: str) -> pd.Series:
    table = evidence.enrolment
    wanted = table[(table["stage"] == stage) & (table["year"] == evidence.base_year)]
    return wanted.set_index("adcode")["pupils"]


def _with_reports(
    population: Population,
    pupils: FloatArray,
    evidence: RatioEvidence,
    policy: FloatArray,
    unreported: npt.NDArray[np.str_],
) -> StagePupils:
    """Insert reported pupils in their years and carry their ratio forward.

    ``unreported`` (area, stage) is the rung of a county that reported nothing of a stage.
    """
    stages = tuple(stage.code for stage in STAGES)
    reported = np.zeros(pupils.shape[:3], dtype=bool)
    observed, result = reported.copy(), pupils.copy()
    for row in evidence.enrolment.sort_values("year").itertuples():
        if row.adcode not in population.areas or row.year not in population.years:
            continue
        area, stage = population.areas.index(row.adcode), stages.index(row.stage)
        year = population.years.index(row.year)
        result[area, stage, year:] = carried(row.pupils, pupils[area, stage, year:])
        reported[area, stage, year] = True
        observed[area, stage, year] = not row.estimated
    rung = np.where(reported.any(axis=2), Rung.CENSUS, unreported)
    policies = np.broadcast_to(policy, pupils.shape[:3])
    return StagePupils(population.areas, stages, population.years, result, observed, rung, policies)
