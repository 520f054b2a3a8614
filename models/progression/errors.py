"""Past forecast errors, decomposed into common, area and grade components."""

from dataclasses import dataclass

import numpy as np

from features.arrays import BoolArray, FloatArray
from models.progression.error_priors import (
    GROWTH_PRIOR,
    HALF,
    T_80,
    T_95,
    TAIL,
    cell_factor,
    common_prior,
    common_scale,
)
from models.progression.ratios import NORMAL_MEDIAN_SQUARE, nanmedian
from models.progression.weights import fit_variance

AREA_PRIOR_WORTH = 6.0
SHORT_HISTORY = 2.0  # c, years, of the variance 1 + c / n of forecasts that know n years
LEAST_LEFT = 0.2  # least share of a grade's own spread that remains after the area's component
# A single year shows no errors: typical errors of areas and grades with longer histories.
AREA_UNKNOWN = 0.02
GRADE_UNKNOWN = 0.06
GROWTH_PRIOR_WORTH = 4.0
POWERS = (0.4, 1.2)  # least and greatest growth of errors with the years ahead
FEWEST_FOR_STRETCH = 50


@dataclass(frozen=True)
class ErrorScale:
    """Scales of log errors that follow Student's t with ``TAIL`` degrees of freedom.

    Parameters
    ----------
    common : (step,) of the error that all areas share
    area : (area, step) of the error that all grades of an area share
    grade : (area, step, grade) of the remaining error
    """

    common: FloatArray
    area: FloatArray
    grade: FloatArray

    def of(self, areas: slice) -> "ErrorScale":
        """Return the scales of some areas."""
        return ErrorScale(self.common, self.area[areas], self.grade[areas])


@dataclass(frozen=True)
class PastErrors:
    """Forecasts from past origins, and the actual values.

    Parameters
    ----------
    actual, forecast : (area, origin, step, grade) pupils; NaN where not yet known
    known : (origin,) years of history that each forecast knew
    now : years of history known now
    """

    actual: FloatArray
    forecast: FloatArray
    known: tuple[int, ...] = ()
    now: int = 0

    def with_present_knowledge(self) -> "PastErrors":
        r"""Return errors as forecasts that know ``now`` years would have made them.

        A forecast from n years errs more than one from many:

        .. math:: \mathrm{var}(n) \propto 1 + c / n
        """
        if not self.known:
            return self
        variance = 1.0 + SHORT_HISTORY / np.array([*self.known, self.now], dtype=float)
        kept = np.sqrt(variance[-1] / variance[:-1])[None, :, None, None]
        error = log_error(self.actual, self.forecast)
        actual = (self.forecast + HALF) * np.exp(np.nan_to_num(error) * kept) - HALF
        return PastErrors(np.where(np.isfinite(error), actual, self.actual), self.forecast)


def log_error(actual: FloatArray, forecast: FloatArray) -> FloatArray:
    """Return log((actual + 1/2) / (forecast + 1/2)), NaN where missing or forecast as 0."""
    good = np.isfinite(actual) & (forecast > 0)
    observed, predicted = np.where(good, actual, 0.0), np.where(good, forecast, 0.0)
    return np.where(good, np.log((observed + HALF) / (predicted + HALF)), np.nan)


def total(pupils: FloatArray, axis: int | tuple[int, ...]) -> FloatArray:
    """Return the sum over ``axis``, NaN where nothing is known."""
    known = np.isfinite(pupils).any(axis=axis)
    return np.where(known, np.nansum(pupils, axis=axis), np.nan)


@dataclass(frozen=True)
class SpreadCurve:
    """Spread of log errors: step ** power * sqrt(a + b / size).

    Parameters
    ----------
    a, b : variance one year ahead for large sizes, and coefficient of 1 / size
    power : exponent of the growth with the horizon
    """

    a: float
    b: float
    power: float

    def at(self, size: FloatArray, step: FloatArray) -> FloatArray:
        """Return the spread of cells of ``size`` pupils ``step`` years ahead."""
        return np.sqrt(self.a + self.b / np.maximum(size, HALF)) * step**self.power


def fit_curve(error: FloatArray, size: FloatArray, step: FloatArray, unknown: float) -> SpreadCurve:
    """Return the curve fitted to the squares of ``error`` (area, origin, step, …).

    Without any errors, a is the square of ``unknown``.
    """
    power = growth_power(*spread_by_step(np.moveaxis(error, 2, -1)))
    known = np.isfinite(error) & (size > 0)
    scaled = (error / step**power)[known] ** 2
    if scaled.size == 0:
        return SpreadCurve(unknown**2, 1.0, power)
    a, b = fit_variance(scaled, size[known])
    return SpreadCurve(a, b, power)


def growth_power(spread: FloatArray, count: FloatArray) -> float:
    """Return p of spread ~ step ** p, shrunk towards ``GROWTH_PRIOR``."""
    known = np.isfinite(spread) & (spread > 0) & (count > 0)
    known[0] = False
    if not (np.isfinite(spread[0]) and spread[0] > 0 and known.any()):
        return GROWTH_PRIOR
    steps = np.log(np.arange(1, len(spread) + 1))[known]
    rise = np.log(spread[known] / spread[0])
    worth = count[known]
    evidence = float((worth * steps**2).sum())
    slope = float((worth * steps * rise).sum()) / evidence
    power = (slope * evidence + GROWTH_PRIOR * GROWTH_PRIOR_WORTH) / (evidence + GROWTH_PRIOR_WORTH)
    return float(np.clip(power, *POWERS))


def spread_by_step(error: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the median-based spread and the count of origins by step, the last axis.

    Parameters
    ----------
    error : (area, origin, …, step)
    """
    rows = error.reshape(-1, error.shape[-1])
    middle = np.sqrt(nanmedian(rows**2, 0) / NORMAL_MEDIAN_SQUARE)
    known = np.isfinite(error).reshape(*error.shape[:2], -1, error.shape[-1])
    origins = known.any(axis=(0, 2)).sum(axis=0)
    return np.where(middle > 0, middle, np.nan), origins.astype(float)


def own_factor(standard: FloatArray) -> FloatArray:
    """Return (area,) error of an area relative to that expected of its size, shrunk to 1."""
    axes = tuple(range(1, standard.ndim))
    known = np.isfinite(standard).sum(axis=axes)
    squares = np.nansum(np.minimum(standard**2, 25.0), axis=axes)
    # Errors of one area at neighbouring origins and steps are correlated.
    share = np.sqrt(known) / np.maximum(known, 1)
    evidence = known * share
    return np.sqrt((AREA_PRIOR_WORTH + squares * share) / (AREA_PRIOR_WORTH + evidence))


def stretch(standard: FloatArray) -> float:
    """Return the scale of Student's t that fits the 80 % and 95 % points of ``standard`` errors.

    Parameters
    ----------
    standard : errors over their standard deviations
    """
    known = np.abs(standard[np.isfinite(standard)])
    if known.size < FEWEST_FOR_STRETCH:
        return float(np.sqrt((TAIL - 2.0) / TAIL))
    inner, outer = np.quantile(known, [0.80, 0.95])
    return float(0.5 * (inner / T_80 + outer / T_95))


def leave_one_out_error(actual: FloatArray, forecast: FloatArray) -> FloatArray:
    """Return the log error (area, origin, step) of the sum of all other areas, 0 if none is known.

    The error of the sum of all areas would include the area's own, which matters for large areas; a
    single area has no other.

    Parameters
    ----------
    actual, forecast : (area, origin, step) totals of areas
    """
    observed, predicted = (np.nansum(x, axis=0) - np.nan_to_num(x) for x in (actual, forecast))
    return np.nan_to_num(log_error(observed, np.where(observed > 0, predicted, 0.0)))


def concentration(size: FloatArray) -> float:
    """Return sum(n^2) / sum(n)^2 of sizes (area,): 1 for one area, near 0 for many equal ones."""
    return float((size**2).sum() / max(float(size.sum()) ** 2, 1e-9))


def measure(
    past: PastErrors, size: FloatArray, horizon: int, entry: BoolArray | None = None
) -> ErrorScale:
    """Return the scales of errors 1 … ``horizon`` years ahead.

    Parameters
    ----------
    past : forecasts from past origins
    size : (area, step, grade) forecast pupils that the scales apply to
    horizon : years ahead
    entry : (grade,) True where no other grade feeds the grade
    """
    if entry is None:
        entry = np.zeros(size.shape[2], bool)
    past = past.with_present_knowledge()
    reach = past.actual.shape[2]
    ahead, passed = np.arange(1.0, horizon + 1), np.arange(1.0, reach + 1)
    joint = np.where(np.isfinite(past.actual), past.forecast, np.nan)
    common = log_error(total(past.actual, (0, 3)), total(joint, (0, 3)))
    actual, predicted = total(past.actual, 3), total(joint, 3)
    area_error = log_error(actual, predicted)
    every = log_error(past.actual, past.forecast)
    local, rest = area_error - leave_one_out_error(actual, predicted), every - area_error[..., None]
    forecast = total(past.forecast, 3)
    area_curve = fit_curve(local, forecast, passed, AREA_UNKNOWN)
    grade_curve = fit_curve(rest, past.forecast, passed[:, None], GRADE_UNKNOWN)
    area_expected = area_curve.at(forecast, passed)
    grade_expected = grade_curve.at(past.forecast, passed[:, None])
    area_own, grade_own = own_factor(local / area_expected), own_factor(rest / grade_expected)
    area_expected, grade_expected = (
        area_expected * area_own[:, None, None],
        grade_expected * _wide(grade_own),
    )
    area_stretch, grade_stretch = stretch(local / area_expected), stretch(rest / grade_expected)
    area = area_curve.at(size.sum(2), ahead) * area_own[:, None] * area_stretch
    grade = grade_curve.at(size, ahead[:, None]) * grade_own[:, None, None] * grade_stretch
    shared_worth = 1.0 - concentration(size[:, 0].sum(1))
    prior = common_prior(size[:, 0].sum(1))
    shared = common_scale(common, shared_worth, np.arange(1.0, max(horizon, reach) + 1.0), prior)
    above = (area_expected * area_stretch) ** 2 + shared[:reach] ** 2
    spread = np.sqrt(above[..., None] + (grade_expected * grade_stretch) ** 2)
    cell = cell_factor(every / spread, horizon, entry)
    above = (area**2 + shared[:horizon] ** 2)[:, :, None]
    left = np.maximum(cell**2 * (above + grade**2) - above, (LEAST_LEFT * grade) ** 2)
    return ErrorScale(shared[:horizon], area, np.sqrt(left))


def _wide(own: FloatArray) -> FloatArray:
    return own[:, None, None, None]
