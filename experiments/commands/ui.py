"""``xuewei ui``: open the MLflow UI on the store of the runs."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from rich.console import Console

from data.language import Language, Text
from data.problems import DataError, DataProblem
from experiments.tracking.store import CURRENT, SQLITE, VERSION, store_address

HOST = "127.0.0.1"
MOST_RUNS = 10_000
PATIENCE = 10  # seconds for the server to end


def run(tracking_uri: str | None, port: int, county: str | None, language: Language) -> None:
    """Print the addresses of the newest study and serve the interface until it is stopped.

    Parameters
    ----------
    tracking_uri : store or server; without one, that of ``MLFLOW_TRACKING_URI`` or the embedded one
    port : port to serve on
    county : name or adcode of the area to open at; None for the city
    language : language of the messages

    Raises
    ------
    DataError
        There is no store yet, it does not answer, or the port is taken.
    """
    console = Console(soft_wrap=True, highlight=False)
    store = store_address(tracking_uri)
    remote = store.startswith(("http://", "https://"))
    problems = [] if remote else [*_missing_store(store), *_taken_port(port)]
    if problems:
        raise DataError(problems)
    at = store.rstrip("/") if remote else f"http://{HOST}:{port}"
    table, charts, comparison = _newest_pages(store, county)
    console.print(Text(f"请在浏览器中打开 {at}/{table}", f"Open {at}/{table}").within(language))
    if comparison:
        console.print(f"{Text('各情景的曲线', 'Curves').within(language)}: {at}/{charts}")
        label = Text("比较各情景的假设", "Comparison of assumptions")
        console.print(f"{label.within(language)}: {at}/{comparison}")
    if not remote:
        ready = Text("几秒后可用；按 Ctrl+C 结束", "Ready in a few seconds; press Ctrl+C to stop")
        console.print(ready.within(language))
        _serve(store, port)


def _newest_pages(store: str, county: str | None) -> tuple[str, str, str]:
    """Return the pages of the latest study: an area's table and curves, and the assumptions.

    Raises
    ------
    DataError
        The study has no such area.
    """
    from experiments.tracking.runs import newest_study, open_store  # noqa: PLC0415 - after the checks
    from experiments.tracking.views import view_link  # noqa: PLC0415

    client = open_store(store)
    runs = newest_study(client)
    if not runs:
        return "", "", ""
    experiment = runs[0].info.experiment_id
    area = runs[0].data.tags["adcode"]
    if county is not None:
        wanted = f"tags.{VERSION} = '{CURRENT}'"
        known = {
            run.data.tags[name]: run.data.tags["adcode"]
            for run in client.search_runs([experiment], wanted, 1, MOST_RUNS)
            for name in ("adcode", "county")
        }
        if county not in known:
            raise DataError([_no_area(county, known)])
        area = known[county]
    chosen = quote(json.dumps([run.info.run_id for run in runs]))
    # On a team server a county's runs are in its own workspace.
    workspace = os.environ.get("MLFLOW_WORKSPACE")
    place = f"&workspace={quote(workspace)}" if workspace else ""
    compared = f"runs={chosen}&experiments={quote(json.dumps([experiment]))}"
    return (
        view_link(experiment, area) + place,
        view_link(experiment, area, "CHART") + place,
        f"#/compare-runs?{compared}{place}",
    )


def _no_area(county: str, known: Mapping[str, str]) -> DataProblem:
    names = "、".join(name for name in known if not name.isdigit())
    expected = Text(f"研究中的地区：{names}", f"an area of the study: {names}")
    how_to_fix = Text("请核对名称", "check the name")
    return DataProblem("--county", expected, how_to_fix, value=county)


def _serve(store: str, port: int) -> None:
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", store]
    command += ["--host", HOST, "--port", str(port), "--workers", "1"]
    command += ["--uvicorn-opts", "--log-level warning"]
    # MLflow's workers for evaluating language models would start eight unused processes.
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    # In a separate process group, so that its workers can be stopped with it.
    server = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with suppress(KeyboardInterrupt):
            server.wait()
    finally:
        _end(server)


def _end(server: "subprocess.Popen[bytes]") -> None:
    """Stop the server with its workers."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
    else:
        server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(timeout=PATIENCE)


def _missing_store(store: str) -> list[DataProblem]:
    if not store.startswith(SQLITE) or Path(store.removeprefix(SQLITE)).exists():
        return []
    return [
        DataProblem(
            store,
            Text("已有的实验记录", "a store with runs"),
            Text("请先运行 xuewei forecast，或用 --tracking-uri 指定", "run xuewei forecast first"),
        )
    ]


def _taken_port(port: int) -> list[DataProblem]:
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) != 0:
            return []
    return [
        DataProblem(
            "--port",
            Text("空闲的端口", "a free port"),
            Text("请换一个端口", "choose another port"),
            value=str(port),
        )
    ]
