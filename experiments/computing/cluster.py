"""Parallel computation of cities on local cores or on the workers of a Dask cluster."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from joblib import parallel_config

from data.language import Text
from data.problems import DataError, DataProblem
from experiments.results.digests import code_digest

PATIENCE = 20  # seconds for a scheduler to answer
IDLE = 3  # seconds until an idle local worker ends


@contextmanager
def parallel_workers(scheduler: str | None) -> Iterator[None]:
    """Make joblib use the workers of ``scheduler``, or the local cores if None.

    Workers that die are replaced by others: the scheduler gives their cities to those left.

    Raises
    ------
    DataError
        No scheduler answers there, it has no workers, or their code is not that of this machine;
        Dask is not installed.
    """
    if scheduler is None:
        # Idle workers end and free their memory before the results are written.
        ending = {"initializer": _end_with_parent, "initargs": (os.getpid(),)}
        with parallel_config(backend="loky", n_jobs=-1, idle_worker_timeout=IDLE, **ending):
            yield
        return
    try:
        from distributed import Client  # noqa: PLC0415 - comes with the extra ``cluster`` alone
    except ImportError as error:
        wanted = Text("已安装 dask 和 distributed", "dask and distributed installed")
        how_to_fix = Text("运行 make .venv/installed-cluster", "run make .venv/installed-cluster")
        raise DataError([DataProblem("--backend", wanted, how_to_fix, value="dask")]) from error
    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False, direct_to_workers=True)
    except (OSError, ValueError, TimeoutError) as error:
        raise DataError([_no_scheduler(scheduler, error)]) from error
    with client:
        _require_workers(client.run(code_digest, on_error="return"), scheduler)
        with parallel_config(backend="dask", n_jobs=-1, client=client):
            yield


def _end_with_parent(parent: int) -> None:
    """End this worker when the command has been killed, in the middle of a message perhaps."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _require_workers(digests: dict[str, object], scheduler: str) -> None:
    """Raise DataError if there are no workers, or for each with a different version."""
    mine = code_digest()
    expected = Text("装有同一版 xuewei 的工作进程", "workers with this version of xuewei")
    how_to_fix = Text("在各机器上安装同一版本后重启工作进程", "install it there and restart them")
    problems = [
        DataProblem("--scheduler", expected, how_to_fix, value=worker)
        for worker, digest in (digests or {scheduler: None}).items()
        if digest != mine
    ]
    if problems:
        raise DataError(problems)


def _no_scheduler(address: str, error: Exception) -> DataProblem:
    reason = " ".join(str(error).split())[:160]
    expected = Text(
        f"可以连接的 Dask 调度器（{reason}）", f"a Dask scheduler that answers ({reason})"
    )
    how_to_fix = Text(
        "先在那台机器上运行 dask scheduler，并核对地址和端口",
        "start dask scheduler there first; check address and port",
    )
    return DataProblem("--scheduler", expected, how_to_fix, value=address)
