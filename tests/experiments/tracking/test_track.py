"""A results folder in MLflow: what its runs hold, and that logging it again changes nothing."""

import base64
import json
import shutil
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from data.contract.stages import STAGES
from data.language import Text
from data.problems import DataError
from experiments.results.results_folder import DELIVERABLES
from experiments.tracking.marker import is_logged, marker_of
from experiments.tracking.runs import find_runs, newest_study, open_store
from experiments.tracking.scenario_runs.run_metrics import idle_seats
from experiments.tracking.store import embedded_store
from experiments.tracking.track import track
from forecasting.seat_draws import SeatDraws
from tests.synthetic_demand import synthetic_demand
from tests.synthetic_results import (
    COUNTIES,
    SCENARIOS,
    SETTINGS,
    STUDY,
    write_synthetic_results,
)

ALL = 2 * (1 + len(COUNTIES))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place whose name has what breaks addresses: Chinese letters and a blank."""
    return tmp_path_factory.mktemp("规划 科")


@pytest.fixture(scope="module")
def empty(place: Path) -> Path:
    """A folder with results and a store that holds no runs."""
    write_synthetic_results(place / "empty" / "results")
    open_store(embedded_store(place / "empty" / "mlruns"))
    return place / "empty"


@pytest.fixture(scope="module")
def client(empty: Path, place: Path) -> MlflowClient:
    shutil.copytree(empty, place / "logged")
    store = embedded_store(place / "logged" / "mlruns")
    track(place / "logged" / "results", store)
    return MlflowClient(store)


@pytest.fixture
def results(empty: Path, tmp_path: Path) -> Path:
    shutil.copytree(empty, tmp_path / "here")
    return tmp_path / "here" / "results"


@pytest.fixture
def store(results: Path) -> str:
    return embedded_store(results.parent / "mlruns")


def runs(client: MlflowClient, wanted: str = "", study: str = STUDY.title.zh) -> list[Run]:
    experiment = client.get_experiment_by_name(study)
    assert experiment is not None
    return list(client.search_runs([experiment.experiment_id], wanted))


def parents(found: Sequence[Run]) -> list[Run]:
    return [run for run in found if "mlflow.parentRunId" not in run.data.tags]


def test_each_scenario_is_a_finished_run_with_a_child_run_per_county(client: MlflowClient):
    assert len(runs(client)) == ALL
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
        "adcode == '450321' and scenario == 'quality_and_access' and stage == 'primary'"
    )
    for measure, key, first in (
        ("pupils", "在校生/2 小学", 2026),
        ("gap", "缺口/2 小学", 2026),
        ("gap_lo80", "区间下限80/2 小学", 2026),
        ("gap_hi80", "区间上限80/2 小学", 2026),
    ):
        history = client.get_metric_history(run.info.run_id, key)
        steps = {metric.step: metric.value for metric in history}
        shown = rows[rows["year"] >= first]
        assert steps == dict(zip(shown["year"], shown[measure], strict=True))
    by_year = rows.set_index("year")
    assert run.data.metrics["关键数字/2030年缺口 2 小学"] == by_year["gap"][2030]
    shortage = run.data.metrics["关键数字/2030年短缺概率 2 小学"]
    assert shortage == by_year["shortage_probability"][2030]
    assert run.data.metrics["关键数字/2035年空余学位 2 小学"] == 15


def test_what_sets_a_scenario_apart_from_the_first_is_a_curve_of_its_own(client: MlflowClient):
    one, other = (
        runs(client, f"tags.county = '阳朔县' and tags.scenario = '{scenario.name}'")[0]
        for scenario in SCENARIOS
    )
    assert "比基准多缺/2 小学" not in one.data.metrics
    history = client.get_metric_history(other.info.run_id, "比基准多缺/2 小学")
    # Both scenarios have the same made-up draws.
    assert {metric.step: metric.value for metric in history} == dict.fromkeys(range(2026, 2036), 0)
    assert other.data.metrics["比基准更缺的概率/2 小学"] == 0


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
    city = synthetic_demand(COUNTIES).query(
        "adcode == '450300' and scenario == 'quality_and_access'"
    )
    last = city.query("stage == 'primary' and year == 2035")["seats_required"].item()
    assert run.data.metrics["需求学位/2 小学"] == last
    assert run.data.params["随机种子"] == "1"
    (given,) = run.inputs.dataset_inputs
    assert given.dataset.name == "births.csv"
    columns = json.loads(given.dataset.schema)["mlflow_colspec"]
    assert columns[-1] == {"type": "string", "name": "source", "required": False}
    assert json.loads(given.dataset.profile)["num_rows"] == 34
    assert {tag.key: tag.value for tag in given.tags} == {"sha256": "ab" * 32}


def test_parameters_differ_in_what_the_scenario_states_alone_and_read_as_words(
    client: MlflowClient,
):
    one, other = (
        parents(runs(client, f"tags.scenario = '{scenario.name}'"))[0].data.params
        for scenario in SCENARIOS
    )
    stated = {"新区/所在县区", "新区/各年入住套数"}
    assert {key for key in one if one[key] != other[key]} == stated
    assert other["新区/各年入住套数"].startswith("2027年 3000，2028年 3000")
    assert other["新区/所在县区"] == "临桂区"


def test_the_note_states_summary_reasons_and_what_is_assumed(client: MlflowClient):
    (run,) = parents(runs(client, "tags.scenario = 'new_district'"))
    note = run.data.tags["mlflow.note.content"]
    for word in (
        "| 小学 |",
        "2030年比在用学位多（＋）少（－）",
        "为什么变",
        "与“基准”不同的假设",
        "2027年 3000",
    ):
        assert word in note
    (child,) = runs(client, "tags.county = '阳朔县' and tags.scenario = 'baseline'")
    assert "阳朔县小学" in child.data.tags["mlflow.note.content"]


def test_files_go_with_the_first_scenario_and_a_table_with_each(client: MlflowClient):
    for scenario in SCENARIOS:
        (run,) = parents(runs(client, f"tags.scenario = '{scenario.name}'"))
        names = {one.path for one in client.list_artifacts(run.info.run_id)}
        assert names.issuperset(DELIVERABLES) == (scenario is SCENARIOS[0])
        table = pd.read_json(
            client.download_artifacts(run.info.run_id, "summary.json"), orient="split"
        )
        assert table["县区·学段"].is_unique
        assert list(table["县区·学段"][:2]) == ["临桂区·幼儿园", "临桂区·小学"]


def test_the_interface_shows_how_to_read_the_study(client: MlflowClient):
    experiment = client.get_experiment_by_name(STUDY.title.zh)
    assert experiment is not None
    assert experiment.tags["mlflow.experimentKind"] == "custom_model_development"
    assert experiment.tags["mlflow.note.content"].startswith("哪里缺学位？")


def test_each_area_has_a_view_with_its_filter_columns_and_a_chart_per_metric(client: MlflowClient):
    experiment = client.get_experiment_by_name(STUDY.title.zh)
    assert experiment is not None
    views = {
        key: json.loads(text)
        for key, text in experiment.tags.items()
        if key.startswith("mlflow.sharedViewState.")
    }
    assert {view["name"] for view in views.values()} == {*COUNTIES.values(), "桂林市"}
    packed = views["mlflow.sharedViewState.area-450312"]["state"].removeprefix("deflate;")
    view = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert view["searchFilter"] == "tags.county = '临桂区' and tags.version = 'current'"
    found = runs(client, view["searchFilter"])
    assert len(found) == len(SCENARIOS)
    for name in view["selectedColumns"][1:]:
        assert all(name.split("`")[1] in run.data.tags for run in found)
    drawn = {one for chart in view["compareRunCharts"] for one in chart["selectedMetricKeys"]}
    assert drawn >= {name for run in found for name in run.data.metrics}
    assert "viewStateShareKey=area-450312" in experiment.tags["mlflow.note.content"]


def test_a_county_has_a_page_of_its_own_with_a_curve_per_stage(client: MlflowClient):
    (run,) = runs(client, "tags.county = '阳朔县' and tags.scenario = 'baseline'")
    html = Path(client.download_artifacts(run.info.run_id, "county.html")).read_text("utf-8")
    assert html.count("<svg") == len(STAGES)
    assert "<h1>阳朔县 · 基准</h1>" in html
    assert "阳朔县小学：2020到2026年需求学位" in html
    assert "http" not in html


def test_the_tags_of_a_county_say_how_many_seats_and_how_sure(client: MlflowClient):
    (run,) = runs(client, "tags.county = '阳朔县' and tags.scenario = 'new_district'")
    rows = synthetic_demand(COUNTIES).query(
        "adcode == '450321' and scenario == 'quality_and_access' and stage == 'primary'"
        " and year == 2030"
    )
    gap = abs(rows["gap"].item())
    assert f"{gap:,.0f}（80%：" in run.data.tags["2030年 小学"]
    # Both scenarios have the same made-up draws.
    assert run.data.tags["比基准 小学"] == "无明显差别"
    # Up to the year of the first column, to the end, and what has happened since the census.
    spans = [clause[:10] for clause in run.data.tags["为什么 小学"].split("；")]
    assert spans == ["2026到2030年", "2026到2035年", "2020到2026年"]


def test_an_english_study_is_english(empty: Path, tmp_path: Path, store: str):
    folder = write_synthetic_results(
        tmp_path / "english", [SCENARIOS[0]], settings=replace(SETTINGS, language="en")
    )
    track(folder, store)
    found = runs(MlflowClient(store), study="Guilin")
    assert [run.info.run_name for run in parents(found)] == ["Baseline"]
    names = {name for run in found for name in run.data.metrics}
    assert {"gap/3_junior", "interval_low80/3_junior", "headline/gap_2030_3_junior"} <= names
    assert all(name.isascii() for name in names)


def test_what_is_logged_is_not_logged_again(results: Path, store: str):
    track(results, store)
    client = MlflowClient(store)
    before = {run.info.run_id for run in runs(client)}
    assert is_logged(results, store)
    assert not is_logged(results, "http://elsewhere:5000")
    track(results, store)
    assert {run.info.run_id for run in runs(client)} == before


def test_what_a_killed_process_left_is_deleted_and_logged_again(results: Path, store: str):
    track(results, store)
    client = MlflowClient(store)
    digest = runs(client)[0].data.tags["results_digest"]
    (cut,) = parents(runs(client, "tags.scenario = 'new_district'"))
    (complete,) = parents(runs(client, "tags.scenario = 'baseline'"))
    client.update_run(cut.info.run_id, "RUNNING")
    client.create_run(cut.info.experiment_id, None, cut.data.tags)  # was sent twice
    track(results, store)
    found = find_runs(client, digest)
    assert len(found) == ALL
    assert {run.info.status for run in found} == {"FINISHED"}
    kept = {run.info.run_id for run in found}
    assert complete.info.run_id in kept
    assert cut.info.run_id not in kept


def dies_at_call(last: int, name: str) -> Callable[..., object]:
    own, calls = getattr(MlflowClient, name), iter(range(1, 1000))

    def method(*given: object, **named: object) -> object:
        if next(calls) >= last:
            raise ConnectionError("gone away")
        return own(*given, **named)

    return method


@pytest.mark.parametrize(
    ("moment", "call"), [("log_batch", 3), ("log_artifact", 2), ("set_terminated", 4)]
)
def test_a_store_that_dies_half_way_has_every_run_once_in_the_end(
    results: Path, store: str, moment: str, call: int, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, moment, dies_at_call(call, moment))
        with pytest.raises(DataError, match="gone away"):
            track(results, store)
    assert not is_logged(results, store)
    track(results, store)
    found = runs(MlflowClient(store))
    assert len(found) == ALL
    assert {run.info.status for run in found} == {"FINISHED"}


def test_the_newest_version_is_current_and_an_earlier_one_comes_back(results: Path, store: str):
    other = write_synthetic_results(results.with_name("other"), [SCENARIOS[1]])
    track(results, store)
    track(other, store)
    client = MlflowClient(store)
    assert [run.data.tags["scenario"] for run in newest_study(client)] == ["new_district"]
    assert len(runs(client, "tags.version = 'earlier'")) == ALL
    track(results, store)
    assert len(runs(client, "tags.version = 'current'")) == ALL
    assert len(runs(client)) == ALL + 1 + len(COUNTIES)


def test_results_that_were_replaced_are_logged_as_an_earlier_version(results: Path, store: str):
    with pytest.raises(DataError):
        track(results, "http://127.0.0.1:9")
    results.rename(results.with_name("results-previous"))
    write_synthetic_results(results, [SCENARIOS[1]])
    track(results, store)
    client = MlflowClient(store)
    assert len(runs(client, "tags.version = 'current'")) == 1 + len(COUNTIES)
    earlier = runs(client, "tags.version = 'earlier'")
    assert len(earlier) == ALL
    assert is_logged(results.with_name("results-previous"), store)
    # The baselines of both lie over each other in a view of their own, distinguished by the date.
    (experiment,) = {run.info.experiment_id for run in earlier}
    tags = client.get_experiment(experiment).tags
    assert json.loads(tags["mlflow.sharedViewState.versions"])["name"] == "本次与以前的基准"
    assert all(run.info.run_name[-10:-6].isdigit() for run in parents(earlier))


def test_a_deleted_experiment_is_taken_up_again(results: Path, store: str):
    track(results, store)
    client = MlflowClient(store)
    client.delete_experiment(runs(client)[0].info.experiment_id)
    track(results, store)
    assert len(runs(client)) == ALL


def test_two_studies_of_one_store_do_not_meet(results: Path, store: str):
    other = replace(STUDY, title=Text("另一研究", "other"))
    track(results, store)
    track(write_synthetic_results(results.with_name("other"), study=other), store)
    client = MlflowClient(store)
    for study in (STUDY, other):
        found = runs(client, "tags.version = 'current'", study.title.zh)
        assert len(found) == ALL


def test_no_password_is_kept(results: Path):
    with pytest.raises(DataError) as caught:
        track(results, "http://li:geheim@127.0.0.1:9")
    assert "geheim" not in "".join(caught.value.lines("zh"))
    held = marker_of(results)
    assert held is not None
    assert held.store == "http://li@127.0.0.1:9"
    assert not held.logged
