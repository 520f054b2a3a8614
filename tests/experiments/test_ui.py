import socket
import subprocess
from pathlib import Path

import pytest

from data.problems import DataError
from experiments.store import embedded_store
from experiments.tracking import open_store
from experiments.ui import run


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_without_runs_the_command_to_make_some_is_named(tmp_path: Path):
    with pytest.raises(DataError, match="run xuewei forecast first"):
        run(embedded_store(tmp_path), free_port(), "zh")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(DataError) as caught:
            run(embedded_store(tmp_path), taken.getsockname()[1], "zh")
    assert len(caught.value.problems) == 2


def test_the_address_leads_to_the_charts_of_the_latest_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    store = embedded_store(tmp_path)
    client = open_store(store)
    client.create_experiment("older")
    latest = client.create_experiment("latest")
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: commands.append(command))
    port = free_port()
    run(store, port, "en")
    page = f"http://127.0.0.1:{port}/#/experiments/{latest}/runs?workflowType=machine_learning"
    assert page in capsys.readouterr().out
    assert commands[0][commands[0].index("--backend-store-uri") + 1] == store
