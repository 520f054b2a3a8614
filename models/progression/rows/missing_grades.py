"""Interpolate grades missing between reported ones, such as entrants and leavers only."""

from dataclasses import replace

import numpy as np

from data.contract.grades import grade_order
from features.arrays import FloatArray
from models.history import EnrolmentHistory
from models.progression.ratios import HIGHEST_LEVEL, IntArray, nanmean, nanmedian


def insert_skipped(history: EnrolmentHistory) -> tuple[EnrolmentHistory, IntArray]:
    """Return ``history`` with missing grades inserted, and the indices of its own grades.

    A cohort is interpolated geometrically between the grades in which it was counted; one not
    counted in both follows the area's mean ratio. Grades are inserted if the history is long enough
    to count a cohort twice and the two counts are consistent with one cohort.
    """
    places = [grade_order(code) for code in history.grades]
    own, codes, rows, follows = [0], [history.grades[0]], [history.pupils[:, :, 0]], [False]
    for row in range(1, len(places)):
        lower, upper = places[row - 1], places[row]
        years = 0 if lower is None or upper is None else upper - lower
        between = _between(history.pupils[:, :, row - 1 : row + 1], years) if years > 1 else []
        rows += between
        codes += [f"{history.grades[row - 1]}+{step}" for step in range(1, len(between) + 1)]
        follows += [True] * len(between)
        own.append(len(rows))
        rows.append(history.pupils[:, :, row])
        codes.append(history.grades[row])
        follows.append(bool(between) or bool(history.consecutive[row]))
    complete = replace(
        history,
        grades=tuple(codes),
        pupils=np.stack(rows, axis=2),
        consecutive=np.array(follows),
    )
    return complete, np.array(own, dtype=np.intp)


def _between(pair: FloatArray, years: int) -> list[FloatArray]:
    """Return the pupils (area, year) of the ``years`` - 1 grades between those of ``pair``.

    Parameters
    ----------
    pair : (area, year, 2) pupils of two grades; cohorts reach the second ``years`` years later
    """
    span = pair.shape[1]
    if span <= years + 1:
        return []
    known = np.where(pair > 0, pair, np.nan)
    low = np.full((len(pair), span + years), np.nan)  # by the year a cohort was in the first grade,
    high = low.copy()  # from ``years`` before the first year of the history
    low[:, years:], high[:, :span] = np.log(known[..., 0]), np.log(known[..., 1])
    ratio = high - low
    typical = float(nanmedian(ratio, (0, 1)))
    if not np.isfinite(ratio).any() or abs(typical) > HIGHEST_LEVEL:
        return []
    seen = np.isfinite(ratio).any(axis=1)
    mean = np.where(seen, nanmean(ratio, np.ones_like(ratio), 1), typical)[:, None]
    low, high = (
        np.where(np.isfinite(low), low, high - mean),
        np.where(np.isfinite(high), high, low + mean),
    )
    path = [np.exp(low + (high - low) * step / years) for step in range(years)]
    return [path[step][:, years - step : years - step + span] for step in range(1, years)]
