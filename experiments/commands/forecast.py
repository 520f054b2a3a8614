"""The main job: data folder → population → pupils → seats → results folder → MLflow and screen."""

import shutil
from collections.abc import Callable
from contextlib import nullcontext

from rich.console import Console

from data.language import Language, Text
from data.problems import DataError
from experiments.commands.log_results import log_folder
from experiments.commands.steps import LOADING, LOGGING, READING, SHARES
from experiments.computing.stopwatch import Advance, Stopwatch
from experiments.console.forecast_screen import print_forecast
from experiments.console.forecast_summary import print_not_logged, print_times
from experiments.console.progress import progress
from experiments.results.folder_lock import exclusive_use
from experiments.results.forecast_inputs import (
    ForecastInputs,
    ForecastOptions,
    read_inputs,
    without_projects,
)
from experiments.results.reader import read_results
from experiments.results.results_folder import results_hold, scenario_folders
from experiments.tracking.marker import is_logged
from experiments.tracking.store import store_address, store_made_meanwhile

UNCHANGED = Text(
    "数据、情景和程序都没有变，沿用已有结果。", "Nothing changed: existing results are used."
)


def run(request: ForecastOptions) -> None:
    """Forecast every scenario, write the results folder, log the runs and print the summary.

    Where nothing changed since the last time nothing is computed or logged again.

    Raises
    ------
    DataError
        Bad input, or another command at work in the results folder; nothing is written.
    """
    watch, language, console = Stopwatch(), request.settings.language, Console()
    store = store_address(request.tracking_uri)
    with progress(SHARES, language) as start:
        start(READING)
        with watch.time(READING):
            inputs = read_inputs(request)
        request.out.resolve().parent.mkdir(parents=True, exist_ok=True)
        with exclusive_use(request.out):
            _print_notices(inputs, language, console)
            changed, fault = _renew(inputs, store, watch, start)
            results = read_results(request.out)
    if not changed:
        console.print(UNCHANGED.within(language), soft_wrap=True, markup=False)
    print_forecast(results, language, console, verbose=request.verbose)
    if request.verbose:
        print_times(watch, language, console)
    if fault is not None:
        print_not_logged(request.out, fault, language)


def _renew(
    inputs: ForecastInputs, store: str, watch: Stopwatch, start: Callable[[Text], Advance]
) -> tuple[bool, DataError | None]:
    """Write and log missing results; return whether anything was missing, and the store error."""
    request, out = inputs.request, inputs.request.out
    with watch.time(READING):
        stand = results_hold(out, request.study, inputs.digests)
    changed, fault = not (stand and is_logged(out, store)), None
    if not stand:
        start(LOADING)
        with watch.time(LOADING):
            from experiments.commands.make_results import (  # noqa: PLC0415 - takes seconds
                make_results,
            )
        # Importing MLflow twice is worth it only where the results of many cities are written.
        many = len(inputs.bundle.tree.cities) > 1
        make_results(inputs, watch, start, store_made_meanwhile(store) if many else nullcontext())
    if not request.keep_scenarios:
        shutil.rmtree(scenario_folders(out), ignore_errors=True)
    if changed:
        with watch.time(LOGGING):
            fault = log_folder(out, store, start(LOGGING))
    return changed, fault


def _print_notices(inputs: ForecastInputs, language: Language, console: Console) -> None:
    """Print the scenarios whose projects are missing, and the corrections made in the data."""
    for scenario in without_projects(inputs.scenarios, inputs.bundle):
        text = Text(
            "其中项目交付的假设不起作用，数据中没有项目表",
            "its assumption on projects has no effect, as the data have none",
        )
        line = f"{scenario.title.within(language)}: {text.within(language)}"
        console.print(line, markup=False, soft_wrap=True)
    for notice in inputs.bundle.notices:
        console.print(notice.line(language), markup=False, soft_wrap=True)
