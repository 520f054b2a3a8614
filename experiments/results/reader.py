"""Reading a results folder: the input of report, plan and comparison."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter

from data.bundle import DataBundle, load_bundle
from data.language import Text
from data.problems import DataError, DataProblem
from data.scenario.schema import Scenario
from data.scenario.terms import BASELINE
from data.settings import Settings
from experiments.results.draws_file import draws_path, read_draws
from experiments.results.results_folder import INPUTS, MANIFEST, StudyText, sha256_of
from experiments.results.table_schemas import RUN_AGAIN, TABLE_SCHEMAS, read_result_tables
from forecasting.provision.teacher_why import no_teacher_changes
from forecasting.schools.table import no_schools
from forecasting.seat_draws import SeatDraws

LARGEST_MANIFEST = 16 * 2**20  # bytes; a nation of 2,800 counties has under 1 MB
_WORDS, _WORD = TypeAdapter(dict[str, str]), TypeAdapter(str)
_SETTINGS, _STUDY = TypeAdapter(Settings), TypeAdapter(StudyText)


@dataclass(frozen=True)
class Results:
    """Results of a forecast, read from its folder.

    Parameters
    ----------
    folder : results folder
    demand, changes, differences, residence : tables of the areas shown in reports
    scenarios : scenarios in the tables, the main one first
    settings : choices of the forecast
    digests : data file → sha256
    versions : package → version used
    data : name of the data folder
    study : title and description of its runs
    digest : sha256 of the manifest, a tag of the runs
    schools : pupils, classes and seats of every known school; no rows without table ``schools``
    staffing : changes in missing teachers by factor; no rows without table ``teachers``
    tables : input table → columns, rows, years and missing values
    written : file → sha256 as the forecast wrote it; what was changed since is refused
    """

    folder: Path
    demand: pd.DataFrame
    changes: pd.DataFrame
    differences: pd.DataFrame
    residence: pd.DataFrame
    scenarios: tuple[Scenario, ...]
    settings: Settings
    digests: Mapping[str, str]
    versions: Mapping[str, str]
    data: str
    study: StudyText
    digest: str
    written: Mapping[str, str] = field(default_factory=dict)
    schools: pd.DataFrame = field(default_factory=no_schools)
    staffing: pd.DataFrame = field(default_factory=no_teacher_changes)
    tables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """Present school year of the forecast."""
        return self.settings.now

    @property
    def choices(self) -> dict[str, str]:
        """Data folder and settings as text, for parameters of runs and for notes."""
        return {"data": self.data} | self.settings.as_text()

    @cached_property
    def bundle(self) -> DataBundle:
        """Input data of the forecast: saved in the folder, else the bundled reference.

        Raises
        ------
        DataError
            The inputs are not those that the forecast read.
        """
        inputs = self.folder / INPUTS
        bundle = load_bundle(inputs if inputs.exists() else None)
        if bundle.digests != self.digests:
            expected = Text("预测时读入的数据", "the data used by the forecast")
            how_to_fix = Text("数据已变，请重新运行预测", "the data have changed: run the forecast again")
            raise DataError([DataProblem(str(self.folder), expected, how_to_fix)])
        return bundle

    def draws(self, scenario: str) -> SeatDraws:
        """Return the seats of the counties in every draw of ``scenario``.

        Raises
        ------
        DataError
            The file of draws is missing, broken or not the one that the forecast wrote.
        """
        path = draws_path(self.folder, scenario)
        _refuse_changed(self.folder, [path.relative_to(self.folder).as_posix()], self.written)
        return read_draws(path)


def read_results(folder: Path) -> Results:
    """Return the results that ``xuewei forecast`` or ``xuewei study`` wrote to ``folder``.

    Raises
    ------
    DataError
        It is no results folder, or one of its files is missing or broken.
    """
    require_plain_files(folder)
    try:
        if (folder / MANIFEST).stat().st_size > LARGEST_MANIFEST:
            raise ValueError("manifest too large")
        content = (folder / MANIFEST).read_bytes()
        manifest: dict[str, Any] = json.loads(content)
        written = _WORDS.validate_python(manifest["results_sha256"])
        _refuse_changed(folder, [schema.file for schema in TABLE_SCHEMAS.values()], written)
        names = _WORDS.validate_python(manifest["names"])
        scenarios = tuple(kept_scenario(one).naming(names) for one in manifest["scenarios"])
        return Results(
            folder=folder,
            **read_result_tables(folder, [one.name for one in scenarios], manifest["shown"]),
            scenarios=scenarios,
            settings=_SETTINGS.validate_python(manifest["settings"]),
            digests=_WORDS.validate_python(manifest["data_sha256"]),
            versions=_WORDS.validate_python(manifest["versions"]),
            data=_WORD.validate_python(manifest["data"]),
            study=_STUDY.validate_python(manifest["study"]),
            digest=sha256(content).hexdigest(),
            written=written,
            tables=manifest.get("tables", {}),
        )
    except DataError:
        raise
    # RecursionError: JSON nested without end.
    except (
        OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError
    ) as error:  # fmt: skip
        expected = Text("完整的结果文件夹", "a complete results folder")
        raise DataError([DataProblem(str(folder), expected, RUN_AGAIN)]) from error


def require_plain_files(folder: Path) -> None:
    """Refuse links and devices: what they lead to would be read, or logged, as results.

    Raises
    ------
    DataError
        Anything in the folder is neither a file nor a folder of its own.
    """
    expected = Text("普通文件，不是链接或设备", "a plain file, no link and no device")
    problems = [
        DataProblem(str(path), expected, RUN_AGAIN)
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not (path.is_file() or path.is_dir())
    ]
    if problems:
        raise DataError(problems)


def _refuse_changed(folder: Path, names: Iterable[str], written: Mapping[str, str]) -> None:
    """Refuse files that were changed since the forecast wrote them."""
    expected = Text("预测写出后未改动的文件", "a file unchanged since the forecast wrote it")
    problems = [
        DataProblem(str(folder / name), expected, RUN_AGAIN)
        for name in names
        if name in written and (folder / name).is_file() and sha256_of(folder / name) != written[name]
    ]
    if problems:
        raise DataError(problems)


def kept_scenario(kept: dict[str, Any]) -> Scenario:
    """Return a scenario from all its assumptions, of which it states those not the baseline's.

    Two that exclude each other stand side by side in the manifest, one of them unused; and years,
    which are text there, are numbers again only when read as JSON.
    """
    usual = BASELINE.model_dump(mode="json")
    content = {
        part: {key: one for key, one in value.items() if one != usual[part][key]}
        if isinstance(value, dict)
        else value
        for part, value in kept.items()
    }
    return Scenario.model_validate_json(json.dumps(content))
