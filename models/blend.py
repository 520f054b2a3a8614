r"""Pupils of areas with an enrolment history: cohorts progress, entrants follow the population.

With pupils by grade, cohorts in school progress according to the enrolment model, and the first
grade is a share of the population of its age:

.. math::

    N_{g,t} = \hat N_{g,t}\,c_{g,t},\qquad
    c_{g,t} = c_{g-1,t-1}\frac{S_{g,t}}{S_{g-1,t-1}}\ \text{(fed)},\qquad
    c_{g,t} = \frac{P_{g,t}\,\rho_g}{\hat N_{g,t}}\ \text{(first)}

with :math:`\hat N` the draws of ``models.progression``, P residents of the grade's age, ρ pupils
per resident in the last years and S residents under the scenario relative to the baseline, so that
a scenario's migration affects the cohorts in school. With stage totals only, each stage is treated
as a first grade and blended with its own trend, whose weight declines with the horizon.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.rungs import Rung
from data.contract.stages import STAGE_CODES, STAGES
from features.arrays import FloatArray, Population
from models.census_ratio.gross_ratio import HIGHEST_RATIO
from models.census_ratio.ratio_evidence import ALL_GRADES, stage_totals
from models.history import EnrolmentForecast, build_history
from models.progression.model import ProgressionModel
from models.progression.rows.row_meaning import FEW_ROWS
from models.protocol import EnrolmentModel
from models.registry import DEFAULT_MODEL
from models.stage_chains import stage_chains
from models.stage_pupils import StagePupils

FEWEST_YEARS = 3
# The share of a single grade varies from year to year; a stage already averages over its grades.
GRADE_LEVEL_YEARS, STAGE_LEVEL_YEARS = 3, 1
STAGE_OWN_SHARE, STAGE_HALF_LIFE = 0.5, 5.0

NOBODY = 1e-9  # lower bound before taking a logarithm
HALF = 0.5  # pupil; smaller grades give no share for the grades above
FARTHEST_DRAW = 2.0  # of the adjustment of a cohort, over its median

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SchoolHistory:
    """Forecast from past pupils alone, before adjustment to the population.

    Parameters
    ----------
    forecast : pupils by (area, year, row, draw); a row is a grade or a complete stage
    recent : (area, year, row) pupils of the last years, which give the share of the population
    stages : (row,) the stage of each row
    ages : (row,) first and last age of its pupils
    fed : (area, row) True where the row before feeds it
    complete : (area, stage) True where all rows of the stage were reported for enough years
    own_share : (year,) weight of the row's own forecast where no row feeds it
    rung : rung of the data ladder
    """

    forecast: EnrolmentForecast
    recent: FloatArray
    stages: tuple[str, ...]
    ages: tuple[tuple[int, int], ...]
    fed: BoolArray
    complete: BoolArray
    own_share: FloatArray
    rung: Rung


def learn_school_histories(
    enrolment: pd.DataFrame,
    areas: tuple[str, ...],
    years: tuple[int, ...],
    draws: int,
    seed: int,
) -> list[SchoolHistory]:
    """Return forecasts from stage totals, then from grades; later ones take precedence.

    Parameters
    ----------
    enrolment : adcode, year, stage, grade, pupils
    areas, years : areas and school years to forecast
    draws, seed : number of draws and their seed
    """
    known = enrolment[enrolment["adcode"].isin(areas)]
    graded = known[known["grade"] != ALL_GRADES]
    totals = stage_totals(known)
    own = STAGE_OWN_SHARE * 0.5 ** (np.arange(len(years)) / STAGE_HALF_LIFE)
    parts = [
        (chain.rows_of(totals), Rung.STAGE_TOTALS, STAGE_LEVEL_YEARS, own, chain.model)
        for chain in stage_chains(set(totals["stage"]))
    ]
    few = graded["grade"].nunique() <= FEW_ROWS
    grades = ProgressionModel(graded=True) if few else DEFAULT_MODEL
    parts.append((graded, Rung.GRADES, GRADE_LEVEL_YEARS, np.zeros(len(years)), grades))
    found = [
        _learn(rows, rung, level, share, years, (draws, np.random.default_rng(seed)), model)
        for rows, rung, level, share, model in parts
        if rows["year"].nunique() >= FEWEST_YEARS
    ]
    return [history for history in found if history is not None]


def _learn(
    rows: pd.DataFrame,
    rung: Rung,
    level_years: int,
    own_share: FloatArray,
    years: tuple[int, ...],
    draws: tuple[int, np.random.Generator],
    model: EnrolmentModel,
) -> SchoolHistory | None:
    """Return the forecast of ``rows``; None if no stage has a long enough history."""
    named = rows.rename(columns={"adcode": "area_id", "pupils": "enrolment"})
    past = build_history(named, None)
    last = past.years[-1]
    if not years[0] <= last < years[-1]:
        return None
    stage_of = dict(zip(rows["grade"], rows["stage"], strict=True))
    stages = tuple(stage_of[code] for code in past.grades)
    seen = np.isfinite(past.pupils)
    enough = seen[:, -1] & (seen.sum(axis=1) >= FEWEST_YEARS)
    complete = _complete(enough, stages, rung)
    if not complete.any():
        return None
    horizon = years[-1] - last
    fitted = model.fit(past)
    fed = np.zeros_like(enough)
    if rung == Rung.GRADES:
        fed[:, 1:] = fitted.linked[:, 1:] & enough[:, 1:] & enough[:, :-1]
    return SchoolHistory(
        forecast=fitted.forecast(horizon, *draws),
        recent=fitted.history.pupils[:, -level_years:],
        stages=stages,
        ages=_ages(past.grades, stages, rung),
        fed=fed,
        complete=complete,
        own_share=own_share[:horizon],
        rung=rung,
    )


def _complete(enough: BoolArray, stages: tuple[str, ...], rung: Rung) -> BoolArray:
    """Return (area, stage) True where every row of the stage has a long enough history."""
    columns = []
    for stage in STAGES:
        needed = 1 if rung == Rung.STAGE_TOTALS else stage.years
        mine = [place for place, code in enumerate(stages) if code == stage.code]
        columns.append(enough[:, mine].sum(axis=1) == needed)
    return np.stack(columns, axis=1)


def _ages(
    grades: tuple[str, ...], stages: tuple[str, ...], rung: Rung
) -> tuple[tuple[int, int], ...]:
    if rung == Rung.STAGE_TOTALS:
        span = {stage.code: (stage.first_age, stage.last_age) for stage in STAGES}
        return tuple(span[stage] for stage in stages)
    ages = {
        grade: stage.first_age + place
        for stage in STAGES
        for place, grade in enumerate(stage.grades)
    }
    return tuple((ages[code], ages[code]) for code in grades)


def follow_histories(
    pupils: StagePupils,
    histories: list[SchoolHistory],
    population: Population,
    baseline: Population,
) -> StagePupils:
    """Return ``pupils`` with stages that have a history following it after its last year.

    Parameters
    ----------
    pupils : pupils by gross ratios, reported years as reported; their random walk is kept
    histories : see :func:`learn_school_histories`; later ones replace earlier ones
    population, baseline : residents under the scenario of ``pupils`` and under the baseline
    """
    result, rung = pupils.pupils.copy(), pupils.rung.astype(object)
    for history in histories:
        places = [pupils.areas.index(area) for area in history.forecast.areas]
        after = [pupils.years.index(year) for year in history.forecast.years]
        rows = _follow(pupils, history, population, baseline)
        policy = pupils.policy[:, :, after] / pupils.policy[:, :, [after[0] - 1]]
        for place, stage in enumerate(STAGE_CODES):
            mine = [row for row, code in enumerate(history.stages) if code == stage]
            for index in np.flatnonzero(history.complete[:, place]):
                summed = rows[index][:, mine].sum(axis=1)
                area = places[index]
                result[area, place, after] = summed * policy[area, place][:, None]
                rung[area, place] = history.rung
    return replace(pupils, pupils=result, rung=rung.astype(str))


def _follow(
    pupils: StagePupils, history: SchoolHistory, population: Population, baseline: Population
) -> FloatArray:
    """Return pupils (area, year, row, draw) of the history's areas, without policy effects."""
    places = [pupils.areas.index(area) for area in history.forecast.areas]
    last = pupils.years.index(history.forecast.years[0]) - 1
    people = _residents(population, history.ages)[places]
    shift = people / _residents(baseline, history.ages)[places]
    stage_rows = [STAGE_CODES.index(stage) for stage in history.stages]
    walk = np.moveaxis(_ratio_walk(pupils, population)[places][:, stage_rows], 1, 2)[:, last:]
    level = _log_level(history, people, last)
    beyond = np.maximum(history.recent[:, -1, :, None] - HIGHEST_RATIO * people[:, last], 0.0)
    expected = np.exp(level[:, None] + walk - walk[:, :1]) * people[:, last:] + beyond[:, None]
    return _carry(history, expected[:, 1:], shift[:, last:])


def _residents(population: Population, ages: tuple[tuple[int, int], ...]) -> FloatArray:
    """Return residents of each row's ages as (area, year, row, draw), at least one."""
    return np.maximum(np.stack([population.between(*span) for span in ages], axis=2), 1.0)


def _ratio_walk(pupils: StagePupils, population: Population) -> FloatArray:
    """Return (area, stage, year, draw) log pupils per resident, without policy effects."""
    spans = tuple((stage.first_age, stage.last_age) for stage in STAGES)
    people = np.moveaxis(_residents(population, spans), 2, 1)
    return np.log(np.maximum(pupils.pupils, NOBODY) / people / pupils.policy[..., None])


def _log_level(history: SchoolHistory, people: FloatArray, last: int) -> FloatArray:
    """Return (area, row, draw) log of the mean pupils per resident in the last years.

    A closed row has none. Years in which residents do not explain the pupils are ignored; if there
    are no others the ratio is ``HIGHEST_RATIO`` and the remaining pupils are constant.
    """
    years = min(history.recent.shape[1], last + 1)
    past = history.recent[:, -years:, :, None]
    ratio = past / people[:, last + 1 - years : last + 1]
    explained = ratio <= HIGHEST_RATIO
    total = np.where(explained, ratio, 0.0).sum(axis=1)
    mean = np.where(explained.any(axis=1), total / explained.sum(axis=1).clip(1), HIGHEST_RATIO)
    closed = history.recent[:, -1, :, None] == 0
    return np.log(np.maximum(np.where(closed, 0.0, mean), NOBODY))


def _carry(history: SchoolHistory, expected: FloatArray, shift: FloatArray) -> FloatArray:
    """Return pupils (area, year, row, draw): fed rows keep the adjustment of their cohort.

    Parameters
    ----------
    history : own forecasts
    expected : (area, year, row, draw) pupils expected from the population
    shift : (area, 1 + year, row, draw) residents of the scenario relative to the baseline
    """
    own = np.maximum(history.forecast.pupils.astype(float), NOBODY)
    fed = history.fed[..., None]
    carried = np.ones_like(own[:, 0])
    result = np.empty_like(own)
    for year in range(own.shape[1]):
        moved = own[:, year] * shift[:, year + 1] / shift[:, 0]
        entry = blend(moved, expected[:, year], history.own_share[year])
        share = _steady(np.maximum(entry, HALF) / np.maximum(own[:, year], HALF))
        risen = np.ones_like(carried)
        risen[:, 1:] = carried[:, :-1] * shift[:, year + 1, 1:] / shift[:, year, :-1]
        carried = np.where(fed, risen, share)
        result[:, year] = np.where(fed, own[:, year] * carried, entry)
    return result


def _steady(share: FloatArray) -> FloatArray:
    """Return adjustments (…, draw) within :data:`FARTHEST_DRAW` times their median.

    A draw in which hardly anybody enters has an adjustment without bound, which the grades above
    would multiply with pupils who did not come from that entry.
    """
    middle = np.median(share, axis=-1, keepdims=True)
    return np.clip(share, middle / FARTHEST_DRAW, middle * FARTHEST_DRAW)


def blend(own: FloatArray, expected: FloatArray, share: float) -> FloatArray:
    """Return draws whose log median lies ``share`` of the way from ``expected`` to ``own``.

    The errors of both are correlated (a child missed by one is missed by the other), so variances
    are averaged instead of cancelling: deviations are weighted by the square roots of the shares.

    Parameters
    ----------
    own, expected : (…, draw) pupils
    share : weight of ``own``, 0 to 1
    """
    logs = [np.log(np.maximum(draws, NOBODY)) for draws in (own, expected)]
    centres = [np.median(log, axis=-1, keepdims=True) for log in logs]
    weights = (share, 1.0 - share)
    parts = [
        weight * centre + np.sqrt(weight) * (log - centre)
        for weight, centre, log in zip(weights, centres, logs, strict=True)
    ]
    return np.exp(parts[0] + parts[1])
