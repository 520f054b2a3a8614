import json
import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from data.problems import DataError
from experiments.commands.ui import run as run_ui
from experiments.tracking.runs import open_store
from experiments.tracking.store import embedded_store

ENDS = {"latest": 9_000, "older": 5_000}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_without_runs_the_command_to_make_some_is_named(tmp_path: Path):
    with pytest.raises(DataError, match="run xuewei forecast first"):
        run_ui(embedded_store(tmp_path), free_port(), "zh")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(DataError) as caught:
            run_ui(embedded_store(tmp_path), taken.getsockname()[1], "zh")
    assert len(caught.value.problems) == 2


def test_the_addresses_lead_to_the_latest_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    store = embedded_store(tmp_path)
    client = open_store(store)
    for name in ("latest", "older"):
        experiment = client.create_experiment(name)
        for place in (1, 0):
            tags = {"version": "current", "county": "桂林市", "place": f"{place:02d}"}
            run = client.create_run(experiment, place, tags).info.run_id
            client.set_terminated(run, end_time=ENDS[name])
    study = client.get_experiment_by_name("latest")
    assert study is not None
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: commands.append(command))
    port = free_port()
    run_ui(store, port, "en")
    charts, comparison, _ = capsys.readouterr().out.splitlines()
    filtered = quote("tags.county = '桂林市' and tags.version = 'current'")
    page = f"http://127.0.0.1:{port}/#/experiments/{study.experiment_id}/runs?searchFilter="
    assert f"{page}{filtered}&orderByKey=tags.%60place%60&orderByAsc=true" in charts
    first, second = (
        client.search_runs([study.experiment_id], f"tags.place = '0{n}'")[0] for n in "01"
    )
    assert quote(json.dumps([first.info.run_id, second.info.run_id])) in comparison
    assert commands[0][commands[0].index("--backend-store-uri") + 1] == store


def test_a_store_without_studies_opens_at_its_first_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    store = embedded_store(tmp_path)
    open_store(store)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: None)
    port = free_port()
    run_ui(store, port, "en")
    assert capsys.readouterr().out.splitlines()[0] == f"Open http://127.0.0.1:{port}/"
