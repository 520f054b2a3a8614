"""Draws around a point forecast, with correlated errors."""

import numpy as np
import numpy.typing as npt

from features.arrays import FloatArray
from features.randomness import named_generator
from models.progression.error_priors import HALF, TAIL
from models.progression.errors import ErrorScale

# Single precision halves the memory and is sufficient for numbers of pupils.
DrawArray = npt.NDArray[np.float32]
LARGEST = 5.0  # bound on log errors
COMMON_TAIL = 3.0  # rare events affect all areas at once
PERSISTENCE = 0.9  # correlation of one cohort's (or area's) error with next year's


def persistent(rng: np.random.Generator, steps: int, draws: int) -> DrawArray:
    """Return (step, draw) standard normal errors that persist from step to step."""
    fresh = rng.standard_normal((steps, draws), dtype=np.float32)
    for step in range(1, steps):
        fresh[step] = PERSISTENCE * fresh[step - 1] + np.sqrt(1 - PERSISTENCE**2) * fresh[step]
    return fresh


def cohort_errors(rng: np.random.Generator, steps: int, grades: int, draws: int) -> DrawArray:
    """Return (step, grade, draw) standard normal errors that persist along cohorts."""
    fresh = rng.standard_normal((steps, grades, draws), dtype=np.float32)
    kept = np.float32(np.sqrt(1 - PERSISTENCE**2))
    for step in range(1, steps):
        fresh[step, 1:] = PERSISTENCE * fresh[step - 1, :-1] + kept * fresh[step, 1:]
        fresh[step, 0] = PERSISTENCE * fresh[step - 1, 0] + kept * fresh[step, 0]
    return fresh


def simulate(
    point: FloatArray,
    areas: tuple[str, ...],
    scale: ErrorScale,
    draws: int,
    seed: int,
    some: slice = slice(None),
) -> FloatArray:
    """Return draws of pupils (area, step, grade, draw) of ``some`` areas with mean ``point``.

    An area's draws depend only on the seed and its own name; the common error only on the seed, so
    that sums over areas have the right uncertainty. Those of a year do not depend on how many years
    follow it: each generator gives one year after the other.

    Parameters
    ----------
    point : (area, step, grade) pupils of all areas
    areas : names of all areas
    scale : scales of the log errors
    draws, seed : number of draws and their seed
    some : areas to draw
    """
    point, areas, scale = point[some], areas[some], scale.of(some)
    _, steps, grades = point.shape
    rng = named_generator(seed, "common")
    stretch = np.sqrt((COMMON_TAIL - 2.0) / rng.chisquare(COMMON_TAIL, draws))
    common = persistent(rng, steps, draws) * scale.common[:, None] * stretch
    pupils = np.empty((*point.shape, draws), dtype=np.float32)
    for index, area in enumerate(areas):
        rng = named_generator(seed, "area", area)
        stretch = np.sqrt(TAIL / rng.chisquare(TAIL, (2, draws)))
        shared = persistent(rng, steps, draws) * scale.area[index][:, None] * stretch[0]
        own = cohort_errors(named_generator(seed, "grades", area), steps, grades, draws)
        own *= scale.grade[index][:, :, None].astype(np.float32)
        own *= stretch[1].astype(np.float32)
        level = np.exp(np.clip(common + shared, -LARGEST, LARGEST)).astype(np.float32)
        pupils[index] = spread(point[index].astype(np.float32)[:, :, None], own, level[:, None])
    return pupils


def spread(point: DrawArray, own: DrawArray, level: DrawArray) -> DrawArray:
    """Return draws (step, grade, draw) with mean ``point`` (step, grade, 1).

    The grades' own errors move pupils between grades; the level changes the total.
    """
    drawn = np.exp(np.clip(own, -LARGEST, LARGEST))
    drawn *= np.where(point > 0, point + HALF, 0.0)
    drawn = np.maximum(drawn - np.float32(HALF), 0.0)
    drawn *= (
        level
        * point.sum(axis=1, keepdims=True)
        / np.maximum(drawn.sum(axis=1, keepdims=True), np.float32(1e-9))
    )
    drawn *= point / np.maximum(drawn.mean(axis=2, keepdims=True), np.float32(1e-9))
    return drawn
