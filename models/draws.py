"""Possible futures around a forecast, with errors that go together."""

import numpy as np
import numpy.typing as npt

from features.population import FloatArray
from features.randomness import named_generator
from models.errors import ErrorScale

# Single precision halves the memory; pupils are known to seven digits anyway.
DrawArray = npt.NDArray[np.float32]
COMMON_TAIL = 3.0  # rare years strike all areas at once
PERSISTENCE = 0.9  # correlation of one cohort's (or area's) error with next year's


def persistent(rng: np.random.Generator, steps: int, draws: int) -> DrawArray:
    """Return (step, draw) standard normal errors that persist from step to step."""
    fresh = rng.standard_normal((steps, draws), dtype=np.float32)
    for step in range(1, steps):
        fresh[step] = PERSISTENCE * fresh[step - 1] + np.sqrt(1 - PERSISTENCE**2) * fresh[step]
    return fresh


def cohort_errors(rng: np.random.Generator, steps: int, grades: int, draws: int) -> DrawArray:
    """Return (step, grade, draw) standard normal errors that a cohort takes along as it rises."""
    fresh = rng.standard_normal((steps, grades, draws), dtype=np.float32)
    kept = np.float32(np.sqrt(1 - PERSISTENCE**2))
    for step in range(1, steps):
        fresh[step, 1:] = PERSISTENCE * fresh[step - 1, :-1] + kept * fresh[step, 1:]
        fresh[step, 0] = PERSISTENCE * fresh[step - 1, 0] + kept * fresh[step, 0]
    return fresh


def simulate(
    median: FloatArray, areas: tuple[str, ...], scale: ErrorScale, draws: int, seed: int
) -> FloatArray:
    """Return pupils (area, step, grade, draw) around ``median`` (area, step, grade).

    An area's futures depend on the seed and its own name only; the common error on the seed alone,
    so a sum over areas is as uncertain as its parts together.
    """
    _, steps, grades = median.shape
    rng = named_generator(seed, "common")
    stretch = np.sqrt((COMMON_TAIL - 2.0) / rng.chisquare(COMMON_TAIL, draws))
    common = persistent(rng, steps, draws) * scale.common[:, None] * stretch
    pupils = np.empty((*median.shape, draws), dtype=np.float32)
    for index, area in enumerate(areas):
        rng = named_generator(seed, "area", area)
        stretch = np.sqrt(scale.tail / rng.chisquare(scale.tail, (2, draws)))
        shared = persistent(rng, steps, draws) * scale.area[index][:, None] * stretch[0]
        own = cohort_errors(rng, steps, grades, draws) * scale.grade[index][:, :, None] * stretch[1]
        relative = np.exp(np.clip(own, -5, 5))
        sums = median[index].sum(1)[:, None]
        mixed = (median[index][:, :, None] * relative).sum(1)
        level = np.exp(np.clip(common + shared, -5, 5)) * np.where(
            mixed > 0, sums / np.where(mixed > 0, mixed, 1), 1
        )
        pupils[index] = median[index][:, :, None] * relative * level[:, None, :]
    return pupils
