"""Run a command and measure its time and the peak memory of it and its child processes."""

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

STEP = 0.25  # seconds between two samples


@dataclass(frozen=True)
class Watched:
    """Wall time in seconds, peak memory in GB: proportional set sizes of all processes, summed."""

    seconds: float
    gigabytes: float


def watched(command: Sequence[str], folder: Path) -> Watched:
    """Run ``command`` in ``folder``.

    Raises
    ------
    RuntimeError : it fails
    """
    start, peak = time.perf_counter(), 0
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)  # noqa: S603
        while process.poll() is None:
            peak = max(peak, _held(process.pid))
            time.sleep(STEP)
    if process.returncode:
        raise RuntimeError((folder / "output.txt").read_text(encoding="utf-8"))
    return Watched(time.perf_counter() - start, peak / 1e9)


def _held(pid: int) -> int:
    total = 0
    try:
        one = psutil.Process(pid)
        family = [one, *one.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for member in family:
        try:
            total += member.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total
