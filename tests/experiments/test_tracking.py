import socket
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from data.problems import DataError
from data.scenario import load_scenario
from experiments.store import embedded_store, store_address
from experiments.tracking import Study, open_store, track
from tests.synthetic_demand import synthetic_demand

SCENARIOS = [load_scenario("baseline"), load_scenario("low_fertility")]
STUDY = Study("桂林市学位需求", 2026, {"births.csv": "ab" * 32}, {"seed": "1"})
COUNTIES = {"450312": "临桂区", "450321": "阳朔县"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place whose name has what breaks addresses: Chinese letters and a blank."""
    return tmp_path_factory.mktemp("规划 科")


@pytest.fixture(scope="module")
def client(folder: Path) -> MlflowClient:
    results = folder / "results"
    results.mkdir()
    (results / "学位需求预测.xlsx").write_bytes(b"book")
    client = open_store(embedded_store(folder / "mlruns"))
    track(client, synthetic_demand(COUNTIES), SCENARIOS, results, STUDY)
    return client


def runs(client: MlflowClient, wanted: str = "") -> list[Run]:
    experiment = client.get_experiment_by_name(STUDY.name)
    assert experiment is not None
    return list(client.search_runs([experiment.experiment_id], wanted))


def test_each_scenario_is_a_finished_run_with_a_child_run_a_county(client: MlflowClient):
    assert len(runs(client)) == 2 * (1 + len(COUNTIES))
    assert {run.info.status for run in runs(client)} == {"FINISHED"}
    for scenario in SCENARIOS:
        own = runs(client, f"tags.scenario = '{scenario.name}'")
        parent = next(run for run in own if "adcode" not in run.data.tags)
        children = [run for run in own if run is not parent]
        assert parent.info.run_name == f"{scenario.title.zh} {scenario.name}"
        assert {run.data.tags["mlflow.parentRunId"] for run in children} == {parent.info.run_id}
        assert {run.data.tags["adcode"]: run.data.tags["county"] for run in children} == COUNTIES


def test_the_first_scenario_is_the_newest_run(client: MlflowClient):
    parents = [run for run in runs(client) if "adcode" not in run.data.tags]
    assert max(parents, key=lambda run: run.info.start_time).data.tags["scenario"] == "baseline"


def test_a_county_is_found_by_its_name_and_its_steps_are_years(client: MlflowClient):
    (run,) = runs(client, "tags.county = '阳朔县' and tags.scenario = 'low_fertility'")
    history = client.get_metric_history(run.info.run_id, "gap/2_primary")
    rows = synthetic_demand(COUNTIES).query(
        "adcode == '450321' and scenario == 'low_fertility' and stage == 'primary'"
    )
    assert {metric.step: metric.value for metric in history} == dict(
        zip(rows["year"], rows["gap"], strict=True)
    )
    assert run.data.metrics["headline/gap_2030_2_primary"] == rows.set_index("year")["gap"][2030]


def test_a_scenario_run_holds_the_city_the_assumptions_and_what_went_in(client: MlflowClient):
    (run,) = [
        run
        for run in runs(client, "tags.scenario = 'low_fertility'")
        if "adcode" not in run.data.tags
    ]
    city = synthetic_demand(COUNTIES).query("adcode == '450300' and scenario == 'low_fertility'")
    last = city.query("stage == 'senior' and year == 2035")["seats_required"].item()
    assert run.data.metrics["seats_required/4_senior"] == last
    assert run.data.params["fertility.factor"] == "0.85"
    assert run.data.params["seed"] == "1"
    (given,) = run.inputs.dataset_inputs
    assert given.dataset.name == "births.csv"
    assert {tag.key: tag.value for tag in given.tags} == {"sha256": "ab" * 32}


def test_the_results_folder_can_be_fetched_from_the_run(client: MlflowClient, folder: Path):
    run = next(run for run in runs(client) if "adcode" not in run.data.tags)
    fetched = Path(client.download_artifacts(run.info.run_id, "学位需求预测.xlsx"))
    assert fetched.read_bytes() == b"book"
    kept = list((folder / "mlruns" / "artifacts").rglob("学位需求预测.xlsx"))
    assert len(kept) == len(SCENARIOS)


def test_the_interface_is_told_that_these_are_training_runs(client: MlflowClient):
    experiment = client.get_experiment_by_name(STUDY.name)
    assert experiment is not None
    assert experiment.tags["mlflow.experimentKind"] == "custom_model_development"


def test_a_server_that_is_down_is_told_at_once():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(DataError, match="the results folder is kept") as caught:
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
