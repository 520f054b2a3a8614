"""The data folder: every file read, every problem told at once, canonical tables handed on."""

from dataclasses import dataclass, fields
from pathlib import Path

import geopandas as gpd
import pandas as pd

from data.apply_crosswalk import carry_over
from data.checks.age_groups import beside_the_sexes
from data.checks.consistency import CHECKS
from data.checks.plausibility import ODDITIES
from data.contract.fields import Table
from data.contract.table_reading import Reading
from data.contract.tables import INSTRUCTIONS, TABLE_BY_NAME, TABLES
from data.findings import Findings, Notice
from data.language import Text
from data.problems import DataError, DataProblem
from data.reading.boundaries import SUFFIXES as LAYERS
from data.reading.boundaries import is_boundaries, read_boundaries
from data.reading.delimited import WORKBOOKS, read_sheets
from data.reading.headings import body_of, table_of
from data.reading.sheet import Sheet
from data.reading.values import read_values, typed
from data.scenario.workbook_sheet import EXAMPLES, SHEET

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", *WORKBOOKS)
# Hidden files, and the locks that Excel leaves beside an open workbook.
PASSED_OVER = (".", "~$")
# What describes a folder is no data that a user could miss.
_DESCRIPTIONS = ("readme.md", "readme.txt", "license", "sources.md", "datapackage.json")


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
    sites: pd.DataFrame | None = None
    schools: pd.DataFrame | None = None
    teachers: pd.DataFrame | None = None
    settlements: pd.DataFrame | None = None
    targets: pd.DataFrame | None = None
    standards: pd.DataFrame | None = None
    crosswalk: pd.DataFrame | None = None
    boundaries: gpd.GeoDataFrame | None = None

    def found(self) -> dict[str, int]:
        """Return table name -> rows, for the tables that are there."""
        frames = {part.name: getattr(self, part.name) for part in fields(self)}
        return {name: len(frame) for name, frame in frames.items() if frame is not None}


@dataclass(frozen=True)
class Inspection:
    """What reading a folder gave: tables if there is no problem, and everything that was met."""

    tables: Tables | None
    notices: list[Notice]
    problems: list[DataProblem]


def _files(folder: Path, findings: Findings) -> list[Path]:
    """Return the files to read; tell which are left out."""
    if not folder.is_dir():
        expected = Text("数据文件夹", "a data folder")
        remedy = Text("用 xuewei init 新建一个", "make one with xuewei init")
        findings.refuse(DataProblem(str(folder), expected, remedy))
        return []
    wanted = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(PASSED_OVER) or path.name.lower() in _DESCRIPTIONS:
            continue
        if not path.resolve().is_relative_to(folder.resolve()):
            expected = Text("文件夹自己的文件", "a file of the folder itself")
            remedy = Text("这是指向别处的链接，请复制文件", "it is a link elsewhere: copy the file")
            findings.refuse(DataProblem(path.name, expected, remedy))
            continue
        if path.is_file() and (path.suffix.lower() in SUFFIXES or is_boundaries(path)):
            wanted.append(path)
        else:
            kinds = ", ".join((*SUFFIXES, *LAYERS))
            met = Text("不是数据表", "not a data table")
            done = Text(f"未读取；可读：{kinds}", f"not read; readable: {kinds}")
            findings.notice(Notice(path.name, met, done))
    return wanted


def _table_of_sheet(sheet: Sheet, findings: Findings) -> Table | None:
    if sheet.title in {INSTRUCTIONS, SHEET, EXAMPLES}:
        return None
    name, near = table_of(sheet.title)
    if name in TABLE_BY_NAME:
        return TABLE_BY_NAME[name]
    if near in TABLE_BY_NAME:
        expected = Text("认识的表名", "a known table name")
        title = TABLE_BY_NAME[near].title
        remedy = Text(f"是否指 {title}（{near}）？请改名", f"is {near} meant? rename it")
        findings.refuse(DataProblem(sheet.file, expected, remedy, value=sheet.title))
    else:
        met = Text("表名不认识", "unknown table name")
        zh, en = "、".join(table.title for table in TABLES), ", ".join(TABLE_BY_NAME)
        done = Text(f"未读取；可用表名：{zh}", f"not read; known: {en}")
        findings.notice(Notice(sheet.file, met, done))
    return None


def _reading(
    sheet: Sheet, table: Table, names: dict[str, str], findings: Findings
) -> Reading | None:
    """Return one table, or None if it has no rows or cannot be read.

    ``names`` (county -> adcode) is filled by the table areas, which comes first.
    """
    body = body_of(sheet, table, findings)
    if body is None:
        return None
    body, values = read_values(body, table, names, findings)
    if values.empty:
        return None
    if table.name == "areas":
        known = values.dropna(subset=["name", "adcode"]).drop_duplicates("name", keep=False)
        names.update(zip(known["name"], known["adcode"], strict=True))
    rows = values[~values["bad"]].drop(columns="bad")
    codes = frozenset(values["adcode"].dropna()) if "adcode" in values else frozenset()
    return Reading(table.name, sheet.file, body.headings, rows, codes, len(rows) == len(values))


def _readings(sheets: list[tuple[Sheet, Table]], findings: Findings) -> dict[str, Reading]:
    """Return the tables with rows; a table that has rows in two places is refused."""
    readings: dict[str, Reading] = {}
    names: dict[str, str] = {}
    empty: list[Table] = []
    last_first = sorted(sheets, key=lambda pair: TABLES.index(pair[1]))[::-1]
    sheets.clear()
    while last_first:  # A sheet goes when it has been read: its text takes more than its values.
        sheet, table = last_first.pop()
        told = len(findings.problems)
        reading = _reading(sheet, table, names, findings)
        if reading is None:
            empty += [table] * (len(findings.problems) == told)
            continue
        if table.name in readings:
            other = readings[table.name].file
            expected = Text(f"{table.title}表只有一份", f"the table {table.name} once")
            remedy = Text(f"删去它或 {other}", f"delete it or {other}")
            findings.refuse(DataProblem(sheet.file, expected, remedy))
            continue
        readings[table.name] = reading
    _tell_empty([table for table in empty if table.name not in readings], findings)
    return readings


def _tell_empty(tables: list[Table], findings: Findings) -> None:
    if tables:
        met = Text("没有数据的表（空表、只有表头或示例行）", "tables without data")
        zh = "、".join(dict.fromkeys(table.title for table in tables))
        en = ", ".join(dict.fromkeys(table.name for table in tables))
        done = Text(f"视为没有这些表：{zh}", f"taken as not there: {en}")
        findings.notice(Notice("-", met, done))


def _refuse_missing(readings: dict[str, Reading], told: set[str], findings: Findings) -> None:
    for table in TABLES:
        if table.needed and table.name not in readings and table.name not in told:
            expected = Text(f"{table.title}表（{table.name}）", f"the table {table.name} with rows")
            remedy = Text("补上此表；示例行不算数据", "add it; an example row is no data")
            findings.refuse(DataProblem(f"{table.name}.csv", expected, remedy))


def _without_totals(reading: Reading, findings: Findings) -> pd.DataFrame:
    """Return the rows without totals beside men and women: who adds up would count twice."""
    if reading.name != "population" or not (beside := beside_the_sexes(reading.rows)).any():
        return reading.rows
    met = Text("男、女之外另有合计行", "total beside men and women")
    done = Text("合计行已核对，不重复计入", "checked and left out, lest it count twice")
    line = int(str(reading.rows.index[beside][0]))
    notice = Notice(reading.file, met, done, line, reading.headings.get("sex"))
    findings.notice(notice, int(beside.sum()))
    return reading.rows[~beside]


def _tables(
    readings: dict[str, Reading], boundaries: gpd.GeoDataFrame | None, findings: Findings
) -> Tables:
    """Return the tables on the codes of today, telling what is odd in them."""
    readings = carry_over(readings, findings)
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
    try:
        readings, boundaries = _read_files(folder, findings)
        for check in CHECKS:
            for problem in check(readings):
                findings.refuse(problem)
    except DataError as too_many:
        problems = list(too_many.problems)
    else:
        problems = findings.problems
        if not problems:
            tables = _tables(readings, boundaries, findings)
    by_place = sorted(problems, key=lambda problem: (problem.file, problem.row or 0))
    return Inspection(tables, findings.notices, by_place)


def _read_files(
    folder: Path, findings: Findings
) -> tuple[dict[str, Reading], gpd.GeoDataFrame | None]:
    """Return every table of ``folder`` by its name, and the boundaries.

    Raises
    ------
    DataError : so many problems that reading on would help nobody
    """
    sheets, boundaries, layers = [], None, 0
    for path in _files(folder, findings):
        if is_boundaries(path):
            layers += 1
            boundaries = read_boundaries(path, findings)
            continue
        for sheet in read_sheets(path, findings):
            table = _table_of_sheet(sheet, findings)
            if table is not None:
                sheets.append((sheet, table))
    if layers > 1:
        expected = Text("一份边界图层", "one boundary layer")
        remedy = Text("只保留一份", "keep one")
        findings.refuse(DataProblem("boundaries", expected, remedy))
    readings = _readings(sheets, findings)
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
