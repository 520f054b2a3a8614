"""Grade progression: links between grades, and levels of their log ratios."""

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.arrays import BoolArray, FloatArray
from models.progression.area_wide import bound_area_wide
from models.progression.weights import fit_variance

IntArray = npt.NDArray[np.intp]
RECENCY_HALF_LIFE = 2.0  # years
FEWEST_JUDGED = 3  # years that show the noise of a level
UNKNOWN_NOISE = (1e-4, 0.5)  # a, b of the noise a + b / pupils where no area has as many
TINY = 1e-12
HIGHEST_LEVEL = 0.6  # larger typical log ratios are not progression from one grade to the next
NORMAL_MEDIAN_SQUARE = 0.4549
FAULT_LIMIT = 6.0
FAULT_FLOOR = 0.1
NAMES = (
    "pooled last",
    "pooled 3",
    "pooled 5",
    "pooled all",
    "local last",
    "local",
    "area",
)


@dataclass(frozen=True)
class Ratios:
    """Log progression ratios r = log(pupils[grade, year] / pupils[grade - 1, year - 1]).

    Parameters
    ----------
    linked : (area, grade) True where the grade before feeds the grade
    ratio : (area, year, grade) log ratios; NaN where not observed
    size : (area, year, grade) effective number of pupils, 1 / (1/n_before + 1/n_after)
    pooled : (year, grade) log ratio of the sums over all areas
    """

    linked: BoolArray
    ratio: FloatArray
    size: FloatArray
    pooled: FloatArray


def nanmean(values: FloatArray, worth: FloatArray, axis: int) -> FloatArray:
    """Return the weighted mean of finite values along ``axis``, 0 if there are none."""
    known = np.isfinite(values) & (worth > 0)
    total = np.where(known, worth, 0.0).sum(axis)
    summed = np.where(known, values * worth, 0.0).sum(axis)
    return np.divide(summed, total, out=np.zeros_like(summed), where=total > 0)


def nanmedian(values: FloatArray, axis: int | tuple[int, ...]) -> FloatArray:
    """Return the median of finite values along ``axis``, 0 if there are none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nan_to_num(np.nanmedian(values, axis=axis))


def follow(pupils: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return log ratios along cohorts and their effective size, both (area, year, grade)."""
    before, after = np.nan_to_num(pupils[:, :-1, :-1]), np.nan_to_num(pupils[:, 1:, 1:])
    ratio = np.full(pupils.shape, np.nan)
    size = np.zeros(pupils.shape)
    seen = (before > 0) & (after > 0)
    lower, upper = np.where(seen, before, 1.0), np.where(seen, after, 1.0)
    ratio[:, 1:, 1:] = np.where(seen, np.log(upper / lower), np.nan)
    size[:, 1:, 1:] = np.where(seen, lower * upper / (lower + upper), 0.0)
    return ratio, size


def observe(pupils: FloatArray, linked: BoolArray) -> Ratios:
    """Return the progression ratios of ``pupils`` (area, year, grade) where ``linked``."""
    ratio, size = follow(pupils)
    ratio = np.where(linked[:, None, :], ratio, np.nan)
    size = np.where(linked[:, None, :], size, 0.0)
    before = np.zeros(pupils.shape)
    before[:, 1:, 1:] = pupils[:, :-1, :-1]
    ratio = tame(ratio, size)
    seen = np.isfinite(ratio)
    lower = np.where(seen, before, 0.0).sum(axis=0)
    upper = np.where(seen, pupils, 0.0).sum(axis=0)
    known = lower > 0
    pooled = np.where(
        known, np.log(np.where(known, upper / np.where(known, lower, 1.0), 1.0)), np.nan
    )
    return Ratios(linked, ratio, size, pooled)


def tame(ratio: FloatArray, size: FloatArray) -> FloatArray:
    """Return log ratios (area, year, grade) winsorised around their own median.

    Deviations beyond ``FAULT_LIMIT`` standard deviations are data errors or single events and must
    not affect the level. Rows of up to three years are unchanged.
    """
    years = np.isfinite(ratio).sum(axis=1)
    away = ratio - np.where(years > 3, nanmedian(ratio, 1), np.nan)[:, None]
    noise = nanmedian(away**2 * np.where(size > 0, size, np.nan), (0, 1)) / NORMAL_MEDIAN_SQUARE
    bound = FAULT_LIMIT * np.sqrt(noise / np.maximum(size, 1e-9) + FAULT_FLOOR**2)
    return np.where(np.isfinite(away), ratio - away + np.clip(away, -bound, bound), ratio)


def own_level(local: FloatArray, size: FloatArray) -> FloatArray:
    r"""Return the level (area, grade) of an area's own deviations (area, year, grade), shrunk.

    The deviations have a lasting level m and a noise that is smaller for more pupils:

    .. math::

        d_t = m + e_t,\quad e_t \sim (0,\ a + b / n_t),\quad m \sim (0,\ \tau^2), \qquad
        \hat m = \bar d \, \tau^2 / (\tau^2 + \mathrm{var}\, \bar d)

    with :math:`\bar d` the mean weighted by precision and recency, a and b fitted to the squares
    around each mean and :math:`\tau^2` what the means vary beyond their noise, of all grades.

    References
    ----------
    Robinson (1991), Statistical Science 6, 15-32 (best linear unbiased prediction).
    """
    seen = np.isfinite(local) & (size > 0)
    values = np.where(seen, local, 0.0)
    noise = yearly_noise(values, seen, size)
    age = np.arange(local.shape[1])[::-1]
    worth = np.where(seen, 0.5 ** (age / RECENCY_HALF_LIFE)[:, None] / noise, 0.0)
    total = np.maximum(worth.sum(axis=1), TINY)
    mean = (worth * values).sum(axis=1) / total
    error = (worth**2 * noise).sum(axis=1) / total**2
    kept = lasting_variance(mean, error, total > TINY)
    return mean * kept / np.maximum(kept + error, TINY)


def yearly_noise(values: FloatArray, seen: BoolArray, size: FloatArray) -> FloatArray:
    """Return the variance a + b / size (area, year, grade) of ``values`` around their means."""
    pupils = np.where(seen, size, 1.0)
    years = seen.sum(axis=1)
    middle = values.sum(axis=1) / np.maximum(years, 1)
    squares = (values - middle[:, None]) ** 2 * (years / np.maximum(years - 1, 1))[:, None]
    judged = seen & (years[:, None] >= FEWEST_JUDGED)
    a, b = fit_variance(squares[judged], pupils[judged]) if judged.any() else UNKNOWN_NOISE
    return a + b / pupils


def lasting_variance(mean: FloatArray, error: FloatArray, known: BoolArray) -> float:
    """Return the variance of ``mean`` beyond its ``error``, at least 0; exact means count alike."""
    if not known.any():
        return 0.0
    worth = 1.0 / np.maximum(error[known], TINY)
    worth = np.minimum(worth, np.median(worth))
    return max(float(np.average(mean[known] ** 2 - error[known], weights=worth)), 0.0)


def outlook_at(ratios: Ratios, origin: int) -> FloatArray:
    """Return features (area, grade, feature) of later ratios, as ``NAMES``.

    They are the pooled level over windows, then the area's own deviation from it: of the last year,
    shrunk, and averaged over the grades of the area; from the years up to index ``origin``.
    """
    pooled = ratios.pooled[: origin + 1]
    ratio, size = ratios.ratio[:, : origin + 1], ratios.size[:, : origin + 1]
    one = np.ones_like(pooled)
    levels = [
        nanmean(pooled[-1:], one[-1:], 0),
        nanmean(pooled[-3:], one[-3:], 0),
        nanmedian(pooled[-5:], 0),
        nanmedian(pooled, 0),
    ]
    local = ratio - pooled[None]
    three = nanmean(local[:, -3:], size[:, -3:], 1)
    behind = size[:, -3:].sum(1)
    area = np.broadcast_to(nanmean(three, behind, 1)[:, None], three.shape)
    last = np.nan_to_num(local[:, -1])
    own = np.stack([last, own_level(local, size), area], axis=-1)
    common = np.stack([np.broadcast_to(level[None], three.shape) for level in levels], axis=-1)
    own = bound_area_wide(own, local)
    return np.concatenate([common, own], axis=-1)
