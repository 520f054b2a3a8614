r"""Pupils from census cohorts and gross enrolment ratios: the rung for counties without history.

.. math:: E_{a,s,t} = P_{a,s,t} \\, \\rho_{a,s} \\, \\tau_{s,t} \\, e^{w_{a,s,t}}

``P`` residents of the stage's nominal ages, ``ρ`` the county's own ratio in the base year, ``τ``
the path of the city's ratio towards the planned targets (1 in the base year), ``w`` a random walk.
Where a county reported pupils, ``ρ`` is what makes the base year exact in every draw; elsewhere it
is drawn from the log-normal spread of the counties that reported, or of the reference counties
where fewer than three did. Gross ratios above 1 are right:
they count over- and under-age pupils and pupils who live elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.rungs import BORROWED, CENSUS, NATIONAL_SHARE
from data.contract.stages import STAGES, UPPER, place_of
from features.arrays import FloatArray, Population
from features.randomness import named_generator
from models.census_ratio.senior import GENERAL, VOCATIONAL, national_pace
from models.stage_pupils import StagePupils

LEAST_AREAS = 3
# Pupils a resident child of the stage's ages. Where there are more, residents do not explain them
# (boarding schools, or a census that missed them); what is beyond does not grow with residents.
HIGHEST_RATIO = 3.0
NOBODY = 1e-9  # residents of an age that has none, where they are divided by


@dataclass(frozen=True)
class RatioPool:
    """Log enrolment ratios of the counties of a pool: how many, their mean and spread."""

    counties: int
    centre: float
    spread: float

    @property
    def predictive_spread(self) -> float:
        """Standard deviation of the log ratio of one more county, ``s·sqrt(1 + 1/n)``."""
        return float(self.spread * np.sqrt(1 + 1 / self.counties))


@dataclass(frozen=True)
class RatioEvidence:
    """What is known about enrolment in the base year, and where policy wants it to go.

    Parameters
    ----------
    enrolment : adcode, year, stage, pupils (all grades of a stage together), estimated
    regular_secondary : adcode, year, pupils of junior and general senior schools together
    general_share : national share of senior pupils in general schools, base year
    kindergarten_ratio : gross kindergarten ratio assumed for the base year
    targets : stage, year, measure, value
    base_year : school year of the census jump-off
    reference : stage → ratios of the reference counties, for places where too few reported
    """

    enrolment: pd.DataFrame
    regular_secondary: pd.DataFrame
    general_share: float
    kindergarten_ratio: float
    targets: pd.DataFrame
    base_year: int
    reference: Mapping[str, RatioPool]


@dataclass(frozen=True)
class LogRatio:
    """Log enrolment ratio of each area in the base year.

    Parameters
    ----------
    value : (area, draw)
    pool : the counties it was pooled from
    borrowed : whether those are the reference counties
    """

    value: FloatArray
    pool: RatioPool
    borrowed: bool


def stage_population(population: Population) -> FloatArray:
    """Return residents of the nominal ages of each stage as (area, stage, year, draw)."""
    by_stage = [population.between(stage.first_age, stage.last_age) for stage in STAGES]
    return np.stack(by_stage, axis=1)


def pooled_log_ratio(
    pupils: pd.Series,
    residents: FloatArray,
    areas: tuple[str, ...],
    seed: int,
    stage: str,
    reference: RatioPool,
) -> LogRatio:
    """Return the log ratio of reported pupils to ``residents`` (area, draw), areas pooled.

    Areas that did not report get the pool's mean plus a normal deviate with its predictive spread.
    The pool is the reporting areas, or ``reference`` where fewer than ``LEAST_AREAS`` reported a
    ratio that is neither beyond ``HIGHEST_RATIO`` nor below its inverse.
    """
    reported = pupils.reindex(list(areas)).to_numpy(dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.log(reported)[:, None] - np.log(residents)
        own = np.minimum(own, np.log(HIGHEST_RATIO))
    known = np.isfinite(own).all(axis=1)
    usual = own[known].mean(axis=1)
    usual = usual[np.abs(usual) < np.log(HIGHEST_RATIO)]
    borrowed = bool(len(usual) < LEAST_AREAS)
    pool = reference if borrowed else _pool(usual)
    value = own.copy()
    for row in np.flatnonzero(~known):
        deviate = named_generator(seed, "log ratio", stage, areas[row])
        luck = deviate.standard_normal(residents.shape[1])
        value[row] = pool.centre + pool.predictive_spread * luck
    return LogRatio(value, pool, borrowed)


def _pool(log_ratios: FloatArray) -> RatioPool:
    return RatioPool(len(log_ratios), float(log_ratios.mean()), float(log_ratios.std(ddof=1)))


def general_senior(
    evidence: RatioEvidence, primary: LogRatio, residents: FloatArray, areas: tuple[str, ...]
) -> pd.Series:
    """Return general senior pupils by reporting area: regular secondary less junior pupils.

    Junior pupils are residents 12-14 at the county's own primary ratio. What is left is noisy, as
    every error in the junior count lands on the smaller senior count, so the log ratio is shrunk
    to the pooled mean by ``real variance / (real + noise variance)`` (empirical Bayes).
    ``residents`` is (area, stage, draw) of the base year. Without ``LEAST_AREAS`` of them there is
    no spread to tell, so that the result is empty. What counties reported of the stage itself goes
    before.
    """
    reported = _pupils(evidence, GENERAL)
    table = evidence.regular_secondary.set_index("adcode")["pupils"].reindex(list(areas))
    middle = np.median(residents, axis=-1)
    youths = middle[:, place_of(GENERAL)]
    junior = middle[:, place_of("junior")] * np.exp(np.median(primary.value, axis=1))
    with np.errstate(invalid="ignore"):
        rest = table.to_numpy(dtype=float) - junior
        log_ratio = np.log(rest / youths)
    known = np.isfinite(log_ratio)
    if known.sum() < LEAST_AREAS:
        return reported
    noise = (primary.pool.spread * junior / rest)[known] ** 2
    real = max(float(log_ratio[known].var(ddof=1) - noise.mean()), 0.0)
    centre = float(np.log(rest[known].sum() / youths[known].sum()))
    shrunk = centre + (log_ratio[known] - centre) * real / (real + noise)
    derived = pd.Series(np.exp(shrunk) * youths[known], index=np.array(areas)[known])
    return reported.combine_first(derived)


def target_path(points: dict[int, float], base: tuple[int, float], years: np.ndarray) -> FloatArray:
    """Return the path through ``base`` and the ``points``, straight between and flat after."""
    knots = {base[0]: base[1]} | {year: value for year, value in points.items() if year > base[0]}
    return np.interp(years, sorted(knots), [knots[year] for year in sorted(knots)])


def _policy_factor(
    evidence: RatioEvidence, kindergarten: float, years: np.ndarray, attainment: npt.ArrayLike
) -> FloatArray:
    """Return (stage, year): the planned move of each stage's ratio relative to the base year.

    The kindergarten ratio goes from the city's base ratio to the targets. Retention of the nine
    years acts on junior schools only from its first target on, as growth from that target: the
    migration that lifts retention before is already in the cohorts. Of each year's step the part
    ``attainment`` is taken. Without targets nothing moves. The target of the senior stage is a
    scenario's: see :func:`models.census_ratio.senior.towards_senior_target`.
    """
    factor = np.ones((len(STAGES), len(years)))
    goal = _goals(evidence.targets, "kindergarten", "gross_enrolment_ratio")
    path = target_path(goal, (evidence.base_year, kindergarten), years)
    factor[place_of("kindergarten")] = path / kindergarten
    goal = _goals(evidence.targets, "compulsory", "nine_year_retention")
    if goal:
        first = goal[min(goal)]
        path = target_path(goal, (evidence.base_year, first), years)
        factor[place_of("junior")] = path / first
    steps = np.diff(factor, axis=1) * np.broadcast_to(attainment, years.shape)[1:]
    return factor[:, :1] + np.cumsum(np.pad(steps, ((0, 0), (1, 0))), axis=1)


def _goals(targets: pd.DataFrame, stage: str, measure: str) -> dict[int, float]:
    rows = targets[(targets["stage"] == stage) & (targets["measure"] == measure)]
    return dict(zip(rows["year"], rows["value"], strict=True))


def _walk(areas: tuple[str, ...], years: int, draws: int, spread: float, seed: int) -> FloatArray:
    """Return (area, stage, year, draw) random walks of the log ratio, 0 in the base year.

    Their yearly step lets a county's ratio wander once across the spread between counties within
    the fifteen years of a plan.
    """
    step = spread / np.sqrt(15)
    shape = (len(STAGES), years, draws)
    walks = [named_generator(seed, "ratio walk", area).normal(0, step, shape) for area in areas]
    steps = np.stack(walks)
    steps[:, :, 0] = 0
    return np.cumsum(steps, axis=2)


def base_log_ratios(
    base: FloatArray, evidence: RatioEvidence, areas: tuple[str, ...], seed: int
) -> dict[str, LogRatio]:
    """Return the log ratio of pupils to residents by stage, but for kindergartens.

    ``base`` (area, stage, draw) are the residents of the base year. Junior pupils are at the
    county's primary ratio.
    """
    elsewhere = evidence.reference
    primary = pooled_log_ratio(
        _pupils(evidence, "primary"), base[:, place_of("primary")], areas, seed, "primary",
        elsewhere["primary"],
    )  # fmt: skip
    youths = base[:, place_of(GENERAL)]
    pupils = general_senior(evidence, primary, base, areas)
    general = pooled_log_ratio(pupils, youths, areas, seed, "senior", elsewhere[GENERAL])
    vocational = _vocational(evidence, general.pool, youths, areas, seed)
    return {"primary": primary, "junior": primary, GENERAL: general, VOCATIONAL: vocational}


def _vocational(
    evidence: RatioEvidence,
    general: RatioPool,
    youths: FloatArray,
    areas: tuple[str, ...],
    seed: int,
) -> LogRatio:
    """Return the vocational log ratio: as reported, else by the national share between the stages.

    A pupil more in general schools is one less in vocational ones, so their ratios spread
    ``share / (1 - share)`` times as much between counties. How far the city's share is from the
    nation's is not known either: one deviate of that size is common to its counties.
    """
    odds = evidence.general_share / (1 - evidence.general_share)
    pool = RatioPool(general.counties, general.centre - np.log(odds), general.spread * odds)
    reported = _pupils(evidence, VOCATIONAL)
    ratio = pooled_log_ratio(reported, youths, areas, seed, VOCATIONAL, pool)
    unknown = ~pd.Index(areas).isin(reported.index)
    if ratio.borrowed:
        deviate = named_generator(seed, "city", VOCATIONAL).standard_normal(youths.shape[1])
        ratio.value[unknown] += pool.predictive_spread * deviate
    return ratio


def forecast_stage_pupils(
    population: Population, evidence: RatioEvidence, attainment: npt.ArrayLike, seed: int
) -> StagePupils:
    """Return pupils by stage for every year of ``population``.

    Parameters
    ----------
    population : residents by single age, its first year being the base year
    evidence : see :class:`RatioEvidence`
    attainment : part of each year's step to the targets that is taken (1 = targets met), by year
        or for all
    seed : seed of the draws
    """
    areas, years = population.areas, np.array(population.years)
    residents = stage_population(population)
    base = residents[:, :, list(population.years).index(evidence.base_year)]
    ratios = base_log_ratios(base, evidence, areas, seed)
    spread, draws = ratios["primary"].pool.spread, base.shape[-1]
    kindergarten = np.log(evidence.kindergarten_ratio) + spread * np.stack(
        [named_generator(seed, "kindergarten", area).standard_normal(draws) for area in areas]
    )
    levels = {"kindergarten": kindergarten} | {stage: one.value for stage, one in ratios.items()}
    log_ratio = np.stack([levels[stage.code] for stage in STAGES], axis=1)
    weight = np.maximum(base[:, place_of("kindergarten")], NOBODY)
    city = (weight * np.exp(kindergarten)).sum(axis=0) / weight.sum(axis=0)
    factor = _policy_factor(evidence, float(np.median(city)), years, attainment)
    walk = _walk(areas, len(years), draws, spread, seed)
    upper = [place_of(stage.code) for stage in UPPER]
    walk[:, upper] += national_pace(evidence.base_year, population.years, draws, seed)
    pupils = residents * np.exp(log_ratio[:, :, None] + walk) * factor[None, :, :, None]
    rungs = {stage: BORROWED if one.borrowed else CENSUS for stage, one in ratios.items()}
    if ratios[VOCATIONAL].borrowed:
        rungs[VOCATIONAL] = NATIONAL_SHARE
    unreported = np.array([rungs.get(stage.code, CENSUS) for stage in STAGES])
    return _with_reports(population, pupils, evidence, factor, unreported)


def carried(reported: float, path: FloatArray) -> FloatArray:
    r"""Return (year, draw) pupils that start as ``reported`` and move as ``path`` does.

    .. math:: E_t = E_0 + \min(E_0 / p_0, \rho_{max})\,(p_t - p_0)

    which is :math:`E_0 p_t / p_0` where residents explain the pupils (:data:`HIGHEST_RATIO`).

    Parameters
    ----------
    reported : pupils of the first year
    path : (year, draw) pupils expected of the residents
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
    """Put reported pupils in their years and carry their ratio to the years after.

    ``unreported`` (stage,) is the rung of a county that reported nothing of a stage.
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
    rung = np.where(reported.any(axis=2), CENSUS, unreported)
    policies = np.broadcast_to(policy, pupils.shape[:3])
    return StagePupils(population.areas, stages, population.years, result, observed, rung, policies)
