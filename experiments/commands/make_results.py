"""Computation and writing of results: the part of a forecast that imports the models."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager

from data.language import Text
from experiments.commands.steps import COMPUTING, WRITING
from experiments.computing.scenarios import compute_scenarios
from experiments.computing.stopwatch import Advance, Stopwatch
from experiments.report.deliverables import write_deliverables
from experiments.results.forecast_inputs import ForecastInputs
from experiments.results.reader import read_results
from experiments.results.results_folder import results_folder, scenario_folders
from experiments.results.write_results import write_results


def make_results(
    inputs: ForecastInputs,
    watch: Stopwatch,
    start: Callable[[Text], Advance],
    while_writing: AbstractContextManager[None],
) -> None:
    """Compute the missing scenarios, and write the complete results folder.

    Folders of scenarios that are no longer requested are removed.

    Parameters
    ----------
    inputs : inputs of the forecast
    watch : stopwatch that records the steps
    start : starts to show the progress of a step
    while_writing : entered while the results are written, when the other cores are idle
    """
    request = inputs.request
    language, computed = request.settings.language, scenario_folders(request.out)
    with watch.time(COMPUTING):
        folders = compute_scenarios(inputs, computed, start(COMPUTING))
    with watch.time(WRITING), while_writing, results_folder(request.out) as folder:
        advance = start(WRITING)
        write_results(inputs, folders, folder)
        advance(0.2)
        write_deliverables(read_results(folder), inputs.bundle, language)
    for left in set(computed.iterdir()) - set(folders):
        shutil.rmtree(left)
