"""Durations of the stages of a history, and the births of the cohorts entering the first."""

import numpy as np

from features.arrays import FloatArray
from models.history import EnrolmentHistory
from models.progression import entry
from models.progression.hidden_cohorts import SAMPLED, StageData, fit_filter
from models.progression.ratios import nanmedian

# Durations in years of the stages of school systems, the most common first.
SYSTEMS = (
    *((6, 3, 3), (5, 4, 3), (6, 4, 2), (6, 2, 4), (4, 5, 3), (4, 4, 4)),
    *((6, 3), (6, 6), (3, 3), (8, 4), (9, 3), (5, 4), (6, 4), (5, 7)),
)
CLEARLY_BETTER = 0.85  # ratio of errors below which a less common system is chosen
JUDGED_STEPS = 3
FEWEST_YEARS = 6  # a shorter history cannot distinguish systems
FIRST_GRADE = "1"  # first grade of the first stage, which sets the lag of births
BACKCAST = 0.7  # share of the growth of births assumed for the year before the first known one


def stage_data(history: EnrolmentHistory, lag: float) -> StageData:
    """Return the pupils of ``history`` and the births of the cohorts that enter its first stage.

    Parameters
    ----------
    history : pupils by stage, and births
    lag : years from birth to entry, interpolating between calendar years
    """
    years, born = history.years, history.birth_years
    nothing = StageData(history.pupils, np.full(history.pupils.shape[:2], np.nan), 0)
    if not born:
        return nothing
    ahead = int(lag) + born[-1] - years[-1]
    if ahead < 1:
        return nothing
    known = backcast(history.births)
    entering = np.arange(years[0], years[-1] + 1, dtype=float) + ahead
    births = np.exp(entry.lagged(known, born[0] - 1, entering, lag))
    return StageData(history.pupils, births, ahead)


def backcast(births: FloatArray) -> FloatArray:
    """Return births (area, 1 + year) extended by one year before the first, by common growth."""
    total = np.nansum(births, axis=0)
    span = births.shape[1] - 1
    growth = np.log(max(total[-1], 1.0) / max(total[0], 1.0)) / max(span, 1)
    return np.concatenate([births[:, :1] * np.exp(-BACKCAST * growth), births], axis=1)


def trend(pupils: FloatArray, horizon: int) -> FloatArray:
    """Return pupils (area, origin, step, stage) growing as in the year before each origin."""
    floor = np.maximum(pupils, 0.5)
    growth = np.ones_like(floor)
    growth[:, 1:] = floor[:, 1:] / floor[:, :-1]
    steps = np.arange(1, horizon + 1)[:, None]
    return floor[:, :, None] * growth[:, :, None] ** steps


def past_error(pupils: FloatArray, paths: FloatArray) -> float:
    """Return the typical absolute log error of ``paths`` (area, origin, step, stage)."""
    known = np.log(np.maximum(pupils, 0.5))
    errors = []
    for step in range(1, JUDGED_STEPS + 1):
        predicted = np.log(np.maximum(paths[:, 2:-step, step - 1], 0.5))
        errors.append(nanmedian(np.abs(predicted - known[:, 2 + step :]), (0, 1)))
    return float(np.mean(errors))


def find_system(data: StageData) -> tuple[int, ...]:
    """Return the durations of the last stages of ``data``; () if no system fits.

    The first system is chosen whose cohorts would have predicted the past better than the growth of
    each stage; another one only if it is clearly better still.
    """
    rows = data.pupils.shape[2]
    if data.pupils.shape[1] < FEWEST_YEARS:
        return next((system for system in SYSTEMS if rows - 1 <= len(system) <= rows), ())
    order = np.argsort(data.unit, kind="stable")
    data = data.take(order[:: max(1, len(order) // SAMPLED)])
    found: tuple[int, ...] = ()
    least = past_error(data.pupils, trend(data.pupils, JUDGED_STEPS))
    for system in SYSTEMS:
        if not rows - 1 <= len(system) <= rows:
            continue
        paths = trend(data.pupils, JUDGED_STEPS)
        chain = slice(rows - len(system), None)
        hidden = fit_filter(data.take(slice(None), chain), system)
        paths[..., chain] = hidden.forecast(slice(None), JUDGED_STEPS)
        error = past_error(data.pupils, paths)
        if error < (CLEARLY_BETTER if found else 1.0) * least:
            least, found = error, system
    return found
