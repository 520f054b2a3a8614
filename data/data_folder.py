"""The data folder: reads every file, reports every problem at once, returns canonical tables."""

from dataclasses import dataclass, fields
from pathlib import Path

import geopandas as gpd
import pandas as pd

from data.checks.age_groups import totals_over_sexes
from data.checks.consistency import CHECKS
from data.checks.plausibility import ODDITIES
from data.contract.table_reading import Reading, Readings
from data.contract.tables import INSTRUCTIONS, TABLE_BY_NAME, TABLES
from data.crosswalk.apply_crosswalk import apply_crosswalk
from data.findings import Findings, Notice
from data.language import Text
from data.owner_totals import without_owner_totals
from data.problems import DataError, DataProblem
from data.reading.boundaries import SUFFIXES as LAYERS
from data.reading.boundaries import is_boundaries, read_boundaries
from data.reading.cells.codes import NO_CODE
from data.reading.formats.delimited import UNREAD, WORKBOOKS, read_sheets
from data.reading.formats.sheet import Sheet
from data.reading.read_tables import read_tables
from data.reading.values import typed
from data.scenario.workbook_sheet import EXAMPLES, SHEET

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", *WORKBOOKS)
# Hidden files, and the lock files of open Excel workbooks.
PASSED_OVER = (".", "~$")
# What describes a folder is no data that a user could miss.
_DESCRIPTIONS = (
    "readme.md",
    "readme.txt",
    "license",
    "sources.md",
    "datapackage.json",
    "pack.yaml",
)


@dataclass(frozen=True)
class Tables:
    """The tables of a data folder in canonical English columns; None where there is no such table.

    Codes are text of six digits; needed whole numbers are int64, others nullable Int64; missing
    words are missing strings; ``boundaries`` is in EPSG:4490.
    """

    areas: pd.DataFrame
    population: pd.DataFrame
    totals: pd.DataFrame | None = None
    births: pd.DataFrame | None = None
    enrolment: pd.DataFrame | None = None
    capacity: pd.DataFrame | None = None
    projects: pd.DataFrame | None = None
    housing: pd.DataFrame | None = None
    dwelling_yields: pd.DataFrame | None = None
    sites: pd.DataFrame | None = None
    schools: pd.DataFrame | None = None
    teachers: pd.DataFrame | None = None
    settlements: pd.DataFrame | None = None
    trips: pd.DataFrame | None = None
    targets: pd.DataFrame | None = None
    standards: pd.DataFrame | None = None
    norms: pd.DataFrame | None = None
    crosswalk: pd.DataFrame | None = None
    boundaries: gpd.GeoDataFrame | None = None

    def found(self) -> dict[str, int]:
        """Return table name -> rows, for the tables that are there."""
        frames = {part.name: getattr(self, part.name) for part in fields(self)}
        return {name: len(frame) for name, frame in frames.items() if frame is not None}


@dataclass(frozen=True)
class Inspection:
    """Result of reading a folder: tables if there is no problem, notices and problems.

    ``readings`` are the tables as read, whether or not they can be used.
    """

    tables: Tables | None
    notices: list[Notice]
    problems: list[DataProblem]
    readings: Readings


def _files(folder: Path, findings: Findings) -> list[Path]:
    """Return the files to read; report those left out."""
    if not folder.is_dir():
        expected = Text("数据文件夹", "a data folder")
        how_to_fix = Text("用 xuewei init 新建一个", "make one with xuewei init")
        findings.refuse(DataProblem(str(folder), expected, how_to_fix))
        return []
    wanted = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(PASSED_OVER) or path.name.lower() in _DESCRIPTIONS:
            continue
        if not path.resolve().is_relative_to(folder.resolve()):
            expected = Text("文件夹自己的文件", "a file of the folder itself")
            how_to_fix = Text(
                "这是指向别处的链接，请复制文件", "it is a link elsewhere: copy the file"
            )
            findings.refuse(DataProblem(path.name, expected, how_to_fix))
            continue
        if path.is_file() and (path.suffix.lower() in (*SUFFIXES, *UNREAD) or is_boundaries(path)):
            wanted.append(path)
        else:
            kinds = ", ".join((*SUFFIXES, *LAYERS))
            met = Text("不是数据表", "not a data table")
            done = Text(f"未读取；可读：{kinds}", f"not read; readable: {kinds}")
            findings.notice(Notice(path.name, met, done))
    return wanted


def _refuse_missing(readings: dict[str, Reading], reported: set[str], findings: Findings) -> None:
    for table in TABLES:
        if table.needed and table.name not in readings and table.name not in reported:
            expected = Text(f"{table.title}表（{table.name}）", f"the table {table.name} with rows")
            how_to_fix = Text("补上此表；示例行不算数据", "add it; an example row is no data")
            findings.refuse(DataProblem(f"{table.name}.csv", expected, how_to_fix))


def _without_names(findings: Findings) -> list[DataProblem]:
    """Return the problems without those of names: they are known once the areas can be read."""
    named = [one for one in findings.problems if one.expected == NO_CODE]
    rest = [one for one in findings.problems if one.expected != NO_CODE]
    if named:
        expected = Text(
            f"区划表；有了它，{len(named)} 处县名就能识别",
            f"the table areas, which makes the names of counties in {len(named)} cells known",
        )
        how_to_fix = Text("先改正区划表", "correct the table areas first")
        rest.append(DataProblem(named[0].file, expected, how_to_fix, value=named[0].value))
    return rest


def _without_totals(reading: Reading, findings: Findings) -> pd.DataFrame:
    """Return the rows without totals alongside their parts, which would be counted twice."""
    if reading.name == "capacity":
        return without_owner_totals(reading, findings)
    if reading.name != "population" or not (totals := totals_over_sexes(reading.rows)).any():
        return reading.rows
    met = Text("男、女之外另有合计行", "total alongside men and women")
    done = Text("合计行已核对，不重复计入", "compared and not counted again")
    notice = reading.notice(reading.rows.index[totals][0], "sex", "all", met, done)
    findings.notice(notice, int(totals.sum()))
    return reading.rows[~totals]


def _tables(
    readings: dict[str, Reading], boundaries: gpd.GeoDataFrame | None, findings: Findings
) -> Tables:
    """Return the tables on the codes of today, reporting implausible figures."""
    readings = apply_crosswalk(readings, findings)
    for oddity in ODDITIES:
        for notice in oddity(readings):
            findings.notice(notice)
    frames = {
        name: typed(_without_totals(reading, findings), TABLE_BY_NAME[name])
        for name, reading in readings.items()
    }
    return Tables(**frames, boundaries=boundaries)


def inspect_folder(folder: Path) -> Inspection:
    """Read ``folder`` and return what was found, whether or not it can be used."""
    findings = Findings()
    tables = None
    readings: dict[str, Reading] = {}
    try:
        readings, boundaries = _read_files(folder, findings)
        for check in CHECKS:
            for problem in check(readings):
                findings.refuse(problem)
    except DataError as too_many:
        problems = list(too_many.problems)
    else:
        problems = findings.problems if "areas" in readings else _without_names(findings)
        if not problems:
            tables = _tables(readings, boundaries, findings)
    by_place = sorted(problems, key=lambda problem: (problem.file, problem.row or 0))
    return Inspection(tables, findings.notices, by_place, readings)


def _read_files(
    folder: Path, findings: Findings
) -> tuple[dict[str, Reading], gpd.GeoDataFrame | None]:
    """Return every table of ``folder`` by its name, and the boundaries.

    Raises
    ------
    DataError : so many problems that reading on would help nobody
    """
    sheets: list[Sheet] = []
    boundaries, layers = None, 0
    for path in _files(folder, findings):
        if is_boundaries(path):
            layers += 1
            boundaries = read_boundaries(path, findings)
        else:
            read = read_sheets(path, findings)
            sheets += [one for one in read if one.title not in {INSTRUCTIONS, SHEET, EXAMPLES}]
    if layers > 1:
        expected = Text("一份边界图层", "one boundary layer")
        findings.refuse(DataProblem("boundaries", expected, Text("只保留一份", "keep one")))
    readings = read_tables(sheets, findings)
    if folder.is_dir():
        _refuse_missing(readings, {p.file.split(".")[0] for p in findings.problems}, findings)
    return readings, boundaries


def read_folder(path: Path) -> tuple[Tables, list[Notice]]:
    """Return the tables of a data folder and the repairs that were made.

    Raises
    ------
    DataError : the folder cannot be used; carries every problem at once
    """
    inspection = inspect_folder(path)
    if inspection.tables is None:
        raise DataError(inspection.problems)
    return inspection.tables, inspection.notices
