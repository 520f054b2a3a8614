"""Forecast runs in MLflow: a run a scenario, a child run a county, the year as the step."""

import logging
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
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
from experiments.tracking.notes import study_note
from experiments.tracking.scenario_log import WRITING_PROCESS, log_scenario
from experiments.tracking.store import (
    CURRENT,
    EARLIER,
    LOGGED,
    NOTE,
    PARENT,
    PART_DIGEST,
    PLACE,
    SQLITE,
    VERSION,
    WRITER,
)
from experiments.tracking.store_faults import told
from experiments.tracking.study_runs import ScenarioRun, StudyRuns

# The interface opens an experiment of this kind on its training runs.
EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}
MOST_RUNS = 10_000
PATIENCE = 60  # seconds in which another process has made a store
ALREADY_THERE = ErrorCode.Name(RESOURCE_ALREADY_EXISTS)
NOT_ACTIVE = ErrorCode.Name(INVALID_PARAMETER_VALUE)


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
    # A store that fails is told in a sentence, not in MLflow's traceback.
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)
    with told(tracking_uri):
        if tracking_uri.startswith(SQLITE):
            _make_database(Path(tracking_uri.removeprefix(SQLITE)))
        client = MlflowClient(tracking_uri)
        client.search_experiments(max_results=1)
    return client


def _make_database(path: Path) -> None:
    """Make a SQLite store whole or not at all: MLflow cannot mend one whose making was cut off."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f".{path.name}.making")
    with locked(path.with_name(f".{path.name}.lock"), wait=PATIENCE):
        if path.exists():  # another process made it meanwhile
            return
        if making.exists():
            shutil.rmtree(making)
        making.mkdir()
        try:
            MlflowClient(f"{SQLITE}{(making / path.name).as_posix()}").search_experiments(1)
            os.replace(making / path.name, path)
        finally:
            shutil.rmtree(making, ignore_errors=True)


def track(client: MlflowClient, study: StudyRuns, run: ScenarioRun) -> None:
    """Log a scenario as a run with a child run a county, unless it is logged already.

    The run counts as logged when it is finished, which it is last of all (:func:`finish`). What a
    killed process left of it is of no use; another process may be logging the same at this time.

    Raises
    ------
    DataError
        The store refuses the runs.
    """
    with told(client.tracking_uri):
        experiment = open_experiment(client, study.title.zh)
        client.set_experiment_tag(experiment, NOTE, study_note(study))
        found = find_runs(client, run.part.name, experiment)
        if any(map(is_finished, _parents(found))):
            if study.version == CURRENT:
                _set_version(client, found, CURRENT)
            return
        with _unless_finished(client, run, experiment):
            log_scenario(client, experiment, study, run)


def is_logged(client: MlflowClient, study: StudyRuns, run: ScenarioRun) -> bool:
    """Tell whether the study holds the finished run of a scenario.

    Raises
    ------
    DataError
        The store refuses to tell.
    """
    with told(client.tracking_uri):
        experiment = open_experiment(client, study.title.zh)
        found = find_runs(client, run.part.name, experiment)
        return any(map(is_finished, _parents(found)))


def finish(
    client: MlflowClient, study: StudyRuns, run: ScenarioRun, files: Mapping[str, Path]
) -> None:
    """Add ``files`` to the open run of a scenario and finish it; a finished one stays as it is.

    Parameters
    ----------
    files : name in the run → file of that name

    Raises
    ------
    DataError
        The store refuses it.
    """
    with told(client.tracking_uri):
        experiment = open_experiment(client, study.title.zh)
        with _unless_finished(client, run, experiment):
            for one in _parents(find_runs(client, run.part.name, experiment)):
                own = one.data.tags.get(WRITER) == WRITING_PROCESS and LOGGED in one.data.tags
                if own and not is_finished(one):
                    for file in files.values():
                        client.log_artifact(one.info.run_id, str(file))
                    client.set_terminated(one.info.run_id)
        _settle(client, run, experiment)


@contextmanager
def _unless_finished(client: MlflowClient, run: ScenarioRun, experiment: str) -> Iterator[None]:
    """Take no heed of a fault where another process has finished the run: it removed ours."""
    try:
        yield
    except MlflowException:
        if not any(map(is_finished, _parents(find_runs(client, run.part.name, experiment)))):
            raise


def _settle(client: MlflowClient, run: ScenarioRun, experiment: str) -> None:
    """Leave one finished run of a scenario, with the finished ones of its counties.

    There are more where a process was killed, where two log at once, or where a request was sent
    twice since its answer was lost. Of finished ones the first by identifier stays, on which two
    processes agree; if they crossed all the same, one of them finds none and says so.
    """
    found = find_runs(client, run.part.name, experiment)
    kept = min((one.info.run_id for one in filter(is_finished, _parents(found))), default=None)
    extra = [one for one in found if _family(one) != kept or not is_finished(one)]
    if kept is not None and extra:
        remove_runs(client, extra)
        found = find_runs(client, run.part.name, experiment)
    if not any(map(is_finished, _parents(found))):
        raise MlflowException("another process removed the runs while they were logged")


def remove_unfinished(client: MlflowClient, digests: Collection[str]) -> None:
    """Remove what a killed process left of scenarios that are not wanted any more.

    Raises
    ------
    DataError
        The store refuses it.
    """
    with told(client.tracking_uri):
        for digest in digests:
            found = find_runs(client, digest)
            finished = {run.info.run_id for run in filter(is_finished, _parents(found))}
            remove_runs(client, [run for run in found if _family(run) not in finished])


def remove_runs(client: MlflowClient, runs: Collection[Run]) -> None:
    """Delete runs that were cut off or are there twice; none of them stays running."""
    for one in runs:
        try:
            client.set_terminated(one.info.run_id, "KILLED")
            client.delete_run(one.info.run_id)
        except MlflowException as error:
            if error.error_code != NOT_ACTIVE:  # another process deleted it meanwhile
                raise


def _family(run: Run) -> str:
    """Return the scenario's run that a run is or belongs to."""
    return str(run.data.tags.get(PARENT, run.info.run_id))


def _parents(runs: Collection[Run]) -> list[Run]:
    return [run for run in runs if PARENT not in run.data.tags]


def is_finished(run: Run) -> bool:
    """Tell whether a run is logged whole."""
    return run.info.status == "FINISHED"


def find_runs(
    client: MlflowClient, digest: str, experiment: str | None = None, tag: str = PART_DIGEST
) -> list[Run]:
    """Return the runs of one scenario's part: its own, and those of its counties.

    Parameters
    ----------
    client : client from ``open_store``
    digest : as ``parts`` of a results folder's ``manifest.json`` tells it
    experiment : where to look; None for everywhere
    tag : the tag that holds the digest
    """
    places = [experiment] if experiment else _experiments(client)
    return list(client.search_runs(places, f"tags.{tag} = '{digest}'", 1, MOST_RUNS))


def newest_study(client: MlflowClient) -> list[Run]:
    """Return the scenarios' runs of the study that was logged last, in their order."""
    wanted = f"tags.{VERSION} = '{CURRENT}'"
    latest = ["attributes.end_time DESC"]
    for one in client.search_runs(_experiments(client), wanted, 1, 1, latest):
        runs = client.search_runs([one.info.experiment_id], wanted, 1, MOST_RUNS)
        return sorted(_parents(runs), key=lambda run: str(run.data.tags[PLACE]))
    return []


def mark_earlier(client: MlflowClient, study: str, digests: Collection[str]) -> None:
    """Mark what the study held before as an earlier version; its runs stay.

    Raises
    ------
    DataError
        The store refuses it.
    """
    others = "".join(f" and tags.{PART_DIGEST} != '{digest}'" for digest in digests)
    with told(client.tracking_uri):
        experiment = open_experiment(client, study)
        wanted = f"tags.{VERSION} = '{CURRENT}'{others}"
        _set_version(client, client.search_runs([experiment], wanted, 1, MOST_RUNS), EARLIER)


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
    try:
        return str(client.create_experiment(name, location, EXPERIMENT_TAGS))
    except MlflowException as error:
        if error.error_code != ALREADY_THERE:
            raise
        return open_experiment(client, name)  # another process made it meanwhile
