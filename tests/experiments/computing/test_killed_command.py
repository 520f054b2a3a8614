"""Workers of a command that is killed end too, whatever they are doing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

WORK = """
import time
from joblib import Parallel, delayed
from experiments.computing.cluster import parallel_workers
with parallel_workers(None):
    Parallel(n_jobs=2)(delayed(time.sleep)(60) for _ in range(4))
"""


def running_workers(group: int) -> list[str]:
    listed = ["ps", "-ww", "-o", "args=", "-s", str(group)]
    found = subprocess.run(listed, capture_output=True, text=True, check=False).stdout  # noqa: S603
    return [line for line in found.splitlines() if "LokyProcess" in line]


@pytest.mark.skipif(not Path("/proc").exists(), reason="needs sessions and ps")
def test_workers_end_when_the_command_is_killed():
    command = subprocess.Popen([sys.executable, "-c", WORK], start_new_session=True)  # noqa: S603
    deadline = time.monotonic() + 60
    while len(running_workers(command.pid)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(2)
    os.kill(command.pid, signal.SIGKILL)
    command.wait()
    deadline = time.monotonic() + 20
    while running_workers(command.pid):
        assert time.monotonic() < deadline
        time.sleep(0.2)
