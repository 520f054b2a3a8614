"""Entry grades, which no other grade feeds: last value, trend and births."""

from dataclasses import dataclass

import numpy as np

from data.contract.grades import grade_order
from features.arrays import BoolArray, FloatArray
from models.history import EnrolmentHistory
from models.progression.ratios import IntArray, nanmean, nanmedian

ENTRY_LAG = (
    5.33  # years from birth to kindergarten (grade 0): two thirds aged 5 at the last birthday
)
TREND_DAMPING = 0.8
LONGEST_TREND = 10  # years
FARTHEST = 40  # years by which births are extrapolated
FASTEST = 0.1  # limit of persistent log growth per year; initial booms do not persist
WITHOUT_BIRTHS = 4  # number of features without births, which come first
NAMES = ("level", "own trend", "steady trend", "pooled trend", "births", "births long")
LAG_REACH = np.arange(-1.5, 1.51, 0.25)
FEWEST_CHANGES = 4


@dataclass(frozen=True)
class Entry:
    """Data on the entry grades, which no grade feeds in some area.

    Parameters
    ----------
    grades : (entry,) indices among the grades of the history
    log_pupils : (area, year, entry) log pupils, NaN where none
    size : (area, year, entry) pupils
    births : (area, year + ahead, entry) log births of the cohort that enters, NaN where unknown
    """

    grades: IntArray
    log_pupils: FloatArray
    size: FloatArray
    births: FloatArray


def damped_sum(steps: int) -> float:
    """Return the sum of the first ``steps`` powers of the damping factor."""
    return float(sum(TREND_DAMPING**step for step in range(1, steps + 1)))


def lagged(births: FloatArray, first_birth_year: int, years: FloatArray, lag: float) -> FloatArray:
    """Return log births (area, year) ``lag`` years before ``years``, interpolated linearly."""
    full_years = int(np.floor(lag))
    share = lag - full_years

    def at(offset: int) -> FloatArray:
        index = years.astype(int) - offset - first_birth_year
        inside = (index >= 0) & (index < births.shape[1])
        found = births[:, np.clip(index, 0, births.shape[1] - 1)]
        return np.where(inside[None, :], found, np.nan)

    mixed = at(full_years)
    if share > 0:
        mixed = (1 - share) * mixed + share * at(full_years + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(mixed > 0, np.log(mixed), np.nan)


def extend_births(births: FloatArray, ahead: int) -> FloatArray:
    """Return births extrapolated by ``ahead`` years along the damped trend common to all areas."""
    pooled = np.log(np.maximum(np.nansum(births, axis=0), 1.0))
    recent = np.diff(pooled[-6:])
    slope = float(np.median(recent)) if recent.size else 0.0
    path = np.exp([slope * damped_sum(step) for step in range(1, ahead + 1)])
    return np.concatenate([births, births[:, -1:] * path[None, :]], axis=1)


def typical_lag(code: str) -> float:
    """Return the years from birth to a grade, kindergarten (its last year) being grade 0.

    >>> typical_lag("1"), typical_lag("K1")
    (6.33, 3.33)
    """
    place = grade_order(code)
    return ENTRY_LAG + (1 if place is None else place)


def lag_of(history: EnrolmentHistory, grade: int, entry_age: int | None) -> float:
    """Return the years from birth to a grade, from ``entry_age`` of the first grade if given.

    Children of an age at the start of the school year were born in two calendar years, two thirds
    in the later one.
    """
    if entry_age is None:
        return typical_lag(history.grades[grade])
    places = [grade_order(history.grades[place]) or 0 for place in (0, grade)]
    return entry_age + ENTRY_LAG % 1 + places[1] - places[0]


def find_lag(history: EnrolmentHistory, grade: int, entry_age: int | None = None) -> float:
    """Return the lag at which yearly changes of births predict those of the grade best.

    The typical lag is kept unless another one is clearly better over enough years.
    """
    usual = lag_of(history, grade, entry_age)
    if entry_age is not None:
        return usual
    years = np.array(history.years, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.diff(np.log(np.where(history.pupils > 0, history.pupils, np.nan)), axis=1)
    size = np.nan_to_num(history.pupils[:, 1:, grade])

    def misfit(lag: float) -> float:
        predicted = np.diff(lagged(history.births, history.birth_years[0], years, lag), axis=1)
        error = np.abs(change[:, :, grade] - predicted)
        known = np.isfinite(error)
        if np.count_nonzero(known.any(axis=0)) < FEWEST_CHANGES:
            return np.inf
        return float((error * size)[known].sum() / size[known].sum())

    lags = np.maximum(usual + LAG_REACH, 0.0)
    misfits = np.array([misfit(lag) for lag in lags])
    best = int(np.argmin(misfits))
    return float(lags[best]) if misfits[best] < 0.9 * misfit(usual) else usual


def observe_entry(
    history: EnrolmentHistory, heads: BoolArray, entry_age: int | None = None
) -> Entry:
    """Return log pupils and log births of the entering cohorts for the grades in ``heads``."""
    grades = np.flatnonzero(heads.any(axis=0))
    pupils = history.pupils[:, :, grades]
    with np.errstate(divide="ignore", invalid="ignore"):
        log_pupils = np.where(pupils > 0, np.log(pupils), np.nan)
    shape = (len(history.areas), len(history.years) + FARTHEST, len(grades))
    births = np.full(shape, np.nan)
    if history.birth_years:
        years = np.arange(history.years[0], history.years[-1] + FARTHEST + 1, dtype=float)
        longer = extend_births(history.births, FARTHEST + 10)
        for place, grade in enumerate(grades):
            lag = find_lag(history, int(grade), entry_age)
            births[:, :, place] = lagged(longer, history.birth_years[0], years, lag)
    return Entry(grades, log_pupils, np.nan_to_num(pupils), births)


def features_at(entry: Entry, origin: int, steps: int) -> FloatArray:
    """Return features (area, entry, feature) of the log change ``steps`` years after ``origin``.

    Each feature is a forecast of log(pupils[origin + steps] / pupils[origin]), in the order of
    ``NAMES``; the forecast "last value" is 0 and needs no feature.
    """
    known, size = entry.log_pupils[:, : origin + 1], entry.size[:, : origin + 1]
    last = known[:, -1]
    one = np.where(np.isfinite(known), 1.0, 0.0)
    level = nanmean(known[:, -3:], one[:, -3:], 1) - last
    growth = np.diff(known, axis=1)
    behind = size[:, 1:] / 2.0
    pooled = np.diff(np.log(np.maximum(size.sum(axis=0), 1.0)), axis=0)
    path = damped_sum(steps)
    slopes = [nanmean(growth[:, -w:], behind[:, -w:], 1) for w in (5, 3)]
    own, steady = (np.clip(slope, -FASTEST, FASTEST) for slope in slopes)
    own, steady = own * path, steady * min(steps, LONGEST_TREND)
    common = np.broadcast_to(nanmedian(pooled[-5:], 0)[None] * path, last.shape)
    trends = [own, steady, common]
    expected = entry.births[:, origin + steps]
    gap = known - entry.births[:, : origin + 1]
    seen = np.where(np.isfinite(gap), 1.0, 0.0)
    ratio = [nanmean(gap[:, -w:], seen[:, -w:], 1) for w in (3, 6)]
    usable = seen[:, -3:].any(axis=1)
    births = [np.where(usable, mean + expected - last, np.nan) for mean in ratio]
    return np.stack([level, *trends, *births], axis=-1)
