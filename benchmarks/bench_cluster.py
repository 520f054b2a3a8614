"""The national forecast on a Dask cluster: one worker, two, and two of which one dies.

Run ``make bench-cluster``. Scheduler and workers are processes of their own on loopback.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import FORECAST, SETTINGS, SIZES
from distributed import Client
from national_folder import write_national_folder

OUTPUTS = ("demand.csv", "demand.parquet", "why.parquet", "residence.parquet", "draws/baseline.npz")


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Give the address of a scheduler and its workers."""
    place = folder / "scheduler.json"
    place.unlink(missing_ok=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    start = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--scheduler-file", str(place)]
    start += ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", ":0"]
    serve = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(place)]
    serve += ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    # As docs/cluster.md says.
    settings = os.environ | {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
    processes = [subprocess.Popen(start, **quiet)]  # noqa: S603
    try:
        while not place.exists():
            time.sleep(0.1)
        begun = [subprocess.Popen(serve, env=settings, **quiet) for _ in range(workers)]  # noqa: S603
        processes += begun
        address = json.loads(place.read_text())["address"]
        with Client(address) as client:
            client.wait_for_workers(workers)
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def forecast(folder: Path, name: str, scheduler: list[str], victim: int | None) -> tuple[str, str]:
    """Return the digest of what the forecast wrote, and what it printed of its times."""
    out = ["--out", name, "--tracking-uri", f"sqlite:///{folder / name}.db"]
    command = [sys.executable, "-c", FORECAST, "forecast", "--data", "data", *SETTINGS]
    start = time.perf_counter()
    run = subprocess.Popen(  # noqa: S603
        [*command, *scheduler, *out, "--lang", "en"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    if victim is not None:
        _kill_at_work(scheduler[-1], victim)
    told, _ = run.communicate()
    if run.returncode:
        raise RuntimeError(told)
    whole = time.perf_counter() - start
    digest = hashlib.sha256()
    for file in OUTPUTS:
        digest.update((folder / name / file).read_bytes())
    return digest.hexdigest()[:16], f"{whole:.1f} s; {told.splitlines()[-1]}"


def _kill_at_work(scheduler: str, victim: int) -> None:
    with Client(scheduler) as client:
        while not all(client.processing().values()):
            time.sleep(0.05)
    time.sleep(10)
    os.kill(victim, signal.SIGKILL)


def main() -> None:
    """Print time and digest of each way."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_national_folder(folder / "data", SIZES[-1])
        print("in process:", *forecast(folder, "here", [], None), flush=True)
        for label, workers, dies in (("one", 1, False), ("two", 2, False), ("killed", 2, True)):
            with cluster(folder, workers) as (address, processes):
                scheduler = ["--backend", "dask", "--scheduler", address]
                victim = processes[0].pid if dies else None
                print(f"{label}:", *forecast(folder, label, scheduler, victim), flush=True)


if __name__ == "__main__":
    main()
