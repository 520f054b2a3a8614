"""``xuewei plan`` from a results folder to its files, runs and messages."""

import math
import shutil
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from mlflow import MlflowClient

from data.problems import DataError
from experiments.cli import main
from experiments.commands.plan import run
from experiments.commands.sync import run as sync
from experiments.results.plan_file import UNSENT_PLAN, PlanTables, read_plan
from experiments.results.reader import read_results
from experiments.tracking.plan_runs import HEADLINE, NOTE_MARK, TABLE, send_plan
from experiments.tracking.runs import open_store
from experiments.tracking.store import embedded_store, is_there
from forecasting.plan.build_case import plan_case
from forecasting.plan.case import PlanTerms
from forecasting.plan.plan_table import PLAN_COLUMNS
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
    assert set(after) - set(before) == made | {"布局规划.xlsx", "layout.gpkg", "plan_digests.json"}
    renewed = {name for name in before if after[name] != before[name]}
    assert renewed == {"report.html"}
    for name in renewed:
        assert "布局规划" in after[name].decode()
        assert "布局规划" not in before[name].decode()

    # The rows of the file keep the rules and cost what the check says.
    plan = pd.read_csv(results / "plan.csv", dtype={"adcode": str}, keep_default_na=False)
    check = pd.read_csv(results / "plan_check.csv").set_index(["scenario", "measure"])["value"]
    assert list(plan.columns) == PLAN_COLUMNS
    held = read_results(results)
    for scenario in held.scenarios:
        case = plan_case(held.bundle, held.draws(scenario.name), scenario, held.now, TERMS)
        rows = plan[plan["scenario"] == scenario.name]
        assert broken_rules(rows, case) == []
        told = check[scenario.name, "objective"]
        assert total_cost(rows, case) == pytest.approx(told, rel=5e-3)
        assert check[scenario.name, "optimality_gap"] <= 0.1

    # Once more gives the same bytes and does not log the same plan again.
    client = open_store(store)
    experiment = [one.experiment_id for one in client.search_experiments()]
    (parent,) = client.search_runs(experiment, "params.seed = '1' and tags.scenario = 'baseline'")
    history = client.get_metric_history(parent.info.run_id, "plan_cost/cny")
    run(results, TERMS, store, "zh")
    assert files_of(results) == after
    assert client.get_metric_history(parent.info.run_id, "plan_cost/cny") == history
    spent = plan[plan["scenario"] == "baseline"].groupby("decide_in")["cost_cny"].sum()
    curve = {one.step: one.value for one in history if one.value}
    assert curve == pytest.approx(spent[spent > 0].to_dict(), abs=0.01)
    children = client.search_runs(experiment, "tags.county = '灵川县'")
    assert all(any(key.startswith("plan_seats/") for key in c.data.metrics) for c in children)


def logged_table(client: MlflowClient, run_id: str, place: Path) -> pd.DataFrame:
    place.mkdir()
    file = client.download_artifacts(run_id, TABLE, str(place))
    return pd.read_json(file, orient="split").set_index("县区学段措施")


@pytest.mark.slow
def test_another_plan_takes_the_place_of_the_first_in_the_runs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(folder)
    store = embedded_store(folder / "mlruns")
    client = open_store(store)
    experiment = [one.experiment_id for one in client.search_experiments()]
    (parent,) = client.search_runs(experiment, "params.seed = '1' and tags.scenario = 'baseline'")
    run_id = parent.info.run_id
    budget = PlanTerms(shortage_years=8.0, budget_cny=4e8)
    for place, terms in (("limited", budget), ("free", TERMS)):
        run(folder / "results", terms, store, "zh")
        plan = read_plan(folder / "results")
        assert plan is not None
        rows = plan.plan[plan.plan["scenario"] == "baseline"]
        table = logged_table(client, run_id, tmp_path / place)
        assert table.index.is_unique
        cells = rows.groupby(["county", "stage", "action"]).ngroups
        whole = rows.groupby(["stage", "action"]).ngroups
        assert len(table) == cells + whole
        closed = rows[(rows["stage"] == "primary") & (rows["action"] == "close")]["seats"].sum()
        assert table.loc["合计 小学 撤并", "学位"] == f"{closed:+,.0f}"
        held = client.get_run(run_id).data
        assert held.tags["mlflow.note.content"].count(NOTE_MARK) == 1
        limit = held.metrics[f"{HEADLINE}enough_budget"]
        # What only an earlier plan told is a number no more.
        assert math.isnan(limit) == (terms.budget_cny is None)
        for name in ("report.html", "plan.csv"):
            kept = Path(client.download_artifacts(run_id, name, str(tmp_path / place)))
            assert kept.read_bytes() == (folder / "results" / name).read_bytes()
    names = {one.path for one in client.list_artifacts(run_id)}
    assert {"布局规划.xlsx", "layout.gpkg", TABLE} <= names


@pytest.mark.slow
def test_the_workbook_holds_every_step(folder: Path):
    book = openpyxl.load_workbook(folder / "results" / "布局规划.xlsx")
    steps = pd.read_csv(folder / "results" / "plan.csv")
    assert book["项目附表"].max_row == len(steps) + 3
    headings = [cell.value for cell in book["项目附表"][3]]
    assert headings[:4] == ["情景", "县区", "学段", "启用年度"]
    rows = list(book["项目附表"].iter_rows(min_row=4, values_only=True))
    closed = [row for row in rows if row[4] == "撤并"]
    assert closed
    assert all(row[8] < 0 and row[9] < 0 for row in closed)
    assert all(row[-1].endswith("现有学位为估算") for row in rows)
    units = {row[4] for row in book["检验与敏感性"].iter_rows(min_row=4, values_only=True)}
    assert units <= {"元", "学位", "学位·年", "%", "平方米", "", None}
    measures = {row[1] for row in book["定额与依据"].iter_rows(min_row=4, values_only=True)}
    assert "每学位造价" in measures


def test_a_folder_without_a_forecast_is_refused_and_left_alone(tmp_path: Path):
    with pytest.raises(DataError, match="a whole results folder"):
        run(tmp_path, TERMS, None, "en")
    assert not list(tmp_path.iterdir())


def test_a_store_that_is_not_there_is_not_made(folder: Path, tmp_path: Path):
    assert not is_there(embedded_store(tmp_path / "mlruns"))
    assert send_plan(None, folder / "results") == 0


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
    assert set(files) - set(left) == {UNSENT_PLAN}
    assert {name: files[name] for name in left} == left
    client = open_store(store)
    experiment = [one.experiment_id for one in client.search_experiments()]
    (parent,) = client.search_runs(experiment, "params.seed = '1' and tags.scenario = 'baseline'")
    fetched = client.download_artifacts(parent.info.run_id, "plan.csv", str(tmp_path))
    assert Path(fetched).read_bytes() == left["plan.csv"]


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
