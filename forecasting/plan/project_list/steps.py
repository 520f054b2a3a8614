"""The decisions of a plan one by one: action, schools affected and cost."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from forecasting.plan.case.actions import Action, Reason
from forecasting.plan.case.costs import gained_classes, lease_years, prices
from forecasting.plan.case.planning_case import PlanCase
from forecasting.plan.program.solve import LayoutPlan


@dataclass(frozen=True)
class Step:
    """One decision about one county and stage.

    Parameters
    ----------
    action, reason : codes
    area, stage, year : indices in the case; for a conversion the stage that gains
    schools : complete schools that open, change, merge or close
    classes, seats : amount opened or closed (for a lease: rented each year), as positive counts
    cost_cny : cost, not discounted, over all years of a lease
    giver : index of the stage whose schools are converted; -1 otherwise
    classes_given : classes that the giver loses
    units : rows of ``case.units`` and the number of schools of each
    new_land : True if land is needed
    """

    action: Action
    reason: Reason
    area: int
    stage: int
    year: int
    schools: float
    classes: float
    seats: float
    cost_cny: float
    giver: int = -1
    classes_given: float = 0.0
    units: tuple[tuple[int, int], ...] = ()
    new_land: bool = False


def steps_of(plan: LayoutPlan) -> Iterator[Step]:
    """Yield every decision of ``plan``."""
    yield from _opened(plan)
    yield from _extended(plan)
    yield from _merged(plan)
    yield from _converted(plan)


def _opened(plan: LayoutPlan) -> Iterator[Step]:
    """Yield new schools, and sections of all-stage schools that add seats or receive a school."""
    case, decided, price = plan.case, plan.decided, prices(plan.case)
    usual = case.norms["school_classes_usual"].to_numpy(dtype=float)
    owed = case.floor > case.stock
    for name in ("build", "part", "moved"):
        for cell in zip(*np.nonzero(getattr(decided, name)), strict=True):
            area, stage, year = (int(place) for place in cell)
            schools = float(getattr(decided, name)[cell])
            classes = schools * usual[stage]
            cost = schools * float(price.build[cell])
            if name == "build":
                cost += float(price.decision[stage])
                reason = Reason.LAST_SCHOOL if owed[area, stage] else Reason.SHORTAGE
            else:
                reason = Reason.NEW_DISTRICT
            if name == "moved":
                # One school moves into the new section: no seat is added or lost.
                yield Step(Action.MERGE, reason, area, stage, year, schools, 0.0, 0.0, cost,
                           new_land=True)  # fmt: skip
                continue
            seats = classes * float(case.size[cell])
            yield Step(Action.BUILD, reason, area, stage, year, schools, classes, seats, cost,
                       new_land=True)  # fmt: skip


def _extended(plan: LayoutPlan) -> Iterator[Step]:
    """Yield blocks of classes added and rooms rented."""
    case, decided, price = plan.case, plan.decided, prices(plan.case)
    block = case.norms["expand_block_classes"].to_numpy(dtype=float)
    for cell in zip(*np.nonzero(decided.expand), strict=True):
        area, stage, year = (int(place) for place in cell)
        many = float(decided.expand[cell])
        classes = many * block[stage]
        cost = many * float(price.expand[cell]) + float(price.decision[stage])
        seats = classes * float(case.size[cell])
        yield Step(Action.EXPAND, Reason.SHORTAGE, area, stage, year, 0.0, classes, seats, cost)
    for cell in zip(*np.nonzero(decided.lease), strict=True):
        area, stage, year = (int(place) for place in cell)
        classes = float(decided.lease[cell])
        rent = price.lease_year[area, stage, list(lease_years(case, stage, year))].sum()
        cost = classes * float(rent) + float(price.decision[stage])
        seats = classes * float(case.size[cell])
        yield Step(Action.LEASE, Reason.SHORTAGE, area, stage, year, 0.0, classes, seats, cost)


def _merged(plan: LayoutPlan) -> Iterator[Step]:
    """Yield schools merged into others, and named schools closed for lack of pupils."""
    case, price = plan.case, prices(plan.case)
    empty = case.units.pupils == 0
    for action, reason, own in (
        (Action.MERGE, Reason.SURPLUS, ~empty),
        (Action.CLOSE, Reason.EMPTY, empty),
    ):
        for (area, stage, year), units in _by_cell(case, plan.decided.merge * own[:, None]):
            classes = sum(case.units.classes[unit] * many for unit, many in units)
            cost = sum(float(price.merge[unit, year]) * many for unit, many in units)
            yield Step(
                action, reason, area, stage, year,
                float(sum(many for _, many in units)), float(classes),
                float(classes * case.size[area, stage, year]),
                cost + float(price.decision[stage]), units=units,
            )  # fmt: skip


def _converted(plan: LayoutPlan) -> Iterator[Step]:
    """Yield schools converted to the next stage."""
    case, price, gained = plan.case, prices(plan.case), gained_classes(plan.case)
    for (area, giver, year), units in _by_cell(case, plan.decided.convert):
        stage = int(case.receiver[giver])
        classes = float(sum(gained[unit] * many for unit, many in units))
        given = float(sum(case.units.classes[unit] * many for unit, many in units))
        cost = sum(float(price.convert[unit, year]) * many for unit, many in units)
        yield Step(
            Action.CONVERT, Reason.SHORTAGE, area, stage, year,
            float(sum(many for _, many in units)), classes,
            classes * float(case.size[area, stage, year]),
            cost + float(price.decision[stage]), giver, given, units,
        )  # fmt: skip


def _by_cell(
    case: PlanCase, of_units: np.ndarray
) -> Iterator[tuple[tuple[int, int, int], tuple[tuple[int, int], ...]]]:
    """Yield county, stage and year with the schools affected."""
    cells: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
    for unit, year in zip(*np.nonzero(of_units), strict=True):
        place = int(case.units.area[unit]), int(case.units.stage[unit]), int(year)
        cells.setdefault(place, []).append((int(unit), int(of_units[unit, year])))
    for place, units in cells.items():
        yield place, tuple(units)
