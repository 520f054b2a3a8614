"""One small forecast of the bundled data, shared by all tests that only read or add to it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DRAWS = 60


@pytest.fixture(scope="session")
def bundled_forecast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a working directory with ``results`` and ``mlruns`` of the default scenarios."""
    folder = tmp_path_factory.mktemp("规划 科")
    command = [sys.executable, "-c", "from experiments.cli import main; main()"]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.pop("MLFLOW_TRACKING_URI", None)
    done = subprocess.run(  # noqa: S603 - our own command with our own arguments
        [*command, "forecast", "--draws", str(DRAWS), "--now", "2026"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "桂林市" in done.stdout
    return folder
