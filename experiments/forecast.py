"""The main job: data folder → population → pupils → seats → results folder and MLflow."""

from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from data.bundle import DataBundle, load_bundle
from data.choice import choose_areas
from data.language import Language, Text
from data.problems import DataError, DataProblem
from data.scenario import DEFAULTS, Pipeline, Scenario, load_scenario
from data.scenario_sheet import sheet_scenario
from experiments.console import print_next, print_reasons, print_summary
from experiments.outputs import CHART, WHY_CHART, WORKBOOK, ForecastTables, write_outputs
from experiments.report import write_reports
from experiments.results import keep_inputs, results_folder
from experiments.results_reader import read_results
from experiments.second_process import draw, draw_why, log, prepare
from experiments.store import Study, store_address
from forecasting.residence_table import residence_table
from forecasting.seat_draws import SeatDraws, seat_draws
from forecasting.seats import build_start, demand_rows, scenario_demand
from forecasting.why import DemandChain, change_table, difference_table

EXPERIMENT = "学位需求预测"
SCHOOL_YEAR_BEGINS = 9


def present_school_year(today: date) -> int:
    """Return the year in which the running school year began.

    >>> present_school_year(date(2026, 11, 24)), present_school_year(date(2027, 3, 1))
    (2026, 2026)
    """
    return today.year if today.month >= SCHOOL_YEAR_BEGINS else today.year - 1


@dataclass(frozen=True)
class Request:
    """What the command line asked for; None or empty means the default."""

    data: Path | None
    counties: tuple[str, ...]
    scenarios: tuple[str, ...]
    now: int
    until: int
    draws: int
    seed: int
    out: Path
    tracking_uri: str | None

    def settings(self) -> dict[str, str]:
        """Return the choices that shape the figures as text, for the manifest and MLflow."""
        chosen = {"now": self.now, "until": self.until, "draws": self.draws, "seed": self.seed}
        return {"data": self.data.name if self.data else "guilin"} | {
            name: str(value) for name, value in chosen.items()
        }


def run(request: Request, language: Language, beside: Executor) -> None:
    """Forecast every scenario, write the results folder, log the runs and print the summary.

    Parameters
    ----------
    request : what to do
    language : language of everything a person reads
    beside : the process of :mod:`experiments.second_process`

    Raises
    ------
    DataError
        Bad input, and nothing is written; or a store that fails, after the results are written.
    """
    console = Console()
    store = store_address(request.tracking_uri)
    bundle = load_bundle(request.data)
    scenarios = wanted_scenarios(request, bundle)
    titles = {scenario.name: scenario.title.within(language) for scenario in scenarios}
    for name in without_projects(scenarios, bundle):
        told = Text(
            "只对项目表起作用，数据中没有项目表", "acts on projects alone, and there are none"
        )
        console.print(f"{titles[name]}: {told.within(language)}", markup=False, soft_wrap=True)
    for notice in bundle.notices:
        console.print(notice.line(language), markup=False, soft_wrap=True)
    chosen = choose_areas(bundle, request.counties)
    beside.submit(prepare, store)
    with _progress(console) as progress:
        step = progress.add_task("")
        tables = forecast_demand(request, bundle, scenarios, progress, language).of(chosen)
        demand, changes = tables.demand, tables.changes
        progress.update(step, description=Text("写出结果", "writing results").within(language))
        with results_folder(request.out) as folder:
            pictures = [
                beside.submit(draw, demand, folder / CHART, titles, language),
                beside.submit(draw_why, demand, changes, folder / WHY_CHART, titles, language),
            ]
            write_outputs(folder, tables, bundle, scenarios, request.settings(), language)
            if request.data:
                keep_inputs(request.data, folder)
            write_reports(read_results(folder), bundle, language)
            for picture in pictures:
                picture.result()
        progress.update(step, description=Text("记入 MLflow", "logging runs").within(language))
        study = Study(EXPERIMENT, request.now, bundle.digests, request.settings())
        beside.submit(log, store, demand, scenarios, request.out, study).result()
    print_summary(demand, titles, request.now, language, console)
    print_reasons(changes, language, console)
    print_next(str(request.out), WORKBOOK, store, language, console)


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


def without_projects(scenarios: list[Scenario], bundle: DataBundle) -> list[str]:
    """Return the scenarios that move projects where the data have none."""
    if bundle.tables.projects is not None:
        return []
    return [scenario.name for scenario in scenarios if scenario.pipeline != Pipeline()]


def _same_name(name: str) -> DataProblem:
    expected = Text("名称互不相同的情景", "scenarios of different names")
    remedy = Text("去掉重复的，或改文件名", "leave one out, or rename the file")
    return DataProblem("--scenario", expected, remedy, value=name)


def forecast_demand(
    request: Request,
    bundle: DataBundle,
    scenarios: list[Scenario],
    progress: Progress,
    language: Language,
) -> ForecastTables:
    """Return demand and its reasons of every county and the city under every scenario."""
    step = progress.add_task(Text("人口与出生", "population and births").within(language))
    start = build_start(bundle, request.now, request.until, request.draws, request.seed)
    chains: dict[str, DemandChain] = {}
    draws: dict[str, SeatDraws] = {}
    rows, changes, residence = [], [], []
    for scenario in scenarios:
        progress.update(step, description=scenario.title.within(language))
        demand, chain = scenario_demand(bundle, start, scenario, request.now, request.seed)
        rows.append(demand_rows(demand, scenario.name, bundle.city, bundle.names))
        changes.append(change_table(chain, scenario.name, bundle.names, request.now))
        residence.append(
            residence_table(chain, start.jump_off.urban, bundle.context.city_proper, scenario.name)
        )
        chains[scenario.name] = chain
        draws[scenario.name] = seat_draws(demand)
    ahead = range(request.now + 1, request.until + 1)
    differences = difference_table(chains, bundle.names, ahead)
    progress.remove_task(step)
    where = pd.concat(residence, ignore_index=True)
    where.insert(where.columns.get_loc("adcode") + 1, "county", where["adcode"].map(bundle.names))
    return ForecastTables(
        demand=pd.concat(rows, ignore_index=True),
        changes=pd.concat(changes, ignore_index=True),
        differences=differences,
        residence=where,
        draws=draws,
    )


def _progress(console: Console) -> Progress:
    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)
