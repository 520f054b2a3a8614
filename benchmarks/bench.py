"""One table: the complete forecast from a city to a nation, and its parts compared with peers.

Run ``make bench``. Every ratio is of two times taken in this run on the same cores. The peers are
importing the packages, a plain pandas cohort-survival loop, and statsforecast's AutoETS and
AutoARIMA on the stage series of as many counties.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from bench_enrolment import made_up_areas
from national_folder import write_national_folder
from peer_results import PYTHON, SCRIPT
from watched import Watched, watched

from experiments.commands.series.enrolment import DRAWS, forecast_table
from models.history import build_history
from models.registry import DEFAULT_MODEL

PACKAGES = (
    "import pandas, geopandas, mlflow, sklearn.ensemble, statsmodels.tsa.statespace.structural"
)
FORECAST = "from experiments.cli import main; main()"
SIZES = (17, 170, 2800)
SETTINGS = ["--scenario", "baseline", "--now", "2026", "--until", "2035", "--draws", str(DRAWS)]
HORIZON, LOOPED, SOME = 15, 20, 280
# Pupils of grade 0 are a kindergarten year; the rest as in DESIGN: 6, 3 and 3 grades.
STAGE_OF_GRADE = ("0", *"111111", *"222", *"333")


def forecast(counties: int) -> Watched:
    """Return time and memory of ``xuewei forecast`` in a new folder with a new store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_national_folder(folder / "data", counties)
        command = [sys.executable, "-c", FORECAST, "forecast", "--data", "data", *SETTINGS]
        return watched(command, folder)


def seconds(command: list[str]) -> float:
    """Return the wall time of a command."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    return time.perf_counter() - start


def forecast_stages(source: Path, target: Path) -> None:
    """Write our forecast of the stage series in ``source``."""
    fitted = DEFAULT_MODEL.fit(build_history(pd.read_parquet(source), None))
    forecast = fitted.forecast(HORIZON, DRAWS, np.random.default_rng(1))
    forecast_table(forecast).to_parquet(target)


def stage_series(folder: Path) -> dict[str, float]:
    """Return method → seconds of fitting and forecasting the stage series of 2,800 areas.

    AutoARIMA has ``SOME`` of the areas, and its time is scaled up by their number.
    """
    grades = made_up_areas(SIZES[-1])
    stage = grades["grade"].astype(int).map(dict(enumerate(STAGE_OF_GRADE)))
    keys = ["area_id", "year", "grade"]
    stages = grades.assign(grade=stage).groupby(keys, as_index=False)["enrolment"].sum()
    stages.to_parquet(folder / "stages")
    named = stages.assign(unique_id=stages["area_id"] + "|" + stages["grade"])
    named = named.rename(columns={"year": "ds", "enrolment": "y"}).astype({"y": float})
    series = named[["unique_id", "ds", "y"]]
    series.to_parquet(folder / "all")
    few = stages["area_id"].isin(stages["area_id"].unique()[:SOME])
    series[few].to_parquet(folder / "some")
    out = str(folder / "out")
    script = [str(PYTHON), str(SCRIPT)]
    ours = seconds([sys.executable, __file__, str(folder / "stages"), out])
    ets = seconds([*script, str(folder / "all"), out, str(HORIZON), "AutoETS"])
    arima = seconds([*script, str(folder / "some"), out, str(HORIZON), "AutoARIMA"])
    return {"ours": ours, "AutoETS": ets, "AutoARIMA": arima * SIZES[-1] / SOME}


def main() -> None:
    """Print the table."""
    imports = seconds([sys.executable, "-c", PACKAGES])
    complete = {size: forecast(size) for size in SIZES}
    print("| complete forecast: counties | s | ms a county | peak GB |\n|---|---|---|---|")
    for size, run in complete.items():
        each = run.seconds / size * 1000
        print(f"| {size} | {run.seconds:.1f} | {each:.0f} | {run.gigabytes:.2f} |")
    loop = [sys.executable, str(Path(__file__).with_name("pandas_loop.py"))]
    timed = subprocess.run([*loop, str(LOOPED), str(DRAWS)], check=True, capture_output=True)  # noqa: S603
    with tempfile.TemporaryDirectory() as name:
        fits = stage_series(Path(name))
    a_county = complete[SIZES[-1]].seconds / SIZES[-1]
    pairs = {
        "forecast of 17 counties / importing the packages": (complete[SIZES[0]].seconds, imports),
        "a county of 2,800, s / plain pandas loop": (a_county, float(timed.stdout)),
        f"{SIZES[-1]} x 4 stage series / AutoETS": (fits["ours"], fits["AutoETS"]),
        f"{SIZES[-1]} x 4 stage series / AutoARIMA (scaled)": (fits["ours"], fits["AutoARIMA"]),
    }
    print("\n| ours / peer | ours | peer | ratio |\n|---|---|---|---|")
    for name, (ours, peer) in pairs.items():
        print(f"| {name} | {ours:.3g} | {peer:.3g} | {ours / peer:.2f} |")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        forecast_stages(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main()
