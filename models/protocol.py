"""The interface of an enrolment model."""

from typing import Protocol

import numpy as np

from data.language import Text
from features.arrays import BoolArray
from models.history import EnrolmentForecast, EnrolmentHistory


class FittedEnrolment(Protocol):
    """A model fitted to one history."""

    @property
    def history(self) -> EnrolmentHistory:
        """Return the history as used: outliers removed, gaps filled."""

    @property
    def linked(self) -> BoolArray:
        """Return (area, grade) True where the grade before feeds the grade."""

    @property
    def basis(self) -> Text:
        """Return the basis of the forecast, in words."""

    def forecast(self, horizon: int, draws: int, rng: np.random.Generator) -> EnrolmentForecast:
        """Return a forecast 1 … ``horizon`` years after the history with ``draws`` draws."""


class EnrolmentModel(Protocol):
    """A way to forecast pupils by grade from their history."""

    def fit(self, history: EnrolmentHistory) -> FittedEnrolment:
        """Return the model fitted to ``history``."""
