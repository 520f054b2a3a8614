"""The page per school and the sheet 学校, from made-up rows of two schools of the example."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from data.bundle import DataBundle, load_bundle
from data.reference.packs import REFERENCE
from data.scenario.schema import load_scenario
from data.settings import Settings
from experiments.report.school_page import FILE, SchoolPage, school_content, write_school_page
from experiments.results.reader import Results
from forecasting.schools.table import COLUMNS, no_schools
from forecasting.workbook.school_sheet import write_schools
from forecasting.workbook.sheet_style import Book
from tests.synthetic_results import STUDY

PLAN = pd.DataFrame(
    {
        "scenario": ["baseline"],
        "stage": ["junior"],
        "year": [2029],
        "action": ["merge"],
        "school_ids": ["JX5"],
        "reason": ["虚构甲县青山九年一贯制学校并入虚构甲县中学"],
    }
)


@pytest.fixture(scope="module")
def bundle() -> DataBundle:
    return load_bundle(REFERENCE / "examples" / "six_schools")


def school_rows() -> pd.DataFrame:
    """Counted in 2025: 300 pupils; from 2026 on 10 fewer a year, between 0.8 and 1.2 of it."""
    years = np.arange(2025, 2036)
    rows = []
    for school, name, stage, seats in (
        ("JX5", "虚构甲县青山九年一贯制学校", "primary", 290.0),
        ("JX5", "虚构甲县青山九年一贯制学校", "junior", np.nan),
        ("JX6", "<b>中学</b>", "junior", 400.0),
    ):
        pupils = 300.0 - 10 * (years - 2025)
        wide = np.where(years > 2025, 0.2, 0.0)
        frame = pd.DataFrame(
            {
                "year": years,
                "pupils": pupils,
                "pupils_lo80": pupils * (1 - wide),
                "pupils_hi80": pupils * (1 + wide),
                "pupils_lo95": pupils * (1 - 1.5 * wide),
                "pupils_hi95": pupils * (1 + 1.5 * wide),
                "classes": 8.0,
                "seats_required": 360.0,
                "seats": seats,
                "surplus": seats - pupils,
                "shortage_probability": np.nan if np.isnan(seats) else 0.3,
                "pupils_basis": np.where(years > 2025, "estimate", "observed"),
            }
        )
        labels = {"school_id": school, "school": name, "stage": stage, "adcode": "990121"}
        rows.append(frame.assign(**labels, county="虚构甲县", town="青山镇"))
    table = pd.concat(rows).assign(
        scenario="baseline", kind="nine_year", ownership="public", basis="synthetic"
    )
    return table[COLUMNS]


@pytest.fixture
def results(tmp_path: Path, bundle: DataBundle) -> Results:
    empty = pd.DataFrame(columns=["scenario", "adcode"])
    return Results(
        folder=tmp_path,
        demand=empty,
        changes=empty,
        differences=empty,
        residence=empty,
        scenarios=(load_scenario("baseline"),),
        settings=Settings(now=2026, until=2035, draws=3, seed=1),
        digests=bundle.digests,
        versions={},
        data="six_schools",
        study=STUDY,
        digest="",
        schools=school_rows(),
    )


def test_a_school_has_its_stages_history_forecast_and_plan(results: Results, bundle: DataBundle):
    content = school_content(SchoolPage(results, bundle, PLAN, "zh"))
    first, second = content["schools"]
    assert content["synthetic"]
    assert [stage["title"] for stage in first["stages"]] == ["小学", "初中"]
    assert first["about"] == ["虚构甲县", "青山镇", "九年一贯制", "公办"]
    rows = first["stages"][0]["rows"]
    assert rows[0] == {"year": 2025, "pupils": "300", "range": "统计数", "classes": "8",
                       "seats": "290", "surplus": "-10", "chance": "", "level": ""}  # fmt: skip
    last = rows[-1]
    assert (last["year"], last["pupils"], last["range"]) == (2035, "200", "160–240")
    assert (last["surplus"], last["chance"], last["level"]) == ("+90", "30%", "yellow")
    assert first["stages"][1]["rows"][-1]["seats"] == ""  # not stated
    assert first["plan"][0]["what"] == "2029年初中并入其他学校"
    assert second["plan"] == []


def test_facts_are_those_of_the_table_next_to_the_norm(results: Results, bundle: DataBundle):
    content = school_content(SchoolPage(results, bundle, PLAN, "zh"))
    facts = {one["name"]: one for one in content["schools"][0]["stages"][0]["facts"]}
    row = bundle.tables.schools.query("id == 'JX5' and stage == 'primary' and grade == 'all'")
    assert facts["班级数"]["value"] == f"{row['classes'].iloc[0]}"
    assert facts["平均班额（人）"]["norm"] == "45"
    assert facts["生师比"]["value"] == f"{300 / row['teachers'].iloc[0]:.1f}"


def test_names_are_text_in_the_page(results: Results, bundle: DataBundle):
    write_school_page(results, bundle, None, "zh")
    html = (results.folder / FILE).read_text("utf-8")
    assert "<b>中学" not in html
    assert "&lt;b&gt;中学" in html
    assert html.count("<article") == 2
    assert "虚构示例" in html
    assert "尚未编制规划" in html


def test_without_schools_there_is_no_page(results: Results, bundle: DataBundle):
    write_school_page(replace(results, schools=no_schools()), bundle, None, "zh")
    assert not (results.folder / FILE).exists()


def test_the_sheet_has_a_row_per_school_and_stage(tmp_path: Path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as file:
        write_schools(Book(file, "zh", {}), school_rows(), 2026)
    sheet = openpyxl.load_workbook(path)["学校"]
    headings = [cell.value for cell in sheet[3]]
    assert headings[:6] == ["县区", "乡镇", "学校", "类型", "学段", "2025年在校生"]
    assert "虚构示例" in sheet["A2"].value
    rows = [dict(zip(headings, row, strict=True)) for row in sheet.iter_rows(4, values_only=True)]
    assert [(row["学校"], row["学段"]) for row in rows] == [
        ("虚构甲县青山九年一贯制学校", "小学"),
        ("虚构甲县青山九年一贯制学校", "初中"),
        ("<b>中学</b>", "初中"),
    ]
    assert (rows[0]["2025年在校生"], rows[0]["2035年预测"], rows[0]["2035年富余"]) == (300, 200, 90)
    assert rows[0]["2035年80%区间"] == "160-240"
    assert rows[1]["现有学位"] is None
