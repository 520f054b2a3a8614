"""The national forecast on a Dask cluster: one worker, two, and two of which one dies.

Run ``make bench-cluster``. Scheduler and workers are processes of their own on loopback; the
forecast is that of ``make bench``.
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
from statistics import median

from bench import FORECAST, SETTINGS, SIZES
from distributed import Client
from national_folder import write_national_folder

OUTPUTS = ("demand.csv", "*.parquet", "draws/*.npz")
TURNS = 3
AS_THE_GUIDE_SAYS = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
}


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
    for command in (start, serve):
        command += ["--preload", "forecasting.region"]
    settings = os.environ | AS_THE_GUIDE_SAYS
    processes = [subprocess.Popen(start, env=settings, **quiet)]  # noqa: S603
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


def forecast(folder: Path, scheduler: list[str], victim: int | None = None) -> tuple[str, float]:
    """Return the digest and seconds of a forecast; print the times that it reported."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        out = ["--out", f"{name}/out", "--tracking-uri", f"sqlite:///{name}/runs.db"]
        command = [sys.executable, "-c", FORECAST, "forecast", "--data", "data", *SETTINGS]
        start = time.perf_counter()
        run = subprocess.Popen(  # noqa: S603
            [*command, *scheduler, *out, "--lang", "en"],
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        if victim is not None:
            _kill_at_work(scheduler[-1], victim)
        output, _ = run.communicate()
        seconds = time.perf_counter() - start
        if run.returncode:
            raise RuntimeError(output)
        digest = hashlib.sha256()
        for pattern in OUTPUTS:
            for file in sorted((Path(name) / "out").glob(pattern)):
                digest.update(file.read_bytes())
    print(f"{seconds:.1f} s, {digest.hexdigest()[:16]}; {output.splitlines()[-1]}", flush=True)
    return digest.hexdigest(), seconds


def _kill_at_work(scheduler: str, victim: int) -> None:
    with Client(scheduler) as client:
        while not all(client.processing().values()):
            time.sleep(0.05)
    time.sleep(10)
    os.kill(victim, signal.SIGKILL)


def on_cluster(folder: Path, workers: int, *, dies: bool = False) -> tuple[str, float]:
    """Return digest and seconds of the forecast on so many workers, one of which may die."""
    with cluster(folder, workers) as (address, processes):
        scheduler = ["--backend", "dask", "--scheduler", address]
        return forecast(folder, scheduler, processes[0].pid if dies else None)


def main() -> None:
    """Print time and digest of each way, the speed-up of two workers, and whether bytes differ.

    The ways take turns, since a machine is not equally fast all the time.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_national_folder(folder / "data", SIZES[-1])
        runs: list[tuple[str, float]] = []
        ratios = []
        for turn in range(TURNS):
            print(f"turn {turn + 1}: no cluster, one worker, two", flush=True)
            alone, one, two = forecast(folder, []), on_cluster(folder, 1), on_cluster(folder, 2)
            runs += alone, one, two
            ratios.append(one[1] / two[1])
            print(f"speed-up {ratios[-1]:.2f}", flush=True)
        print("two workers, one of which is killed", flush=True)
        runs.append(on_cluster(folder, 2, dies=True))
    digests = {digest for digest, _ in runs}
    print(f"median speed-up {median(ratios):.2f}; {len(digests)} kind(s) of bytes")


if __name__ == "__main__":
    main()
