"""Forecast runs in MLflow: a run a scenario, a child run a county, the year as the step."""

import logging
import os
import time
from collections.abc import Iterable, Mapping, Sequence
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
from experiments.store import SQLITE
from forecasting.headline import HEADLINE_YEARS, headlines, is_city

MEASURES = ("pupils", "seats_required", "gap", "shortage_probability")
# The interface opens an experiment of this kind on its training runs.
EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}
METRICS_A_CALL = 1000
STORE_FAULTS = (MlflowException, SQLAlchemyError, ImportError, OSError)
# The interface sorts charts by name: the number keeps the stages in the order of schooling.
STAGE_KEYS = {code: f"{place}_{code}" for place, code in enumerate(STAGE_CODES, start=1)}


def open_store(tracking_uri: str) -> MlflowClient:
    """Return a client of the store; a new SQLite store gets its tables here, which takes seconds.

    Nothing else depends on it, so a caller may run it in a thread beside the forecast.

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
        raise DataError([_unreachable(tracking_uri, error)]) from error
    return client


def track(
    client: MlflowClient,
    demand: pd.DataFrame,
    scenarios: Sequence[Scenario],
    results: Path,
    experiment: str,
    digests: Mapping[str, str],
    parameters: Mapping[str, str],
) -> None:
    """Log one parent run a scenario with a child run a county.

    Parameters
    ----------
    client : client from ``open_store``
    demand : long demand table of every scenario
    scenarios : the futures in the table, in the order in which they are logged
    results : finished results folder, kept as artifact of each parent run
    experiment : name of the experiment, made if it is new
    digests : file name → sha256 of each data file that went in
    parameters : what else the run rests on (seed, draws, base year …); must hold ``now``

    Raises
    ------
    DataError
        The store refuses the runs.
    """
    try:
        experiment_id = _experiment(client, experiment)
        inputs = [_dataset(file, digest) for file, digest in digests.items()]
        for scenario in scenarios:
            rows = demand[demand["scenario"] == scenario.name]
            parent = _log_scenario(client, experiment_id, scenario, rows, parameters)
            client.log_inputs(parent, inputs)
            client.log_artifacts(parent, str(results))
            client.set_terminated(parent)
    except STORE_FAULTS as error:
        raise DataError([_unreachable(client.tracking_uri, error)]) from error


def _experiment(client: MlflowClient, name: str) -> str:
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    location = None
    if client.tracking_uri.startswith(SQLITE):
        beside = Path(client.tracking_uri.removeprefix(SQLITE)).resolve().parent
        location = (beside / "artifacts").as_uri()
    return str(client.create_experiment(name, location, EXPERIMENT_TAGS))


def _log_scenario(
    client: MlflowClient,
    experiment_id: str,
    scenario: Scenario,
    rows: pd.DataFrame,
    parameters: Mapping[str, str],
) -> str:
    """Log the parent run (the city's figures) and its children; return the parent's id."""
    stamp = int(time.time() * 1000)
    params = [Param(key, value) for key, value in {**parameters, **scenario.assumptions()}.items()]
    headline = headlines(rows, int(parameters["now"])).groupby("adcode", sort=False)
    areas = {str(adcode): area for adcode, area in rows.groupby("adcode", sort=True)}
    tags = {"scenario": scenario.name, "mlflow.note.content": scenario.description.zh}
    name = f"{scenario.title.zh} {scenario.name}"
    parent = client.create_run(experiment_id, stamp, tags, name).info.run_id
    cities = [adcode for adcode in areas if is_city(adcode)]
    for adcode in cities:
        metrics = _metrics(areas.pop(adcode), headline.get_group(adcode), stamp)
        _log(client, parent, metrics, params)
    if not cities:
        _log(client, parent, [], params)
    for adcode, area in areas.items():
        county = str(area["county"].iloc[0])
        child_tags = {
            "mlflow.parentRunId": parent,
            "scenario": scenario.name,
            "county": county,
            "adcode": adcode,
        }
        child = client.create_run(experiment_id, stamp, child_tags, f"{county} {name}").info.run_id
        _log(client, child, _metrics(area, headline.get_group(adcode), stamp), ())
        client.set_terminated(child)
    return str(parent)


def _log(
    client: MlflowClient, run: str, metrics: Sequence[Metric], params: Iterable[Param]
) -> None:
    client.log_batch(run, metrics[:METRICS_A_CALL], list(params))
    for start in range(METRICS_A_CALL, len(metrics), METRICS_A_CALL):
        client.log_batch(run, metrics[start : start + METRICS_A_CALL])


def _metrics(area: pd.DataFrame, headline: pd.DataFrame, stamp: int) -> list[Metric]:
    """Return the trajectories of one area by year, then its headline figures."""
    years = area["year"].tolist()
    keys = area["stage"].map(STAGE_KEYS).tolist()
    series = [
        Metric(f"{measure}/{key}", float(value), stamp, int(year))
        for measure in MEASURES
        for key, year, value in zip(keys, years, area[measure].tolist(), strict=True)
        if pd.notna(value)
    ]
    return series + [
        Metric(f"headline/{key}_{STAGE_KEYS[row['stage']]}", float(row[column]), stamp, 0)
        for row in headline.to_dict("records")
        for key, column in _headline_columns().items()
        if pd.notna(row[column])
    ]


def _headline_columns() -> dict[str, str]:
    gaps = {f"gap_{year}": f"gap_{year}" for year in HEADLINE_YEARS}
    return gaps | {"peak_pupils": "peak_pupils", "peak_year": "peak_year"}


def _dataset(file: str, digest: str) -> DatasetInput:
    # MLflow keeps 36 characters of a digest; the whole one is in manifest.json.
    dataset = Dataset(name=file, digest=digest[:36], source_type="local", source=file)
    return DatasetInput(dataset, [InputTag("sha256", digest)])


def _unreachable(tracking_uri: str, error: Exception) -> DataProblem:
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
