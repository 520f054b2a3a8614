"""The main job: data folder → population → pupils → seats → results folder and MLflow.

A forecast is a study of a few scenarios; a study keeps its parts, so that it can be taken up again.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console

from data.bundle import DataBundle, load_bundle
from data.choice import Choice, choose
from data.language import Language, Text
from data.problems import DataError, DataProblem
from data.scenario.schema import DEFAULTS, Pipeline, Scenario, load_scenario
from data.scenario.workbook_sheet import sheet_scenario
from experiments.computing.quick_imports import quick_imports
from experiments.computing.stopwatch import Stopwatch
from experiments.console.forecast_screen import print_forecast
from experiments.console.forecast_summary import print_times, print_unsent
from experiments.results.digests import part_digests
from experiments.results.folder import results_hold
from experiments.results.folder_lock import in_sole_use
from experiments.results.reader import read_results
from experiments.tracking.pending_uploads import forget, tidy
from experiments.tracking.store import runs_are_logged, store_address
from experiments.tracking.worker import second_process

EXPERIMENT = Text("学位需求预测", "School-seat demand")
READING = Text("读入", "reading")
NO_WORDS = Text("", "")
SCHOOL_YEAR_BEGINS = 9


def present_school_year(today: date) -> int:
    """Return the year in which the running school year began.

    >>> present_school_year(date(2026, 11, 24)), present_school_year(date(2027, 3, 1))
    (2026, 2026)
    """
    return today.year if today.month >= SCHOOL_YEAR_BEGINS else today.year - 1


@dataclass(frozen=True)
class Request:
    """What the command line or a study file asked for; None or empty means the default.

    ``keeps_parts`` leaves what was computed of each scenario beside the results; ``scheduler`` is
    the address of the Dask cluster that is to compute them; ``verbose`` prints every county.
    """

    data: Path | None
    counties: tuple[str, ...]
    scenarios: tuple[str, ...]
    now: int
    until: int
    draws: int
    seed: int
    out: Path
    tracking_uri: str | None
    title: Text = EXPERIMENT
    description: Text = NO_WORDS
    keeps_parts: bool = False
    scheduler: str | None = None
    verbose: bool = False

    def settings(self) -> dict[str, str]:
        """Return the choices that shape the figures as text, for the manifest and MLflow."""
        chosen = {"now": self.now, "until": self.until, "draws": self.draws, "seed": self.seed}
        return {"data": self.data.name if self.data else "guilin"} | {
            name: str(value) for name, value in chosen.items()
        }


@dataclass(frozen=True)
class Question:
    """A request with what it names: the data, the scenarios, the areas, the digests of parts."""

    request: Request
    bundle: DataBundle
    scenarios: list[Scenario]
    choice: Choice
    digests: dict[str, str]


def run(request: Request, language: Language) -> None:
    """Forecast every scenario, write the results folder, log the runs and print the summary.

    Where nothing changed since the last time nothing is computed or logged again.

    Raises
    ------
    DataError
        Bad input, or another command at work in the results folder; nothing is written.
    """
    watch = Stopwatch()
    store = store_address(request.tracking_uri)
    with watch.time(READING):
        question = read_question(request, language)
    request.out.resolve().parent.mkdir(parents=True, exist_ok=True)
    with in_sole_use(request.out):
        _run(question, store, watch, language)


def _run(question: Question, store: str, watch: Stopwatch, language: Language) -> None:
    request, console = question.request, Console()
    with watch.time(READING):
        written = results_hold(request.out, question.digests)
        logged = runs_are_logged(store, request.title.zh, question.digests.values())
    _tell(question, language, console)
    fault = None
    if written and logged:
        same = Text("数据、情景和程序都没有变，沿用已有结果。", "Nothing changed: results stand.")
        console.print(same.within(language), soft_wrap=True, markup=False)
    else:
        with second_process() as beside:
            with watch.time(Text("加载", "loading")), quick_imports():
                from experiments.commands.run_study import answer  # noqa: PLC0415 - takes seconds

            fault = answer(question, beside, store, watch, language, write=not written)
    if fault is None:
        forget(request.out, request.title, question.digests)
    tidy(request.out, question.digests.values() if request.keeps_parts else ())
    results = read_results(request.out)
    print_forecast(results, language, console, verbose=request.verbose)
    print_times(watch, language, console)
    if fault is not None:
        print_unsent(request.out, fault, language)


def read_question(request: Request, language: Language) -> Question:
    """Return what is asked, read and checked, with the digests that tell whether it is new.

    Raises
    ------
    DataError
        Everything that is wrong with the data, or with the scenarios, or the counties.
    """
    bundle = load_bundle(request.data)
    scenarios = wanted_scenarios(request, bundle)
    choice = choose(bundle, request.counties)
    shared = (bundle.digests, request.settings(), choice.rows, language)
    return Question(request, bundle, scenarios, choice, part_digests(scenarios, shared))


def wanted_scenarios(request: Request, bundle: DataBundle) -> list[Scenario]:
    """Return the scenarios asked for, and that of the data folder's sheet if it is filled in.

    Raises
    ------
    DataError
        What is wrong with any of them, all at once.
    """
    counties = {code: bundle.names[code] for code in bundle.counties}
    found: list[Scenario] = []
    problems: list[DataProblem] = []
    for name in request.scenarios or DEFAULTS:
        try:
            found.append(load_scenario(name, counties, request.now))
        except DataError as error:
            problems += error.problems
    try:
        found += sheet_scenario(request.data, counties, request.now) if request.data else []
    except DataError as error:
        problems += error.problems
    problems += [
        _same_name(one.name)
        for place, one in enumerate(found)
        if one.name in {other.name for other in found[:place]}
    ]
    if problems:
        raise DataError(problems)
    return found


def without_projects(scenarios: list[Scenario], bundle: DataBundle) -> list[Scenario]:
    """Return the scenarios that move projects where the data have none."""
    if bundle.tables.projects is not None:
        return []
    return [scenario for scenario in scenarios if scenario.pipeline != Pipeline()]


def _same_name(name: str) -> DataProblem:
    expected = Text("名称互不相同的情景", "scenarios of different names")
    remedy = Text("去掉重复的，或改文件名", "leave one out, or rename the file")
    return DataProblem("--scenario", expected, remedy, value=name)


def _tell(question: Question, language: Language, console: Console) -> None:
    """Print which scenarios have nothing to act on, and what was mended in the data."""
    for scenario in without_projects(question.scenarios, question.bundle):
        told = Text(
            "只对项目表起作用，数据中没有项目表", "acts on projects alone, and there are none"
        )
        line = f"{scenario.title.within(language)}: {told.within(language)}"
        console.print(line, markup=False, soft_wrap=True)
    for notice in question.bundle.notices:
        console.print(notice.line(language), markup=False, soft_wrap=True)
