"""The registered model gives the figures of ``xuewei forecast`` in a process of its own."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.pyfunc import load_model
from mlflow.pyfunc.model import PythonModelContext

from data.bundle import load_bundle
from data.contract.rungs import measured_errors
from data.problems import DataError
from experiments.tracking.fitted import Fitted, fitted_of
from experiments.tracking.registered_model import digests_of, register
from experiments.tracking.registered_model_code import (
    CODE_DIGEST,
    SeatForecaster,
    read_foreseen,
    write_foreseen,
)
from experiments.tracking.runs import open_store
from experiments.tracking.store import embedded_store
from features.projection.scenario_population import foresee

EXPERIMENT = "学位需求预测"
SETTINGS = {"data": "guilin", "now": "2026", "until": "2032", "draws": "50", "seed": "5"}
OWN = "name: mine\nfertility:\n  factor: {临桂区: 0.9, default: 1.1}\n"
PREDICT = """
import sys, mlflow, pandas as pd
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model("models:/xuewei-guilin@champion")
settings = {"county": "临桂区", "now": 2026, "until": 2032, "draws": 50, "seed": 5}
rows = [{"scenario": one} | settings for one in ("baseline", sys.argv[2])]
table = model.predict(pd.DataFrame(rows))
table.to_csv("predicted.csv", index=False, encoding="utf-8-sig", lineterminator="\\n")
print(sorted(model.predict(model.input_example)["county"].unique()))
print(sys.modules["data"].__file__)
"""
FORECAST = "from experiments.cli import main; main()"


def fitted(data: Path | None = None) -> Fitted:
    bundle = load_bundle(data)
    return fitted_of(data, bundle, foresee(bundle), SETTINGS)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> MlflowClient:
    return open_store(embedded_store(tmp_path_factory.mktemp("规划 科") / "mlruns"))


@pytest.fixture(scope="module")
def guilin(client: MlflowClient) -> Fitted:
    made = fitted()
    assert register(client, EXPERIMENT, made).version == 1
    return made


def python(folder: Path, *command: str, **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command with our own arguments
        [sys.executable, "-c", *command],
        cwd=folder,
        env=os.environ | {"PYTHONUTF8": "1", "MLFLOW_DISABLE_TELEMETRY": "true"} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("guilin")
def test_a_fresh_process_gets_the_figures_of_the_command(client: MlflowClient, tmp_path: Path):
    cache = tmp_path / "cache"
    told = python(tmp_path, PREDICT, client.tracking_uri, OWN, XDG_CACHE_HOME=str(cache))
    assert "['秀峰区']" in told
    assert "/artifacts/code/data/__init__.py" in told.replace(os.sep, "/")
    assert not list(cache.rglob("*.pkl"))  # nothing was fitted again
    (tmp_path / "mine.yaml").write_text(OWN, encoding="utf-8")
    arguments = ["--county", "临桂区", "--scenario", "baseline", "--scenario", "mine.yaml"]
    for key in ("now", "until", "draws", "seed"):
        arguments += [f"--{key}", SETTINGS[key]]
    python(tmp_path, FORECAST, "forecast", *arguments)
    forecast = (tmp_path / "results" / "demand.csv").read_bytes()
    assert (tmp_path / "predicted.csv").read_bytes() == forecast


def test_the_same_code_and_data_are_one_version(client: MlflowClient, guilin: Fitted):
    before = counted(client)
    assert register(client, EXPERIMENT, guilin).version == 1
    assert counted(client) == before


def counted(client: MlflowClient) -> tuple[int, int, int]:
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    place = [experiment.experiment_id]
    return (
        len(client.search_runs(place)),
        len(client.search_logged_models(place)),
        len(client.search_model_versions("name = 'xuewei-guilin'")),
    )


def test_scores_tags_and_words_go_with_the_version(client: MlflowClient, guilin: Fitted):
    version = client.get_model_version_by_alias("xuewei-guilin", "champion")
    assert version.tags["city"] == "桂林市"
    assert version.tags["digest"] == digests_of(guilin)["digest"]
    assert "实测误差" in version.description
    assert "情景" in client.get_registered_model("xuewei-guilin").description
    run = client.get_run(version.run_id)
    assert run.info.status == "FINISHED"
    (model,) = client.search_logged_models([run.info.experiment_id])
    scores = {metric.key: metric.value for metric in model.metrics}
    assert len(scores) == len(measured_errors())
    grades = measured_errors().query("rung == 'enrolment by grade'").set_index("horizon")["wape"]
    assert scores["wape/1_grades_5y"] == grades[5]


def test_nothing_in_the_model_is_pickled(client: MlflowClient, guilin: Fitted, tmp_path: Path):
    version = client.get_model_version_by_alias(guilin.name, "champion")
    download_artifacts(version.source, dst_path=str(tmp_path))
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.suffix for file in files} <= {
        "", ".py", ".npz", ".csv", ".parquet", ".yaml", ".json", ".geojson", ".md", ".txt", ".typed"
    }  # fmt: skip
    # A pickle of protocol 2 and later begins so.
    assert not [file for file in files if file.read_bytes().startswith(b"\x80")]


def test_what_was_foreseen_comes_back_to_the_last_digit(guilin: Fitted, tmp_path: Path):
    whole = guilin.foreseen["450300"]
    areas = list(whole.expected.index)
    other = replace(whole, shape=replace(whole.shape, size=whole.shape.size + 1))
    kept = {"a": whole.of(areas[:9]), "b": whole.of(areas[9:]), "c": other}
    write_foreseen(kept, tmp_path / "foreseen.npz")
    back = read_foreseen(tmp_path / "foreseen.npz")
    assert set(back) == set(kept)
    for city, one in kept.items():
        assert list(back[city].expected.index) == list(one.expected.index)
        for name in ("expected", "spread"):
            np.testing.assert_array_equal(getattr(back[city], name), getattr(one, name))
        for name in ("size", "standardised"):
            np.testing.assert_array_equal(getattr(back[city].shape, name), getattr(one.shape, name))
        assert back[city].shape.components.keys() == one.shape.components.keys()


@pytest.mark.usefixtures("guilin")
def test_a_planners_own_tables_are_another_version_and_the_alias_follows(
    client: MlflowClient, guilin: Fitted, tmp_path: Path
):
    for file in Path("data/reference/guilin").glob("*.csv"):
        shutil.copyfile(file, tmp_path / file.name)
    enrolment = pd.read_csv(tmp_path / "enrolment.csv", dtype=str)
    reported = (enrolment["adcode"] == "450312") & (enrolment["stage"] == "primary")
    enrolment.loc[reported & (enrolment["year"] == "2020"), "pupils"] = "40000"
    enrolment.to_csv(tmp_path / "enrolment.csv", index=False)
    made = register(client, EXPERIMENT, fitted(tmp_path))
    assert made.version != 1
    champion = client.get_model_version_by_alias("xuewei-guilin", "champion")
    assert champion.version == made.version
    model = load_model(made.source)
    table = model.predict(model.input_example.assign(county="临桂区")).query("stage == 'primary'")
    assert table["pupils"].iloc[0] == 40_000
    assert register(client, EXPERIMENT, guilin).version == 1
    assert client.get_model_version_by_alias("xuewei-guilin", "champion").version == 1


def test_another_city_has_its_own_name(guilin: Fitted):
    assert replace(guilin, adcode="430100", city="长沙市").name == "xuewei-430100"


def test_what_a_crash_left_is_removed(
    tmp_path: Path, guilin: Fitted, monkeypatch: pytest.MonkeyPatch
):
    client = open_store(embedded_store(tmp_path / "mlruns"))
    with monkeypatch.context() as patch:
        patch.setattr(client, "log_model_artifacts", _crash)
        with pytest.raises(KeyboardInterrupt):
            register(client, EXPERIMENT, guilin)
    assert counted(client) == (1, 1, 0)
    assert register(client, EXPERIMENT, guilin).version == 1
    assert counted(client) == (1, 1, 1)


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


def test_code_of_another_version_is_refused(tmp_path: Path):
    context = PythonModelContext({"foreseen": str(tmp_path)}, {CODE_DIGEST: "another"})
    with pytest.raises(RuntimeError, match="another version of xuewei"):
        SeatForecaster().load_context(context)


def test_a_scenario_that_is_none_is_told(guilin: Fitted):
    model = SeatForecaster()
    model.bundle, model.foreseen = load_bundle(None), guilin.foreseen
    row = {key: int(SETTINGS[key]) for key in ("now", "until", "draws", "seed")}
    for wrong in ("fertility: {facter: 2}", "no such scenario"):
        with pytest.raises(DataError):
            model.predict(None, pd.DataFrame([row | {"scenario": wrong}]))
    with pytest.raises(DataError, match="临桂区"):
        model.predict(None, pd.DataFrame([row | {"scenario": "baseline", "county": "临贵区"}]))
