"""Baseline methods in current planning practice, as references for the backtest."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from data.language import Text
from features.arrays import BoolArray, FloatArray
from models.history import EnrolmentForecast, EnrolmentHistory
from models.progression.entry import typical_lag
from models.progression.rows.gaps import fill_gaps

PointForecaster = Callable[[EnrolmentHistory, int], FloatArray]  # -> pupils (area, step, grade)


@dataclass(frozen=True)
class FittedBaseline:
    """A point forecast of ``history``; it has no draws."""

    history: EnrolmentHistory
    point: PointForecaster

    @property
    def linked(self) -> BoolArray:
        """Return (area, grade) False: baselines do not link grades."""
        return np.zeros(self.history.pupils[:, 0].shape, bool)

    @property
    def basis(self) -> Text:
        """Return the basis of the forecast, in words."""
        return Text("基准方法", "a baseline")

    def forecast(self, horizon: int, draws: int, rng: np.random.Generator) -> EnrolmentForecast:
        """Return the point forecast, without draws."""
        past, median = self.history, self.point(self.history, horizon)
        years = tuple(range(past.years[-1] + 1, past.years[-1] + 1 + horizon))
        shown = np.ones(past.pupils[:, 0].shape, bool)
        sample = partial(_no_draws, median)
        return EnrolmentForecast(past.areas, years, past.grades, median, shown, sample)


@dataclass(frozen=True)
class Baseline:
    """A baseline method as an :class:`models.protocol.EnrolmentModel`."""

    point: PointForecaster

    def fit(self, history: EnrolmentHistory) -> FittedBaseline:
        """Return the method fitted to ``history`` with gaps filled."""
        return FittedBaseline(fill_gaps(history), self.point)


def _no_draws(median: FloatArray, some: slice) -> FloatArray:
    return np.zeros((*median[some].shape, 0))


def last_value(history: EnrolmentHistory, horizon: int) -> FloatArray:
    """Return the last year's pupils for every year ahead, as (area, step, grade)."""
    return np.repeat(np.nan_to_num(history.pupils[:, -1:]), horizon, axis=1)


def drift(history: EnrolmentHistory, horizon: int) -> FloatArray:
    """Return pupils on the straight line from the first year to the last, not below 0."""
    pupils = np.nan_to_num(history.pupils)
    slope = (pupils[:, -1] - pupils[:, 0]) / max(len(history.years) - 1, 1)
    steps = np.arange(1, horizon + 1)[None, :, None]
    return np.maximum(pupils[:, -1:] + steps * slope[:, None], 0.0)


def stage_growth(history: EnrolmentHistory, horizon: int, window: int) -> FloatArray:
    """Return pupils growing at the mean rate of ``window`` years: for rows that are stages."""
    pupils = np.maximum(np.nan_to_num(history.pupils), 0.5)
    span = min(window, len(history.years) - 1)
    rate = (pupils[:, -1] / pupils[:, -1 - span]) ** (1 / max(span, 1))
    return pupils[:, -1:] * rate[:, None] ** np.arange(1, horizon + 1)[None, :, None]


def progression(
    history: EnrolmentHistory, horizon: int, window: int, by_births: bool = False
) -> FloatArray:
    """Return the cohort survival forecast (area, step, grade), with a constant first grade.

    Parameters
    ----------
    history : pupils and births
    horizon : years ahead
    window : years over which progression ratios of sums are taken
    by_births : forecast the first grade from births an integer number of years earlier (5 for
        kindergarten), at the entry ratio of the window, as far as births are known
    """
    pupils = np.nan_to_num(history.pupils)
    if len(history.years) == 1:
        return last_value(history, horizon)
    after = pupils[:, -window:, 1:][:, -(len(history.years) - 1) :].sum(axis=1)
    before = pupils[:, -window - 1 : -1, :-1].sum(axis=1)
    ratio = np.divide(after, before, out=np.zeros_like(after), where=before > 0)
    entry = np.full((len(history.areas), horizon), np.nan)
    if by_births:
        entry = births_entry(history, horizon, window)
    steps = [pupils[:, -1]]
    for step in range(horizon):
        following = steps[-1].copy()
        following[:, 1:] = steps[-1][:, :-1] * ratio
        following[:, 0] = np.where(np.isfinite(entry[:, step]), entry[:, step], following[:, 0])
        steps.append(following)
    return np.stack(steps[1:], axis=1)


def births_entry(history: EnrolmentHistory, horizon: int, window: int) -> FloatArray:
    """Return (area, step) first-grade pupils by the ratio to births, NaN where unknown."""
    years = history.years[-window:]
    lag = int(typical_lag(history.grades[0]))
    known = {year: place for place, year in enumerate(history.birth_years)}
    entry = np.full((len(history.areas), horizon), np.nan)
    past = [year for year in years if year - lag in known]
    if not past:
        return entry
    born = history.births[:, [known[year - lag] for year in past]].sum(axis=1)
    entered = history.pupils[:, [history.years.index(year) for year in past], 0].sum(axis=1)
    rate = np.divide(entered, born, out=np.full_like(born, np.nan), where=born > 0)
    for step in range(1, horizon + 1):
        cohort = history.years[-1] + step - lag
        if cohort in known:
            entry[:, step - 1] = rate * history.births[:, known[cohort]]
    return entry
