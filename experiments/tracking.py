"""Forecast runs in MLflow: a run a scenario, a child run a county, the year as the step."""

import logging
import os
import time
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from data.language import Text
from data.problems import DataError, DataProblem
from data.scenario import Scenario
from data.stages import STAGE_CODES
from experiments.store import SQLITE, Study
from forecasting.headline import HEADLINE_YEARS, SCENARIO_COLOURS, headlines, is_city

MEASURES = ("pupils", "seats_required", "gap", "shortage_probability")
HEADLINE_COLUMNS = ("peak_year", "peak_pupils", *(f"gap_{year}" for year in HEADLINE_YEARS))
PARENT = "mlflow.parentRunId"
# The interface opens an experiment of this kind on its training runs.
EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}
METRICS_A_CALL = 1000
STORE_FAULTS = (MlflowException, SQLAlchemyError, ImportError, OSError)
# The interface sorts charts by name: the number keeps the stages in the order of schooling.
STAGE_KEYS = {code: f"{place}_{code}" for place, code in enumerate(STAGE_CODES, start=1)}
# (adcode, county) → metrics
Areas = dict[tuple[str, str], list[Metric]]


def open_store(tracking_uri: str) -> MlflowClient:
    """Return a client of the store; a new SQLite store gets its tables here, which takes seconds.

    Raises
    ------
    DataError
        The store cannot be reached.
    """
    # One short try instead of minutes of silence when a server is down; a user's own value stands.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        if tracking_uri.startswith(SQLITE):
            Path(tracking_uri.removeprefix(SQLITE)).parent.mkdir(parents=True, exist_ok=True)
        client = MlflowClient(tracking_uri)
        client.search_experiments(max_results=1)
    except STORE_FAULTS as error:
        raise DataError([unreachable(tracking_uri, error)]) from error
    return client


def track(
    client: MlflowClient,
    demand: pd.DataFrame,
    scenarios: Sequence[Scenario],
    results: Path,
    study: Study,
) -> None:
    """Log one parent run a scenario with a child run a county.

    Parameters
    ----------
    client : client from ``open_store``
    demand : long demand table of every scenario
    scenarios : the futures in the table, the main one first
    results : finished results folder, kept as artifact of each parent run
    study : what all the runs share

    Raises
    ------
    DataError
        The store refuses the runs.
    """
    metrics = _metrics(demand, study.now)
    try:
        experiment = open_experiment(client, study.name)
        # The newest run stands first in the list, so the first scenario is logged last.
        coloured = list(zip(scenarios, cycle(SCENARIO_COLOURS), strict=False))
        for scenario, colour in reversed(coloured):
            tags = {"scenario": scenario.name, "mlflow.runColor": colour}
            areas = metrics[scenario.name]
            parent = _log_city(client, experiment, scenario, tags, areas, study)
            _log_counties(client, experiment, scenario, tags | {PARENT: parent}, areas)
            client.log_artifacts(parent, str(results))
            client.set_terminated(parent)
    except STORE_FAULTS as error:
        raise DataError([unreachable(client.tracking_uri, error)]) from error


def open_experiment(client: MlflowClient, name: str) -> str:
    """Return the id of an experiment, made where there is none: charts first, artifacts beside."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    location = None
    if client.tracking_uri.startswith(SQLITE):
        beside = Path(client.tracking_uri.removeprefix(SQLITE)).resolve().parent
        location = (beside / "artifacts").as_uri()
    return str(client.create_experiment(name, location, EXPERIMENT_TAGS))


def _run_name(scenario: Scenario) -> str:
    return f"{scenario.title.zh} {scenario.name}"


def _log_city(
    client: MlflowClient,
    experiment: str,
    scenario: Scenario,
    tags: Mapping[str, str],
    areas: Areas,
    study: Study,
) -> str:
    """Start the run of a scenario with its assumptions, inputs and the city; return its id."""
    note = {"mlflow.note.content": scenario.description.zh}
    run = client.create_run(experiment, None, {**tags, **note}, _run_name(scenario)).info.run_id
    params = {"now": str(study.now), **study.parameters, **scenario.assumptions()}
    metrics = [one for area, own in areas.items() if is_city(area[0]) for one in own]
    client.log_batch(run, metrics[:METRICS_A_CALL], [Param(*pair) for pair in params.items()])
    _log_metrics(client, run, metrics[METRICS_A_CALL:])
    client.log_inputs(run, [_dataset(*pair) for pair in study.digests.items()])
    return str(run)


def _log_counties(
    client: MlflowClient,
    experiment: str,
    scenario: Scenario,
    tags: Mapping[str, str],
    areas: Areas,
) -> None:
    for (adcode, county), metrics in areas.items():
        if is_city(adcode):
            continue
        own = {**tags, "county": county, "adcode": adcode}
        name = f"{county} {_run_name(scenario)}"
        run = client.create_run(experiment, None, own, name).info.run_id
        _log_metrics(client, run, metrics)
        client.set_terminated(run)


def _log_metrics(client: MlflowClient, run: str, metrics: Sequence[Metric]) -> None:
    for start in range(0, len(metrics), METRICS_A_CALL):
        client.log_batch(run, metrics[start : start + METRICS_A_CALL])


def _metrics(demand: pd.DataFrame, now: int) -> dict[str, Areas]:
    """Return scenario → area → its trajectories by year and its headline figures."""
    stamp = int(time.time() * 1000)
    metrics: dict[str, Areas] = {}
    for row in demand.to_dict("records"):
        own = metrics.setdefault(row["scenario"], {}).setdefault((row["adcode"], row["county"]), [])
        own += [
            Metric(f"{name}/{STAGE_KEYS[row['stage']]}", float(row[name]), stamp, row["year"])
            for name in MEASURES
            if pd.notna(row[name])
        ]
    # The page that compares runs shows a metric's last step alone: hence figures without years.
    for row in headlines(demand, now).to_dict("records"):
        own = metrics[row["scenario"]][row["adcode"], row["county"]]
        own += [
            Metric(f"headline/{name}_{STAGE_KEYS[row['stage']]}", float(row[name]), stamp, 0)
            for name in HEADLINE_COLUMNS
            if pd.notna(row[name])
        ]
    return metrics


def _dataset(file: str, digest: str) -> DatasetInput:
    # MLflow keeps 36 characters of a digest; the whole one is in manifest.json.
    dataset = Dataset(name=file, digest=digest[:36], source_type="local", source=file)
    return DatasetInput(dataset, [InputTag("sha256", digest)])


def unreachable(tracking_uri: str, error: Exception) -> DataProblem:
    """Return what is told of a store that fails."""
    reason = " ".join(str(error).split())[:160]
    return DataProblem(
        "--tracking-uri",
        Text(f"可以连接的 MLflow 存储（{reason}）", f"an MLflow store that answers ({reason})"),
        Text(
            "结果文件夹已经保存；请检查地址或服务器后重新运行，或不带该选项使用本机存储",
            "the results folder is kept; check the address or the server and run again, "
            "or leave the option out for the store on this machine",
        ),
        value=tracking_uri,
    )
