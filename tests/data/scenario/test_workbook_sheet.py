"""The sheet 方案: filled as a planner fills it, read as a scenario, errors with their cell."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.problems import DataError
from data.scenario.schema import GENERAL, Scenario, load_scenario
from data.scenario.terms import stated, terms
from data.scenario.workbook_sheet import (
    EXAMPLES,
    HEADINGS,
    SHEET,
    TEXTS,
    sheet_scenario,
    workbook_scenario,
)
from data.template import WORKBOOK, write_template_workbook

COUNTIES = {"450312": "临桂区", "450321": "阳朔县"}
MIGRATION, BIRTHS = "学龄人口净迁移的倍数", "出生人数为基准的倍数"
DWELLINGS = "新区各年入住住房套数"

Filled = tuple[str, object, str, object]  # assumption, value, county, year


def read(folder: Path, *rows: Filled) -> list[Scenario]:
    """Fill ``rows`` into a new template; those of the template stay empty."""
    write_template_workbook(folder / WORKBOOK)
    book = openpyxl.load_workbook(folder / WORKBOOK)
    for row in rows:
        book[SHEET].append(row)
    book.save(folder / WORKBOOK)
    return sheet_scenario(folder, COUNTIES, 2026)


def first_added() -> int:
    return len(TEXTS) + len(terms()) + 2


def test_the_template_has_every_assumption_with_unit_range_and_baseline(tmp_path: Path):
    write_template_workbook(tmp_path / WORKBOOK)
    rows = list(openpyxl.load_workbook(tmp_path / WORKBOOK)[SHEET].values)
    assert rows[0] == HEADINGS
    titles = [term.title.zh for term in terms().values()]
    assert [row[0] for row in rows[1:]] == [*TEXTS, *titles]
    by_title = {row[0]: row[1:] for row in rows}
    assert by_title[MIGRATION] == (None, None, None, "倍", "0–3", "1.0")
    assert by_title["小学：班额（默认 = 国家标准）"][-1] == "45"


def test_an_empty_sheet_is_no_scenario(tmp_path: Path):
    assert read(tmp_path) == []


def test_values_by_county_and_year_are_those_of_a_file(tmp_path: Path):
    (scenario,) = read(
        tmp_path,
        (MIGRATION, 1, "", ""),
        (MIGRATION, 1.3, "临桂区", 2028),
        (MIGRATION, 1.5, "临桂区", 2035),
        (BIRTHS, 0.9, "", ""),
        (DWELLINGS, 3000, "", 2027),
        ("新区所在县区", "阳朔县", "", ""),
        ("新区住户来自市外", "是", "", ""),
        ("小学：班额（默认 = 国家标准）", 40, "450321", ""),
    )
    assert scenario.title.zh == SHEET
    assert scenario.migration.scale == {"default": 1, "450312": {2028: 1.3, 2035: 1.5}}
    assert scenario.fertility.factor == 0.9
    assert scenario.new_district.dwellings == {2027: 3000}
    assert scenario.new_district.county == "450321"
    assert scenario.new_district.from_outside
    assert scenario.seats.class_size == {"primary": {"450321": 40}}


BAD = {
    "value": (((MIGRATION, 9, "", ""),), "B", "0–3"),
    "text": (((MIGRATION, "多", "", ""),), "B", "数字"),
    "year in words": (((MIGRATION, 1, "", "明年"),), "D", "四位年份"),
    "impossible year": (((MIGRATION, 1, "", 1999),), "D", "2021"),
    "dwellings of the past": (((DWELLINGS, 1, "", 2024),), "D", "2026"),
    "dwellings without year": (((DWELLINGS, 1, "", ""),), "B", "年份"),
    "county": (((MIGRATION, 1, "临贵区", ""),), "C", "临桂区"),
    "assumption": ((("出生数为基准的倍数", 1, "", ""),), "A", BIRTHS),
    "no differing by county": ((("2035年城镇化率（默认 = 基准）", 0.7, "临桂区", ""),), "B", ""),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_mistake_names_its_cell(kind: str, tmp_path: Path):
    rows, column, word = BAD[kind]
    with pytest.raises(DataError) as caught:
        read(tmp_path, *rows)
    (problem,) = caught.value.problems
    assert problem.file == f"{WORKBOOK}[{SHEET}]"
    assert (problem.row, problem.column) == (first_added(), f"{column}{first_added()}")
    assert word in problem.line("zh")


def test_a_value_that_stands_twice_is_reported_at_the_second(tmp_path: Path):
    with pytest.raises(DataError) as caught:
        read(tmp_path, (MIGRATION, 1, "", ""), (MIGRATION, 2, "", 2030), (BIRTHS, 9, "", ""))
    (problem,) = caught.value.problems
    assert problem.column == f"A{first_added() + 1}"


def test_all_mistakes_are_reported_at_once(tmp_path: Path):
    with pytest.raises(DataError) as caught:
        read(tmp_path, (MIGRATION, 9, "", ""), (BIRTHS, 9, "", ""))
    assert [p.column for p in caught.value.problems] == [f"B{first_added() + n}" for n in (0, 1)]


def test_title_and_reason_are_the_planners_own(tmp_path: Path):
    (scenario,) = read(
        tmp_path, ("标题", "临桂加快", "", ""), ("为什么看", "2030", "", ""), (BIRTHS, 0.9, "", "")
    )
    assert scenario.title == ("临桂加快", "临桂加快")
    assert scenario.reason.zh == "2030"
    assert scenario.description.zh == ""
    assert workbook_scenario(tmp_path / WORKBOOK, COUNTIES, None).name == "临桂加快"


def test_a_title_alone_states_nothing(tmp_path: Path):
    assert read(tmp_path, ("标题", "临桂加快", "", "")) == []
    with pytest.raises(DataError, match=SHEET):
        workbook_scenario(tmp_path / WORKBOOK, COUNTIES, None)


@pytest.mark.parametrize("name", [name for name in GENERAL if name != "baseline"])
def test_rows_of_an_example_copied_into_the_sheet_are_that_scenario(name: str, tmp_path: Path):
    write_template_workbook(tmp_path / WORKBOOK)
    book = openpyxl.load_workbook(tmp_path / WORKBOOK)
    origin = load_scenario(name, pack=None)
    for row in book[EXAMPLES].iter_rows(min_row=2, values_only=True):
        if row[0] == origin.title.zh:
            book[SHEET].append(row[1:])
    book.save(tmp_path / WORKBOOK)
    areas = pd.read_csv("data/reference/guilin/areas.csv", dtype=str)
    counties = dict(zip(areas["adcode"], areas["name"], strict=True))
    read_back = workbook_scenario(tmp_path / WORKBOOK, counties, None)
    assert stated(read_back) == stated(load_scenario(name, counties, pack=None))
    assert (read_back.title.zh, read_back.reason.zh) == (origin.title.zh, origin.reason.zh)
