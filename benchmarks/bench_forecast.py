"""Time of the whole main job, beside that of importing its packages alone.

Run ``make bench``. The peer imports pandas, statsmodels, scikit-learn, geopandas and
MLflow and does nothing: no forecast that rests on them can be faster on one core.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEER = "import pandas, geopandas, mlflow, sklearn.ensemble, statsmodels.tsa.statespace.structural"
JOB = "from experiments.cli import main; main()"
ARGUMENTS = ["forecast", "--now", "2026"]
RUNS = 3


def seconds(code: str, arguments: list[str]) -> float:
    """Return the wall time of one process in a new folder, its store made anew."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [sys.executable, "-c", code, *arguments]
        subprocess.run(command, cwd=Path(folder), check=True, capture_output=True)  # noqa: S603
        return time.perf_counter() - start


def main() -> None:
    """Print the best of three runs of both, in turn."""
    times = [(seconds(PEER, []), seconds(JOB, ARGUMENTS)) for _ in range(RUNS)]
    peer, job = (min(column) for column in zip(*times, strict=True))
    print(f"imports alone {peer:.1f} s, forecast {job:.1f} s, ratio {job / peer:.2f}")


if __name__ == "__main__":
    main()
