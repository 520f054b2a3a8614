import json
import socket
from pathlib import Path
from urllib.parse import quote

import pytest

from data.problems import DataError
from experiments.commands import ui
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
        run_ui(embedded_store(tmp_path), free_port(), None, "zh")


def test_all_that_is_wrong_is_reported_at_once(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(DataError) as caught:
            run_ui(embedded_store(tmp_path), taken.getsockname()[1], None, "zh")
    assert len(caught.value.problems) == 2


def test_the_addresses_lead_to_the_latest_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    store = embedded_store(tmp_path)
    client = open_store(store)
    for name in ("latest", "older"):
        experiment = client.create_experiment(name)
        for place in (1, 0):
            tags = {"version": "current", "county": "桂林市", "adcode": "450300"}
            tags["place"] = f"{place:02d}"
            run = client.create_run(experiment, place, tags).info.run_id
            client.set_terminated(run, end_time=ENDS[name])
    study = client.get_experiment_by_name("latest")
    assert study is not None
    commands: list[list[str]] = []
    monkeypatch.setattr(ui, "_serve", lambda store, port: commands.append([store, str(port)]))
    port = free_port()
    run_ui(store, port, None, "en")
    table, charts, comparison, _ = capsys.readouterr().out.splitlines()
    page = f"http://127.0.0.1:{port}/#/experiments/{study.experiment_id}/runs?"
    assert f"{page}viewStateShareKey=area-450300&compareRunsMode=TABLE" in table
    assert f"{page}viewStateShareKey=area-450300&compareRunsMode=CHART" in charts
    first, second = (
        client.search_runs([study.experiment_id], f"tags.place = '0{n}'")[0] for n in "01"
    )
    assert quote(json.dumps([first.info.run_id, second.info.run_id])) in comparison
    assert commands == [[store, str(port)]]
    with pytest.raises(DataError, match="桂林市"):
        run_ui(store, port, "桂木市", "en")


def test_a_store_without_studies_opens_at_its_first_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    store = embedded_store(tmp_path)
    open_store(store)
    monkeypatch.setattr(ui, "_serve", lambda *_: None)
    port = free_port()
    run_ui(store, port, None, "en")
    assert capsys.readouterr().out.splitlines()[0] == f"Open http://127.0.0.1:{port}/"
