"""The readers through the doors that the commands use, and what they may do with a bad file."""

import contextlib
import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from data import area_files
from data.area_files import read_history
from data.bundle import load_bundle
from data.data_folder import inspect_folder
from data.findings import Findings
from data.problems import DataError, DataProblem
from data.scenario.schema import load_scenario
from data.scenario.study_file import load_study
from data.scenario.workbook_sheet import sheet_scenario
from experiments.commands.series import enrolment
from experiments.report.write_report import write_report
from experiments.results.plan_file import read_plan
from experiments.results.reader import read_results

LONGEST_LINE = 1500
COUNTIES = {"450302": "秀峰区", "450312": "临桂区", "450381": "荔浦市"}


@dataclass(frozen=True)
class Ending:
    """What a reader said of its input.

    Parameters
    ----------
    outcome : ``read``, ``repaired`` or ``refused``
    problems : what is wrong with it, none unless it was refused
    """

    outcome: str
    problems: tuple[DataProblem, ...] = ()

    @property
    def placed(self) -> bool:
        """Whether a row or a column is named with a problem."""
        return any(one.row is not None or one.column is not None for one in self.problems)


class UnfitError(AssertionError):
    """A reader that ended as it should, and yet did something that it must not."""


def read(target: str, folder: Path) -> Ending:
    """Give the files in ``folder`` to a reader and return what it said.

    Raises
    ------
    UnfitError : a refusal without a reason or that cannot be shown, or a file left behind
    """
    before = _names(folder)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            repaired = TARGETS[target](folder)
        except DataError as error:
            ending = Ending("refused", error.problems)
        else:
            ending = Ending("repaired" if repaired else "read")
    _expect_shown(ending)
    left = _names(folder) - before - (WRITTEN if ending.outcome != "refused" else set())
    if left:
        raise UnfitError(f"left behind: {sorted(left)}")
    return ending


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def _expect_shown(ending: Ending) -> None:
    if ending.outcome == "refused" and not ending.problems:
        raise UnfitError("refused without a problem")
    for line in DataError(ending.problems).lines("zh") + DataError(ending.problems).lines("en"):
        if len(line) > LONGEST_LINE:
            raise UnfitError(f"a line of {len(line)} characters: {line[:200]}")
        if not line.isprintable():
            raise UnfitError(f"a line that moves the cursor: {line[:200]!r}")


WRITTEN = {"out.csv", "report.html"}


def _folder(folder: Path) -> bool:
    inspection = inspect_folder(folder)
    _expect_shown(Ending("read", tuple(inspection.notices)))
    if inspection.tables is None:
        raise DataError(inspection.problems)
    bundle = load_bundle(folder)
    sheet_scenario(folder, bundle.names, None)
    return bool(inspection.notices)


def _enrolment(folder: Path) -> bool:
    history, births = folder / "history.csv", folder / "births.csv"
    enrolment.run(history, births, 2, folder / "out.csv", 1, "en")
    findings = Findings()
    read_history(history, findings)
    return bool(findings.notices)


def _population(folder: Path) -> bool:
    # What comes after reading learns from the nation's counties for ten seconds.
    findings = Findings()
    area_files.read_census(folder / "census.csv", 2020, findings)
    area_files.read_attributes(folder / "attributes.csv", 2020, findings)
    area_files.read_county_births(folder / "births.csv", findings)
    return bool(findings.notices)


def _scenario(folder: Path) -> bool:
    load_scenario(str(_only(folder)), COUNTIES, 2026)
    return False


def _study(folder: Path) -> bool:
    load_study(str(_only(folder)))
    return False


def _only(folder: Path) -> Path:
    return next(iter(folder.iterdir()))


def _results(folder: Path) -> bool:
    results = read_results(folder)
    bundle = results.bundle
    for scenario in results.scenarios:
        results.draws(scenario.name)
    read_plan(folder)
    write_report(results, bundle, "zh")
    return False


TARGETS: dict[str, Callable[[Path], bool]] = {
    "folder": _folder,
    "enrolment": _enrolment,
    "population": _population,
    "scenario": _scenario,
    "study": _study,
    "results": _results,
}


def arguments(target: str, folder: Path) -> Sequence[str]:
    """Return the arguments of the command line for the same."""
    inside = {
        name: str(folder / f"{name}.csv") for name in ("history", "births", "census", "attributes")
    }
    out = str(folder / "out.csv")
    return {
        "folder": lambda: ["check", str(folder)],
        "enrolment": lambda: [
            "enrolment",
            "--history",
            inside["history"],
            "--births",
            inside["births"],
            "--horizon",
            "2",
            "--out",
            out,
        ],
        "population": lambda: [
            "population",
            "--census",
            inside["census"],
            "--attributes",
            inside["attributes"],
            "--births",
            inside["births"],
            "--from",
            "2020",
            "--to",
            "2022",
            "--out",
            out,
        ],
        "scenario": lambda: ["scenario", "show", str(_only(folder))],
        "study": lambda: ["study", str(_only(folder))],
        "results": lambda: ["report", str(folder)],
    }[target]()
