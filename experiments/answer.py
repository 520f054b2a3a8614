"""The work of a study: make each scenario's part, log it beside the next, write the results."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from functools import cache
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from data.bundle import DataBundle
from data.language import Language, Text
from experiments.chart import write_chart
from experiments.digests import digest_of
from experiments.fitted import Fitted
from experiments.forecast import Question
from experiments.outputs import CHART, WHY_CHART, cover_of, observed_years, write_outputs
from experiments.parts import (
    DRAWS,
    PartWriter,
    part_is_whole,
    parts_folder,
    prune,
    read_tables,
    write_every_area,
)
from experiments.report import write_reports
from experiments.results import keep_inputs, results_folder, run_reports, write_manifest
from experiments.results_reader import read_results
from experiments.second_process import finish, log, mark_earlier, prepare, register
from experiments.stopwatch import Stopwatch
from experiments.study_runs import ScenarioRun, StudyRuns
from experiments.why_chart import write_why_chart
from features.learned_change import ForeseenChange
from features.residents import foresee
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
    request, digests = question.request, set(question.digests.values())
    keeps = request.keeps_parts
    ready = beside.submit(prepare, store)
    with _progress() as progress, parts_folder(request.out, kept=keeps) as folder:
        step = progress.add_task("")
        logs = []
        runs, study = _runs(question, folder), _study_runs(question)
        cities = list(question.bundle.by_city(question.choice.counties))
        foreseen = cache(lambda: foresee(question.bundle, cities))
        missing = [run for run in runs if not part_is_whole(run.part)]
        if missing:
            progress.update(step, description=COMPUTING.within(language))
        with watch.time(COMPUTING):
            written = compute(question, cities, foreseen, missing)
        for run in runs:
            progress.update(step, description=run.scenario.title.within(language))
            if run in missing:
                with watch.time(FILES):
                    finish_part(question, written[run.scenario.name], run, language)
            logs.append(beside.submit(log, store, study, run))
        # Before the end, after which nothing would come back to it.
        prune(folder, digests)
        if write:
            progress.update(step, description=WRITING.within(language))
            with watch.time(WRITING):
                write_results(question, runs, language)
        # Before the runs are finished, after which nothing would come back to it.
        fitted = _fitted(question, foreseen())
        logs.append(beside.submit(register, store, study.title.zh, fitted))
        for run in runs:
            reports = run_reports(request.out, run.scenario.name, first=not run.place)
            logs.append(beside.submit(finish, store, study, run, reports))
        with watch.time(WAITING):
            watch.add(OPENING, ready.result())
        for place, logged in enumerate(logs, start=1):
            told = Text("记入 MLflow", "logging runs").within(language)
            progress.update(step, description=f"{told} {place}/{len(logs)}")
            with watch.time(WAITING):
                watch.add(LOGGING, logged.result())
        beside.submit(mark_earlier, store, request.title.zh, digests).result()


def _runs(question: Question, folder: Path) -> list[ScenarioRun]:
    first = question.scenarios[0]
    parts = [folder / question.digests[scenario.name] for scenario in question.scenarios]
    return [
        ScenarioRun(scenario, first, place, part, parts[0])
        for place, (scenario, part) in enumerate(zip(question.scenarios, parts, strict=True))
    ]


def compute(
    question: Question,
    cities: Sequence[DataBundle],
    foreseen: Callable[[], Mapping[str, ForeseenChange]],
    missing: Sequence[ScenarioRun],
) -> dict[str, PartWriter]:
    """Return scenario → its part, filled with what is found of every area."""
    asked, choice, bundle = question.request, question.choice, question.bundle
    parts = {run.scenario.name: PartWriter(run.part, choice.rows) for run in missing}
    if parts:
        futures = Futures(
            scenarios=tuple(run.scenario for run in missing),
            compared_with=question.scenarios[0],
            drawn=frozenset(choice.drawn),
            now=asked.now,
            until=asked.until,
            draws=asked.draws,
            seed=asked.seed,
        )
        for piece in forecast_region(cities, foreseen(), bundle.tree, bundle.names, futures):
            parts[piece.scenario].add(piece)
    return parts


def finish_part(question: Question, part: PartWriter, run: ScenarioRun, language: Language) -> None:
    """Add the files that people read to the part of one scenario, and keep it."""
    shown = part.tables(question.choice.shown)
    settings = question.request.settings()
    part.finish(shown, cover_of(shown.demand, question.bundle, [run.scenario], settings), language)


def write_results(question: Question, runs: Sequence[ScenarioRun], language: Language) -> None:
    """Write the results folder from its parts."""
    request, bundle, scenarios = question.request, question.bundle, question.scenarios
    tables = joined([read_tables(run.part, question.choice.shown) for run in runs])
    demand, settings = tables.demand, request.settings()
    titles = {scenario.name: scenario.title.within(language) for scenario in scenarios}
    draws = {run.scenario.name: run.part / DRAWS for run in runs}
    with results_folder(request.out) as folder:
        cover = cover_of(demand, bundle, scenarios, settings)
        write_outputs(folder, tables, draws, cover, language)
        write_every_area(folder, [run.part for run in runs], question.choice)
        write_chart(demand, folder / CHART, titles, language)
        write_why_chart(demand, tables.changes, folder / WHY_CHART, titles, language)
        if request.data:
            keep_inputs(request.data, folder)
        kept = (observed_years(demand), settings, question.digests, question.choice.shown)
        write_manifest(folder, scenarios, bundle.digests, *kept)
        write_reports(read_results(folder), bundle, language)


def _fitted(question: Question, foreseen: Mapping[str, ForeseenChange]) -> Fitted:
    request, bundle = question.request, question.bundle
    return Fitted(
        data=request.data,
        digests=bundle.digests,
        adcode=bundle.city,
        city=bundle.names[bundle.city],
        county=bundle.names[bundle.counties[0]],
        foreseen=foreseen,
        settings=request.settings(),
    )


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
