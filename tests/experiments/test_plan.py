"""``xuewei plan`` from a results folder to its files, runs and messages."""

import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.problems import DataError
from experiments.cli import main
from experiments.plan import PlanTables, run
from experiments.plan_tracking import log_plan
from experiments.results_reader import read_results
from experiments.store import embedded_store
from experiments.tracking import open_store
from forecasting.plan_build import plan_case
from forecasting.plan_case import PlanTerms
from forecasting.plan_table import PLAN_COLUMNS
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
    made = {f"{name}.csv" for name in PlanTables.__dataclass_fields__} | {"布局规划.xlsx"}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == made

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
    assert {one.step: one.value for one in history} == pytest.approx(spent.to_dict(), abs=0.01)
    children = client.search_runs(experiment, "tags.county = '灵川县'")
    assert all(any(key.startswith("plan_seats/") for key in c.data.metrics) for c in children)


@pytest.mark.slow
def test_the_workbook_holds_every_step(folder: Path):
    book = openpyxl.load_workbook(folder / "results" / "布局规划.xlsx")
    steps = pd.read_csv(folder / "results" / "plan.csv")
    assert book["项目附表"].max_row == len(steps) + 3
    headings = [cell.value for cell in book["项目附表"][3]]
    assert headings[:4] == ["情景", "县区", "学段", "启用年度"]
    measures = {row[1] for row in book["定额与依据"].iter_rows(min_row=4, values_only=True)}
    assert "每学位造价" in measures


def test_a_folder_without_a_forecast_is_refused_and_left_alone(tmp_path: Path):
    with pytest.raises(DataError, match="a whole results folder"):
        run(tmp_path, TERMS, None, "en")
    assert not list(tmp_path.iterdir())


def test_a_store_that_is_not_there_is_not_made(folder: Path, tmp_path: Path):
    store = embedded_store(tmp_path / "mlruns")
    held = read_results(folder / "results")
    assert log_plan(store, held, pd.DataFrame(columns=PLAN_COLUMNS), pd.DataFrame()) == 0
    assert not (tmp_path / "mlruns").exists()
