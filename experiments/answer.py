"""The work of a study: make each scenario's part, log it beside the next, write the results."""

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from data.language import Language, Text
from data.scenario import Scenario
from experiments.chart import write_chart
from experiments.digests import digest_of
from experiments.forecast import Question
from experiments.forecaster import Forecaster
from experiments.outputs import CHART, WHY_CHART, cover_of, joined, observed_years, write_outputs
from experiments.parts import (
    DRAWS,
    part_is_whole,
    parts_folder,
    prune,
    read_part,
    write_part,
)
from experiments.report import write_reports
from experiments.results import REPORT, REPORTS, keep_inputs, results_folder, write_manifest
from experiments.results_reader import read_results
from experiments.second_process import finish, log, mark_earlier, prepare
from experiments.stopwatch import Stopwatch
from experiments.study_runs import ScenarioRun, StudyRuns
from experiments.why_chart import write_why_chart

COMPUTING = Text("计算", "computing")
FILES = Text("成文件", "files")
WRITING = Text("写出结果", "writing results")
WAITING = Text("等待记录", "waiting for the log")
COMPARISON = "comparison.html"
LOGGING = Text("另一进程的记录", "logging, beside")


def answer(
    question: Question,
    beside: Executor,
    store: str,
    watch: Stopwatch,
    language: Language,
    *,
    write: bool,
) -> None:
    """Make the parts that are missing, log each beside the making of the next, write the results.

    Parameters
    ----------
    question : what to answer
    beside : the process of :mod:`experiments.second_process`
    store : address of the MLflow store
    watch : takes the times
    language : language of everything a person reads
    write : False where the results folder holds the answer already

    Raises
    ------
    DataError
        The store fails, after the results are written.
    """
    request, digests = question.request, question.digests
    ready = beside.submit(prepare, store)
    study = _study_runs(question)
    with (
        _progress() as progress,
        parts_folder(request.out, kept=request.keeps_parts) as folder,
    ):
        step = progress.add_task("")
        parts, runs, logs = [], [], []
        forecaster = Forecaster(
            question.bundle,
            question.scenarios[0],
            request.now,
            request.until,
            request.draws,
            request.seed,
        )
        for place, scenario in enumerate(question.scenarios):
            progress.update(step, description=scenario.title.within(language))
            part = folder / digests[scenario.name]
            if not part_is_whole(part):
                make_part(question, forecaster, scenario, part, watch, language)
            parts.append(part)
            runs.append(ScenarioRun(scenario, question.scenarios[0], place, part, parts[0]))
            logs.append(beside.submit(log, store, study, runs[-1]))
        # Before the end, after which nothing would come back to it.
        prune(folder, set(digests.values()))
        progress.update(step, description=WRITING.within(language))
        if write:
            with watch.time(WRITING):
                write_results(question, parts, language)
        logs += [
            beside.submit(finish, store, study, run, _reports(request.out, run)) for run in runs
        ]
        for place, logged in enumerate([ready, *logs]):
            told = Text("记入 MLflow", "logging runs").within(language)
            progress.update(step, description=f"{told} {place}/{len(logs)}")
            with watch.time(WAITING):
                watch.add(LOGGING, logged.result())
        beside.submit(mark_earlier, store, study.title.zh, list(digests.values())).result()


def make_part(
    question: Question,
    forecaster: Forecaster,
    scenario: Scenario,
    path: Path,
    watch: Stopwatch,
    language: Language,
) -> None:
    """Forecast one scenario and keep what was found in ``path``."""
    with watch.time(COMPUTING):
        tables, draws = forecaster.tables(scenario)
        asked = tables.of(question.areas)
    with watch.time(FILES):
        settings = question.request.settings()
        cover = cover_of(asked.demand, question.bundle, [scenario], settings)
        write_part(path, asked, draws, cover, language)


def write_results(question: Question, parts: Sequence[Path], language: Language) -> None:
    """Write the results folder from its parts."""
    request, bundle, scenarios = question.request, question.bundle, question.scenarios
    tables = joined([read_part(part)[0] for part in parts])
    demand, settings = tables.demand, request.settings()
    titles = {scenario.name: scenario.title.within(language) for scenario in scenarios}
    names = [scenario.name for scenario in scenarios]
    draws = dict(zip(names, (part / DRAWS for part in parts), strict=True))
    with results_folder(request.out) as folder:
        cover = cover_of(demand, bundle, scenarios, settings)
        write_outputs(folder, tables, draws, cover, language)
        write_chart(demand, folder / CHART, titles, language)
        write_why_chart(demand, tables.changes, folder / WHY_CHART, titles, language)
        if request.data:
            keep_inputs(request.data, folder)
        observed = observed_years(demand)
        write_manifest(folder, scenarios, bundle.digests, observed, settings, question.digests)
        write_reports(read_results(folder), bundle, language)


def _reports(results: Path, run: ScenarioRun) -> dict[str, Path]:
    """Return name → file of the reports that go with the run of a scenario."""
    own = {REPORT: results / REPORTS / f"{run.scenario.name}.html"}
    return own if run.place else own | {COMPARISON: results / REPORT}


def _study_runs(question: Question) -> StudyRuns:
    request, digests = question.request, question.bundle.digests
    parameters = request.settings()
    return StudyRuns(
        request.title, request.description, request.now, digests, digest_of(digests), parameters
    )


def _progress() -> Progress:
    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(), transient=True)
