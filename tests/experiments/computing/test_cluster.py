"""Several cities on a Dask cluster: a real scheduler and real workers, one of them killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from distributed import Client

from benchmarks.national_folder import write_national_folder

COUNTIES, CITIES = 81, ("140200", "140300", "140500", "140600")
OUTPUTS = ("demand.csv", "why.csv", "residence.csv", "draws/baseline.npz")
SETTINGS = ("--scenario", "baseline", "--now", "2026", "--until", "2030", "--draws", "50")
SETTINGS += tuple(word for city in CITIES for word in ("--county", city))
XUEWEI = [sys.executable, "-c", "from experiments.cli import main; main()"]
PATIENCE = 300


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_national_folder(folder, COUNTIES)
    return folder


def forecast(nation: Path, folder: Path, *more: str) -> subprocess.Popen[str]:
    folder.mkdir()
    command = [*XUEWEI, "forecast", "--data", str(nation), *SETTINGS, *more]
    return subprocess.Popen(  # noqa: S603 - our own command with our own arguments
        command,
        cwd=folder,
        env=os.environ | {"PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def results(done: subprocess.Popen[str], folder: Path) -> dict[str, bytes]:
    output, _ = done.communicate()
    assert done.returncode == 0, output
    return {name: (folder / "results" / name).read_bytes() for name in OUTPUTS}


@pytest.fixture(scope="module")
def in_process(nation: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("here") / "run"
    return results(forecast(nation, folder), folder)


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Give the address of a scheduler and its workers, each a process of its own."""
    place = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    start = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0"]
    start += ["--host", "127.0.0.1", "--dashboard-address", ":0", "--scheduler-file", str(place)]
    processes = [subprocess.Popen(start, **quiet)]  # noqa: S603
    serve = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(place)]
    # A nanny would start a killed worker again: here it is to stay away.
    serve += ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    try:
        until = time.monotonic() + PATIENCE
        while not place.exists() and time.monotonic() < until:
            time.sleep(0.1)
        processes += [subprocess.Popen(serve, **quiet) for _ in range(workers)]  # noqa: S603
        yield json.loads(place.read_text())["address"], processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.campaign
def test_a_cluster_gives_the_same_bytes_though_a_worker_dies(
    nation: Path, in_process: dict[str, bytes], tmp_path: Path
):
    with cluster(tmp_path, 2) as (address, workers), Client(address) as client:
        client.wait_for_workers(2, timeout=PATIENCE)
        run = forecast(nation, tmp_path / "run", "--backend", "dask", "--scheduler", address)
        until = time.monotonic() + PATIENCE
        # Killed with cities in its hands, which are forecast anew by the other.
        while not all(client.processing().values()) and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(workers[0].pid, signal.SIGKILL)
        assert results(run, tmp_path / "run") == in_process
        assert len(client.scheduler_info()["workers"]) == 1


def test_a_scheduler_that_is_away_is_reported(nation: Path, tmp_path: Path):
    away = ("--backend", "dask", "--scheduler", "tcp://127.0.0.1:9")
    run = forecast(nation, tmp_path / "run", *away)
    output, _ = run.communicate()
    assert run.returncode == 2
    assert "tcp://127.0.0.1:9" in output
    assert "Traceback" not in output
    assert not (tmp_path / "run" / "results").exists()


@pytest.mark.parametrize("given", [("--backend", "dask"), ("--scheduler", "tcp://a:1")])
def test_backend_and_scheduler_go_together(given: tuple[str, ...], nation: Path, tmp_path: Path):
    run = forecast(nation, tmp_path / "run", *given)
    output, _ = run.communicate()
    assert run.returncode == 2
    assert "--scheduler" in output
