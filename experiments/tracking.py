"""Forecast runs in MLflow: a run a scenario, a child run a county, the year as the step."""

import logging
import os
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from data.language import Text
from data.problems import DataError, DataProblem
from experiments.results import remove_leftovers
from experiments.run_notes import study_note
from experiments.scenario_log import log_scenario
from experiments.store import CURRENT, EARLIER, NOTE, PARENT, PART_DIGEST, PLACE, SQLITE, VERSION
from experiments.study_runs import ScenarioRun, StudyRuns

# The interface opens an experiment of this kind on its training runs.
EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}
MOST_RUNS = 10_000
STORE_FAULTS = (MlflowException, SQLAlchemyError, ImportError, OSError)


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
            _make_database(Path(tracking_uri.removeprefix(SQLITE)))
        client = MlflowClient(tracking_uri)
        client.search_experiments(max_results=1)
    except STORE_FAULTS as error:
        raise DataError([unreachable(tracking_uri, error)]) from error
    return client


def _make_database(path: Path) -> None:
    """Make a SQLite store whole or not at all: MLflow cannot mend one whose making was cut off."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.name}-"
    remove_leftovers(path.parent, prefix)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=path.parent) as folder:
        partial = Path(folder) / path.name
        MlflowClient(f"{SQLITE}{partial.as_posix()}").search_experiments(max_results=1)
        if not path.exists():
            os.replace(partial, path)


def track(client: MlflowClient, study: StudyRuns, run: ScenarioRun) -> None:
    """Log a scenario as a run with a child run a county, unless it is logged already.

    The run counts as logged when it is finished, which it is last of all; what a killed process
    left of it is deleted and logged anew.

    Raises
    ------
    DataError
        The store refuses the runs.
    """
    try:
        experiment = open_experiment(client, study.title.zh)
        client.set_experiment_tag(experiment, NOTE, study_note(study))
        found = find_runs(client, run.part.name, experiment)
        if any(PARENT not in one.data.tags and one.info.status == "FINISHED" for one in found):
            _set_version(client, found, CURRENT)
            return
        for one in found:
            client.set_terminated(one.info.run_id, "KILLED")
            client.delete_run(one.info.run_id)
        log_scenario(client, experiment, study, run)
    except STORE_FAULTS as error:
        raise DataError([unreachable(client.tracking_uri, error)]) from error


def finish(
    client: MlflowClient, study: StudyRuns, run: ScenarioRun, reports: Mapping[str, Path]
) -> None:
    """Add the reports to the open run of a scenario and finish it; a finished one stays as it is.

    Parameters
    ----------
    reports : name in the run → file

    Raises
    ------
    DataError
        The store refuses it.
    """
    try:
        experiment = open_experiment(client, study.title.zh)
        for one in find_runs(client, run.part.name, experiment):
            if PARENT not in one.data.tags and one.info.status == "RUNNING":
                for name, file in reports.items():
                    client.log_text(one.info.run_id, file.read_text(encoding="utf-8"), name)
                client.set_terminated(one.info.run_id)
    except STORE_FAULTS as error:
        raise DataError([unreachable(client.tracking_uri, error)]) from error


def find_runs(client: MlflowClient, part_digest: str, experiment: str | None = None) -> list[Run]:
    """Return the runs of one scenario's part: its own, and those of its counties.

    Parameters
    ----------
    client : client from ``open_store``
    part_digest : as ``parts`` of a results folder's ``manifest.json`` tells it
    experiment : where to look; None for everywhere
    """
    places = [experiment] if experiment else _experiments(client)
    return list(client.search_runs(places, f"tags.{PART_DIGEST} = '{part_digest}'", 1, MOST_RUNS))


def newest_study(client: MlflowClient) -> list[Run]:
    """Return the scenarios' runs of the study that was logged last, in their order."""
    wanted = f"tags.{VERSION} = '{CURRENT}'"
    latest = ["attributes.end_time DESC"]
    for one in client.search_runs(_experiments(client), wanted, 1, 1, latest):
        runs = client.search_runs([one.info.experiment_id], wanted, 1, MOST_RUNS)
        own = [run for run in runs if PARENT not in run.data.tags]
        return sorted(own, key=lambda run: str(run.data.tags[PLACE]))
    return []


def mark_earlier(client: MlflowClient, study: str, digests: Collection[str]) -> None:
    """Mark what the study held before as an earlier version; its runs stay.

    Raises
    ------
    DataError
        The store refuses it.
    """
    others = "".join(f" and tags.{PART_DIGEST} != '{digest}'" for digest in digests)
    try:
        experiment = open_experiment(client, study)
        wanted = f"tags.{VERSION} = '{CURRENT}'{others}"
        _set_version(client, client.search_runs([experiment], wanted, 1, MOST_RUNS), EARLIER)
    except STORE_FAULTS as error:
        raise DataError([unreachable(client.tracking_uri, error)]) from error


def _set_version(client: MlflowClient, runs: Collection[Run], version: str) -> None:
    for run in runs:
        if run.data.tags[VERSION] != version:
            client.set_tag(run.info.run_id, VERSION, version)


def _experiments(client: MlflowClient) -> list[str]:
    return [one.experiment_id for one in client.search_experiments()]


def open_experiment(client: MlflowClient, name: str) -> str:
    """Return the id of an experiment, made where there is none: charts first, artifacts beside."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        if found.lifecycle_stage == "deleted":
            client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)
    location = None
    if client.tracking_uri.startswith(SQLITE):
        beside = Path(client.tracking_uri.removeprefix(SQLITE)).resolve().parent
        location = (beside / "artifacts").as_uri()
    return str(client.create_experiment(name, location, EXPERIMENT_TAGS))


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
