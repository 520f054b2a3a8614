"""Idempotent logging of a finished results folder to MLflow."""

from pathlib import Path

from mlflow import MlflowClient

from experiments.computing.stopwatch import Advance, not_shown
from experiments.results.comparison_file import EARLIER, FOLDER, NOTE_FILE
from experiments.results.indicator_file import read_indicators
from experiments.results.plan_file import read_plan
from experiments.results.reader import Results, read_results, require_plain_files
from experiments.results.results_folder import MANIFEST, previous
from experiments.tracking.comparison_runs import log_comparison
from experiments.tracking.indicator_runs import log_indicators
from experiments.tracking.marker import mark, marker_of
from experiments.tracking.plan_runs import log_plan
from experiments.tracking.runs import (
    finished_runs,
    is_parent,
    mark_version,
    open_experiment,
    open_store,
)
from experiments.tracking.scenario_runs.notes import study_note
from experiments.tracking.scenario_runs.scenario_log import log_scenario
from experiments.tracking.store import NOTE, SQLITE
from experiments.tracking.store_faults import store_errors
from experiments.tracking.views import view_links, write_views


def track(folder: Path, store: str, advance: Advance = not_shown) -> None:
    """Log scenarios, plan and comparison of ``folder``.

    Replaced earlier results are logged first, if they were not logged yet.

    Parameters
    ----------
    folder : folder of results or of a comparison, locked by the caller
    store : address of the MLflow store
    advance : called with the share of the scenarios' runs that is logged

    Raises
    ------
    DataError
        The store cannot be reached or refuses a request; the folder stays marked as not logged.
    """
    earlier = previous(folder)
    held = marker_of(earlier)
    places = [earlier, folder] if held is not None and not held.logged else [folder]
    for place in places:
        require_plain_files(place)
        if (place / MANIFEST).exists() or (place / NOTE_FILE).exists():
            mark(place, store, logged=False)
    client = open_store(store)
    for place in places:
        with store_errors(store):
            _track_folder(client, place, advance)
        mark(place, store, logged=True)


def _track_folder(client: MlflowClient, folder: Path, advance: Advance) -> None:
    if (folder / MANIFEST).exists():
        results = read_results(folder)
        log_results(client, results, advance)
        plan = read_plan(folder)
        if plan is not None:
            log_plan(client, results, plan)
        indicators = read_indicators(folder)
        if indicators is not None:
            log_indicators(client, results, indicators)
    for place in (folder, folder / FOLDER, folder / EARLIER):
        if (place / NOTE_FILE).exists():
            log_comparison(client, place)


def log_results(client: MlflowClient, results: Results, advance: Advance = not_shown) -> None:
    """Log each scenario as a run with one child run per county, unless a finished one exists.

    Incomplete runs of a killed process are deleted, and the scenario is logged again.
    """
    language = results.settings.language
    experiment = open_experiment(client, results.study.title.within(language))
    note = study_note(results.study, view_links(experiment, results), language)
    client.set_experiment_tag(experiment, NOTE, note)
    complete = [
        run.data.tags["scenario"] for run in finished_runs(client, results.digest) if is_parent(run)
    ]
    for scenario in results.scenarios:
        if scenario.name not in complete:
            log_scenario(client, experiment, results, scenario, advance)
    if not client.tracking_uri.startswith(SQLITE):
        # A request repeated after a lost response creates a run that is never finished.
        finished_runs(client, results.digest)
    mark_version(client, experiment, results.digest)
    write_views(client, experiment, results)
