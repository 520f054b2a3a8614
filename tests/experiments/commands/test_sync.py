"""What a store did not take is logged later, once."""

import shutil
import sqlite3
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from data.problems import DataError
from experiments.commands.sync import run as sync
from experiments.results.folder_lock import exclusive_use
from experiments.tracking.marker import is_logged, mark
from experiments.tracking.runs import open_store
from experiments.tracking.store import embedded_store
from tests.synthetic_results import COUNTIES, STUDY, write_synthetic_results

NOWHERE = "http://127.0.0.1:9"  # nobody listens there
ALL = 2 * (1 + len(COUNTIES))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of two scenarios that are not logged, and a store without runs."""
    place = tmp_path_factory.mktemp("规划 科")
    write_synthetic_results(place / "results")
    open_store(embedded_store(place / "mlruns"))
    return place


@pytest.fixture
def results(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "here")
    folder = tmp_path / "here" / "results"
    mark(folder, embedded_store(folder.parent / "mlruns"), logged=False)
    return folder


@pytest.fixture
def store(results: Path) -> str:
    return embedded_store(results.parent / "mlruns")


def logged(store: str) -> list[Run]:
    client = MlflowClient(store)
    experiment = client.get_experiment_by_name(STUDY.title.zh)
    return list(client.search_runs([experiment.experiment_id])) if experiment else []


@pytest.mark.parametrize("named", [True, False])
def test_what_is_not_logged_goes_to_the_store_it_was_for(
    results: Path,
    store: str,
    named: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(results.parent)
    sync([results] if named else [], None, "zh")
    assert "已记入" in capsys.readouterr().out
    assert len(logged(store)) == ALL
    assert {run.info.status for run in logged(store)} == {"FINISHED"}
    assert is_logged(results, store)
    sync([], None, "zh")
    assert "没有待补记" in capsys.readouterr().out
    assert len(logged(store)) == ALL


def test_results_that_were_replaced_are_found_too(
    results: Path, store: str, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(results, results.with_name("results-previous"))
    mark(results, store, logged=True)
    monkeypatch.chdir(results.parent)
    sync([], None, "zh")
    assert len(logged(store)) == ALL
    assert is_logged(results.with_name("results-previous"), store)


def test_a_store_that_fails_again_loses_nothing_and_another_may_be_given(results: Path, store: str):
    mark(results, NOWHERE, logged=False)
    with pytest.raises(DataError, match="reachable MLflow store"):
        sync([results], None, "zh")
    assert not is_logged(results, NOWHERE)
    sync([results], store, "zh")
    assert len(logged(store)) == ALL


def test_a_store_of_an_older_mlflow_gets_the_runs_when_it_is_upgraded(results: Path, store: str):
    with closing(sqlite3.connect(results.parent / "mlruns" / "mlflow.db")) as database:
        version = "UPDATE alembic_version SET version_num = ?"
        (now,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
        database.execute(version, ["451aebb31d03"])
        database.commit()
        with pytest.raises(DataError, match="mlflow db upgrade"):
            sync([results], None, "zh")
        assert not is_logged(results, store)
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
def test_a_server_that_refuses_is_reported_and_loses_nothing(
    results: Path, state: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Refusing, "state", state)
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        began = time.monotonic()
        with pytest.raises(DataError, match="reachable MLflow store"):
            sync([results], address, "zh")
        assert time.monotonic() - began < 15
        server.shutdown()
    assert not is_logged(results, address)


def test_results_that_are_broken_are_reported(results: Path):
    (results / "demand.parquet").unlink()
    with pytest.raises(DataError, match="run the forecast again"):
        sync([results], None, "zh")


def test_a_folder_in_use_or_not_there_is_reported(results: Path, tmp_path: Path):
    with (
        exclusive_use(results),
        pytest.raises(DataError, match="no other xuewei command"),
    ):
        sync([results], None, "zh")
    with pytest.raises(DataError, match="a results folder"):
        sync([tmp_path / "nowhere"], None, "zh")
