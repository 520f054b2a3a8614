"""``xuewei plan``: schools to open, change, merge or close, from a finished forecast."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
from rich.console import Console

from data.language import Language, Text
from data.problems import DataError, DataProblem
from experiments.commands.log_results import log_folder, store_for
from experiments.console.forecast_summary import print_not_logged
from experiments.console.plan_summary import print_plan
from experiments.report.write_report import write_report
from experiments.results.folder_lock import added_to, exclusive_use
from experiments.results.layout_file import write_layout
from experiments.results.plan_file import (
    PROJECT_WORKBOOK,
    WORKBOOK,
    PlanTables,
    write_plan,
)
from experiments.results.reader import Results, read_results
from experiments.tracking.marker import mark
from forecasting.headline import lead_area
from forecasting.plan.case.build_case import plan_case
from forecasting.plan.case.planning_case import PlanTerms
from forecasting.plan.common import shared_steps
from forecasting.plan.program.solve import LayoutPlan, solve_plan
from forecasting.plan.project_list.layout_plan import plan_conclusion
from forecasting.plan.project_list.outlook import outlook_table
from forecasting.plan.project_list.plan_table import plan_table, priority_table
from forecasting.plan.project_list.plan_workbook import write_plan_workbook
from forecasting.plan.project_list.project_workbook import write_project_workbook
from forecasting.plan.quality import (
    Figure,
    comparison_figures,
    limit_figures,
    quality_figures,
    scenario_figures,
    sensitivity_figures,
    solve_or_explain,
    unmet_table,
)


def run(folder: Path, terms: PlanTerms, tracking_uri: str | None, language: Language) -> None:
    """Make a layout plan for every scenario in ``folder``; write, log and print it.

    Raises
    ------
    DataError
        The folder holds no forecast, or the limits are too tight for the rules; nothing is written.
    """
    with exclusive_use(folder):
        results = read_results(folder)
        _run(results, terms, store_for(folder, tracking_uri), language)


def _run(results: Results, terms: PlanTerms, store: str, language: Language) -> None:
    folder = results.folder
    _require_counties(results)
    console = Console()
    with console.status(Text("求解布局方案", "solving the plan").within(language)):
        plans = {
            scenario.name: solve_or_explain(
                plan_case(
                    results.bundle,
                    results.draws(scenario.name).planned(),
                    scenario,
                    results.now,
                    terms,
                )
            )
            for scenario in results.scenarios
        }
        tables = _tables(results, plans, language)
    titles = {one.name: one.title.within(language) for one in results.scenarios}
    mark(folder, store, logged=False)
    with added_to(folder) as added:
        write_plan(tables, added)
        standards = results.bundle.table("standards")
        write_plan_workbook(vars(tables), standards, added / WORKBOOK, titles, language)
        _write_projects(results, tables, added / PROJECT_WORKBOOK, language)
        notes = write_layout(added, results, tables.plan)
        write_report(results, results.bundle, language, added)
    fault = log_folder(folder, store)
    if fault is not None:
        print_not_logged(folder, fault, language)
    print_plan(folder, tables, titles, 0 if fault else len(plans), language, console)
    for note in notes:
        console.print(note.within(language), markup=False, soft_wrap=True)


def _write_projects(results: Results, tables: PlanTables, path: Path, language: Language) -> None:
    """Write the yearly project list of the first scenario."""
    first, bundle = results.scenarios[0].name, results.bundle
    plan, outlook = (
        table[table["scenario"] == first] for table in (tables.plan, tables.plan_outlook)
    )
    until, lead = int(results.demand["year"].max()), lead_area(results.demand)["county"].iloc[0]
    lines = plan_conclusion(plan, outlook, lead, bundle.names, results.now, until)
    schools = bundle.tables.schools
    names = {} if schools is None else dict(zip(schools["id"], schools["name"], strict=True))
    write_project_workbook(plan, bundle.table("standards"), names, lines, path, language)


def _require_counties(results: Results) -> None:
    """Raise DataError if the draws are of areas that aggregate counties."""
    counties = set(results.bundle.counties)
    sums = [area for area in results.draws(results.scenarios[0].name).areas if area not in counties]
    if sums:
        expected = Text("以县区为单位的预测结果", "a forecast of single counties")
        names = results.bundle.names
        how_to_fix = Text(
            f"结果按上级地区汇总（{names[sums[0]]}等）；请用 --county 逐市预测后再编制规划",
            f"it shows sums ({names[sums[0]]} …): forecast one city by --county, then plan that",
        )
        raise DataError([DataProblem(str(results.folder), expected, how_to_fix)])


def _tables(results: Results, plans: dict[str, LayoutPlan], language: Language) -> PlanTables:
    names, seats = results.bundle.names, _supply_basis(results.demand)
    rows = [plan_table(plan, scenario, names, seats, language) for scenario, plan in plans.items()]
    plan = pd.concat(rows, ignore_index=True)
    first, main = next(iter(plans.items()))
    figures = {scenario: list(quality_figures(one)) for scenario, one in plans.items()}
    figures[first] += comparison_figures(main.case)
    figures[first] += scenario_figures(main, {n: p for n, p in plans.items() if n != first})
    figures[first] += sensitivity_figures(main)
    terms = main.case.terms
    limited = terms.budget_cny is not None or terms.land_m2 is not None
    free = replace(main.case, terms=replace(terms, budget_cny=None, land_m2=None))
    unlimited = solve_plan(free) if limited else main
    if limited:
        figures[first] += limit_figures(unlimited)
    priority, outlook = (
        pd.concat(
            [make(one, scenario, names) for scenario, one in plans.items()], ignore_index=True
        )
        for make in (priority_table, outlook_table)
    )
    common = shared_steps(plan, results.demand, results.now)
    unmet = unmet_table(main, unlimited, names)
    return PlanTables(plan, priority, common, outlook, unmet, _check_table(figures))


def _supply_basis(demand: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return (adcode, stage) → code of the basis of the present seats."""
    rows = demand.drop_duplicates(["adcode", "stage"])
    keys = zip(rows["adcode"], rows["stage"], strict=True)
    return dict(zip(keys, rows["supply_basis"].astype(str), strict=True))


def _check_table(figures: dict[str, list[Figure]]) -> pd.DataFrame:
    rows = [(scenario, *figure) for scenario, own in figures.items() for figure in own]
    return pd.DataFrame(rows, columns=["scenario", "group", "measure", "value", "unit"])
