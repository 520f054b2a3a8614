import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from data.language import Text
from data.problems import DataError
from experiments.tracking.metrics import idle_seats
from experiments.tracking.runs import (
    find_runs,
    finish,
    mark_earlier,
    newest_study,
    open_store,
    remove_runs,
    remove_unfinished,
    track,
)
from experiments.tracking.store import embedded_store, runs_are_logged, store_address
from experiments.tracking.study_runs import ScenarioRun, StudyRuns
from forecasting.seat_draws import SeatDraws
from tests.synthetic_demand import synthetic_demand
from tests.synthetic_parts import COUNTIES, SCENARIOS, STUDY, part


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place whose name has what breaks addresses: Chinese letters and a blank."""
    return tmp_path_factory.mktemp("规划 科")


@pytest.fixture(scope="module")
def parts(folder: Path) -> list[ScenarioRun]:
    return [part(folder, place) for place in range(2)]


@pytest.fixture(scope="module")
def client(folder: Path, parts: list[ScenarioRun]) -> MlflowClient:
    client = open_store(embedded_store(folder / "mlruns"))
    for one in parts:
        log(client, STUDY, one)
    return client


def log(client: MlflowClient, study: StudyRuns, run: ScenarioRun) -> None:
    track(client, study, run)
    finish(client, study, run, {})


def runs(client: MlflowClient, wanted: str = "", study: str = STUDY.title.zh) -> list[Run]:
    experiment = client.get_experiment_by_name(study)
    assert experiment is not None
    return list(client.search_runs([experiment.experiment_id], wanted))


def parents(found: Sequence[Run]) -> list[Run]:
    return [run for run in found if "mlflow.parentRunId" not in run.data.tags]


def test_each_scenario_is_a_finished_run_with_a_child_run_a_county(client: MlflowClient):
    assert len(runs(client)) == 2 * (1 + len(COUNTIES))
    assert {run.info.status for run in runs(client)} == {"FINISHED"}
    for scenario in SCENARIOS:
        own = runs(client, f"tags.scenario = '{scenario.name}'")
        (parent,) = parents(own)
        children = [run for run in own if run.info.run_id != parent.info.run_id]
        assert parent.info.run_name == scenario.title.zh
        assert parent.data.tags["county"] == "桂林市"
        assert {run.data.tags["mlflow.parentRunId"] for run in children} == {parent.info.run_id}
        assert {run.data.tags["adcode"]: run.data.tags["county"] for run in children} == COUNTIES


def test_a_county_is_found_by_its_name_and_its_steps_are_years(client: MlflowClient):
    (run,) = runs(client, "tags.county = '阳朔县' and tags.scenario = 'new_district'")
    assert run.info.run_name == "阳朔县 桂林新区提速"
    rows = synthetic_demand(COUNTIES).query(
        "adcode == '450321' and scenario == 'low_fertility' and stage == 'primary'"
    )
    for measure, key in (
        ("gap", "gap/2_primary"),
        ("gap_lo80", "uncertainty80/gap_2_primary_lo80"),
        ("seats_required_hi80", "uncertainty80/seats_required_2_primary_hi80"),
        ("seats_available", "seats_available/2_primary"),
    ):
        history = client.get_metric_history(run.info.run_id, key)
        steps = {metric.step: metric.value for metric in history}
        assert steps == dict(zip(rows["year"], rows[measure], strict=True))
    by_year = rows.set_index("year")
    assert run.data.metrics["headline/gap_2030_2_primary"] == by_year["gap"][2030]
    shortage = run.data.metrics["headline/shortage_probability_2030_2_primary"]
    assert shortage == by_year["shortage_probability"][2030]
    assert run.data.metrics["headline/idle_seats_2035_2_primary"] == 15


def test_the_first_scenario_stands_first_though_logged_first(client: MlflowClient):
    times = {run.data.tags["scenario"]: run.info.start_time for run in parents(runs(client))}
    assert times["baseline"] > times["new_district"]


def test_idle_seats_of_one_county_serve_no_other():
    seats = np.zeros((2, 1, 1, 2), dtype=np.float32)
    available = seats + np.float32([[40, 0], [-100, -20]]).reshape(2, 1, 1, 2)
    idle = idle_seats(SeatDraws(("a", "b"), ("primary",), (2035,), seats, available), 2035)
    assert idle == {("a", "primary"): 20, ("b", "primary"): 0, ("city", "primary"): 20}


def test_a_scenario_run_holds_the_city_the_assumptions_and_what_went_in(client: MlflowClient):
    (run,) = parents(runs(client, "tags.scenario = 'new_district'"))
    city = synthetic_demand(COUNTIES).query("adcode == '450300' and scenario == 'low_fertility'")
    last = city.query("stage == 'general_senior' and year == 2035")["seats_required"].item()
    assert run.data.metrics["seats_required/4_general_senior"] == last
    assert run.data.params["seed"] == "1"
    (given,) = run.inputs.dataset_inputs
    assert given.dataset.name == "births.csv"
    assert {tag.key: tag.value for tag in given.tags} == {"sha256": "ab" * 32}


def test_parameters_differ_in_what_the_scenario_states_alone_and_read_as_words(
    client: MlflowClient,
):
    one, other = (
        parents(runs(client, f"tags.scenario = '{scenario.name}'"))[0].data.params
        for scenario in SCENARIOS
    )
    assert {key for key in one if one[key] != other[key]} == {"new_district.dwellings"}
    assert other["new_district.dwellings"].startswith("2027年 3000，2028年 3000")
    assert other["new_district.county"] == "临桂区"


def test_the_note_tells_summary_reasons_and_what_is_assumed(client: MlflowClient):
    (run,) = parents(runs(client, "tags.scenario = 'new_district'"))
    note = run.data.tags["mlflow.note.content"]
    for word in ("| 小学 |", "2030年缺口", "为什么变", "与“基准”不同的假设", "2027年 3000"):
        assert word in note
    assert "学位需求预测.xlsx、summary.json" in note
    (child,) = runs(client, "tags.county = '阳朔县' and tags.scenario = 'baseline'")
    assert "阳朔县小学" in child.data.tags["mlflow.note.content"]


def test_each_scenario_keeps_its_own_files_and_its_table(client: MlflowClient):
    for scenario in SCENARIOS:
        (run,) = parents(runs(client, f"tags.scenario = '{scenario.name}'"))
        fetched = client.download_artifacts(run.info.run_id, "学位需求预测.xlsx")
        assert Path(fetched).read_bytes() == scenario.name.encode()
        table = pd.read_json(
            client.download_artifacts(run.info.run_id, "summary.json"), orient="split"
        )
        assert len(table) == 3 * 5
        assert list(table["县区学段"][:2]) == ["临桂区 幼儿园", "临桂区 小学"]


def test_the_interface_is_told_how_to_read_the_study(client: MlflowClient):
    experiment = client.get_experiment_by_name(STUDY.title.zh)
    assert experiment is not None
    assert experiment.tags["mlflow.experimentKind"] == "custom_model_development"
    assert experiment.tags["mlflow.note.content"].startswith("哪里缺学位？")


def test_what_is_logged_is_not_logged_again(client: MlflowClient, parts: list[ScenarioRun]):
    before = {run.info.run_id for run in runs(client)}
    log(client, STUDY, parts[0])
    assert {run.info.run_id for run in runs(client)} == before
    assert len(find_runs(client, parts[0].part.name)) == 1 + len(COUNTIES)


def test_what_a_killed_process_left_is_replaced(client: MlflowClient, parts: list[ScenarioRun]):
    study = replace(STUDY, title=Text("中断", "cut off"))
    digests = [parts[1].part.name]
    log(client, study, parts[1])
    (parent,) = parents(runs(client, study="中断"))
    client.update_run(parent.info.run_id, "RUNNING")
    client.set_tag(parent.info.run_id, "writer", "killed")
    child = client.create_run(
        parent.info.experiment_id, None, parent.data.tags | {"writer": "killed"}
    )
    assert not runs_are_logged(client.tracking_uri, "中断", digests)
    log(client, study, parts[1])
    found = runs(client, study="中断")
    assert len(found) == 1 + len(COUNTIES)
    assert {run.info.status for run in found} == {"FINISHED"}
    assert not {parent.info.run_id, child.info.run_id} & {run.info.run_id for run in found}
    assert runs_are_logged(client.tracking_uri, "中断", digests)


def test_what_was_cut_off_of_a_study_that_has_changed_is_removed(
    client: MlflowClient, parts: list[ScenarioRun]
):
    study = replace(STUDY, title=Text("改动", "changed"))
    digests = [one.part.name for one in parts]
    track(client, study, parts[0])
    log(client, study, parts[1])
    remove_unfinished(client, [name for name in digests if name == digests[0]])
    left = runs(client, study="改动")
    assert {run.data.tags["part_digest"] for run in left} == {digests[1]}
    remove_unfinished(client, digests[1:])
    assert len(runs(client, study="改动")) == 1 + len(COUNTIES)
    remove_runs(client, [*left, *left])  # as two processes at once would
    assert runs(client, study="改动") == []


def test_the_newest_version_is_current_and_an_earlier_one_comes_back(
    client: MlflowClient, parts: list[ScenarioRun]
):
    study = replace(STUDY, title=Text("版本", "versions"))
    digests = [one.part.name for one in parts]
    for one, digest in zip(parts, digests, strict=True):
        log(client, study, one)
        mark_earlier(client, study.title.zh, [digest])
    assert not runs_are_logged(client.tracking_uri, "版本", digests)
    assert runs_are_logged(client.tracking_uri, "版本", digests[1:])
    assert [run.data.tags["scenario"] for run in newest_study(client)] == ["new_district"]
    assert len(runs(client, "tags.version = 'earlier'", "版本")) == 1 + len(COUNTIES)
    log(client, study, parts[0])
    assert runs_are_logged(client.tracking_uri, "版本", digests)
    assert len(runs(client, study="版本")) == 2 * (1 + len(COUNTIES))


def test_a_deleted_experiment_is_taken_up_again(client: MlflowClient, parts: list[ScenarioRun]):
    study = replace(STUDY, title=Text("删除", "deleted"))
    log(client, study, parts[0])
    experiment = client.get_experiment_by_name("删除")
    assert experiment is not None
    client.delete_experiment(experiment.experiment_id)
    assert not runs_are_logged(client.tracking_uri, "删除", [parts[0].part.name])
    log(client, study, parts[0])
    assert runs_are_logged(client.tracking_uri, "删除", [parts[0].part.name])
    assert len(runs(client, study="删除")) == 1 + len(COUNTIES)


def test_without_a_readable_store_nothing_counts_as_logged(tmp_path: Path):
    assert not runs_are_logged(embedded_store(tmp_path), "甲", [])
    assert not runs_are_logged("http://127.0.0.1:1", "甲", [])
    (tmp_path / "mlflow.db").write_bytes(b"no database")
    assert not runs_are_logged(embedded_store(tmp_path), "甲", [])


@pytest.mark.slow
def test_a_store_whose_making_was_cut_off_is_made_anew(tmp_path: Path):
    store = embedded_store(tmp_path)
    code = f"from experiments.tracking.runs import open_store; open_store({store!r})"
    process = subprocess.Popen([sys.executable, "-c", code])  # noqa: S603 - our own code
    while not list(tmp_path.glob(".mlflow.db.making/mlflow.db")):
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert not (tmp_path / "mlflow.db").exists()
    assert open_store(store).search_experiments()
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_store_that_fails_shows_no_traceback(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    client = open_store(f"sqlite:///{tmp_path / 'runs.db'}")
    run = client.create_run("0")
    with closing(sqlite3.connect(tmp_path / "runs.db")) as store:
        store.execute("DROP TABLE tags")
    capfd.readouterr()
    with pytest.raises(MlflowException, match="no such table"):
        client.set_tag(run.info.run_id, "scenario", "baseline")
    assert capfd.readouterr().err == ""


def test_a_server_that_is_down_is_told_at_once():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(DataError, match="kept beside the results") as caught:
        open_store(f"http://127.0.0.1:{port}")
    assert caught.value.problems[0].value == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    "address", ["ftp://somewhere", "no such scheme", "sqlite:////dev/null/x/y.db"]
)
def test_an_address_that_is_none_is_bad_input(address: str):
    with pytest.raises(DataError):
        open_store(address)


def test_the_option_goes_before_the_environment_and_that_before_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert store_address(None) == f"sqlite:///{tmp_path.resolve().as_posix()}/mlruns/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://team:5000")
    assert store_address(None) == "http://team:5000"
    assert store_address("sqlite:///own.db") == "sqlite:///own.db"
