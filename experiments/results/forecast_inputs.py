"""What a forecast is asked for, and all that it reads before it computes."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data.bundle import DataBundle, load_bundle
from data.choice import Choice, choose
from data.language import Text
from data.problems import DataError, DataProblem
from data.reference.packs import DEFAULT_PACK
from data.scenario.schema import DEFAULTS, Pipeline, Scenario, load_scenario
from data.scenario.workbook_sheet import sheet_scenario
from data.settings import Settings
from experiments.results.digests import scenario_digests
from experiments.results.folder import Study

STUDY = Study(Text("学位需求预测", "School-seat demand"), Text("", ""))
SCHOOL_YEAR_BEGINS = 9


def present_school_year(today: date) -> int:
    """Return the year in which the running school year began.

    >>> present_school_year(date(2026, 11, 24)), present_school_year(date(2027, 3, 1))
    (2026, 2026)
    """
    return today.year if today.month >= SCHOOL_YEAR_BEGINS else today.year - 1


@dataclass(frozen=True)
class ForecastRequest:
    """What the command line or a study file asks for; None or empty means the default.

    Parameters
    ----------
    settings : years, draws, seed and language
    out : results folder
    data : data folder
    counties, scenarios : names
    tracking_uri : store of the runs
    study : title and description of the runs
    keep_scenarios : keep each scenario's own folder, so that another one costs that one alone
    scheduler : address of the Dask cluster that computes them
    verbose : print every county
    """

    settings: Settings
    out: Path
    data: Path | None = None
    counties: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    tracking_uri: str | None = None
    study: Study = STUDY
    keep_scenarios: bool = False
    scheduler: str | None = None
    verbose: bool = False

    @property
    def data_name(self) -> str:
        """Name of the data folder."""
        return self.data.name if self.data else DEFAULT_PACK


@dataclass(frozen=True)
class ForecastInputs:
    """A request with what it names.

    Parameters
    ----------
    request : what is asked for
    bundle : the data
    scenarios : the futures, the first being what the others are compared with
    choice : the areas
    digests : scenario → digest of all that shapes its figures
    """

    request: ForecastRequest
    bundle: DataBundle
    scenarios: list[Scenario]
    choice: Choice
    digests: dict[str, str]


def read_inputs(request: ForecastRequest) -> ForecastInputs:
    """Return all that a request names, read and checked.

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


def requested_scenarios(request: ForecastRequest, bundle: DataBundle) -> list[Scenario]:
    """Return the scenarios requested, and that of the data folder's sheet if it is filled in.

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
    """Return the scenarios that move projects where the data have none."""
    if bundle.tables.projects is not None:
        return []
    return [scenario for scenario in scenarios if scenario.pipeline != Pipeline()]


def _same_name(name: str) -> DataProblem:
    expected = Text("名称互不相同的情景", "scenarios of different names")
    remedy = Text("去掉重复的，或改文件名", "leave one out, or rename the file")
    return DataProblem("--scenario", expected, remedy, value=name)
