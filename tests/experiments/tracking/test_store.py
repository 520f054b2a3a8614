"""Opening a store: made completely or not at all, and its faults reported in a sentence."""

import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException

from data.problems import DataError
from experiments.tracking.runs import open_store
from experiments.tracking.store import (
    embedded_store,
    store_address,
    store_made_meanwhile,
    store_of,
)


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


@pytest.mark.slow
def test_a_store_is_made_while_the_command_computes_and_faults_wait(tmp_path: Path):
    with store_made_meanwhile(embedded_store(tmp_path)):
        pass
    assert {file.name for file in tmp_path.iterdir()} == {"mlflow.db", ".mlflow.db.lock"}
    assert open_store(embedded_store(tmp_path)).search_experiments()
    for not_made in ("sqlite:////dev/null/x/y.db", "http://127.0.0.1:9"):
        with store_made_meanwhile(not_made):
            pass


def test_a_store_that_fails_shows_no_traceback(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    client = open_store(f"sqlite:///{tmp_path / 'runs.db'}")
    run = client.create_run("0")
    with closing(sqlite3.connect(tmp_path / "runs.db")) as store:
        store.execute("DROP TABLE tags")
    capfd.readouterr()
    with pytest.raises(MlflowException, match="no such table"):
        client.set_tag(run.info.run_id, "scenario", "baseline")
    assert capfd.readouterr().err == ""


def test_a_server_that_is_down_is_reported_at_once():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(DataError, match="xuewei sync") as caught:
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


def test_an_address_that_was_kept_gets_its_password_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://li:secret@team:5000")
    assert store_of("http://li@team:5000", None) == "http://li:secret@team:5000"
    assert store_of("http://other:5000", None) == "http://other:5000"
    assert store_of("http://other:5000", "sqlite:///own.db") == "sqlite:///own.db"
