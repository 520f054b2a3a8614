"""``xuewei plan`` from a results folder to its files, runs and messages."""

import shutil
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from data.problems import DataError
from experiments.cli import main
from experiments.commands.plan import run
from experiments.commands.sync import run as sync
from experiments.results.plan_file import PlanTables, read_plan
from experiments.results.reader import read_results
from experiments.tracking.plan_runs import PLAN_DIGEST, TABLE
from experiments.tracking.runs import open_store
from experiments.tracking.store import embedded_store
from forecasting.plan.case.build_case import plan_case
from forecasting.plan.case.planning_case import PlanTerms
from forecasting.plan.project_list.plan_table import PLAN_COLUMNS
from tests.plan_verify import broken_rules, total_cost

TERMS = PlanTerms()
COUNTIES = ("七星区", "灵川县")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forecast of two adjoining counties under two scenarios, by the command itself."""
    place = tmp_path_factory.mktemp("规划 科")
    arguments = ["xuewei", "forecast", "--out", str(place / "results"), "--draws", "60"]
    for county in COUNTIES:
        arguments += ["--county", county]
    for scenario in ("baseline", "low_fertility"):
        arguments += ["--scenario", scenario]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit, match="0"):
            main()
    return place


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.mark.slow
def test_a_plan_is_added_and_nothing_else_is_touched(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(folder)
    results = folder / "results"
    before = files_of(results)
    store = embedded_store(folder / "mlruns")
    run(results, TERMS, store, "zh")
    said = capsys.readouterr().out
    assert "布局规划：基准" in said
    assert "已记入2个情景" in said
    after = files_of(results)
    made = {f"{name}.csv" for name in PlanTables.__dataclass_fields__}
    assert set(after) - set(before) == made | {
        "布局规划.xlsx",
        "布局规划.docx",
        "分年度建设项目库.xlsx",
        "layout.gpkg",
        "plan_digests.json",
    }
    renewed = {name for name in before if after[name] != before[name]}
    assert renewed - {"tracking.json"} == {"report.html"}
    for name in ["report.html"]:
        assert "布局规划" in after[name].decode()
        assert "布局规划" not in before[name].decode()

    # The rows of the file keep the rules and cost what the check says.
    plan = pd.read_csv(results / "plan.csv", dtype={"adcode": str}, keep_default_na=False)
    check = pd.read_csv(results / "plan_check.csv").set_index(["scenario", "measure"])["value"]
    assert list(plan.columns) == PLAN_COLUMNS
    held = read_results(results)
    for scenario in held.scenarios:
        case = plan_case(
            held.bundle, held.draws(scenario.name).planned(), scenario, held.now, TERMS
        )
        rows = plan[plan["scenario"] == scenario.name]
        assert broken_rules(rows, case) == []
        stated = check[scenario.name, "objective"]
        assert total_cost(rows, case) == pytest.approx(stated, rel=1e-2)
        assert check[scenario.name, "optimality_gap"] <= 0.5

    # Once more gives the same bytes and does not log the same plan again.
    client = open_store(store)
    logged = plan_runs(client)
    assert len(logged) == 2
    run(results, TERMS, store, "zh")
    assert files_of(results) == after
    assert {one.info.run_id for one in plan_runs(client)} == {one.info.run_id for one in logged}
    (own,) = (one for one in logged if one.data.tags["scenario"] == "baseline")
    history = client.get_metric_history(own.info.run_id, "规划费用")
    spent = plan[plan["scenario"] == "baseline"].groupby("decide_in")["cost_cny"].sum()
    curve = {one.step: one.value for one in history if one.value}
    assert curve == pytest.approx(spent[spent > 0].to_dict(), abs=0.01)
    table = logged_table(client, own.info.run_id)
    assert table.index.is_unique
    rows = plan[plan["scenario"] == "baseline"]
    cells = rows.groupby(["county", "stage", "action"]).ngroups
    assert len(table) == cells + rows.groupby(["stage", "action"]).ngroups
    merged = rows[(rows["stage"] == "primary") & (rows["action"] == "merge")]["seats"].sum()
    assert table.loc["合计 小学 合并", "学位"] == f"{merged:+,.0f}"
    names = {one.path for one in client.list_artifacts(own.info.run_id)}
    assert {
        "布局规划.xlsx",
        "分年度建设项目库.xlsx",
        "layout.gpkg",
        "plan.csv",
        "report.html",
        TABLE,
    } <= names


def plan_runs(client: MlflowClient) -> list[Run]:
    experiment = [one.experiment_id for one in client.search_experiments()]
    return list(client.search_runs(experiment, f"tags.{PLAN_DIGEST} != ''"))


def logged_table(client: MlflowClient, run_id: str) -> pd.DataFrame:
    file = client.download_artifacts(run_id, TABLE)
    return pd.read_json(file, orient="split").set_index("县区学段措施")


@pytest.mark.slow
def test_another_plan_is_another_run(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    store = embedded_store(folder / "mlruns")
    client = open_store(store)
    before = len(plan_runs(client))
    run(folder / "results", PlanTerms(shortage_years=8.0, budget_cny=4e8), store, "zh")
    assert len(plan_runs(client)) == before + 2


@pytest.mark.slow
def test_the_workbook_holds_every_step(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    if read_plan(folder / "results") is None:
        run(folder / "results", TERMS, None, "zh")
    book = openpyxl.load_workbook(folder / "results" / "布局规划.xlsx")
    steps = pd.read_csv(folder / "results" / "plan.csv")
    assert book["项目附表"].max_row == len(steps) + 3
    projects = openpyxl.load_workbook(folder / "results" / "分年度建设项目库.xlsx")
    main = steps[steps["scenario"] == "baseline"]
    cost = [row[9] for sheet in projects.worksheets[:2]
            for row in sheet.iter_rows(min_row=5, values_only=True)
            if isinstance(row[9], int | float)]  # fmt: skip
    assert sum(cost) == pytest.approx(main["cost_cny"].sum() / 1e4)
    headings = [cell.value for cell in book["项目附表"][3]]
    assert headings[:4] == ["情景", "县区", "学段", "启用年度"]
    rows = list(book["项目附表"].iter_rows(min_row=4, values_only=True))
    merged = [row for row in rows if row[4] == "合并"]
    assert merged
    assert all(row[8] < 0 and row[9] < 0 for row in merged)
    assert all(row[-1].endswith("现有学位按在用推算") for row in rows)
    units = {row[4] for row in book["检验与敏感性"].iter_rows(min_row=4, values_only=True)}
    assert units <= {"元", "学位", "学位·年", "%", "平方米", "项", "", None}
    measures = {row[1] for row in book["定额与依据"].iter_rows(min_row=4, values_only=True)}
    assert "每学位造价" in measures
    unprinted = [sheet.title for sheet in book if "XFD" in (sheet.print_area or "")]
    assert unprinted == ["做与不做"]


def test_a_folder_without_a_forecast_is_refused_and_left_alone(tmp_path: Path):
    with pytest.raises(DataError, match="a complete results folder"):
        run(tmp_path, TERMS, None, "en")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_plan_that_a_store_did_not_take_is_sent_later(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    place = tmp_path / "here"
    shutil.copytree(folder, place)
    results, store = place / "results", embedded_store(place / "mlruns")
    run(results, PlanTerms(shortage_years=5.0), "http://127.0.0.1:9", "zh")
    assert f"xuewei sync {results}" in capsys.readouterr().err
    files = files_of(results)
    sync([results], store, "zh")
    left = files_of(results)
    assert {name for name in files if files[name] != left[name]} == {"tracking.json"}
    client = open_store(store)
    plans = {one.info.run_id for one in plan_runs(client)}
    sync([results], store, "zh")
    assert {one.info.run_id for one in plan_runs(client)} == plans
    assert len(plans) >= 2


@pytest.mark.slow
def test_a_new_forecast_leaves_nothing_of_the_plan(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    results = folder / "results"
    if read_plan(results) is None:
        run(results, TERMS, None, "zh")
    arguments = ["xuewei", "forecast", "--out", str(results), "--draws", "50", "--seed", "2"]
    monkeypatch.setattr(sys, "argv", [*arguments, "--county", COUNTIES[0]])
    with pytest.raises(SystemExit, match="0"):
        main()
    assert read_plan(results) is None
    assert not (results / "layout.gpkg").exists()
    assert "布局规划" not in (results / "report.html").read_text(encoding="utf-8")
