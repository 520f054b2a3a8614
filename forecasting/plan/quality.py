"""Figures that say how good a plan is and how much it hangs on what is judged, not measured."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from data.language import Text
from data.problems import DataError, DataProblem
from forecasting.plan.case import PlanCase
from forecasting.plan.expected_cost import expected_cost
from forecasting.plan.milp import InfeasibleError
from forecasting.plan.model import committed
from forecasting.plan.rule_costs import compared, plan_cost
from forecasting.plan.solve import LayoutPlan, solve_plan
from forecasting.plan.value_of_waiting import Waiting

Figure = tuple[str, str, float, str]
PERCENT = 100
M2_A_HECTARE = 10_000
CNY_A_YI = 1e8


def quality_figures(plan: LayoutPlan) -> Iterator[Figure]:
    """Give group, measure, value and unit of what a plan costs and how near the best it is."""
    cost = plan_cost(plan.case, plan.decided)
    yield "plan", "objective", plan.objective, "CNY"
    yield "plan", "bound", plan.bound, "CNY"
    yield "plan", "optimality_gap", plan.gap * PERCENT, "%"
    yield "plan", "decisions", cost.decisions, "CNY"
    yield "plan", "shortage", cost.shortage, "CNY"
    yield "plan", "idle", cost.idle, "CNY"
    yield "plan", "missing_seat_years", cost.missing_seat_years, "seat-years"
    yield "plan", "idle_seat_years", cost.idle_seat_years, "seat-years"


def comparison_figures(case: PlanCase) -> Iterator[Figure]:
    """Give costs on fresh draws of our plan and of simpler rules."""
    costs = compared(case)
    for rule, cost in costs.items():
        yield "fresh_draws", f"total_{rule}", cost.total, "CNY"
        yield "fresh_draws", f"decisions_{rule}", cost.decisions, "CNY"
        yield "fresh_draws", f"missing_{rule}", cost.missing_seat_years, "seat-years"
        yield "fresh_draws", f"idle_{rule}", cost.idle_seat_years, "seat-years"
    ours = costs["distribution"].total
    for rule in ("mean", "peak", "none"):
        yield "fresh_draws", f"regret_of_{rule}", costs[rule].total - ours, "CNY"


def scenario_figures(plan: LayoutPlan, others: Mapping[str, LayoutPlan]) -> Iterator[Figure]:
    """Give what it costs to carry out ``plan`` where another scenario comes true."""
    for name, other in others.items():
        own = plan_cost(other.case, other.decided).total
        regret = plan_cost(other.case, plan.decided).total - own
        yield "other_scenario", f"regret_if_{name}", regret, "CNY"


def sensitivity_figures(plan: LayoutPlan) -> Iterator[Figure]:
    """Give the plan under other judgements, and without what the rules or the assumptions allow."""
    case, terms = plan.case, plan.case.terms
    handed = case.norms["convert_share_a_year"].where(
        case.norms.index != case.stages[-2], other=0.0
    )
    senior_alone = case.norms.assign(convert_share_a_year=handed)
    dear = case.norms.assign(convert_cny_per_seat=3 * case.norms["convert_cny_per_seat"])
    others = {
        f"shortage_years={terms.shortage_years / 2:g}": _judged(case, terms.shortage_years / 2),
        f"shortage_years={terms.shortage_years * 2:g}": _judged(case, terms.shortage_years * 2),
        "discount_rate=0.04": replace(case, terms=replace(terms, discount_rate=0.04)),
        "discount_rate=0.12": replace(case, terms=replace(terms, discount_rate=0.12)),
        "convert_cost_threefold": replace(case, norms=dear),
        "no_junior_to_senior": replace(case, norms=senior_alone),
        "no_all_stage_school": replace(case, campus=()),
    }
    yield from _outcome("as_planned", plan)
    for name, other in others.items():
        try:
            yield from _outcome(name, solve_plan(other))
        except InfeasibleError:
            yield "sensitivity", f"{name}: infeasible", 1.0, ""


def _judged(case: PlanCase, shortage_years: float) -> PlanCase:
    return replace(case, terms=replace(case.terms, shortage_years=shortage_years))


def _outcome(name: str, plan: LayoutPlan) -> Iterator[Figure]:
    cost = plan_cost(plan.case, plan.decided)
    decided = plan.decided
    built = (
        (decided.track + decided.campus) * plan.case.grades[None, :, None] * plan.case.size
    ).sum()
    yield "sensitivity", f"{name}: decisions", cost.decisions, "CNY"
    yield "sensitivity", f"{name}: seats built", float(built), "seats"
    yield "sensitivity", f"{name}: missing", cost.missing_seat_years, "seat-years"
    yield "sensitivity", f"{name}: idle", cost.idle_seat_years, "seat-years"


def waiting_figures(waiting: Waiting) -> Iterator[Figure]:
    """Give what waiting for the signal saves on fresh draws, all counties together."""
    yield "waiting", "signal_year", float(waiting.year), ""
    yield "waiting", "decided_now", float(waiting.fixed.sum()), "CNY"
    yield "waiting", "decided_in_two_steps", float(waiting.waited.sum()), "CNY"
    yield "waiting", "value_of_waiting", float(waiting.value.sum()), "CNY"


def solve_or_explain(case: PlanCase) -> LayoutPlan:
    """Return the plan, or say what the rules ask for beyond the budget and the land.

    Raises
    ------
    DataError
        No plan keeps to the rules with this budget and this land.
    """
    try:
        return solve_plan(case)
    except InfeasibleError:
        free = replace(case, terms=replace(case.terms, budget_cny=None, land_m2=None))
        # Without any weight on shortage and idle seats only the rules are left.
        spared = free.norms.assign(running_cny_per_pupil_year=0.0)
        least = solve_plan(replace(free, norms=spared))
        seats = (
            (least.decided.track + least.decided.campus) * case.grades[None, :, None] * case.size
        )
        cost = float((seats * case.norm("cost_cny_per_seat")).sum())
        land = float((seats * case.norm("land_m2_per_pupil")).sum())
        expected = Text(
            f"至少{cost / CNY_A_YI:.2f}亿元和{land / M2_A_HECTARE:.1f}公顷"
            "（桂林新区全学段学校、各县高中）",
            f"at least CNY {cost / CNY_A_YI:.2f}e8 and {land / M2_A_HECTARE:.1f} ha "
            "(all-stage school, senior schools)",
        )
        remedy = Text("提高 --budget 或 --land", "raise --budget or --land")
        raise DataError([DataProblem("--budget, --land", expected, remedy)]) from None


def limit_figures(free: LayoutPlan) -> Iterator[Figure]:
    """Give the budget and the land with which neither would bind."""
    yield "limits", "enough_budget", float(committed(free.case, free.decided).max()), "CNY"
    land = free.built * free.case.norm("land_m2_per_pupil")
    yield "limits", "enough_land", float(land.sum()), "m2"


def unmet_table(plan: LayoutPlan, free: LayoutPlan, names: dict[str, str]) -> pd.DataFrame:
    """Return where the limits leave seats missing that a plan without them would give.

    One row a county × stage with more missing: seat-years with and without the limits, and the
    worst year.
    """
    case = plan.case
    one, nothing = np.ones(case.cells), np.zeros(case.cells)
    with_limits = expected_cost(case.gap, plan.seats, one, nothing)
    without = expected_cost(case.gap, free.seats, one, nothing)
    rows = [
        {
            "adcode": case.areas[area],
            "county": names[case.areas[area]],
            "stage": case.stages[stage],
            "worst_year": case.years[int((with_limits - without)[area, stage].argmax())],
            "missing_seat_years": with_limits[area, stage].sum(),
            "missing_without_limits": without[area, stage].sum(),
        }
        for area, stage in zip(*np.nonzero((with_limits - without).sum(axis=-1) > 0.5), strict=True)
    ]
    table = pd.DataFrame(
        rows,
        columns=[
            "adcode",
            "county",
            "stage",
            "worst_year",
            "missing_seat_years",
            "missing_without_limits",
        ],
    )
    more = table["missing_seat_years"] - table["missing_without_limits"]
    return table.loc[more.sort_values(ascending=False).index].reset_index(drop=True)
