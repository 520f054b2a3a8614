"""What every enrolment model offers, and all that its callers may use."""

from typing import Protocol

import numpy as np

from data.language import Text
from models.history import EnrolmentForecast, EnrolmentHistory
from models.progression.ratios import BoolArray


class FittedEnrolment(Protocol):
    """A model fitted to one history."""

    @property
    def history(self) -> EnrolmentHistory:
        """Return the history as used: faults taken out, gaps filled."""

    @property
    def linked(self) -> BoolArray:
        """Return (area, grade) True where the grade before feeds the grade."""

    @property
    def basis(self) -> Text:
        """Return what the forecast rests on, in words."""

    def forecast(self, horizon: int, draws: int, rng: np.random.Generator) -> EnrolmentForecast:
        """Return ``draws`` possible futures of 1 … ``horizon`` years after the history."""


class EnrolmentModel(Protocol):
    """A way to forecast pupils by grade from their history."""

    def fit(self, history: EnrolmentHistory) -> FittedEnrolment:
        """Return the model fitted to ``history``."""
