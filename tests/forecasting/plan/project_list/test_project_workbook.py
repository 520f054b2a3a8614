"""The yearly project list: one row per project, named, with its own share of cost and land."""

from pathlib import Path

import openpyxl
import pandas as pd

from data.language import Text
from forecasting.plan.project_list.project_workbook import project_rows, write_project_workbook
from tests.synthetic_plan import STANDARDS, small_plan

NAMES = {"X-1": "城关小学", "X-2": "东街小学"}


def plan_with_names() -> pd.DataFrame:
    """Three senior schools at once, a named merger, and a school that moves to a new building."""
    plan = small_plan()
    build, merge = plan["action"] == "build", plan["action"] == "merge"
    plan.loc[build, ["schools", "seats", "classes", "cost_cny", "land_m2"]] = [
        3, 2700, 54, 3e8, 120_000,
    ]  # fmt: skip
    plan.loc[merge, "school_ids"] = "X-1;X-2"
    moved = plan[merge].assign(school_ids="", seats=0, classes=0, land_m2=9_000.0, decide_in=2026)
    return pd.concat([plan, moved], ignore_index=True)


def test_each_new_school_is_a_project_of_its_own_with_its_share():
    rows = project_rows(plan_with_names(), STANDARDS, NAMES, "zh")
    built = rows[rows["kind"] == "新建"]
    assert built["project"].tolist() == [
        "临桂区新建普通高中1（暂名）", "临桂区新建普通高中2（暂名）", "临桂区新建普通高中3（暂名）",
    ]  # fmt: skip
    assert set(built["seats"]) == {900}
    assert set(built["cost_wan"]) == {10_000}
    assert set(built["land_m2"]) == {40_000}
    assert rows["cost_cny"].sum() == plan_with_names()["cost_cny"].sum()
    assert rows["decide_in"].is_monotonic_increasing


def test_named_schools_are_named_and_others_are_left_to_the_county():
    rows = project_rows(plan_with_names(), STANDARDS, NAMES, "zh").set_index("kind")
    assert rows.loc["合并", "project"] == "城关小学、东街小学合并"
    assert rows.loc["改办", "project"] == "临桂区小学1所改办初中（校名待定）"
    assert rows.loc["租用过渡", "project"] == "全州县小学租用过渡12班（校名待定）"
    assert rows.loc["迁建", "project"] == "临桂区迁建小学（暂名）"


def test_the_workbook_is_ready_to_print_and_starts_with_the_summary(tmp_path: Path):
    path = tmp_path / "list.xlsx"
    lines = (Text("这是演示", "a demonstration"), Text("第二行", "second"))
    write_project_workbook(plan_with_names(), STANDARDS, NAMES, lines, path, "zh")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["建设项目", "合并停办", "年度汇总"]
    works = book["建设项目"]
    assert works["A2"].value == "这是演示"
    assert works.page_setup.orientation == "landscape"
    assert works.sheet_properties.pageSetUpPr.fitToPage
    assert [row[0] for row in works.iter_rows(min_row=5, values_only=True)] == [1, 2, 3, 4, 5, 6]
    reasons = works["M"][4:]
    assert all(cell.alignment.wrap_text for cell in reasons)
    assert book["合并停办"].max_row == 6
    years = book["年度汇总"]
    assert years["A3"].value == "第二行"
    totals = {row[:2]: row[2] for row in years.iter_rows(min_row=5, values_only=True)}
    assert totals[2027, "新建"] == 3
