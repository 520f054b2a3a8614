"""Which scenarios a forecast runs: those named, else the three, and the planner's sheet."""

import shutil
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.bundle import DataBundle, load_bundle
from data.problems import DataError
from data.scenario.schema import BUNDLED, DEFAULTS
from data.scenario.terms import terms
from data.scenario.workbook_sheet import NAME, SHEET
from data.settings import Settings
from data.template import WORKBOOK, write_template_workbook
from experiments.results.forecast_inputs import (
    ForecastOptions,
    requested_scenarios,
    without_projects,
)

FIRST_VALUE = "B6"  # below the four texts: births as a multiple of the baseline


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Guilin's tables as a planner's own folder, with the template's workbook next to them."""
    source = Path(str(files("data"))) / "reference" / "guilin"
    for table in ("areas", "population"):
        shutil.copy(source / f"{table}.csv", tmp_path)
    write_template_workbook(tmp_path / WORKBOOK)
    return tmp_path


def fill(folder: Path, value: object) -> DataBundle:
    book = openpyxl.load_workbook(folder / WORKBOOK)
    book[SHEET][FIRST_VALUE] = value
    book.save(folder / WORKBOOK)
    return load_bundle(folder)


def request(folder: Path | None, *scenarios: str) -> ForecastOptions:
    settings = Settings(now=2026, until=2035, draws=60, seed=1)
    return ForecastOptions(settings, Path("results"), folder, scenarios=scenarios)


def test_three_scenarios_are_run_unless_others_are_named(folder: Path):
    bundle = load_bundle(folder)
    assert [s.name for s in requested_scenarios(request(folder), bundle)] == list(DEFAULTS)
    everything = requested_scenarios(request(folder, *BUNDLED), bundle)
    assert [s.name for s in everything] == list(BUNDLED)
    idle = [scenario.name for scenario in without_projects(everything, bundle)]
    assert idle == ["project_delay", "targets_2030"]
    housed = replace(bundle, tables=replace(bundle.tables, projects=pd.DataFrame()))
    assert without_projects(everything, housed) == []


def test_a_filled_sheet_is_run_along_with_the_others(folder: Path):
    bundle = fill(folder, 0.9)
    scenarios = requested_scenarios(request(folder), bundle)
    assert [scenario.name for scenario in scenarios] == [*DEFAULTS, NAME]
    assert scenarios[-1].fertility.factor == 0.9


def test_faults_of_files_and_sheet_are_reported_together(folder: Path, tmp_path: Path):
    bundle = fill(folder, 9)
    mine = tmp_path / "mine.yaml"
    mine.write_text("migration: {scale: {临贵区: 1}}", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        requested_scenarios(request(folder, str(mine), "baseline", "baseline"), bundle)
    assert [(p.file, p.column or p.value) for p in caught.value.problems] == [
        ("mine.yaml", "migration.scale.临贵区"),
        (f"{WORKBOOK}[{SHEET}]", FIRST_VALUE),
        ("--scenario", "baseline"),
    ]


def test_the_first_row_of_the_sheet_is_the_first_assumption():
    assert next(iter(terms())) == "fertility.factor"


def test_counties_of_another_city_are_reported(folder: Path):
    bundle = load_bundle(folder)
    areas = bundle.tables.areas
    renamed = areas.assign(name=areas["name"].replace("临桂区", "别处"))
    other = replace(bundle, tables=replace(bundle.tables, areas=renamed))
    with pytest.raises(DataError, match="临桂区"):
        requested_scenarios(request(None, "new_district"), other)
