"""Time and memory of fitting and drawing many areas, compared with AutoETS on the same series.

Run ``make bench-enrolment``. The areas are made up: bundled districts drawn with replacement,
scaled and with Poisson noise. Both sides run in a process of their own, imports included, and end
with the quantiles of every series.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from peer_results import PYTHON, SCRIPT

from data.reference.benchmark_sets import BENCHMARK_SETS
from experiments.commands.series.enrolment import DRAWS, forecast_table
from models.history import build_history
from models.registry import DEFAULT_MODEL

AREAS, HORIZON, SEED = 2000, 10, 1


def made_up_areas(count: int) -> pd.DataFrame:
    """Return area_id, year, grade, enrolment of ``count`` areas with grades 0 to 12."""
    random = np.random.default_rng(SEED)
    districts = next(s for s in BENCHMARK_SETS if s.name == "us_ny_districts")
    wide = districts.read()[0].pivot_table(
        index=["area_id", "year"], columns="grade", values="enrolment"
    )
    wide = wide[[str(grade) for grade in range(1, 13)]].fillna(0.0)
    # The districts start with the first grade; kindergarten is as large as it a year earlier.
    wide.insert(0, "0", wide["1"].groupby(level="area_id").shift(-1).fillna(wide["1"]))
    sources = random.choice(wide.index.unique("area_id"), count)
    parts = []
    for place, source in enumerate(sources):
        pupils = random.poisson(wide.loc[source] * random.lognormal(0.0, 0.5))
        frame = pd.DataFrame(pupils, index=wide.loc[source].index, columns=wide.columns)
        parts.append(frame.melt(ignore_index=False, var_name="grade", value_name="enrolment"))
        parts[-1].insert(0, "area_id", f"{place:04d}")
    return pd.concat(parts).reset_index()


def forecast_ours(source: Path, target: Path) -> None:
    """Write our forecast of ``source``."""
    fitted = DEFAULT_MODEL.fit(build_history(pd.read_parquet(source), None))
    forecast = fitted.forecast(HORIZON, DRAWS, np.random.default_rng(SEED))
    forecast_table(forecast).to_parquet(target)


def measured(command: list[str]) -> tuple[float, float]:
    """Return seconds and the peak memory in GB of the largest process run so far."""
    start = time.perf_counter()
    subprocess.run(command, check=True)  # noqa: S603
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    return time.perf_counter() - start, peak


def main() -> None:
    """Print both times, our peak memory and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        source, series, target = (Path(folder) / name for name in ("in", "series", "out"))
        areas = made_up_areas(AREAS)
        areas.to_parquet(source)
        named = areas.assign(unique_id=areas["area_id"] + "|" + areas["grade"])
        named = named.rename(columns={"year": "ds", "enrolment": "y"}).astype({"y": float})
        named[["unique_id", "ds", "y"]].to_parquet(series)
        ours, memory = measured([sys.executable, __file__, str(source), str(target)])
        script = [str(PYTHON), str(SCRIPT), str(series), str(target), str(HORIZON)]
        peer, _ = measured([*script, "AutoETS"])
    print(f"{AREAS} areas x 13 grades x {HORIZON} years, {DRAWS} draws")
    print(f"ours {ours:.1f} s, {memory:.2f} GB; AutoETS {peer:.1f} s; ratio {ours / peer:.2f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        forecast_ours(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main()
