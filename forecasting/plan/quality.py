"""Quality of a plan: optimality, comparison with simpler rules, sensitivity to judgements."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from data.language import Text
from data.problems import DataError, DataProblem
from forecasting.plan.case.planning_case import PlanCase
from forecasting.plan.program.milp import InfeasibleError
from forecasting.plan.program.plan_model import payments
from forecasting.plan.program.rules import school_land
from forecasting.plan.program.solve import LayoutPlan, solve_plan
from forecasting.plan.project_list.steps import steps_of
from forecasting.plan.rule_costs import compared, missing_and_idle, plan_cost

Figure = tuple[str, str, float, str]
PERCENT = 100
M2_A_HECTARE = 10_000
CNY_A_YI = 1e8


def quality_figures(plan: LayoutPlan) -> Iterator[Figure]:
    """Yield group, measure, value and unit of a plan's cost and optimality gap."""
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
    """Yield the costs of our plan and of simpler rules on fresh draws."""
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
    """Yield the cost of carrying out ``plan`` if another scenario comes true."""
    for name, other in others.items():
        own = plan_cost(other.case, other.decided).total
        regret = plan_cost(other.case, plan.decided).total - own
        yield "other_scenario", f"regret_if_{name}", regret, "CNY"


def sensitivity_figures(plan: LayoutPlan) -> Iterator[Figure]:
    """Yield the plan under other judgements, and without some rules or assumptions."""
    case, terms = plan.case, plan.case.terms

    def judged(**changed: float) -> PlanCase:
        return replace(case, terms=replace(terms, **changed))

    none_turned = case.norms.assign(convert_share_a_year=0.0)
    others = {
        f"shortage_years={terms.shortage_years / 2:g}": judged(
            shortage_years=terms.shortage_years / 2
        ),
        f"shortage_years={terms.shortage_years * 2:g}": judged(
            shortage_years=terms.shortage_years * 2
        ),
        f"least_gain_cny={terms.least_gain_cny / 2:.0f}": judged(
            least_gain_cny=terms.least_gain_cny / 2
        ),
        f"least_gain_cny={terms.least_gain_cny * 2:.0f}": judged(
            least_gain_cny=terms.least_gain_cny * 2
        ),
        "no_conversion": replace(case, norms=none_turned),
    }
    yield from _outcome("as_planned", plan)
    for name, other in others.items():
        try:
            yield from _outcome(name, solve_plan(other))
        except InfeasibleError:
            yield "sensitivity", f"{name}: infeasible", 1.0, ""


def _outcome(name: str, plan: LayoutPlan) -> Iterator[Figure]:
    cost = plan_cost(plan.case, plan.decided)
    yield "sensitivity", f"{name}: list", float(sum(1 for _ in steps_of(plan))), "decisions"
    yield "sensitivity", f"{name}: decisions", cost.decisions, "CNY"
    yield "sensitivity", f"{name}: total", cost.total, "CNY"
    yield "sensitivity", f"{name}: missing", cost.missing_seat_years, "seat-years"
    yield "sensitivity", f"{name}: idle", cost.idle_seat_years, "seat-years"


def built_land(plan: LayoutPlan) -> float:
    """Return the land of all new schools, in m2."""
    decided = plan.decided
    schools = decided.build + decided.part + decided.moved
    return float((schools * school_land(plan.case)).sum())


def committed(plan: LayoutPlan) -> "np.ndarray":
    """Return the commitments of each school year from the present one on, (year,), in CNY."""
    case = plan.case
    spent = np.zeros(case.years[-1] - case.now + 1)
    for amount, year in payments(case, plan.decided):
        np.add.at(spent, np.maximum(year - case.now, 0), amount)
    return spent


def solve_or_explain(case: PlanCase) -> LayoutPlan:
    """Return the plan, or report the budget and land that the rules require.

    Raises
    ------
    DataError
        No plan keeps to the rules with this budget and this land.
    """
    try:
        return solve_plan(case)
    except InfeasibleError:
        free = replace(case.terms, budget_cny=None, land_m2=None)
        # Without the cost of missing and idle seats only the rules remain.
        spared = case.norms.assign(running_cny_per_pupil_year=0.0)
        least = solve_plan(replace(case, terms=free, norms=spared))
        cost, land = float(committed(least).max()), built_land(least)
        expected = Text(
            f"每学年至少{cost / CNY_A_YI:.2f}亿元、共{land / M2_A_HECTARE:.1f}公顷"
            "（新区全学段学校、各县高中）",
            f"at least CNY {cost / CNY_A_YI:.2f}e8 a school year and {land / M2_A_HECTARE:.1f} ha "
            "in all (all-stage school, senior schools)",
        )
        how_to_fix = Text("提高 --budget 或 --land", "raise --budget or --land")
        raise DataError([DataProblem("--budget, --land", expected, how_to_fix)]) from None


def limit_figures(free: LayoutPlan) -> Iterator[Figure]:
    """Yield the budget and the land at which neither limit would bind."""
    yield "limits", "enough_budget", float(committed(free).max()), "CNY"
    yield "limits", "enough_land", built_land(free), "m2"


def unmet_table(plan: LayoutPlan, free: LayoutPlan, names: dict[str, str]) -> pd.DataFrame:
    """Return where seats are missing because of the limits on budget and land.

    One row per county × stage with more missing: seat-years with and without the limits, and the
    worst year.
    """
    case = plan.case
    with_limits, without = (missing_and_idle(case, one.decided)[0] for one in (plan, free))
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
