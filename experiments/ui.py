"""Open the MLflow interface on the store that holds the runs."""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from data.language import Language, Text
from data.problems import DataError, DataProblem
from experiments.store import SQLITE, store_address

HOST = "127.0.0.1"


def run(tracking_uri: str | None, port: int, language: Language) -> None:
    """Print the address of the interface and serve it until it is stopped.

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
    page = _newest_charts(store)
    if remote:
        address = f"{store.rstrip('/')}/{page}"
        console.print(Text(f"请在浏览器中打开 {address}", f"Open {address}").within(language))
        return
    address = f"http://{HOST}:{port}/{page}"
    message = Text(
        f"请在浏览器中打开 {address}（几秒后可用；按 Ctrl+C 结束）",
        f"Open {address} in a browser (ready in some seconds; Ctrl+C ends it)",
    )
    console.print(message.within(language))
    _serve(store, port)


def _newest_charts(store: str) -> str:
    """Return the page that lays the scenarios of the latest study over each other."""
    from experiments.tracking import open_store  # noqa: PLC0415 - its seconds after the checks

    newest = open_store(store).search_experiments(max_results=1, order_by=["last_update_time DESC"])
    views = "workflowType=machine_learning&compareRunsMode=CHART"
    return "".join(f"#/experiments/{study.experiment_id}/runs?{views}" for study in newest)


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
