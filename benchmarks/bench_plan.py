"""Layout plans of the bundled data: time, optimality, another solver, cost on fresh draws.

Run ``make bench-plan``; it renews the tables between the marks in ``docs/methods-plan.md``.
The forecast goes 12 years ahead: 17 counties × 4 stages × 12 years × 1,000 draws. Three
independent seeds: the plan is made on the first and judged on the others.
"""

import re
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from data.bundle import load_bundle
from data.scenario.schema import load_scenario
from forecasting.plan.build_case import plan_case
from forecasting.plan.case import PlanCase, PlanTerms
from forecasting.plan.milp import solve
from forecasting.plan.model import build_program
from forecasting.plan.quality import sensitivity_figures
from forecasting.plan.rule_costs import RULES, idle_plan, peak_plan, plan_cost
from forecasting.plan.solve import LayoutPlan, blocks_of, solve_plan
from forecasting.plan.value_of_waiting import value_of_waiting
from forecasting.scenario_forecast import build_start, scenario_demand
from forecasting.seat_draws import seat_draws

NOW, UNTIL, DRAWS = 2026, 2038, 1000
FRESH_SEEDS = (2, 3)
PAGE = Path("docs") / "methods-plan.md"
YI = 1e8
BUDGET = 5 * YI
GAP = 1e-3


def baseline(seed: int) -> PlanCase:
    """Return the case of the bundled data under the baseline."""
    bundle, scenario = load_bundle(None), load_scenario("baseline")
    start = build_start(bundle, NOW, UNTIL, DRAWS, seed)
    draws = seat_draws(scenario_demand(bundle, start, scenario, NOW, seed)[0])
    return plan_case(bundle, draws, scenario, NOW, PlanTerms())


def peer_objective(case: PlanCase) -> float:
    """Return the objective that SciPy's milp finds on the same matrices."""
    program, _ = build_program(case)
    found = milp(
        program.cost,
        integrality=program.whole.astype(int),
        bounds=Bounds(*program.bounds),
        constraints=LinearConstraint(program.matrix, *program.limits),
        options={"mip_rel_gap": GAP, "time_limit": 120},
    )
    return float(found.fun + program.constant)


def solver_rows(case: PlanCase) -> list[str]:
    """Return a row a way of solving: all in one, county by county, SciPy, with a budget."""
    rows = []
    blocks = [case.of(block) for block in blocks_of(case)]
    ways = {
        "this plan (a program a county, two threads)": lambda: solve_plan(case).objective,
        "SciPy `milp`, the same programs one after another": lambda: sum(
            peer_objective(block) for block in blocks
        ),
        "all counties in one program": lambda: solve(build_program(case)[0], GAP, 120).objective,
        f"one program, budget of CNY {BUDGET / YI:g}e8 a year": lambda: (
            solve_plan(replace(case, terms=replace(case.terms, budget_cny=BUDGET))).objective
        ),
    }
    for name, way in ways.items():
        start = time.perf_counter()
        objective = way()
        seconds = time.perf_counter() - start
        rows.append(f"| {name} | {seconds:.1f} | {objective / YI:.3f} |")
    return rows


def fresh_rows(case: PlanCase, plan: LayoutPlan) -> list[str]:
    """Return a row a rule: what plans made on one seed cost under the others."""
    mean = solve_plan(case.with_gap(case.gap.mean(axis=-1, keepdims=True)))
    plans = (plan.decided, mean.decided, peak_plan(case), idle_plan(case))
    fresh = [baseline(seed) for seed in FRESH_SEEDS]
    judged = case.with_gap(np.concatenate([one.gap for one in fresh], axis=-1))
    titles = ("this plan", "by the mean gap", "build to the peak of the mean", "nothing")
    rows = []
    for title, decided in zip(titles[: len(RULES)], plans, strict=True):
        cost = plan_cost(judged, decided)
        rows.append(
            f"| {title} | {cost.total / YI:.1f} | {cost.decisions / YI:.1f} "
            f"| {cost.missing_seat_years:,.0f} | {cost.idle_seat_years:,.0f} |"
        )
    return rows


def sensitivity_rows(plan: LayoutPlan) -> list[str]:
    """Return a row a judgement or assumption."""
    held: dict[str, dict[str, float]] = {}
    for _, measure, value, _ in sensitivity_figures(plan):
        name, figure = measure.split(": ")
        held.setdefault(name, {})[figure] = value
    return [
        f"| {name.replace('_', ' ')} | {own['decisions'] / YI:.1f} | {own['seats built']:,.0f} "
        f"| {own['missing']:,.0f} | {own['idle']:,.0f} |"
        for name, own in held.items()
    ]


def renewed(page: str, mark: str, heading: str, rows: list[str]) -> str:
    """Return the page with the table between ``<!-- mark -->`` and ``<!-- end -->`` renewed."""
    rule = "|" + "---|" * (heading.count("|") - 1)
    table = "\n".join([heading, rule, *rows])
    pattern = rf"(<!-- {mark} -->\n).*?(<!-- end -->)"
    return re.sub(pattern, lambda found: f"{found[1]}{table}\n{found[2]}", page, flags=re.DOTALL)


def main() -> None:
    """Measure, print and renew the page."""
    case = baseline(1)
    start = time.perf_counter()
    plan = solve_plan(case)
    seconds = time.perf_counter() - start
    shape = " × ".join(f"{count:,}" for count in case.gap.shape)
    print(f"{shape}: {seconds:.1f} s, gap {100 * plan.gap:.4f} %")
    assert seconds <= 30
    assert plan.gap <= GAP
    waiting = value_of_waiting(case)
    assert waiting is not None
    worth = waiting.value.sum() / waiting.fixed.sum()
    facts = [
        f"| counties × stages × years × draws | {shape} |",
        f"| optimality gap, % | {100 * plan.gap:.4f} |",
        f"| value of waiting until {waiting.year}, CNY 1e8 | {waiting.value.sum() / YI:.1f} |",
        f"| the same, % of the cost decided now | {100 * worth:.1f} |",
    ]
    cost = "total, CNY 1e8 | steps, CNY 1e8 | missing seat-years | idle seat-years |"
    tables = {
        "facts": ("| measure | value |", facts),
        "solvers": ("| way | seconds | objective, CNY 1e8 |", solver_rows(case)),
        "fresh": (f"| plan | {cost}", fresh_rows(case, plan)),
        "sensitivity": (
            "| changed | steps, CNY 1e8 | seats built | missing seat-years | idle seat-years |",
            sensitivity_rows(plan),
        ),
    }
    page = PAGE.read_text(encoding="utf-8")
    for mark, (heading, rows) in tables.items():
        print("\n".join(rows))
        page = renewed(page, mark, heading, rows)
    PAGE.write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
