"""Cost of actions, and upper limits of each by county, stage and year."""

from dataclasses import dataclass

import numpy as np

from features.arrays import FloatArray
from forecasting.plan.case.actions import Action
from forecasting.plan.case.planning_case import PlanCase


@dataclass(frozen=True)
class Prices:
    """Unit costs in CNY, not discounted.

    Parameters
    ----------
    build, expand : (area, stage, year) one school of the usual size, one block of classes
    lease_year : (area, stage, year) one class in one year
    merge, convert : (unit, year) one school
    decision : (stage,) fixed cost of a decision
    """

    build: FloatArray
    expand: FloatArray
    lease_year: FloatArray
    merge: FloatArray
    convert: FloatArray
    decision: FloatArray


def prices(case: PlanCase) -> Prices:
    """Return the unit costs of each action in ``case``."""
    units, size = case.units, case.size
    to = np.maximum(case.receiver[units.stage], 0)
    seats_closed = units.classes[:, None] * size[units.area, units.stage]
    seats_gained = gained_classes(case)[:, None] * size[units.area, to]
    return Prices(
        build=case.norm("cost_cny_per_seat") * case.norm("school_classes_usual") * size,
        expand=case.norm("expand_cny_per_seat") * case.norm("expand_block_classes") * size,
        lease_year=case.norm("lease_cny_per_seat_year") * size,
        merge=seats_closed * case.norms["close_cny_per_seat"].to_numpy()[units.stage, None],
        convert=seats_gained * case.norms["convert_cny_per_seat"].to_numpy()[to, None],
        decision=case.norms["decision_cny"].to_numpy(dtype=float),
    )


def gained_classes(case: PlanCase) -> FloatArray:
    """Return classes that the next stage gains from each school, in complete tracks, (unit,)."""
    to = case.receiver[case.units.stage]
    grades = case.grades[to]
    return np.where(to >= 0, np.floor(case.units.classes / grades) * grades, 0.0)


def lease_years(case: PlanCase, stage: int, start: int) -> range:
    """Return the indices of the years covered by a lease that starts in year ``start``."""
    term = int(case.norms["lease_years_most"].iloc[stage])
    return range(start, min(start + term, len(case.years)))


def leased(case: PlanCase, started: FloatArray) -> FloatArray:
    """Return the classes rented in each year, given the leases that start in it, (a, s, y)."""
    held = np.zeros_like(started)
    for stage in range(started.shape[1]):
        for start in range(started.shape[2]):
            held[:, stage, list(lease_years(case, stage, start))] += started[:, stage, start, None]
    return held


def still_possible(case: PlanCase, action: Action) -> np.ndarray:
    """Return the years in which a decision taken now or later can take effect, (stage, year)."""
    return case.decided_in(action) >= case.now


def most_schools(case: PlanCase) -> FloatArray:
    """Return the maximum number of schools built at once, (a, s), from the greatest shortage.

    A county that must have a school of a stage but has none may always build one.
    """
    peak = np.quantile(case.pooled(case.gap), 0.99, axis=-1).max(axis=-1)
    seats = case.norm("school_classes_usual")[..., 0] * case.size.min(axis=-1)
    owed = np.ceil(
        np.maximum(case.floor - case.stock, 0) / case.norm("school_classes_usual")[..., 0]
    )
    most: FloatArray = np.maximum(np.ceil(np.maximum(peak, 0) / seats), owed)
    return np.where(case.is_host | (owed > 0), most, 0.0)


def most_blocks(case: PlanCase) -> FloatArray:
    """Return the blocks of classes that existing campuses have room for, (a, s)."""
    room = case.pooled(case.stock) * case.norm("expand_share_most")[..., 0]
    most: FloatArray = np.floor(room / case.norm("expand_block_classes")[..., 0] + 1e-6)
    return most


def most_leased(case: PlanCase) -> FloatArray:
    """Return the maximum of classes rented at a time, (a, s); 0 if too few for a school."""
    room = case.pooled(case.stock) * case.norm("lease_share_most")[..., 0]
    most: FloatArray = np.floor(room + 1e-6)
    return np.where(most >= case.norm("school_classes_least")[..., 0], most, 0.0)


def most_given(case: PlanCase, measure: str) -> FloatArray:
    """Return the maximum of classes given up in a year, (a, s): a share, at least one school."""
    largest = np.zeros_like(case.stock)
    np.maximum.at(largest, (case.units.area, case.units.stage), case.units.classes)
    share = case.norm(measure)[..., 0]
    return np.where(share > 0, np.maximum(case.stock * share, largest), 0.0)
