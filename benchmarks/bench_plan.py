"""Layout plans of the bundled data: time, optimality, cost on fresh draws, what the rules cost.

Run ``make bench-plan``; it renews the tables between the marks in ``docs/methods-plan.md``.
The forecast goes 12 years ahead: 17 counties × stages × 12 years × 1,000 draws. Three
independent seeds: the plan is made on the first and judged on the others.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.bundle import load_bundle
from data.scenario.schema import load_scenario
from forecasting.plan.case.build_case import plan_case
from forecasting.plan.case.planning_case import PlanCase, PlanTerms
from forecasting.plan.program import rules
from forecasting.plan.program.solve import LayoutPlan, solve_plan
from forecasting.plan.project_list.steps import steps_of
from forecasting.plan.rule_costs import PlanCost, idle_plan, peak_plan, plan_cost
from forecasting.scenario_forecast import build_start, scenario_demand
from forecasting.seat_draws import seat_draws

NOW, UNTIL, DRAWS = 2026, 2038, 1000
FRESH_SEEDS = (2, 3)
PAGE = Path("docs") / "methods-plan.md"
YI, PERCENT = 1e8, 100
GAP, SECONDS = 5e-3, 60.0


def baseline(seed: int) -> PlanCase:
    """Return the case of the bundled data under the baseline."""
    bundle, scenario = load_bundle(None), load_scenario("baseline")
    start = build_start(bundle, NOW, UNTIL, DRAWS, seed)
    draws = seat_draws(scenario_demand(bundle, start, scenario, NOW, seed)[0]).planned()
    return plan_case(bundle, draws, scenario, NOW, PlanTerms())


def variants(case: PlanCase) -> Iterator[tuple[str, LayoutPlan]]:
    """Give plans with one rule or judgement changed."""
    terms = case.terms
    yield "this plan", solve_plan(case)
    yield "by the mean gap, same rules", solve_plan(case.by_mean())
    shorter = replace(case, terms=replace(terms, least_gain_cny=0.0))
    yield "no least gain: a longer list", solve_plan(shorter)
    free = case.norms.assign(close_share_a_year=1.0)
    yield "any share merged at once", solve_plan(replace(case, norms=free))
    often = dict.fromkeys(rules.EACH_MOST, 4)
    kept = dict(rules.EACH_MOST), rules.DECISIONS_MOST
    rules.EACH_MOST, rules.DECISIONS_MOST = often, 12
    yield "each action up to four times, no least gain", solve_plan(shorter)
    rules.EACH_MOST, rules.DECISIONS_MOST = kept
    yield "shortage weighs half", solve_plan(_judged(case, terms.shortage_years / 2))
    yield "shortage weighs twice", solve_plan(_judged(case, terms.shortage_years * 2))
    for budget in (3e8, 6e8):
        limited = replace(case, terms=replace(terms, budget_cny=budget))
        yield f"budget of CNY {budget / YI:g}e8 a school year", solve_plan(limited)


def _judged(case: PlanCase, years: float) -> PlanCase:
    return replace(case, terms=replace(case.terms, shortage_years=years))


def row(title: str, cost: PlanCost, decisions: str, gap: str) -> str:
    """Return a row of the table of costs; ``gap`` is the plan's distance from the best possible."""
    figures = (cost.total, cost.decisions, cost.shortage, cost.idle)
    money = " | ".join(f"{value / YI:.1f}" for value in figures)
    return (
        f"| {title} | {decisions} | {money} "
        f"| {cost.missing_seat_years:,.0f} | {cost.idle_seat_years:,.0f} | {gap} |"
    )


def renewed(page: str, mark: str, heading: str, rows: list[str]) -> str:
    """Return the page with the table between ``<!-- mark -->`` and ``<!-- end -->`` renewed."""
    rule = "|" + "---|" * (heading.count("|") - 1)
    table = "\n".join([heading, rule, *rows])
    pattern = rf"(<!-- {mark} -->\n).*?(<!-- end -->)"
    return re.sub(pattern, lambda found: f"{found[1]}{table}\n{found[2]}", page, flags=re.DOTALL)


def main() -> None:
    """Measure, print and renew the page."""
    case = baseline(1)
    start, used = time.perf_counter(), time.process_time()
    plan = solve_plan(case)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    shape = " × ".join(f"{count:,}" for count in case.gap.shape)
    print(f"{shape}: {seconds:.1f} s ({used:.1f} s of processor), gap {PERCENT * plan.gap:.3f} %")
    facts = [
        f"| counties × stages × years × draws | {shape} |",
        f"| seconds, two threads (of processor) | {seconds:.0f} ({used:.0f}) |",
        f"| gap to the best possible, % | {PERCENT * plan.gap:.2f} |",
    ]
    # The processor's time does not depend on what else the machine does.
    assert used <= SECONDS
    assert plan.gap <= GAP
    fresh = np.concatenate([baseline(seed).gap for seed in FRESH_SEEDS], axis=-1)
    judged = case.with_gap(fresh)
    rows = []
    for title, one in variants(case):
        cost = plan_cost(judged, one.decided)
        gap = f"{PERCENT * one.gap:.2f}"
        rows.append(row(title, cost, str(sum(1 for _ in steps_of(one))), gap))
        print(rows[-1], flush=True)
    for title, decided in (("build to the peak of the mean", peak_plan(case)),
                           ("nothing", idle_plan(case))):  # fmt: skip
        rows.insert(2, row(title, plan_cost(judged, decided), "–", "–"))
    page = PAGE.read_text(encoding="utf-8")
    page = renewed(page, "facts", "| measure | value |", facts)
    heading = (
        "| plan | decisions | total, CNY 1e8 | actions | shortage | idle "
        "| missing seat-years | idle seat-years | gap, % |"
    )
    PAGE.write_text(renewed(page, "fresh", heading, rows), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
