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
from experiments.run_metrics import STAGE_KEYS
from experiments.store import PARENT, SQLITE
from experiments.tracking import STORE_FAULTS, find_runs, open_store

PLAN_TAG = "plan_sha256"


def log_plan(store: str, results: Results, plan: pd.DataFrame, check: pd.DataFrame) -> int:
    """Add the plan to the newest runs of its scenarios; return how many runs hold it now.

    Runs are those that carry the digest of the folder's figures. One that has this very plan
    already is left as it is. A store that does not answer, or has no
    such runs, is no fault of the plan: 0.
    """
    if store.startswith(SQLITE) and not Path(store.removeprefix(SQLITE)).exists():
        return 0
    try:
        client = open_store(store)
        return sum(
            _log_scenario(client, find_runs(client, digest), plan, check)
            for digest in results.parts.values()
        )
    except (DataError, *STORE_FAULTS):
        return 0


def _log_scenario(
    client: MlflowClient, runs: list[Run], plan: pd.DataFrame, check: pd.DataFrame
) -> int:
    """Add the plan to the run of a scenario and those of its counties; return 1 if it is there."""
    parents = [run for run in runs if PARENT not in run.data.tags]
    for parent in parents:
        scenario = parent.data.tags["scenario"]
        own = plan[plan["scenario"] == scenario]
        figures = check[(check["scenario"] == scenario) & (check["group"] != "sensitivity")]
        digest = hashlib.sha256((own.to_csv() + figures.to_csv()).encode()).hexdigest()
        if parent.data.tags.get(PLAN_TAG) == digest:
            continue
        for run in runs:
            if run.data.tags.get(PARENT) == parent.info.run_id:
                county = own[own["adcode"] == run.data.tags["adcode"]]
                client.log_batch(run.info.run_id, list(_curves(county)))
        client.log_batch(parent.info.run_id, [*_curves(own), *_headlines(figures)])
        # The tag comes last: a run that was cut short is logged again.
        client.set_tag(parent.info.run_id, PLAN_TAG, digest)
    return int(bool(parents))


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
