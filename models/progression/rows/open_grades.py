"""Which grades a cohort progresses to: grades that close, are empty or have not opened yet.

An empty cohort leaves the next grade empty a year later. A grade is closed in an area if pupils of
the grade below were due and did not enrol. A grade that no cohort has reached yet opens when the
first one does. A grade that most pupils enter from outside the area is an entry grade.
"""

from dataclasses import replace

import numpy as np

from features.arrays import BoolArray, FloatArray
from models.history import EnrolmentHistory

LEAST_CLASS = 10  # pupils; a smaller class may vanish by chance
MOST_OTHERS = 0.5  # share of areas with the grade below that also teach a grade, for it to be usual


def find_open(pupils: FloatArray, reported: BoolArray) -> BoolArray:
    """Return (area, grade) True where the cohort in the grade below progresses to the grade.

    Parameters
    ----------
    pupils : (area, year, grade), gaps filled
    reported : (area, grade) True where any figure, including 0, was ever reported
    """
    known = np.nan_to_num(pupils)
    is_open = np.zeros(reported.shape, bool)
    if known.shape[1] == 1:
        is_open[:, 1:] = (known[:, -1, :-1] > 0) & (known[:, -1, 1:] > 0)
        return is_open
    due, enrolled = known[:, :-1, :-1] > 0, known[:, 1:, 1:] > 0
    informative = due & (enrolled | (known[:, :-1, :-1] >= LEAST_CLASS))
    latest = informative.shape[1] - 1 - np.argmax(informative[:, ::-1], axis=1)
    went_on = np.take_along_axis(enrolled, latest[:, None], axis=1)[:, 0]
    never_due = ~due.any(axis=1)
    feeding, last = known[:, -1, :-1] > 0, known[:, -1, 1:] > 0
    usual = (feeding & last).sum(axis=0) > MOST_OTHERS * feeding.sum(axis=0)
    yet_to_come = never_due & (feeding | reported[:, 1:] | usual)
    is_open[:, 1:] = np.where(informative.any(axis=1), went_on, yet_to_come)
    is_open[:, 1:] &= ~enters_here(known)
    return is_open


def enters_here(pupils: FloatArray) -> BoolArray:
    """Return (area, grade - 1) True where most pupils of a grade come from outside the area.

    A district of secondary schools receives its first grade from other districts: over the years
    most of its pupils had no grade below them the year before.
    """
    before, after = pupils[:, :-1, :-1], pupils[:, 1:, 1:]
    fed = np.where(before > 0, after, 0.0).sum(axis=1)
    return np.asarray((after.sum(axis=1) > 2.0 * fed) & (pupils[:, -1, 1:] > 0))


def without_empty_end(history: EnrolmentHistory) -> EnrolmentHistory:
    """Return ``history`` with the last year unknown in areas where all its figures are 0."""
    empty = empty_end(history.pupils)
    if not empty.any():
        return history
    pupils = history.pupils.copy()
    pupils[empty, -1] = np.nan
    return replace(history, pupils=pupils)


def empty_end(pupils: FloatArray) -> BoolArray:
    """Return (area,) True where all grades are 0 in the last year but not in the year before."""
    if pupils.shape[1] < 2:
        return np.zeros(len(pupils), bool)
    before, last = (np.nansum(pupils[:, year], axis=1) for year in (-2, -1))
    several = (np.nan_to_num(pupils[:, -2]) > 0).sum(axis=1) > 1
    counted = np.isfinite(pupils[:, -1]).any(axis=1)
    return np.asarray(counted & (last == 0) & (before >= LEAST_CLASS) & several)


def entry_base(pupils: FloatArray) -> FloatArray:
    """Return (area, grade) pupils that the entry forecast starts from: those of the last year.

    A small class that is empty for one year usually returns: the mean of three years is used.
    """
    last: FloatArray = pupils[:, -1].copy()
    if pupils.shape[1] < 3:
        return last
    before = pupils[:, -2]
    once = (last == 0) & (before > 0) & (before < LEAST_CLASS)
    return np.where(once, pupils[:, -3:].mean(axis=1), last)
