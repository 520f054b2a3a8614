"""Solving a plan: one program for counties that share nothing, a joint one for those that do."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from features.arrays import FloatArray
from forecasting.plan.case import PlanCase
from forecasting.plan.milp import Solution, solve
from forecasting.plan.model import Decisions, build_program, decisions_of, seats_added

RELATIVE_GAP = 5e-4
SECONDS = 120.0
WORKERS = 2


@dataclass(frozen=True)
class LayoutPlan:
    """A plan and how good it is.

    Parameters
    ----------
    case : what it was decided on
    decided : what is done, where and when
    objective : present value of all costs, shortage and idle seats included, CNY
    bound : no plan costs less
    """

    case: PlanCase
    decided: Decisions
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """Distance from the best possible, as a share."""
        return max(self.objective - self.bound, 0.0) / max(abs(self.objective), 1.0)

    @property
    def built(self) -> FloatArray:
        """Seats in new schools, (area, stage, year of opening)."""
        tracks = self.decided.track + self.decided.campus
        return tracks * self.case.grades[None, :, None] * self.case.size

    @property
    def seats(self) -> FloatArray:
        """Seats that the plan adds, (area, stage, year)."""
        return seats_added(self.case, self.decided)


def solve_plan(case: PlanCase) -> LayoutPlan:
    """Return the plan of least expected cost.

    Raises
    ------
    InfeasibleError
        Budget or land do not suffice for what the rules ask.
    """
    blocks = blocks_of(case)
    with ThreadPoolExecutor(WORKERS) as threads:
        solved = list(threads.map(lambda block: _solve_block(case.of(block)), blocks))
    return LayoutPlan(
        case,
        _joined(case, blocks, [decided for decided, _ in solved]),
        sum(solution.objective for _, solution in solved),
        sum(solution.bound for _, solution in solved),
    )


def blocks_of(case: PlanCase) -> list[list[int]]:
    """Return the counties that have to be solved together."""
    count = len(case.areas)
    terms = case.terms
    if terms.budget_cny is not None or terms.land_m2 is not None or np.isfinite(case.public).any():
        return [list(range(count))]
    pairs = np.array(case.lenders, dtype=int).reshape(-1, 2)
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    number, label = connected_components(links, directed=False)
    return [list(np.flatnonzero(label == block)) for block in range(number)]


def _solve_block(case: PlanCase) -> tuple[Decisions, Solution]:
    program, columns = build_program(case)
    solution = solve(program, RELATIVE_GAP, SECONDS)
    return decisions_of(columns, solution), solution


def _joined(case: PlanCase, blocks: list[list[int]], parts: list[Decisions]) -> Decisions:
    """Return the decisions of all counties in the order of ``case``."""
    areas = np.argsort(np.concatenate(blocks))
    # A pair of neighbours lies in one block; within it the pairs keep their order.
    inside = [[p for p, pair in enumerate(case.lenders) if pair[0] in block] for block in blocks]
    pairs = np.argsort(np.concatenate([np.array(block, dtype=int) for block in inside]))
    return Decisions(
        **{
            one.name: np.concatenate([getattr(part, one.name) for part in parts])[
                pairs if one.name == "bus" else areas
            ]
            for one in fields(Decisions)
        }
    )
