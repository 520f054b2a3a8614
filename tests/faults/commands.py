"""The command in a process of its own, killed or not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

KILLS = int(os.environ.get("XUEWEI_KILLS", "1"))
CODE = "from experiments.cli import main; main()"
FORECAST = ("forecast", "--data", "tables", "--now", "2026", "--until", "2030", "--draws", "50")
BASELINE = (*FORECAST, "--scenario", "baseline")


def environment(**given: str) -> dict[str, str]:
    """Return a plain environment: no store of the user's, one thread, time for a loaded machine."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MLFLOW_")}
    return kept | {"PYTHONUTF8": "1", "OMP_NUM_THREADS": "1", "COLUMNS": "120"} | given


def start(
    work: Path, *arguments: str, before: Callable[[], None] | None = None, **given: str
) -> subprocess.Popen[str]:
    """Start a command as the head of a process group; ``before`` runs in it first."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", CODE, *arguments],
        cwd=work,
        env=environment(**given),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=before,  # noqa: PLW1509 - no threads here
    )


def xuewei(work: Path, *arguments: str, code: int = 0, **given: str) -> str:
    """Run a command to its end and return its output."""
    process = start(work, *arguments, **given)
    output, errors = process.communicate(timeout=600)
    assert process.returncode == code, f"{arguments}: exit {process.returncode}\n{output}{errors}"
    assert "Traceback" not in errors, errors
    return output + errors


def killed(work: Path, *arguments: str, after: float, group: bool) -> bool:
    """Kill a command after some seconds, alone or with its group; return whether it still ran."""
    process = start(work, *arguments)
    deadline = time.monotonic() + after
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.005)
    struck = process.poll() is None
    others = children(process.pid)
    if struck and group:
        os.killpg(process.pid, signal.SIGKILL)
    elif struck:
        process.kill()
    process.communicate()
    limit = time.monotonic() + 60
    while any(running(one) for one in others):
        assert time.monotonic() < limit, "a process goes on after the first was killed"
        time.sleep(0.02)
    return struck


def children(process: int) -> list[int]:
    """Return the processes that a process started."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(one) for one in listed.read_text().split()] if listed.exists() else []


def running(process: int) -> bool:
    """Return whether a process is there and no zombie."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"
