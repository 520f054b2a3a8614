"""Open the MLflow interface on the store that holds the runs."""

import socket
import subprocess
import sys
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
        There is no store yet, or the port is taken.
    """
    console = Console(soft_wrap=True, highlight=False)
    store = store_address(tracking_uri)
    if store.startswith(("http://", "https://")):
        console.print(
            Text(f"请在浏览器中打开 {store}", f"Open {store} in a browser").within(language)
        )
        return
    problems = [*_missing_store(store), *_taken_port(port)]
    if problems:
        raise DataError(problems)
    address = f"http://{HOST}:{port}"
    message = Text(
        f"请在浏览器中打开 {address}（几秒后可用；按 Ctrl+C 结束）",
        f"Open {address} in a browser (ready in some seconds; Ctrl+C ends it)",
    )
    console.print(message.within(language))
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", store]
    command += ["--host", HOST, "--port", str(port), "--workers", "1"]
    try:
        subprocess.run(command, check=False)  # noqa: S603 - our own interpreter and arguments
    except KeyboardInterrupt:
        console.print(Text("已结束", "ended").within(language))


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
