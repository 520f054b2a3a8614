"""Compute → results folder: the part of a forecast that needs the models and takes seconds."""

import shutil

from data.language import Text
from experiments.computing.scenarios import compute_scenarios
from experiments.computing.stopwatch import Stopwatch
from experiments.report.deliverables import write_deliverables
from experiments.results.folder import results_folder, scenario_folders
from experiments.results.forecast_inputs import ForecastInputs
from experiments.results.reader import read_results
from experiments.results.write_results import write_results

COMPUTING = Text("计算", "computing")
WRITING = Text("写出结果", "writing results")


def make_results(inputs: ForecastInputs, watch: Stopwatch) -> None:
    """Compute the scenarios that are missing, and write the results folder: complete or not at all.

    Scenarios that the request no longer has are removed from beside the results.
    """
    request = inputs.request
    language, beside = request.settings.language, scenario_folders(request.out)
    with watch.time(COMPUTING):
        folders = compute_scenarios(inputs, beside)
    with watch.time(WRITING), results_folder(request.out) as folder:
        write_results(inputs, folders, folder)
        write_deliverables(read_results(folder), inputs.bundle, language)
    for left in set(beside.iterdir()) - set(folders):
        shutil.rmtree(left)
