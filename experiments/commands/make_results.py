"""Computation and writing of results: the part of a forecast that imports the models."""

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
    """Compute the missing scenarios, and write the complete results folder.

    Folders of scenarios that are no longer requested are removed.

    Parameters
    ----------
    inputs : inputs of the forecast
    watch : stopwatch that records the steps
    """
    request = inputs.request
    language, computed = request.settings.language, scenario_folders(request.out)
    with watch.time(COMPUTING):
        folders = compute_scenarios(inputs, computed)
    with watch.time(WRITING), results_folder(request.out) as folder:
        write_results(inputs, folders, folder)
        write_deliverables(read_results(folder), inputs.bundle, language)
    for left in set(computed.iterdir()) - set(folders):
        shutil.rmtree(left)
