"""Solving a plan: the schools that open, change, merge or close at least expected cost."""

from dataclasses import dataclass

from features.arrays import FloatArray
from forecasting.plan.case.planning_case import PlanCase
from forecasting.plan.program.milp import solve
from forecasting.plan.program.plan_model import Decisions, build_program, decisions_of, seats_added
from forecasting.plan.program.pools import spread_over_pools

RELATIVE_GAP = 2e-3
SECONDS = 120.0


@dataclass(frozen=True)
class LayoutPlan:
    """A plan and its optimality.

    Parameters
    ----------
    case : input of the plan
    decided : decisions by place and time
    objective : present value of all costs, including missing and idle seats, CNY
    bound : lower bound on the objective of any plan, CNY
    """

    case: PlanCase
    decided: Decisions
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """Distance from the bound, as a share of the objective."""
        return max(self.objective - self.bound, 0.0) / max(abs(self.objective), 1.0)

    @property
    def seats(self) -> FloatArray:
        """Seats that the plan adds, (area, stage, year)."""
        return seats_added(self.case, self.decided)


def solve_plan(case: PlanCase) -> LayoutPlan:
    """Return the plan of least expected cost.

    Raises
    ------
    InfeasibleError
        Budget or land do not suffice for what the rules require.
    """
    program, columns = build_program(case)
    solution = solve(program, RELATIVE_GAP, SECONDS)
    decided = spread_over_pools(case, decisions_of(columns, solution))
    return LayoutPlan(case, decided, solution.objective, solution.bound)
