"""What a store did not take is kept beside the results and sent once."""

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from data.language import Text
from data.problems import DataError
from experiments.commands.sync import run as sync
from experiments.results.folder import MANIFEST, REPORT
from experiments.results.folder_lock import in_sole_use
from experiments.tracking import runs as tracking
from experiments.tracking.pending_uploads import UNSENT, keep, parts_folder
from experiments.tracking.runs import finish, open_store, track
from experiments.tracking.store import embedded_store
from experiments.tracking.study_runs import ScenarioRun
from tests.synthetic_parts import COUNTIES, SCENARIOS, STUDY, part

NOWHERE = "http://127.0.0.1:9"  # nobody listens there
ALL = 2 * (1 + len(COUNTIES))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of two scenarios with their parts, and a store without runs."""
    place = tmp_path_factory.mktemp("规划 科")
    results = place / "results"
    results.mkdir(parents=True)
    (results / MANIFEST).write_text("{}", encoding="utf-8")
    (results / REPORT).write_text("all", encoding="utf-8")
    for order in range(2):
        part(parts_folder(results), order)
    open_store(embedded_store(place / "mlruns"))
    return place


@pytest.fixture
def results(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "here")
    return tmp_path / "here" / "results"


@pytest.fixture
def store(results: Path) -> str:
    return embedded_store(results.parent / "mlruns")


def runs_of(results: Path) -> list[ScenarioRun]:
    parts = [parts_folder(results) / f"{order:064d}" for order in range(2)]
    return [
        ScenarioRun(one, SCENARIOS[0], order, parts[order], parts[0])
        for order, one in enumerate(SCENARIOS)
    ]


def logged(store: str, study: str = STUDY.title.zh) -> list[Run]:
    client = MlflowClient(store)
    experiment = client.get_experiment_by_name(study)
    return list(client.search_runs([experiment.experiment_id])) if experiment else []


def left(results: Path) -> list[str]:
    folder = parts_folder(results)
    return sorted(one.name for one in folder.iterdir()) if folder.exists() else []


def test_a_forecast_is_sent_with_its_reports_and_then_leaves_nothing(
    results: Path, store: str, capsys: pytest.CaptureFixture[str]
):
    keep(results, store, STUDY, runs_of(results), passing=True)
    shutil.rmtree(results)  # what is kept does not need the results any more
    sync([results], None, "zh")
    assert "已记入" in capsys.readouterr().out
    found = logged(store)
    assert len(found) == ALL
    assert {run.info.status for run in found} == {"FINISHED"}
    client = MlflowClient(store)
    (first,) = [run for run in found if run.info.run_name == SCENARIOS[0].title.zh]
    report = client.download_artifacts(first.info.run_id, REPORT, str(results.parent))
    assert Path(report).read_text(encoding="utf-8") == "all"
    assert left(results) == []
    results.mkdir()
    sync([results], None, "zh")
    assert "没有待补记" in capsys.readouterr().out
    assert len(logged(store)) == ALL


def test_a_study_keeps_its_parts(results: Path, store: str):
    keep(results, store, STUDY, runs_of(results), passing=False)
    sync([results], None, "zh")
    assert left(results) == sorted(run.part.name for run in runs_of(results))


def test_without_a_folder_all_of_the_working_directory_is_sent(
    results: Path, store: str, monkeypatch: pytest.MonkeyPatch
):
    keep(results, store, STUDY, runs_of(results), passing=True)
    monkeypatch.chdir(results.parent)
    sync([], None, "zh")
    assert len(logged(store)) == ALL


def test_what_a_store_had_already_is_not_sent_twice(results: Path, store: str):
    first, second = runs_of(results)
    client = open_store(store)
    track(client, STUDY, first)
    finish(client, STUDY, first, {})
    track(client, STUDY, second)  # cut off before its end
    done = {run.info.run_id for run in logged(store) if run.data.tags["place"] == "00"}
    keep(results, store, STUDY, [first, second], passing=True)
    sync([results], None, "zh")
    found = logged(store)
    assert len(found) == ALL
    assert {run.info.status for run in found} == {"FINISHED"}
    assert done < {run.info.run_id for run in found}


def test_a_store_that_fails_again_loses_nothing_and_another_may_be_given(results: Path, store: str):
    keep(results, NOWHERE, STUDY, runs_of(results), passing=True)
    kept = left(results)
    with pytest.raises(DataError, match="MLflow store that answers"):
        sync([results], None, "zh")
    assert left(results) == kept
    assert UNSENT in kept
    sync([results], store, "zh")
    assert len(logged(store)) == ALL


@pytest.mark.parametrize("moment", ["log_batch", "log_artifacts", "log_artifact", "set_terminated"])
def test_a_store_that_dies_half_way_has_every_run_once_in_the_end(
    results: Path, store: str, moment: str, monkeypatch: pytest.MonkeyPatch
):
    keep(results, store, STUDY, runs_of(results), passing=True)
    with monkeypatch.context() as patch:
        patch.setattr(tracking.MlflowClient, moment, dies_at_call(3, moment))
        with pytest.raises(DataError, match="gone away"):
            sync([results], None, "zh")
    assert UNSENT in left(results)
    sync([results], None, "zh")
    found = logged(store)
    assert len(found) == ALL
    assert {run.info.status for run in found} == {"FINISHED"}
    assert left(results) == []


def dies_at_call(last: int, name: str) -> Callable[..., object]:
    own, calls = getattr(MlflowClient, name), iter(range(1, 1000))

    def method(*given: object, **named: object) -> object:
        if next(calls) >= last - (name in ("log_artifacts", "log_artifact")):
            raise ConnectionError("gone away")
        return own(*given, **named)

    return method


def test_an_answer_that_was_lost_leaves_no_empty_run(
    results: Path, store: str, monkeypatch: pytest.MonkeyPatch
):
    """The HTTP client then sends the request again, and the server makes a second run."""
    keep(results, store, STUDY, runs_of(results), passing=True)
    own = MlflowClient.create_run
    with monkeypatch.context() as patch:
        patch.setattr(
            tracking.MlflowClient, "create_run", lambda *given: (own(*given), own(*given))[1]
        )
        sync([results], None, "zh")
    found = logged(store)
    assert len(found) == ALL
    assert {run.info.status for run in found} == {"FINISHED"}


def test_two_processes_that_log_at_once_leave_one_run(results: Path, store: str):
    client = open_store(store)
    run = runs_of(results)[0]
    experiment = tracking.open_experiment(client, STUDY.title.zh)
    track(client, STUDY, run)
    other = client.search_runs([experiment])
    for one in other:
        client.set_tag(one.info.run_id, "writer", "another")
    track(client, STUDY, run)
    for one in other:
        client.set_terminated(one.info.run_id)
    finish(client, STUDY, run, {})
    found = logged(store)
    assert len(found) == 1 + len(COUNTIES)
    assert len({run.data.tags["writer"] for run in found}) == 1


def test_results_that_were_replaced_are_sent_as_an_earlier_version(results: Path, store: str):
    first, second = runs_of(results)
    keep(results, store, STUDY, [first, second], passing=True)
    other = replace(STUDY, title=Text("另一研究", "other"))
    keep(results, store, other, [first], passing=True)
    keep(results, store, STUDY, [first], passing=True)
    sync([results], None, "zh")
    versions = {(run.data.tags["place"], run.data.tags["version"]) for run in logged(store)}
    assert versions == {("00", "current"), ("01", "earlier")}
    assert len(logged(store)) == ALL
    assert {run.data.tags["version"] for run in logged(store, "另一研究")} == {"current"}
    assert left(results) == []


def test_a_store_of_an_older_mlflow_gets_the_runs_when_it_is_upgraded(results: Path, store: str):
    keep(results, store, STUDY, runs_of(results), passing=True)
    with closing(sqlite3.connect(results.parent / "mlruns" / "mlflow.db")) as database:
        version = "UPDATE alembic_version SET version_num = ?"
        (now,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
        database.execute(version, ["451aebb31d03"])
        database.commit()
        with pytest.raises(DataError, match="mlflow db upgrade"):
            sync([results], None, "zh")
        assert UNSENT in left(results)
        database.execute(version, [now])
        database.commit()
    sync([results], None, "zh")
    assert len(logged(store)) == ALL


class Refusing(BaseHTTPRequestHandler):
    """A server that answers every request with one state."""

    state = 401

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.state)
        self.end_headers()

    do_POST = do_GET  # noqa: N815 - the name that the library looks for

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("state", [401, 403, 500, 503])
def test_a_server_that_refuses_is_told_and_loses_nothing(
    results: Path, state: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Refusing, "state", state)
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        keep(results, address, STUDY, runs_of(results), passing=True)
        kept = left(results)
        began = time.monotonic()
        with pytest.raises(DataError, match="MLflow store that answers"):
            sync([results], None, "zh")
        assert time.monotonic() - began < 15
        server.shutdown()
    assert left(results) == kept


def test_parts_that_are_gone_are_told(results: Path, store: str):
    keep(results, store, STUDY, runs_of(results), passing=True)
    shutil.rmtree(parts_folder(results) / f"{1:064d}")
    with pytest.raises(DataError, match="run the forecast again"):
        sync([results], None, "zh")


def test_no_password_is_kept(results: Path):
    keep(results, "http://li:geheim@127.0.0.1:9", STUDY, runs_of(results), passing=True)
    files = [one for one in parts_folder(results).rglob("*") if one.is_file()]
    assert not any(b"geheim" in one.read_bytes() for one in files)
    with pytest.raises(DataError) as caught:
        sync([results], "http://li:geheim@127.0.0.1:9", "zh")
    assert "geheim" not in "".join(caught.value.lines("zh"))


def test_a_folder_in_use_or_not_there_is_told(results: Path, tmp_path: Path):
    with (
        in_sole_use(results),
        pytest.raises(DataError, match="no other xuewei command"),
    ):
        sync([results], None, "zh")
    with pytest.raises(DataError, match="a results folder"):
        sync([tmp_path / "nowhere"], None, "zh")
