"""Access to the MLflow store: open it, search runs, remove runs of killed processes."""

import logging
import os
import shutil
from collections.abc import Collection
from datetime import date
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    INVALID_PARAMETER_VALUE,
    RESOURCE_ALREADY_EXISTS,
    ErrorCode,
)

from experiments.results.folder_lock import locked
from experiments.tracking.store import CURRENT, DIGEST, EARLIER, PARENT, PLACE, SQLITE, VERSION
from experiments.tracking.store_faults import store_errors

# The MLflow UI opens an experiment of this kind on its list of runs.
EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}
MOST_RUNS = 10_000
NAME = "mlflow.runName"
PATIENCE = 60  # seconds to wait for another process creating the store
ALREADY_THERE = ErrorCode.Name(RESOURCE_ALREADY_EXISTS)
NOT_ACTIVE = ErrorCode.Name(INVALID_PARAMETER_VALUE)


def open_store(tracking_uri: str) -> MlflowClient:
    """Return a client of the store; creating a new SQLite store takes a few seconds.

    Parameters
    ----------
    tracking_uri : address of the store

    Raises
    ------
    DataError
        The store cannot be reached.
    """
    # A dead server is given up within seconds instead of minutes; one that puts a login off, or
    # starts, is asked again after four. The user's own settings take precedence.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # Store errors are reported as a message, not as MLflow's traceback.
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)
    with store_errors(tracking_uri):
        if tracking_uri.startswith(SQLITE):
            _make_database(Path(tracking_uri.removeprefix(SQLITE)))
        client = MlflowClient(tracking_uri)
        client.search_experiments(max_results=1)
    return client


def _make_database(path: Path) -> None:
    """Create a SQLite store atomically, as MLflow cannot repair an incomplete one."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f".{path.name}.making")
    with locked(path.with_name(f".{path.name}.lock"), wait=PATIENCE):
        if path.exists():  # created by another process meanwhile
            return
        if making.exists():
            shutil.rmtree(making)
        making.mkdir()
        try:
            MlflowClient(f"{SQLITE}{(making / path.name).as_posix()}").search_experiments(1)
            os.replace(making / path.name, path)
        finally:
            shutil.rmtree(making, ignore_errors=True)


def find_runs(client: MlflowClient, digest: str, tag: str = DIGEST) -> list[Run]:
    """Return the runs of a results folder, of all its scenarios and counties.

    Parameters
    ----------
    client : client from ``open_store``
    digest : sha256 of the folder's manifest
    tag : the tag that holds the digest
    """
    places = [one.experiment_id for one in client.search_experiments()]
    return list(client.search_runs(places, f"tags.{tag} = '{digest}'", 1, MOST_RUNS))


def finished_runs(client: MlflowClient, digest: str, tag: str = DIGEST) -> list[Run]:
    """Return the complete runs of a results folder, and remove its incomplete ones.

    A scenario's run is finished after those of its counties; an incomplete one is removed together
    with its counties.
    """
    found = find_runs(client, digest, tag)
    complete = {run.info.run_id for run in found if is_parent(run) and _is_finished(run)}
    kept = [run for run in found if _family(run) in complete and _is_finished(run)]
    remove_runs(client, [run for run in found if run not in kept])
    return kept


def remove_runs(client: MlflowClient, runs: Collection[Run]) -> None:
    """Delete incomplete runs, marking them as killed."""
    for one in runs:
        try:
            client.set_terminated(one.info.run_id, "KILLED")
            client.delete_run(one.info.run_id)
        except MlflowException as error:
            if error.error_code != NOT_ACTIVE:  # another process deleted it meanwhile
                raise


def _family(run: Run) -> str:
    """Return the id of the scenario's run that a run is or belongs to."""
    return str(run.data.tags.get(PARENT, run.info.run_id))


def is_parent(run: Run) -> bool:
    """Return whether a run is of a scenario, not of one of its counties."""
    return PARENT not in run.data.tags


def _is_finished(run: Run) -> bool:
    return str(run.info.status) == "FINISHED"


def newest_study(client: MlflowClient) -> list[Run]:
    """Return the scenario runs of the most recently logged study, in order."""
    places = [one.experiment_id for one in client.search_experiments()]
    wanted = f"tags.{VERSION} = '{CURRENT}'"
    for one in client.search_runs(places, wanted, 1, 1, ["attributes.end_time DESC"]):
        runs = client.search_runs([one.info.experiment_id], wanted, 1, MOST_RUNS)
        return sorted(filter(is_parent, runs), key=lambda run: str(run.data.tags[PLACE]))
    return []


def mark_version(client: MlflowClient, experiment: str, digest: str) -> None:
    """Mark the runs of ``digest`` as the current ones of a study, and all others as earlier."""
    for version, condition in ((CURRENT, "="), (EARLIER, "!=")):
        wanted = f"tags.{VERSION} != '{version}' and tags.{DIGEST} {condition} '{digest}'"
        for run in client.search_runs([experiment], wanted, 1, MOST_RUNS):
            client.set_tag(run.info.run_id, VERSION, version)
            if is_parent(run):
                client.set_tag(run.info.run_id, NAME, _version_name(run, version))


def _version_name(run: Run, version: str) -> str:
    """Return the name of a scenario's run; an earlier one has its date, for the legends."""
    made = date.fromtimestamp(run.info.start_time / 1000).isoformat()
    name = str(run.data.tags[NAME]).removesuffix(f" {made}")
    return name if version == CURRENT else f"{name} {made}"


def open_experiment(client: MlflowClient, name: str) -> str:
    """Return the id of an experiment, created if needed with artifacts next to a SQLite store."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        if found.lifecycle_stage == "deleted":
            client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)
    location = None
    if client.tracking_uri.startswith(SQLITE):
        folder = Path(client.tracking_uri.removeprefix(SQLITE)).resolve().parent
        location = (folder / "artifacts").as_uri()
    try:
        return str(client.create_experiment(name, location, EXPERIMENT_TAGS))
    except MlflowException as error:
        if error.error_code != ALREADY_THERE:
            raise
        return open_experiment(client, name)  # created by another process meanwhile
