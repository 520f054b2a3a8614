"""The work of a study: make each scenario's part, log it beside the next, write the results."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from functools import cache, partial
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from data.language import Language, Text
from data.problems import DataError
from experiments.commands.forecast import Question
from experiments.computing.cluster import spread_over
from experiments.computing.stopwatch import Seconds, Stopwatch
from experiments.parts.scenario_cache import (
    PartWriter,
    part_is_whole,
    read_tables,
    write_every_area,
    write_outputs,
)
from experiments.report.deliverables import write_deliverables
from experiments.results.digests import digest_of
from experiments.results.evidence import observed_years
from experiments.results.folder import keep_inputs, results_folder, run_files, write_manifest
from experiments.results.reader import read_results
from experiments.tracking.fitted import fitted_of
from experiments.tracking.pending_uploads import keep, parts_folder, unwanted
from experiments.tracking.study_runs import ScenarioRun, StudyRuns
from experiments.tracking.worker import (
    finish,
    log,
    mark_earlier,
    prepare,
    register,
    remove_unfinished,
)
from features.migration.learned_change import ForeseenChange
from features.projection.scenario_population import foresee
from forecasting.city import Futures
from forecasting.region import forecast_region
from forecasting.tables import joined

COMPUTING = Text("计算", "computing")
FILES = Text("成文件", "files")
WRITING = Text("写出结果", "writing results")
WAITING = Text("等待记录", "waiting for the log")
OPENING = Text("另一进程打开记录库", "opening the store, beside")
LOGGING = Text("另一进程的记录", "logging, beside")


def answer(
    question: Question,
    beside: Executor,
    store: str,
    watch: Stopwatch,
    language: Language,
    *,
    write: bool,
) -> DataError | None:
    """Make the parts that are missing, log each beside the making of the next, write the results.

    Parameters
    ----------
    question : what to answer
    beside : the process of :mod:`experiments.tracking.worker`
    store : address of the MLflow store
    watch : takes the times
    language : language of everything a person reads
    write : False where the results folder holds the answer already

    Returns
    -------
    The fault of a store that did not take everything; what it takes to log it is kept.
    """
    request, digests = question.request, set(question.digests.values())
    ready = beside.submit(prepare, store)
    folder = parts_folder(request.out)
    folder.mkdir(exist_ok=True)
    with _progress() as progress:
        step = progress.add_task("")
        logs = [beside.submit(remove_unfinished, store, unwanted(request.out, digests))]
        runs, study = _runs(question, folder), _study_runs(question)
        foreseen = cache(partial(foresee, question.bundle))
        missing = [run for run in runs if not part_is_whole(run.part)]
        written = {}
        if missing:
            progress.update(step, description=COMPUTING.within(language))
            with watch.time(COMPUTING):
                known = foreseen()
                with spread_over(request.scheduler):
                    written = compute(question, known, missing)
        for run in runs:
            progress.update(step, description=run.scenario.title.within(language))
            if run in missing:
                with watch.time(FILES):
                    part = written[run.scenario.name]
                    part.finish(part.tables(question.choice.shown))
            logs.append(beside.submit(log, store, study, run))
        if write:
            progress.update(step, description=WRITING.within(language))
            with watch.time(WRITING):
                write_results(question, runs, language)
        keep(request.out, store, study, runs, passing=not request.keeps_parts)
        # Before the runs are finished, after which nothing would come back to it.
        fitted = fitted_of(request.data, question.bundle, foreseen(), request.settings())
        logs.append(beside.submit(register, store, study.title.zh, fitted))
        for run in runs:
            files = run_files(request.out, first=not run.place)
            logs.append(beside.submit(finish, store, study, run, files))
        logs.append(beside.submit(mark_earlier, store, request.title.zh, digests))
        progress.update(step, description=WAITING.within(language))
        return _wait(ready, logs, watch)


def _wait(
    ready: Future[Seconds], logs: Sequence[Future[Seconds]], watch: Stopwatch
) -> DataError | None:
    """Wait until everything is logged; return the first fault of the store."""
    try:
        with watch.time(WAITING):
            watch.add(OPENING, ready.result())
            for logged in logs:
                watch.add(LOGGING, logged.result())
    except DataError as fault:
        return fault
    return None


def _runs(question: Question, folder: Path) -> list[ScenarioRun]:
    first = question.scenarios[0]
    parts = [folder / question.digests[scenario.name] for scenario in question.scenarios]
    return [
        ScenarioRun(scenario, first, place, part, parts[0])
        for place, (scenario, part) in enumerate(zip(question.scenarios, parts, strict=True))
    ]


def compute(
    question: Question,
    foreseen: Mapping[str, ForeseenChange],
    missing: Sequence[ScenarioRun],
) -> dict[str, PartWriter]:
    """Return scenario → its part, filled with what is found of every area."""
    asked, choice, bundle = question.request, question.choice, question.bundle
    parts = {run.scenario.name: PartWriter(run.part, choice.rows) for run in missing}
    futures = Futures(
        scenarios=tuple(run.scenario for run in missing),
        compared_with=question.scenarios[0],
        drawn=frozenset(choice.drawn),
        now=asked.now,
        until=asked.until,
        draws=asked.draws,
        seed=asked.seed,
    )
    cities = bundle.cities_of(choice.counties)
    for piece in forecast_region(cities, foreseen, bundle.tree, bundle.names, futures):
        parts[piece.scenario].add(piece)
    return parts


def write_results(question: Question, runs: Sequence[ScenarioRun], language: Language) -> None:
    """Write the results folder from its parts."""
    request, bundle, scenarios = question.request, question.bundle, question.scenarios
    tables = joined([read_tables(run.part, question.choice.shown) for run in runs])
    settings = request.settings()
    parts = {run.scenario.name: run.part for run in runs}
    with results_folder(request.out) as folder:
        write_outputs(folder, parts, tables)
        write_every_area(folder, list(parts.values()), question.choice)
        if request.data:
            keep_inputs(request.data, folder)
        kept = (observed_years(tables.demand), settings, question.digests, question.choice.shown)
        write_manifest(folder, scenarios, bundle.digests, *kept)
        write_deliverables(read_results(folder), bundle, language)


def _study_runs(question: Question) -> StudyRuns:
    request, digests = question.request, question.bundle.digests
    return StudyRuns(
        title=request.title,
        description=request.description,
        now=request.now,
        digests=digests,
        data_digest=digest_of(digests),
        parameters=request.settings(),
        shown=question.choice.shown,
    )


def _progress() -> Progress:
    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(), transient=True)
