"""The page per school and the sheet 学校, from made-up rows of two schools of the example."""

import re
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
from experiments.report.school_content import SchoolPage, school_content
from experiments.report.school_page import write_school_pages
from experiments.results.reader import Results
from experiments.results.results_folder import SCHOOL_PAGE
from forecasting.schools.table import COLUMNS, no_schools
from forecasting.workbook.school_sheet import write_schools
from forecasting.workbook.sheet_style import Book
from tests.synthetic_results import STUDY

PLAN = pd.DataFrame(
    {
        "scenario": ["baseline"],
        "adcode": ["990121"],
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
                "teachers_required": pupils / 19,
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
    content = school_content(SchoolPage(results, bundle, PLAN, results.scenarios[0], "zh"))
    first, second = content["schools"]
    assert content["synthetic"]
    assert [stage["title"] for stage in first["stages"]] == ["小学", "初中"]
    assert first["about"] == ["虚构甲县", "青山镇", "九年一贯制", "公办"]
    rows = first["stages"][0]["rows"]
    assert [row["year"] for row in rows] == [
        2021,
        2022,
        2023,
        2024,
        2025,
        2026,
        2028,
        2030,
        2032,
        2035,
    ]
    counted = bundle.tables.schools.query("id == 'JX5' and stage == 'primary' and year == 2021")
    assert rows[0]["pupils"] == f"{counted['pupils'].sum()}"
    assert rows[0]["classes"] == rows[0]["seats"] == ""  # not stated for that year
    assert rows[4] == {"year": 2025, "pupils": "300", "range": "统计数", "classes": "8",
                       "teachers": "16", "seats": "290", "surplus": "-10", "chance": "",
                       "level": ""}  # fmt: skip
    last = rows[-1]
    assert (last["year"], last["pupils"], last["range"]) == (2035, "200", "160–240")
    assert (last["surplus"], last["chance"], last["level"]) == ("+90", "30%", "yellow")
    assert first["stages"][1]["rows"][-1]["seats"] == ""  # not stated
    assert first["plan"][0]["what"] == "2029年初中并入其他学校"
    assert second["plan"] == []


def test_the_chart_begins_with_the_first_count(results: Results, bundle: DataBundle):
    content = school_content(SchoolPage(results, bundle, PLAN, results.scenarios[0], "zh"))
    chart = content["schools"][0]["stages"][0]["chart"]
    assert ">2018</text>" in chart
    past = re.search(r'points="([^"]*)" class="past"', chart)
    assert past is not None
    assert len(past[1].split()) == 8  # 2018-2025


def test_a_school_of_the_same_name_elsewhere_has_no_part_in_the_plan(
    results: Results, bundle: DataBundle
):
    elsewhere = PLAN.assign(adcode="990122", school_ids="")
    content = school_content(SchoolPage(results, bundle, elsewhere, results.scenarios[0], "zh"))
    assert [one["plan"] for one in content["schools"]] == [[], []]


def test_the_plan_s_new_schools_are_listed(results: Results, bundle: DataBundle):
    new = PLAN.assign(
        action="build", school_ids="", county="虚构甲县", decide_in=2027, schools=1.0, classes=24.0,
        seats=1080.0, land_m2=19440.0, floor_m2=8640.0, teachers=57.0, reason="不建则短缺",
    )  # fmt: skip
    content = school_content(SchoolPage(results, bundle, new, results.scenarios[0], "zh"))
    (row,) = content["new"]
    assert (row["county"], row["stage"], row["year"], row["seats"]) == (
        "虚构甲县",
        "初中",
        "2029",
        "1,080",
    )


def test_schools_that_are_not_the_county_say_so(results: Results, bundle: DataBundle):
    # 300 and 300 junior pupils in 2025, where the county has 500, or 800.
    for pupils, words in ((500.0, "120%"), (800.0, "75%"), (600.0, "")):
        county = {"scenario": "baseline", "adcode": "990121", "stage": "junior", "year": 2025}
        known = replace(results, demand=pd.DataFrame([county | {"pupils": pupils}]))
        content = school_content(SchoolPage(known, bundle, PLAN, results.scenarios[0], "zh"))
        junior = content["schools"][0]["stages"][1]
        assert words in junior["share"]
        assert bool(words) == bool(junior["share"])


def test_a_school_to_come_says_when_it_opens(results: Results, bundle: DataBundle):
    new = {"id": "JX7", "name": "新城小学", "adcode": "990121", "year": 2025, "stage": "primary",
           "grade": "all", "seats": 540, "opening_year": 2028, "land_m2": 10800}  # fmt: skip
    schools = pd.concat([bundle.tables.schools, pd.DataFrame([new])])
    rows = school_rows().query("school_id == 'JX6' and year >= 2028")
    rows = rows.assign(school_id="JX7", stage="primary", school="新城小学")
    with_new = replace(bundle, tables=replace(bundle.tables, schools=schools))
    page = SchoolPage(replace(results, schools=rows), with_new, PLAN, results.scenarios[0], "zh")
    (school,) = school_content(page)["schools"]
    assert "计划2028年开办" in school["about"]
    (stage,) = school["stages"]
    assert stage["last"] == "按计划学位"
    assert {one["name"]: one["value"] for one in stage["facts"]}["生均用地（m²）"] == "20.0"
    assert [row["year"] for row in stage["rows"]] == [2028, 2030, 2032, 2035]


def test_each_scenario_has_its_file_and_they_are_linked(results: Results, bundle: DataBundle):
    other = load_scenario("new_district")
    both = pd.concat([results.schools, results.schools.assign(scenario=other.name)])
    two = replace(results, scenarios=(*results.scenarios, other), schools=both)
    write_school_pages(two, bundle, None, "zh")
    second = results.folder / f"schools-{other.name}.html"
    assert f'href="{second.name}"' in (results.folder / SCHOOL_PAGE).read_text("utf-8")
    html = second.read_text("utf-8")
    assert f'href="{SCHOOL_PAGE}"' in html
    assert f"<strong>{other.title_zh}</strong>" in html


def test_facts_are_those_of_the_table_next_to_the_norm(results: Results, bundle: DataBundle):
    content = school_content(SchoolPage(results, bundle, PLAN, results.scenarios[0], "zh"))
    facts = {one["name"]: one for one in content["schools"][0]["stages"][0]["facts"]}
    row = bundle.tables.schools.query("id == 'JX5' and stage == 'primary' and grade == 'all'")
    assert facts["班级数"]["value"] == f"{row['classes'].iloc[0]}"
    assert facts["平均班额（人）"]["norm"] == "45"
    assert facts["生师比"]["value"] == f"{300 / row['teachers'].iloc[0]:.1f}"


def test_names_are_text_in_the_page(results: Results, bundle: DataBundle):
    write_school_pages(results, bundle, None, "zh")
    html = (results.folder / SCHOOL_PAGE).read_text("utf-8")
    assert "<b>中学" not in html
    assert "&lt;b&gt;中学" in html
    assert html.count("<article") == 2
    assert "虚构示例" in html
    assert "尚未编制规划" in html


def test_without_schools_there_is_no_page(results: Results, bundle: DataBundle):
    write_school_pages(replace(results, schools=no_schools()), bundle, None, "zh")
    assert not (results.folder / SCHOOL_PAGE).exists()


def test_the_sheets_have_a_row_per_school_and_stage(tmp_path: Path):
    path = tmp_path / "book.xlsx"
    rows = pd.concat([school_rows(), school_rows().assign(scenario="inflow")])
    with xlsxwriter.Workbook(path) as file:
        write_schools(Book(file, "zh", {"inflow": "高流入/试"}), rows, 2026)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["学校", "学校2 高流入试"]
    sheet = book["学校"]
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
    assert rows[0]["2035年教师"] == pytest.approx(200 / 19)
    assert rows[1]["现有学位"] is None
