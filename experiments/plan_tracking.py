"""The plan in the MLflow runs of the same scenario: curves by year and headline figures."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Run

from data.problems import DataError
from experiments.results_reader import Results
from experiments.store import SQLITE
from experiments.tracking import PARENT, STAGE_KEYS, STORE_FAULTS, open_store
from forecasting.headline import is_city

PLAN_TAG = "plan_sha256"


def log_plan(store: str, results: Results, plan: pd.DataFrame, check: pd.DataFrame) -> int:
    """Add the plan to the newest runs of its scenarios; return how many runs hold it now.

    A run that has this very plan already is left as it is. A store that does not answer, or has no
    such runs, is no fault of the plan: 0.
    """
    if store.startswith(SQLITE) and not Path(store.removeprefix(SQLITE)).exists():
        return 0
    try:
        client = open_store(store)
        return sum(
            _log_scenario(client, parent, plan, check)
            for scenario in results.scenarios
            if (parent := _parent(client, scenario.name, results)) is not None
        )
    except (DataError, *STORE_FAULTS):
        return 0


def _parent(client: MlflowClient, scenario: str, results: Results) -> Run | None:
    """Return the newest run of the forecast in the folder under ``scenario``."""
    experiments = [one.experiment_id for one in client.search_experiments()]
    wanted = f"tags.scenario = '{scenario}'"
    found = client.search_runs(experiments, wanted, order_by=["attributes.start_time DESC"])
    return next(
        (
            run
            for run in found
            if PARENT not in run.data.tags
            and all(run.data.params.get(key) == results.settings[key] for key in ("now", "seed"))
        ),
        None,
    )


def _log_scenario(
    client: MlflowClient, parent: Run, plan: pd.DataFrame, check: pd.DataFrame
) -> int:
    scenario = parent.data.tags["scenario"]
    own = plan[plan["scenario"] == scenario]
    figures = check[(check["scenario"] == scenario) & (check["group"] != "sensitivity")]
    digest = hashlib.sha256((own.to_csv() + figures.to_csv()).encode()).hexdigest()
    if parent.data.tags.get(PLAN_TAG) == digest:
        return 1
    query = f"tags.`{PARENT}` = '{parent.info.run_id}'"
    for child in client.search_runs([parent.info.experiment_id], query):
        adcode = child.data.tags["adcode"]
        if not is_city(adcode):
            metrics = list(_curves(own[own["adcode"] == adcode]))
            client.log_batch(child.info.run_id, metrics)
    metrics = [*_curves(own), *_headlines(figures)]
    client.log_batch(parent.info.run_id, metrics)
    # The tag comes last: a run that was cut short is logged again.
    client.set_tag(parent.info.run_id, PLAN_TAG, digest)
    return 1


def _curves(rows: pd.DataFrame) -> Iterator[Metric]:
    """Give seats that a plan opens or closes in a year by stage, and money by year of decision."""
    stamp = int(time.time() * 1000)
    seats = rows.groupby(["stage", "year"])["seats"].sum()
    for (stage, year), count in seats.items():
        yield Metric(f"plan_seats/{STAGE_KEYS[str(stage)]}", float(count), stamp, int(year))
    for year, cost in rows.groupby("decide_in")["cost_cny"].sum().items():
        yield Metric("plan_cost/cny", float(cost), stamp, int(year))


def _headlines(figures: pd.DataFrame) -> Iterator[Metric]:
    stamp = int(time.time() * 1000)
    for row in figures.to_dict("records"):
        yield Metric(f"headline/plan_{row['measure']}", float(row["value"]), stamp, 0)
