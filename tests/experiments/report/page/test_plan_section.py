"""The report's section on the plan: there with a plan, gone without, right and safe."""

# ruff: noqa: F811 - arguments are the fixtures of test_report

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from data.bundle import DataBundle
from data.contract.stages import PLANNED_CODES
from data.scenario.schema import DEFAULTS
from experiments.report.write_report import write_report
from experiments.results.plan_file import PlanTables, read_plan, write_plan
from experiments.results.reader import Results
from forecasting.plan.common import shared_steps
from tests.experiments.report.test_write_report import (  # noqa: F401 - bundle and results are fixtures
    HAN,
    UNTRANSLATED,
    bundle,
    page,
    results,
    visible,
)
from tests.synthetic_demand import COUNTIES
from tests.synthetic_plan import small_outlook, small_plan

FIGURES = {
    **{f"total_{rule}": total for rule, total in zip(
        ("distribution", "mean", "peak", "none"), (10e8, 12e8, 30e8, 25e8), strict=True)},
    **{f"{part}_{rule}": 1e8 for part in ("decisions", "missing", "idle")
       for rule in ("distribution", "mean", "peak", "none")},
}  # fmt: skip


def plan_tables(demand: pd.DataFrame) -> PlanTables:
    plan = pd.concat([small_plan(name) for name in DEFAULTS], ignore_index=True)
    # The first scenario alone builds.
    plan = plan[(plan["scenario"] == DEFAULTS[0]) | (plan["action"] != "build")]
    needs = {f"need_{stage}": 1000.0 for stage in PLANNED_CODES}
    priority = pd.DataFrame(
        {"scenario": DEFAULTS[0], "rank": [1, 2], "adcode": ["450324", "450312"],
         "county": ["全州县", "临桂区"], **needs, "need_land_m2": [60_000.0, 20_000.0],
         "land_in_plan_m2": [0.0, 40_000.0], "quota_share": [0.75, 0.25]}
    )  # fmt: skip
    rows = [(DEFAULTS[0], "fresh_draws", name, value, "") for name, value in FIGURES.items()]
    return PlanTables(
        plan=plan,
        plan_priority=priority,
        plan_common=shared_steps(plan, demand, 2026),
        plan_outlook=pd.concat([small_outlook(name) for name in DEFAULTS], ignore_index=True),
        plan_unmet=pd.DataFrame(columns=["county", "stage", "worst_year"]),
        plan_check=pd.DataFrame(rows, columns=["scenario", "group", "measure", "value", "unit"]),
    )


@pytest.fixture
def planned(results: Results) -> Results:
    write_plan(plan_tables(results.demand), results.folder)
    return results


def section(html: str) -> str:
    found = re.search(r'<section id="plan">.*?</section>', html, re.DOTALL)
    return found[0] if found else ""


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_without_a_plan_there_is_no_section(results: Results, bundle: DataBundle):
    html = write_report(results, bundle, "zh").read_text(encoding="utf-8")
    assert section(html) == ""
    assert page(html)["plan"] == []
    assert "布局规划" not in visible(html)


def test_a_plan_that_lacks_a_file_is_none(planned: Results):
    assert read_plan(planned.folder) is not None
    (planned.folder / "plan_check.csv").unlink()
    assert read_plan(planned.folder) is None


def test_the_plan_is_shown_as_it_is(planned: Results, bundle: DataBundle):
    html = write_report(planned, bundle, "zh").read_text(encoding="utf-8")
    shown = section(html)
    assert '<a href="#plan">' in html
    assert shown.index("这是演示，不是规划") < shown.index("新建普通高中1所（共900个学位）")
    rows = cells(shown)
    assert ["临桂区", "合并", "1", "-450", "2031", "2030", "5,000", "–", "理由"] in rows
    assert ["临桂区", "新建", "1", "+900", "2030", "2027", "10,000", "60.0", "理由"] in rows
    assert ["全州县", "租用过渡", "–", "540 （租用）", "2027", "2026", "1,000", "–", "理由"] in rows
    assert ["全州县", "1", *["1,000"] * 4, "90", "75.0%", "–"] in rows
    # The others build nothing, so that nothing of it is common, and the pupils of 2028 decide.
    (waiting,) = [row for row in rows if row[1] == "新建" and row[2] == "0"]
    assert waiting[3:5] == ["18", "基准"]
    assert ["按平均缺口", "12.0", "1.0", "100,000,000", "100,000,000", "+2.0"] in rows
    # Every action rests on the cost of a decision, which has no source.
    assert "方案费用的100%来自至少用到一项没有出处" in shown
    assert "4个有措施的县区学段中4个今天的学位是估算" in shown


def test_the_map_of_the_plan_has_every_county_and_stage(
    planned: Results,
    bundle: DataBundle,
):
    held = page(write_report(planned, bundle, "zh").read_text(encoding="utf-8"))
    main = [row for row in held["plan"] if row["scenario"] == "baseline"]
    drawn = {(row["adcode"], row["stage"]): row for row in main}
    assert {adcode for adcode, _ in drawn} >= set(COUNTIES)
    assert drawn["450312", "primary"]["seats"] == -720
    assert drawn["450312", "general_senior"]["seats"] == 900
    assert drawn["450324", "primary"]["seats"] == 0
    now = planned.demand.query("scenario == 'baseline' and year == 2026 and adcode == '450312'")
    seats = now.set_index("stage")["seats_available"]["primary"]
    assert drawn["450312", "primary"]["share"] == pytest.approx(-720 / seats, abs=1e-3)
    assert {"plan_map_0", "plan_map_1"} <= set(held["charts"])


def test_a_scenario_has_its_own_plan_and_no_figures_of_another(
    planned: Results,
    bundle: DataBundle,
):
    shown = section(write_report(planned, bundle, "zh").read_text(encoding="utf-8"))
    first, other, _ = shown.split("data-scenario=")[1:]
    assert "新建普通高中1所" in first
    assert "改办初中1所" in other
    assert "新建普通高中1所" not in other
    assert "按平均缺口" not in other


def test_the_english_section_is_english(planned: Results, bundle: DataBundle):
    html = write_report(planned, bundle, "en").read_text(encoding="utf-8")
    shown = section(html)
    for known in (*COUNTIES.values(), "桂林市", "理由", *UNTRANSLATED):
        shown = shown.replace(known, "")
    assert shown
    assert HAN.findall(shown) == []
    assert HAN.findall(json.dumps(page(html)["charts"], ensure_ascii=False)) == []


def test_names_in_a_plan_are_text_and_never_markup(
    planned: Results,
    bundle: DataBundle,
    tmp_path: Path,
):
    evil = "<img src=x>"
    tables = read_plan(planned.folder)
    assert tables is not None
    spoiled = {
        name: table.replace({"临桂区": evil, "全州县": evil})
        for name, table in vars(tables).items()
    }
    folder = tmp_path / "spoiled"
    shutil.copytree(planned.folder, folder, ignore=shutil.ignore_patterns("spoiled"))
    write_plan(PlanTables(**spoiled), folder)
    html = write_report(replace(planned, folder=folder), bundle, "zh")
    shown = section(html.read_text(encoding="utf-8"))
    assert "&lt;img" in shown
    assert "<img" not in shown
