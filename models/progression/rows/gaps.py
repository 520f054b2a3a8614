"""Fill missing and implausible figures, so that every area ends in the same year."""

from dataclasses import replace

import numpy as np
import pandas as pd

from data.checks.common_steps import common_steps
from data.checks.outliers import outliers
from features.arrays import BoolArray, FloatArray
from models.history import EnrolmentHistory


def without_outliers(history: EnrolmentHistory) -> EnrolmentHistory:
    """Return ``history`` with outlying pupils unknown, and outlying births interpolated.

    One such figure would affect the forecast of all areas, see ``docs/reliability.md``.
    """
    rows = np.moveaxis(history.pupils, 1, 2)
    flat = rows.reshape(-1, rows.shape[2])
    odd = np.moveaxis(outliers(flat, closing=True).reshape(rows.shape), 2, 1)
    odd &= ~_empty_cohorts(history.pupils)
    odd_births = outliers(history.births, closing=False)
    interpolated = _filled(np.where(odd_births, np.nan, history.births))
    return replace(
        history,
        pupils=np.where(odd, np.nan, history.pupils),
        births=np.where(odd_births, interpolated, history.births),
    )


def without_common_steps(history: EnrolmentHistory) -> EnrolmentHistory:
    """Return ``history`` on the definition of its last year, where all areas stepped at once.

    Earlier years are multiplied by the later steps, so that a step is in the level, not in growth.
    """
    steps = common_steps(history.pupils)
    if not steps.any():
        return history
    later = np.append(np.cumsum(steps[::-1])[::-1][1:], 0.0)
    return replace(history, pupils=history.pupils * np.exp(later)[None, :, None])


def _empty_cohorts(pupils: FloatArray) -> BoolArray:
    """Return (area, year, grade) True where a cohort was reported as empty at least twice."""
    nobody = pupils == 0
    again = nobody[:, :-1, :-1] & nobody[:, 1:, 1:]
    empty = np.zeros(pupils.shape, bool)
    empty[:, :-1, :-1] |= again
    empty[:, 1:, 1:] |= again
    return empty


def fill_gaps(history: EnrolmentHistory) -> EnrolmentHistory:
    """Return ``history`` with gaps within a row interpolated and its last value carried forward.

    A row is unknown before its first year; one that was never reported is 0.
    """
    filled = np.stack(
        [_filled(history.pupils[:, :, grade]) for grade in range(len(history.grades))], axis=2
    )
    never = np.isnan(filled).all(axis=1)
    filled[:, -1] = np.where(never, 0.0, filled[:, -1])
    return replace(history, pupils=filled)


def fill_along_cohorts(history: EnrolmentHistory) -> EnrolmentHistory:
    """Return ``history`` with gaps filled by geometric interpolation along cohorts.

    Interpolation is between the cohort's last count before the gap and its first after it; cells
    without both are left unknown.
    """
    known = np.log(np.where(history.pupils > 0, history.pupils, np.nan))
    before, waited = _carried(known)
    after, ahead = (part[:, ::-1, ::-1] for part in _carried(known[:, ::-1, ::-1]))
    span = np.maximum(waited + ahead, 1)
    path = np.exp((before * ahead + after * waited) / span)
    return replace(history, pupils=np.where(np.isnan(history.pupils), path, history.pupils))


def _carried(known: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return each cell's latest count of its cohort so far, and its age in years."""
    value, waited = known.copy(), np.zeros_like(known)
    for year in range(1, known.shape[1]):
        gap = np.isnan(known[:, year, 1:])
        value[:, year, 1:] = np.where(gap, value[:, year - 1, :-1], known[:, year, 1:])
        waited[:, year, 1:] = np.where(gap, waited[:, year - 1, :-1] + 1, 0)
    return value, waited


def _filled(pupils: FloatArray) -> FloatArray:
    """Return (area, year) interpolated inside and carried forward at the end."""
    wide = pd.DataFrame(pupils).interpolate(axis=1, limit_area="inside").ffill(axis=1)
    return np.array(wide, dtype=float)
