"""Open the MLflow interface on the store that holds the runs."""

import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from rich.console import Console

from data.language import Language, Text
from data.problems import DataError, DataProblem
from experiments.tracking.store import CURRENT, PLACE, SQLITE, VERSION, store_address

HOST = "127.0.0.1"


def run(tracking_uri: str | None, port: int, language: Language) -> None:
    """Print the addresses of the newest study and serve the interface until it is stopped.

    Parameters
    ----------
    tracking_uri : store or server; without one, that of ``MLFLOW_TRACKING_URI`` or the embedded one
    port : port to serve on
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
    charts, comparison = _newest_pages(store)
    console.print(Text(f"请在浏览器中打开 {at}/{charts}", f"Open {at}/{charts}").within(language))
    if comparison:
        told = Text("比较各情景的假设", "What the scenarios assume, compared")
        console.print(f"{told.within(language)}: {at}/{comparison}")
    if not remote:
        ready = Text("几秒后可用；按 Ctrl+C 结束", "Ready in some seconds; Ctrl+C ends it")
        console.print(ready.within(language))
        _serve(store, port)


def _newest_pages(store: str) -> tuple[str, str]:
    """Return the pages of the study logged last: its scenarios' charts, and what they assume.

    The charts answer first, so they stand first; the page that compares runs draws no years.
    """
    from experiments.tracking.runs import newest_study, open_store  # noqa: PLC0415 - after the checks

    runs = newest_study(open_store(store))
    if not runs:
        return "", ""
    experiment = runs[0].info.experiment_id
    area = runs[0].data.tags["county"]
    wanted = quote(f"tags.county = '{area}' and tags.{VERSION} = '{CURRENT}'")
    # Sorted by time, the list would nest a county's runs below the city's and draw the city.
    views = f"searchFilter={wanted}&orderByKey={quote(f'tags.`{PLACE}`')}&orderByAsc=true"
    views += "&workflowType=machine_learning&compareRunsMode=CHART"
    chosen = quote(json.dumps([run.info.run_id for run in runs]))
    # On a team server a county's runs are in its own workspace.
    workspace = os.environ.get("MLFLOW_WORKSPACE")
    place = f"&workspace={quote(workspace)}" if workspace else ""
    return (
        f"#/experiments/{experiment}/runs?{views}{place}",
        f"#/compare-runs?runs={chosen}&experiments={quote(json.dumps([experiment]))}{place}",
    )


def _serve(store: str, port: int) -> None:
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", store]
    command += ["--host", HOST, "--port", str(port), "--workers", "1"]
    command += ["--uvicorn-opts", "--log-level warning"]
    # The workers for evaluating chat programs would take eight processes that nothing here uses.
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with suppress(KeyboardInterrupt):
        subprocess.run(command, env=environment, check=False)  # noqa: S603 - our own arguments


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
