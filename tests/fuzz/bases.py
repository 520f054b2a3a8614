"""The undamaged files that are then damaged: small, and every one of them accepted as it stands."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
import xlsxwriter

from data.contract.fields import ADCODE, EXAMPLE_MARK
from data.contract.tables import TABLES
from data.scenario.schema import GENERAL
from data.template import write_template_workbook
from tests.synthetic_census import census_rows

Rows = list[list[str]]
Files = dict[str, bytes]
COUNTIES = ("450300", "450302", "450312", "450381")
GUILIN = Path(str(files("data"))) / "reference" / "guilin"
XUEWEI = [sys.executable, "-c", "from experiments.cli import main; main()"]
STUDY = """title_zh: 研究
title_en: A study
description_zh: 哪里缺学位
data: data
counties: [秀峰区, '450312']
scenarios: [baseline, low_fertility, own.yaml]
now: 2026
until: 2035
draws: 100
seed: 7
out: results
"""
SCENARIO = """title_zh: 新区提速
title_en: The new district
fertility:
  factor: {default: 0.9, 临桂区: {2027: 1.0, 2030: 1.2}}
migration: {scale: {2026: 1.0, 2030: 1.5}}
new_district:
  county: 临桂区
  dwellings: {2027: 3000, 2028: 3000}
  pupils_per_dwelling: {primary: 0.3}
enrolment: {target_attainment: 0.8}
seats:
  planning_reserve: 0.05
  class_size:
    primary: {2030: 40}
"""


def csv_bytes(rows: Rows, delimiter: str = ",") -> bytes:
    """Return ``rows`` as a CSV file in UTF-8."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode("utf-8", "replace")


def _frame_rows(frame: pd.DataFrame) -> Rows:
    return [list(frame), *frame.fillna("").astype(str).to_numpy().tolist()]


def _replaced(text: str, real: dict[str, str]) -> str:
    for example, value in real.items():
        text = text.replace(example, value)
    return text


@cache
def table_rows() -> dict[str, Rows]:
    """Return the rows of every table of a data folder: real ones where Guilin's are public."""
    tables = {}
    for table in TABLES:
        bundled = GUILIN / f"{table.name}.csv"
        if not bundled.exists():
            real = {EXAMPLE_MARK: "年鉴", ADCODE.example: COUNTIES[2]}
            example = [_replaced(column.example, real) for column in table.columns]
            rows = [example]
            if table.name == "trips":  # every pair of the examples
                rows = [[example[0], end, *example[2:]] for end in ("X-1", "E-1", "P-1")]
            tables[table.name] = [[column.name for column in table.columns], *rows]
            continue
        frame = pd.read_csv(bundled, dtype=str)
        if "adcode" in frame:
            frame = frame[frame["adcode"].isin(COUNTIES)]
        if table.name in {"population", "totals"}:  # a city of more counties would be reported
            frame = frame[frame["adcode"] != COUNTIES[0]]
        if table.name == "population":
            frame = frame[frame["year"] == "2020"]
        if table.name == "enrolment":  # a single year would be reported as such
            frame = pd.concat([frame.assign(year=year) for year in ("2020", "2021", "2022")])
        tables[table.name] = _frame_rows(frame.head(152))
    return tables


def folder_of(name: str) -> dict[str, Rows]:
    """Return the tables that a data folder needs, and the table ``name``."""
    rows = table_rows()
    ends = ("settlements", "schools", "sites", "projects") if name == "trips" else ()
    return {one: [list(row) for row in rows[one]] for one in ("areas", "population", *ends, name)}


@cache
def template_workbook() -> bytes:
    """Return the workbook of ``xuewei init``."""
    with TemporaryDirectory() as folder:
        write_template_workbook(Path(folder) / "book.xlsx")
        return (Path(folder) / "book.xlsx").read_bytes()


def workbook_bytes(tables: dict[str, Rows]) -> bytes:
    """Return a workbook with a sheet a table; numbers are numbers in it.

    Half a character (a lone surrogate) has no place in one and becomes a question mark.
    """
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(stream, options) as book:
        # The hour of writing would change the bytes, and the length when pressed.
        book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name[:31])
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    number = line > 0 and cell.isdecimal() and len(cell) < 10
                    text = cell[:32_000].encode("utf-8", "replace").decode("utf-8")
                    (sheet.write_number if number else sheet.write_string)(
                        line, column, int(cell) if number else text
                    )
    return stream.getvalue()


@cache
def boundaries() -> Files:
    """Return the county polygons in both formats."""
    layer = gpd.read_file(GUILIN / "boundaries.geojson")
    layer = layer[layer["adcode"].astype(str).isin(COUNTIES)]
    with TemporaryDirectory() as folder:
        layer.to_file(Path(folder) / "boundaries.gpkg", driver="GPKG")
        return {
            "boundaries.gpkg": (Path(folder) / "boundaries.gpkg").read_bytes(),
            "boundaries.geojson": layer.to_json(drop_id=True, show_bbox=False)
            .replace(
                '"type": "FeatureCollection",',
                '"type": "FeatureCollection", "crs": {"type": "name", "properties": '
                '{"name": "urn:ogc:def:crs:EPSG::4490"}},',
                1,
            )
            .encode(),
        }


@cache
def history_rows() -> dict[str, Rows]:
    """Return the inputs of ``xuewei enrolment`` and ``xuewei backtest``."""
    areas, years = ("450302", "450312", "A-3"), range(2012, 2024)
    history = [["area_id", "year", "grade", "enrolment"]]
    history += [
        [area, str(year), str(grade), str(900 + 7 * grade + 11 * (year - 2012) + len(area))]
        for area in areas
        for year in years
        for grade in range(1, 7)
    ]
    births = [["area_id", "year", "births"]]
    births += [[area, str(year), str(950 + year - 2000)] for area in areas for year in years]
    return {"history.csv": history, "births.csv": births}


@cache
def census_inputs() -> dict[str, Rows]:
    """Return the inputs of ``xuewei population``."""
    census = census_rows(("450302", "450312", "450381"), 2020)
    census = census.assign(age_upper=census["age_upper"].astype("Int64")).astype(object)
    births = [["adcode", "year", "births"]]
    births += [[a, str(y), str(900 + y - 2000)] for a in COUNTIES[1:] for y in range(2015, 2024)]
    attributes = [["adcode", "year", "county", "birth_rate_permille", "population"]]
    attributes += [[a, "2020", "某县", "9.5", "300000"] for a in COUNTIES[1:]]
    return {
        "census.csv": _frame_rows(census),
        "births.csv": births,
        "attributes.csv": attributes,
    }


@cache
def scenarios() -> dict[str, str]:
    """Return the texts of scenario files: the bundled ones and one that uses every form."""
    found = {f"{name}.yaml": _bundled("scenarios", name) for name in GENERAL}
    return found | {"own.yaml": SCENARIO}


def _bundled(folder: str, name: str) -> str:
    return files("data").joinpath(folder, f"{name}.yaml").read_text(encoding="utf-8")


@cache
def results() -> Files:
    """Return every file of a small forecast of one county with its plan."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        data = home / "data"
        data.mkdir()
        for name in ("areas.csv", "population.csv", "boundaries.geojson"):
            (data / name).write_bytes((GUILIN / name).read_bytes())
        options = (
            "--data data --county 秀峰区 --scenario baseline --draws 50 --until 2028 --now 2026"
        )
        for command in (f"forecast {options} --out results", "plan results"):
            subprocess.run(  # noqa: S603 - our own command
                [*XUEWEI, *command.split()],
                cwd=home,
                check=True,
                capture_output=True,
                env=_quiet_environment(),
            )
        return _files_below(home / "results")


def _quiet_environment() -> dict[str, str]:
    return os.environ | {"MLFLOW_TRACKING_URI": "", "OMP_NUM_THREADS": "1"}


def _files_below(folder: Path) -> Files:
    found: Iterable[Path] = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
