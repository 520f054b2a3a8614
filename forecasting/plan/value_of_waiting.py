r"""What it is worth to decide the later steps later.

A plan that is fixed now must suit every future. If instead steps taken from year ``w`` on may
depend on what is seen in ``w``, each county has two plans: one for the half of its draws in which
more seats are needed in ``w`` than the median, one for the other half; what is decided before
``w`` is the same in both. The value of waiting is the fall of the expected cost.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.arrays import FloatArray
from forecasting.plan.case import PlanCase
from forecasting.plan.milp import solve
from forecasting.plan.model import Decisions, build_program, decisions_of
from forecasting.plan.options import decided_in
from forecasting.plan.rule_costs import plan_cost
from forecasting.plan.solve import RELATIVE_GAP, SECONDS, WORKERS, solve_plan

YEARS_TO_SIGNAL = 3
ACTION_OF = {
    "track": "build",
    "school": "build",
    "campus": "campus",
    "expand": "expand",
    "convert": "convert",
    "close": "close",
    "lease": "lease",
}


@dataclass(frozen=True)
class Waiting:
    """Worth of waiting for a signal, by county.

    Parameters
    ----------
    areas : adcodes
    year : school year in which the signal is read
    threshold : (area,) seats short before the plan, all stages together, that part the two plans
    fixed, waited : (area,) expected cost on fresh draws, decided all now and decided in two steps
    below, above : two plans, made on the draws seen
    """

    areas: tuple[str, ...]
    year: int
    threshold: FloatArray
    fixed: FloatArray
    waited: FloatArray
    below: Decisions
    above: Decisions

    @property
    def value(self) -> FloatArray:
        """What waiting saves, (area,), CNY at present value."""
        return self.fixed - self.waited


def value_of_waiting(case: PlanCase) -> Waiting | None:
    """Return the worth of waiting, each county on its own; None where the horizon is too short.

    Limits that counties share (budget, land, buses, ownership) are left out of both sides.
    """
    if len(case.years) <= YEARS_TO_SIGNAL + 1:
        return None
    alone = replace(
        case,
        lenders=(),
        apart_km=np.zeros(0),
        terms=replace(case.terms, budget_cny=None, land_m2=None),
        public=np.full(len(case.areas), np.nan),
    )
    counties = [alone.of([place]) for place in range(len(case.areas))]
    with ThreadPoolExecutor(WORKERS) as threads:
        found = list(threads.map(_county, counties))
    figures = np.array([county[0] for county in found]).T
    below, above = (_stacked([county[1][side] for county in found]) for side in (0, 1))
    year = case.now + YEARS_TO_SIGNAL
    return Waiting(case.areas, year, figures[0], figures[1], figures[2], below, above)


def _county(
    case: PlanCase,
) -> tuple[tuple[float, float, float], tuple[Decisions, Decisions]]:
    """Return threshold, cost decided now and in two steps, and the two plans of one county."""
    seen, fresh = case.with_gap(case.gap[..., ::2]), case.with_gap(case.gap[..., 1::2])
    signal = _signal(seen)
    threshold = float(np.median(signal))
    sides = (signal <= threshold, signal > threshold)
    if not all(side.any() for side in sides):
        one = solve_plan(seen).decided
        cost = plan_cost(fresh, one).total
        return (threshold, cost, cost), (one, one)
    fixed = plan_cost(fresh, solve_plan(seen).decided).total
    plans = _two_plans(seen, sides)
    later = _signal(fresh)
    waited = sum(
        plan_cost(fresh.with_gap(fresh.gap[..., side]), plan).total * side.mean()
        for side, plan in zip((later <= threshold, later > threshold), plans, strict=True)
        if side.any()
    )
    return (threshold, fixed, float(waited)), plans


def _signal(case: PlanCase) -> FloatArray:
    """Return seats short before the plan in the year of the signal, all stages, (draw,)."""
    year = case.years.index(case.now + YEARS_TO_SIGNAL)
    return case.gap[0, :, year].sum(axis=0).astype(float)


def _two_plans(
    case: PlanCase, sides: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]
) -> tuple[Decisions, Decisions]:
    """Return the plans for both sides of the signal, equal in what is decided before it."""
    least = min(int(side.sum()) for side in sides)
    # Both copies need equally many draws: the larger half is thinned evenly.
    chosen = [
        np.flatnonzero(side)[np.linspace(0, side.sum() - 1, least).round().astype(int)]
        for side in sides
    ]
    gap = np.concatenate([case.gap[..., draws] for draws in chosen])
    twice = case.of([0, 0])
    share = np.array([side.mean() for side in sides])
    copies = replace(twice, gap=gap, weight=share, campus=(0, 1) if case.campus else ())
    program, columns = build_program(copies)
    for block, action in ACTION_OF.items():
        early = np.broadcast_to(
            decided_in(case, action) < case.now + YEARS_TO_SIGNAL, columns[block].shape[1:]
        )
        rows = program.rows((int(early.sum()),), 0.0, 0.0)
        program.put(rows, columns[block][0][early], 1.0)
        program.put(rows, columns[block][1][early], -1.0)
    decided = decisions_of(columns, solve(program, RELATIVE_GAP, SECONDS))
    return _side(decided, 0), _side(decided, 1)


def _side(decided: Decisions, copy: int) -> Decisions:
    """Return one of two copies as a plan of one county, which has no neighbours."""
    return Decisions(
        **{
            name: value if name == "bus" else value[copy : copy + 1]
            for name, value in vars(decided).items()
        }
    )


def _stacked(plans: list[Decisions]) -> Decisions:
    return Decisions(
        **{name: np.concatenate([vars(plan)[name] for plan in plans]) for name in vars(plans[0])}
    )


def waiting_table(
    waiting: Waiting | None, case: PlanCase, names: Mapping[str, str]
) -> pd.DataFrame:
    """Return a row a county: the sign, what waiting is worth, and seats at the horizon either way.

    ``<stage>_below`` and ``<stage>_above`` are seats that the plan has added by the last year where
    the sign stays below or rises above ``signal_gap`` seats short, before any plan.
    """
    if waiting is None:
        return pd.DataFrame(columns=["adcode", "county", "signal_year", "signal_gap"])
    table = pd.DataFrame(
        {
            "adcode": waiting.areas,
            "county": [names[area] for area in waiting.areas],
            "signal_year": waiting.year,
            "signal_gap": waiting.threshold,
            "cost_decided_now_cny": waiting.fixed,
            "cost_in_two_steps_cny": waiting.waited,
            "value_of_waiting_cny": waiting.value,
        }
    )
    for side in ("below", "above"):
        seats = getattr(waiting, side).added[:, :, -1] * case.size[:, :, -1]
        for place, stage in enumerate(case.stages):
            table[f"{stage}_{side}"] = seats[:, place]
    return table
