"""What a plan costs on draws it has not seen, beside plans made by simpler rules."""

from dataclasses import dataclass

import numpy as np

from forecasting.plan.case import PlanCase
from forecasting.plan.expected_cost import expected_cost
from forecasting.plan.model import Decisions, decision_cost, seats_added
from forecasting.plan.solve import solve_plan

RULES = ("distribution", "mean", "peak", "none")


@dataclass(frozen=True)
class PlanCost:
    """Expected cost of a plan in CNY at present value, and seat-years behind it.

    Parameters
    ----------
    decisions : building, renting, closing and the rest
    shortage, idle : seats missing and seats empty, as weighed
    missing_seat_years, idle_seat_years : expected sums over counties, stages and years
    """

    decisions: float
    shortage: float
    idle: float
    missing_seat_years: float
    idle_seat_years: float

    @property
    def total(self) -> float:
        """All that the plan minimises."""
        return self.decisions + self.shortage + self.idle


def plan_cost(case: PlanCase, decided: Decisions) -> PlanCost:
    """Return what ``decided`` costs over the draws of ``case``."""
    seats = seats_added(case, decided)
    one, nothing = np.ones(case.cells), np.zeros(case.cells)
    missing = expected_cost(case.gap, seats, one, nothing)
    idle = expected_cost(case.gap, seats, nothing, one)
    return PlanCost(
        sum(decision_cost(case, decided).values()),
        float((missing * case.missing_cost()).sum()),
        float((idle * case.idle_cost()).sum()),
        float((missing * case.weight[:, None, None]).sum()),
        float((idle * case.weight[:, None, None]).sum()),
    )


def compared(case: PlanCase) -> dict[str, PlanCost]:
    """Return rule → cost on fresh draws: every plan is made on the even draws, judged on the odd.

    ``distribution`` is ours; ``mean`` solves the same program for the mean gap; ``peak`` builds
    for the highest mean gap at once and closes nothing; ``none`` does nothing.
    """
    seen, fresh = case.with_gap(case.gap[..., ::2]), case.with_gap(case.gap[..., 1::2])
    mean = seen.with_gap(seen.gap.mean(axis=-1, keepdims=True))
    plans = (
        solve_plan(seen).decided,
        solve_plan(mean).decided,
        peak_plan(seen),
        idle_plan(seen),
    )
    return {rule: plan_cost(fresh, plan) for rule, plan in zip(RULES, plans, strict=True)}


def idle_plan(case: PlanCase) -> Decisions:
    """Return the plan that does nothing."""
    areas, stages, years = case.cells
    cells = np.zeros(case.cells)
    yearly = np.zeros((areas, years))
    bus = np.zeros((len(case.lenders), stages, years))
    handed = np.zeros((areas, stages - 1, years))
    return Decisions(cells, cells, cells, yearly, cells, handed, cells, yearly, cells, bus, cells)


def peak_plan(case: PlanCase) -> Decisions:
    """Return the plan that opens schools for the peak of the mean gap as soon as it can."""
    grades = case.grades[None, :]
    peak = case.gap.mean(axis=-1).max(axis=-1)
    wanted = np.ceil(np.maximum(peak, 0) / (grades * case.size[:, :, 0]))
    track = np.zeros(case.cells)
    for stage, lead in enumerate(case.lead("build")):
        if lead <= len(case.years):
            track[:, stage, lead - 1] = wanted[:, stage]
    added = (track * grades[:, :, None]).cumsum(axis=-1)
    school = np.ceil(track * grades[:, :, None] / case.norm("school_classes_most"))
    nothing = idle_plan(case)
    return Decisions(**{**vars(nothing), "track": track, "school": school, "added": added})
