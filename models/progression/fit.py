"""Fit the enrolment model to a history and forecast from its end."""

from dataclasses import dataclass, replace

import numpy as np

from data.language import Text
from features.arrays import FloatArray
from models.history import EnrolmentForecast, EnrolmentHistory
from models.progression import errors
from models.progression.draws import simulate
from models.progression.errors import ErrorScale, PastErrors
from models.progression.gaps import without_outliers
from models.progression.learning import FIRST_ORIGIN
from models.progression.missing_grades import insert_skipped
from models.progression.point_model import understand
from models.progression.ratios import BoolArray

BETWEEN = Text("部分年级的历史，其间各级按届推算", "some grades, the cohorts between them inferred")


@dataclass(frozen=True)
class FittedEnrolment:
    """A history understood: the forecast from its end and the errors made within it.

    Parameters
    ----------
    history : what was fitted
    median : (area, step, grade) pupils
    scale : spread of the errors to expect
    reported : (area, grade) True where the grade was ever reported or is foretold to open
    linked : (area, grade) True where the grade before feeds it
    rung : what the forecast rests on
    """

    history: EnrolmentHistory
    median: FloatArray
    scale: ErrorScale
    reported: BoolArray
    linked: BoolArray
    rung: Text

    def forecast(self, draws: int, seed: int) -> EnrolmentForecast:
        """Return ``draws`` possible futures."""
        last = self.history.years[-1]
        years = tuple(range(last + 1, last + 1 + self.median.shape[1]))
        pupils = simulate(self.median, self.history.areas, self.scale, draws, seed)
        names = (self.history.areas, years, self.history.grades)
        return EnrolmentForecast(*names, self.median, pupils)


def fit(history: EnrolmentHistory, horizon: int) -> FittedEnrolment:
    """Return the model fitted to ``history`` for ``horizon`` years ahead."""
    reported: BoolArray = np.asarray(np.isfinite(history.pupils).any(axis=1))
    history = without_outliers(history)
    whole, own = insert_skipped(history)
    model = understand(whole, horizon)
    history = replace(history, pupils=model.history.pupils[..., own])
    last = len(history.years) - 1
    median = model.forecast(last, horizon)[..., own]
    first = min(FIRST_ORIGIN, max(last - 3, min(last - 1, 1), 0))
    actual, forecast = model.past(range(first, last), max(min(horizon, last - first), 1))
    scale = errors.measure(PastErrors(actual[..., own], forecast[..., own]), median, horizon)
    shown = reported | (median > 0).any(axis=1)
    rung = model.rung if len(own) == len(whole.grades) else BETWEEN
    linked = model.known.ratios.linked[:, own]
    return FittedEnrolment(history, median, scale, shown, linked, rung)
