"""The request for a forecast, and its inputs read and checked before computation."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data.bundle import DataBundle, load_bundle
from data.choice import Choice, choose
from data.language import Text
from data.problems import DataError, DataProblem
from data.reference.packs import DEFAULT_PACK
from data.scenario.parts import Pipeline
from data.scenario.schema import DEFAULTS, Scenario, load_scenario
from data.scenario.workbook_sheet import sheet_scenario
from data.settings import Settings
from experiments.results.digests import scenario_digests
from experiments.results.results_folder import StudyText

STUDY = StudyText(Text("学位需求预测", "School-seat demand"), Text("", ""))
SCHOOL_YEAR_BEGINS = 9


def present_school_year(today: date) -> int:
    """Return the year in which the current school year began.

    >>> present_school_year(date(2026, 11, 24)), present_school_year(date(2027, 3, 1))
    (2026, 2026)
    """
    return today.year if today.month >= SCHOOL_YEAR_BEGINS else today.year - 1


@dataclass(frozen=True)
class ForecastOptions:
    """Request from the command line or a study file; None or empty means the default.

    Parameters
    ----------
    settings : years, draws, seed and language
    out : results folder
    data : data folder
    counties, scenarios : names
    tracking_uri : store of the runs
    study : title and description of the runs
    keep_scenarios : keep the folder of each scenario, so that only new scenarios are computed
    scheduler : address of the Dask cluster; None for this machine
    verbose : whether to print every county
    """

    settings: Settings
    out: Path
    data: Path | None = None
    counties: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    tracking_uri: str | None = None
    study: StudyText = STUDY
    keep_scenarios: bool = False
    scheduler: str | None = None
    verbose: bool = False

    @property
    def data_name(self) -> str:
        """Name of the data folder."""
        return self.data.name if self.data else DEFAULT_PACK


@dataclass(frozen=True)
class ForecastInputs:
    """A request with the data it refers to.

    Parameters
    ----------
    request : the request
    bundle : input data
    scenarios : scenarios; the others are compared with the first
    choice : areas to forecast and to show
    digests : scenario → digest of everything that determines its figures
    """

    request: ForecastOptions
    bundle: DataBundle
    scenarios: list[Scenario]
    choice: Choice
    digests: dict[str, str]


def read_inputs(request: ForecastOptions) -> ForecastInputs:
    """Return the inputs of a request, read and checked.

    Raises
    ------
    DataError
        Everything that is wrong with the data, or with the scenarios, or the counties.
    """
    bundle = load_bundle(request.data)
    scenarios = requested_scenarios(request, bundle)
    choice = choose(bundle, request.counties)
    shared = (request.data_name, bundle.digests, request.settings.as_text(), choice.rows)
    return ForecastInputs(request, bundle, scenarios, choice, scenario_digests(scenarios, shared))


def requested_scenarios(request: ForecastOptions, bundle: DataBundle) -> list[Scenario]:
    """Return the requested scenarios, and that of the data folder's sheet if it is filled in.

    Raises
    ------
    DataError
        What is wrong with any of them, all at once.
    """
    counties = {code: bundle.names[code] for code in bundle.counties}
    now = request.settings.now
    found: list[Scenario] = []
    problems: list[DataProblem] = []
    for name in request.scenarios or DEFAULTS:
        try:
            found.append(load_scenario(name, counties, now, bundle.pack))
        except DataError as error:
            problems += error.problems
    try:
        found += sheet_scenario(request.data, counties, now) if request.data else []
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
    """Return the scenarios that shift projects although the data have none."""
    if bundle.tables.projects is not None:
        return []
    return [scenario for scenario in scenarios if scenario.pipeline != Pipeline()]


def _same_name(name: str) -> DataProblem:
    expected = Text("名称互不相同的情景", "scenarios with different names")
    how_to_fix = Text("去掉重复的，或改文件名", "remove the duplicate, or rename the file")
    return DataProblem("--scenario", expected, how_to_fix, value=name)
