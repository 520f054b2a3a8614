"""Made-up enrolment histories whose future is known."""

import numpy as np
import numpy.typing as npt

from models.history import EnrolmentForecast, EnrolmentHistory
from models.registry import DEFAULT_MODEL

FloatArray = npt.NDArray[np.float64]


def history_of(
    pupils: FloatArray, births: FloatArray | None = None, first_birth_year: int = 0
) -> EnrolmentHistory:
    """Return a history from 2000 on of areas ``a0`` … and grades 1 …"""
    areas, years, grades = pupils.shape
    born = np.zeros((areas, 0)) if births is None else births
    return EnrolmentHistory(
        tuple(f"a{area}" for area in range(areas)),
        tuple(range(2000, 2000 + years)),
        tuple(str(grade + 1) for grade in range(grades)),
        pupils,
        np.array([False] + [True] * (grades - 1)),
        tuple(range(first_birth_year, first_birth_year + born.shape[1])),
        born,
    )


def forecast_of(
    history: EnrolmentHistory, horizon: int, draws: int = 1, seed: int = 1
) -> EnrolmentForecast:
    """Return the forecast of ``history`` by the model that the commands use."""
    return DEFAULT_MODEL.fit(history).forecast(horizon, draws, np.random.default_rng(seed))


def point_forecast(history: EnrolmentHistory, horizon: int) -> FloatArray:
    """Return pupils (area, step, grade)."""
    return forecast_of(history, horizon).median


def cohorts(
    areas: int, years: int, grades: int, seed: int, noise: float = 0.02, size: float = 100.0
) -> FloatArray:
    """Return pupils (area, year, grade) of cohorts that wander and lose or gain a few a year."""
    rng = np.random.default_rng(seed)
    born = size * np.exp(
        rng.normal(0, 1, (areas, 1)) + np.cumsum(rng.normal(0, 0.04, (areas, years + grades)), 1)
    )
    complete = np.stack([born[:, grades - g : grades - g + years] for g in range(grades)], axis=2)
    drift = np.zeros_like(complete)
    for year in range(1, years):
        drift[:, year] = rng.normal(0, noise, (areas, grades))
        drift[:, year, 1:] += drift[:, year - 1, :-1]
    return np.round(complete * np.exp(drift))
