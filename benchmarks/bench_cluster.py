"""The national forecast on a Dask cluster: one worker, two, and two of which one dies.

Run ``make bench-cluster TURNS=6``. Scheduler and workers are processes of their own on loopback;
the forecast is that of ``make bench``. Client, scheduler and workers share the machine's cores, so
that the processor time of all of them bounds what two workers can gain; it is printed too.
"""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from bench import FORECAST, SETTINGS, SIZES
from distributed import Client
from national_folder import write_national_folder

OUTPUTS = ("demand.csv", "*.parquet", "draws/*.npz")
TURNS = int(os.environ.get("TURNS", "6"))
CORES = 2
AS_THE_GUIDE_SAYS = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "MALLOC_ARENA_MAX": "1",
}


@dataclass(frozen=True)
class Cluster:
    """Address of a scheduler, and its process and those of its workers."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]

    def processor(self) -> dict[str, float]:
        """Return the processor seconds that scheduler and living workers have taken so far."""
        parts = {"scheduler": [self.scheduler], "workers": self.workers}
        return {
            name: sum(_processor(one.pid) for one in processes if one.poll() is None)
            for name, processes in parts.items()
        }


@dataclass(frozen=True)
class Run:
    """One forecast.

    Parameters
    ----------
    digest : of tables and draws
    seconds : wall time
    spread : wall time of the part that is spread over the workers
    processor : processor seconds of client, scheduler and workers
    """

    digest: str
    seconds: float
    spread: float
    processor: Mapping[str, float]

    @property
    def bound(self) -> float:
        """Seconds that ``CORES`` cores need at least for the same work."""
        return sum(self.processor.values()) / CORES


def _processor(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Start a scheduler and its workers."""
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
        processes += [subprocess.Popen(serve, env=settings, **quiet) for _ in range(workers)]  # noqa: S603
        address = json.loads(place.read_text())["address"]
        with Client(address) as client:
            client.wait_for_workers(workers)
        yield Cluster(address, processes[0], processes[1:])
    finally:
        for process in processes:
            process.kill()
            process.wait()


def forecast(folder: Path, where: Cluster | None = None, *, dies: bool = False) -> Run:
    """Forecast on the cores of this machine or on a cluster, one of whose workers may die."""
    scheduler = ["--backend", "dask", "--scheduler", where.address] if where else []
    before = where.processor() if where else {}
    with tempfile.TemporaryDirectory(dir=folder) as name:
        out = ["--out", f"{name}/out", "--tracking-uri", f"sqlite:///{name}/runs.db"]
        command = [sys.executable, "-c", FORECAST, "--lang", "en", "forecast", "--data", "data"]
        start, own = time.perf_counter(), psutil.Process().cpu_times()
        run = subprocess.Popen(  # noqa: S603
            [*command, *SETTINGS, *scheduler, *out, "--verbose"],
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        if where and dies:
            _kill_at_work(where.address, where.workers[0].pid)
        output, _ = run.communicate()
        seconds, after = time.perf_counter() - start, psutil.Process().cpu_times()
        if run.returncode:
            raise RuntimeError(output)
        digest = _digest(Path(name) / "out")
    client = after.children_user + after.children_system - own.children_user - own.children_system
    processor = {"client": client}
    if where:
        processor |= {part: taken - before[part] for part, taken in where.processor().items()}
    (spread,) = re.findall(r"computing ([\d.]+) \(", output)
    return Run(digest, seconds, float(spread), processor)


def _digest(results: Path) -> str:
    digest = hashlib.sha256()
    for pattern in OUTPUTS:
        for file in sorted(results.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _kill_at_work(scheduler: str, victim: int) -> None:
    with Client(scheduler) as client:
        while not all(client.processing().values()):
            time.sleep(0.05)
    time.sleep(10)
    os.kill(victim, signal.SIGKILL)


def on_cluster(folder: Path, workers: int, *, dies: bool = False) -> Run:
    """Forecast on so many workers, one of which may die."""
    with cluster(folder, workers) as where:
        return forecast(folder, where, dies=dies)


def show(name: str, run: Run) -> None:
    """Print one line on a run."""
    parts = ", ".join(f"{part} {seconds:.0f}" for part, seconds in run.processor.items())
    print(
        f"| {name} | {run.seconds:.1f} | {run.spread:.1f} | {parts} | {run.bound:.1f} "
        f"| {run.digest[:12]} |",
        flush=True,
    )


def main() -> None:
    """Print a row per run, the speed-up of two workers over one, and whether bytes differ.

    The ways take turns, since a machine is not equally fast all the time.
    """
    runs: list[Run] = []
    complete, spread, reachable = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_national_folder(folder / "data", SIZES[-1])
        print("| run | s | of them spread | processor s | all on two cores, s | bytes |")
        print("|---|---|---|---|---|---|")
        for turn in range(1, TURNS + 1):
            alone, one, two = forecast(folder), on_cluster(folder, 1), on_cluster(folder, 2)
            for label, run in {"no cluster": alone, "one worker": one, "two workers": two}.items():
                show(f"{turn}: {label}", run)
            runs += alone, one, two
            complete.append(one.seconds / two.seconds)
            spread.append(one.spread / two.spread)
            reachable.append(one.seconds / two.bound)
        runs.append(on_cluster(folder, 2, dies=True))
        show("two workers, one killed", runs[-1])
    print(
        f"one worker / two, median of {TURNS} turns: complete {median(complete):.2f}, the spread "
        f"part {median(spread):.2f}; at most {median(reachable):.2f} on {CORES} cores; "
        f"{len({run.digest for run in runs})} kind(s) of bytes"
    )


if __name__ == "__main__":
    main()
