"""A layout plan as MLflow runs, one per scenario, nested under that scenario's run."""

import hashlib
import time
from collections.abc import Iterator, Mapping

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric

from data.contract.stages import STAGE_CODES, STAGE_TITLES
from data.language import Language, Text
from data.scenario.schema import Scenario
from experiments.results.layout_file import LAYOUT
from experiments.results.plan_file import DIGESTS, PROJECT_WORKBOOK, WORKBOOK, PlanTables
from experiments.results.reader import Results
from experiments.results.results_folder import REPORT
from experiments.tracking.names import MEASURES, metric_name, metric_words, plan_name
from experiments.tracking.runs import find_runs, is_parent, remove_runs
from experiments.tracking.store import DIGEST, NOTE, PARENT
from forecasting.headline import lead_area
from forecasting.plan.case.actions import TEMPORARY
from forecasting.plan.project_list.layout_plan import plan_conclusion
from forecasting.plan.project_list.reasons import ACTION_TITLES
from forecasting.plan.project_list.summary import M2_A_MU, WAN, steps_by_county
from forecasting.wording.forecast_text import span

PLAN_DIGEST = "plan_digest"
TABLE = "plan.json"
FILES = (REPORT, WORKBOOK, PROJECT_WORKBOOK, LAYOUT, "plan.csv")
TITLE = Text("布局规划", "Layout plan")
TOTAL = Text("合计", "total")


def log_plan(client: MlflowClient, results: Results, tables: PlanTables) -> None:
    """Log a plan as one run per scenario, unless finished runs exist.

    Parameters
    ----------
    client : client from ``open_store``
    results : results folder with logged scenarios
    tables : tables of its plan
    """
    written = (results.folder / DIGESTS).read_bytes()
    digest = hashlib.sha256(results.digest.encode() + written).hexdigest()
    found = find_runs(client, digest, PLAN_DIGEST)
    finished = [run for run in found if run.info.status == "FINISHED"]
    remove_runs(client, [run for run in found if run not in finished])
    logged = {run.data.tags["scenario"] for run in finished}
    parents = {
        run.data.tags["scenario"]: run
        for run in filter(is_parent, find_runs(client, results.digest, DIGEST))
    }
    for scenario in results.scenarios:
        if scenario.name not in logged:
            parent = parents[scenario.name].info
            tags = {PARENT: parent.run_id, PLAN_DIGEST: digest, "scenario": scenario.name}
            _log_scenario(client, parent.experiment_id, tags, results, tables, scenario)


def _log_scenario(
    client: MlflowClient,
    experiment: str,
    tags: dict[str, str],
    results: Results,
    tables: PlanTables,
    scenario: Scenario,
) -> None:
    """Log the plan of one scenario; files on all scenarios are attached to the first."""
    language = results.settings.language
    steps, check, outlook = (
        table[table["scenario"] == scenario.name]
        for table in (tables.plan, tables.plan_check, tables.plan_outlook)
    )
    until = int(results.demand["year"].max())
    lead = lead_area(results.demand)["county"].iloc[0]
    sentences = plan_conclusion(steps, outlook, lead, results.bundle.names, results.now, until)
    note = "\n".join(f"- {sentence.within(language)}" for sentence in sentences)
    name = f"{TITLE.within(language)} {scenario.title.within(language)}"
    run = client.create_run(experiment, None, tags | {NOTE: note}, name).info.run_id
    titles = {one.name: metric_words(one.title.within(language)) for one in results.scenarios}
    years = range(results.now, until + 1)
    client.log_batch(run, list(_metrics(steps, check, years, titles, language)))
    client.log_table(run, plan_view(steps, language), TABLE)
    if scenario is results.scenarios[0]:
        for file in FILES:
            client.log_artifact(run, str(results.folder / file))
    client.set_terminated(run)


def _metrics(
    steps: pd.DataFrame,
    check: pd.DataFrame,
    years: range,
    titles: Mapping[str, str],
    language: Language,
) -> Iterator[Metric]:
    """Yield seats opened or closed by year, cost by year of decision, and headlines."""
    stamp = int(time.time() * 1000)
    seats = steps.groupby(["stage", "year"])["seats"].sum()
    cost = steps.groupby("decide_in")["cost_cny"].sum()
    for year in years:
        for stage in STAGE_CODES:
            count = float(seats.get((stage, year), 0.0))
            yield Metric(metric_name("plan_seats", stage, language), count, stamp, year)
        money = float(cost.get(year, 0.0))
        yield Metric(MEASURES["plan_cost"].within(language), money, stamp, year)
    figures = check[check["group"] != "sensitivity"]
    for measure, value in zip(figures["measure"], figures["value"], strict=True):
        yield Metric(plan_name(measure, titles, language), float(value), stamp, 0)


def plan_view(steps: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return a scenario's plan for the table view: one row per county, stage and action.

    The view groups by the first column and compares the second between scenarios. The sums over
    all counties come first.

    Parameters
    ----------
    steps : rows of ``plan.csv`` of the scenario
    language : language of the table
    """
    total = steps_by_county(steps.assign(adcode="", county=TOTAL.within(language)))
    rows = pd.concat([total, steps_by_county(steps)]).to_dict("records")
    rented = Text("（租用）", " (leased)")
    columns: dict[Text, list[Text | str]] = {
        Text("县区学段措施", "county, stage, action"): [
            " ".join(
                (
                    row["county"],
                    STAGE_TITLES[row["stage"]].within(language),
                    ACTION_TITLES[row["action"]].within(language),
                )
            )
            for row in rows
        ],
        Text("学位", "seats"): [
            f"{row['seats']:,.0f}{rented.within(language)}"
            if row["action"] in TEMPORARY
            else f"{row['seats']:+,.0f}"
            for row in rows
        ],
        Text("启用年度", "opens"): [span(row["first"], row["last"]) for row in rows],
        Text("最早决策年度", "decide in"): [f"{row['decide_in']}" for row in rows],
        Text("学校数", "schools"): [_dash_if_zero(row["schools"], ",.0f") for row in rows],
        Text("班数", "classes"): [_dash_if_zero(row["classes"], ",.0f") for row in rows],
        Text("费用（万元）", "cost (CNY 10,000)"): [
            f"{row['cost_cny'] / WAN:,.0f}" for row in rows
        ],
        Text("用地（亩）", "land (mu)"): [
            _dash_if_zero(row["land_m2"] / M2_A_MU, ",.1f") for row in rows
        ],
    }
    return pd.DataFrame(
        {
            title.within(language): [
                cell.within(language) if isinstance(cell, Text) else cell for cell in cells
            ]
            for title, cells in columns.items()
        }
    )


def _dash_if_zero(value: float, form: str) -> str:
    return format(value, form) if value else "—"
