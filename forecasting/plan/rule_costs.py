"""Out-of-sample cost of a plan, compared with plans made by simpler rules."""

from dataclasses import dataclass

import numpy as np

from forecasting.plan.case.actions import Action
from forecasting.plan.case.planning_case import PlanCase
from forecasting.plan.program.expected_cost import expected_cost
from forecasting.plan.program.plan_model import Decisions, decision_cost, seats_added
from forecasting.plan.program.solve import solve_plan

RULES = ("distribution", "mean", "peak", "none")


@dataclass(frozen=True)
class PlanCost:
    """Expected cost of a plan in CNY at present value, with the underlying seat-years.

    Parameters
    ----------
    decisions : building, renting, merging and the rest
    shortage, idle : weighted cost of missing and of idle seats
    missing_seat_years, idle_seat_years : expected sums over counties (pools), stages and years
    """

    decisions: float
    shortage: float
    idle: float
    missing_seat_years: float
    idle_seat_years: float

    @property
    def total(self) -> float:
        """Total objective without the fixed cost per decision."""
        return self.decisions + self.shortage + self.idle


def missing_and_idle(case: PlanCase, decided: Decisions) -> tuple[np.ndarray, np.ndarray]:
    """Return expected seats missing and idle, (area, stage, year); pools at their first county."""
    seats, gap = case.pooled(seats_added(case, decided)), case.pooled(case.gap)
    one, nothing = np.ones(case.cells), np.zeros(case.cells)
    return expected_cost(gap, seats, one, nothing), expected_cost(gap, seats, nothing, one)


def plan_cost(case: PlanCase, decided: Decisions) -> PlanCost:
    """Return the cost of ``decided`` over the draws of ``case``."""
    missing, idle = missing_and_idle(case, decided)
    return PlanCost(
        decision_cost(case, decided),
        float((missing * case.missing_cost()).sum()),
        float((idle * case.idle_cost()).sum()),
        float(missing.sum()),
        float(idle.sum()),
    )


def compared(case: PlanCase) -> dict[str, PlanCost]:
    """Return rule → out-of-sample cost: plans are made on even draws and evaluated on odd ones.

    ``distribution`` is ours; ``mean`` solves the same program under the same rules for the mean
    gap; ``peak`` builds for the highest mean gap at once and merges nothing; ``none`` does nothing.
    """
    seen, fresh = case.with_gap(case.gap[..., ::2]), case.with_gap(case.gap[..., 1::2])
    plans = (
        solve_plan(seen).decided,
        solve_plan(seen.by_mean()).decided,
        peak_plan(seen),
        idle_plan(seen),
    )
    return {rule: plan_cost(fresh, plan) for rule, plan in zip(RULES, plans, strict=True)}


def idle_plan(case: PlanCase) -> Decisions:
    """Return the plan that does nothing."""
    cells, yearly = np.zeros(case.cells), np.zeros((case.cells[0], case.cells[2]))
    of_units = np.zeros((len(case.units), case.cells[2]))
    return Decisions(
        build=cells, expand=cells, lease=cells, merge=of_units, convert=of_units, campus=yearly,
        part=cells, moved=cells, merge_public=yearly, added=cells,
    )  # fmt: skip


def peak_plan(case: PlanCase) -> Decisions:
    """Return the plan that opens schools for the peak of the mean gap as soon as it can."""
    usual = case.norm("school_classes_usual")
    peak = case.pooled(case.gap).mean(axis=-1).max(axis=-1)
    wanted = np.ceil(np.maximum(peak, 0) / (usual[..., 0] * case.size[:, :, 0]))
    build = np.zeros(case.cells)
    for stage, lead in enumerate(case.lead(Action.BUILD)):
        if lead <= len(case.years):
            build[:, stage, lead - 1] = wanted[:, stage]
    added = (build * usual).cumsum(axis=-1)
    return Decisions(**{**vars(idle_plan(case)), "build": build, "added": added})
