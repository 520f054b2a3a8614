"""Call statsforecast in its own environment and cache its results."""

import hashlib
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.evaluation.metrics import BOUNDS, crps_of_normal
from experiments.evaluation.rolling_origin import KEY, Levels, labelled, sum_known
from models.history import EnrolmentHistory
from models.progression.rows.gaps import fill_gaps

HERE = Path(__file__).parent
SCRIPT = HERE / "statsforecast_peers.py"
LOCK = HERE.parent / "locks" / "bench.txt"
CACHE = HERE / "cache"
PYTHON = HERE.parent / ".venv-bench" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MODELS = ("AutoETS", "AutoARIMA", "AutoTheta")
MEAN = "ETS+ARIMA+Theta"
TWO_SIDED_95 = 2 * 1.959964


def run_statsforecast(series: pd.DataFrame, horizon: int, models: tuple[str, ...]) -> pd.DataFrame:
    """Return the forecasts of ``series`` (unique_id, ds, y), from the cache if it has them.

    They are kept under the digest of all that they depend on: figures, script, lock, arguments.
    """
    CACHE.mkdir(exist_ok=True)
    rows = pd.util.hash_pandas_object(series, index=False).to_numpy().tobytes()
    what = [rows, SCRIPT.read_bytes(), LOCK.read_bytes(), f"{horizon} {models}".encode()]
    digest = hashlib.sha256(b"\0".join(what)).hexdigest()[:24]
    kept = CACHE / f"{digest}.parquet"
    if not kept.exists():
        source, partial = CACHE / f"{digest}.in.parquet", CACHE / f"{digest}.part.parquet"
        series.to_parquet(source, index=False)
        command = [PYTHON, SCRIPT, source, partial, str(horizon), *models]
        quiet = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
        subprocess.run(command, check=True, env=quiet)  # noqa: S603
        os.replace(partial, kept)
        source.unlink()
    found = pd.read_parquet(kept)
    # statsforecast 2.1.1 swaps the names of AutoETS's two lower bounds where series are short.
    found[list(BOUNDS)] = np.sort(found[list(BOUNDS)].to_numpy(), axis=1)
    return found


def series_of(
    history: EnrolmentHistory, levels: Levels, origins: list[int], areas: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one series per (origin, level, area, group), and the meaning of each ``unique_id``.

    Stages and totals are series of their own, so that their intervals are as good as the method's.
    """
    values, keys, start = [], [], 0
    chosen = [history.areas.index(area) for area in areas]
    for origin in origins:
        past = fill_gaps(history.until(origin))
        for level, groups in levels.items():
            sums = np.stack(
                [sum_known(past.pupils[chosen, t], groups) for t in range(len(past.years))], 1
            )
            count = len(chosen) * len(groups)
            ids = np.arange(start, start + count)
            frame = pd.DataFrame(
                {
                    "unique_id": np.repeat(ids, len(past.years)),
                    "ds": np.tile(past.years, count),
                    "y": np.moveaxis(sums, 1, 2).reshape(-1),
                }
            )
            values.append(frame.dropna())
            named = pd.MultiIndex.from_product([areas, groups], names=["area_id", "group"])
            keys.append(
                named.to_frame(index=False).assign(unique_id=ids, origin=origin, level=level)
            )
            start += count
    return pd.concat(values, ignore_index=True), pd.concat(keys, ignore_index=True)


def statsforecast_outcomes(
    history: EnrolmentHistory,
    levels: Levels,
    origins: list[int],
    horizons: tuple[int, ...],
    areas: list[str],
) -> pd.DataFrame:
    """Return the scores of each method and of their mean, with columns as ``backtest_cells``."""
    series, keys = series_of(history, levels, origins, areas)
    found = run_statsforecast(series, max(horizons), MODELS)
    figures = [name for name in found.columns if name not in ("unique_id", "horizon", "model")]
    mean = found.groupby(["unique_id", "horizon"], as_index=False)[figures].mean()
    both = pd.concat([found, mean.assign(model=MEAN)]).merge(keys, on="unique_id")
    actual = pd.concat(
        labelled(history, origin, step, level, groups)
        for origin in origins
        for step in horizons
        if origin + step <= history.years[-1]
        for level, groups in levels.items()
    )
    cells = both.drop(columns="unique_id").merge(actual, on=KEY)
    deviation = (cells["hi95"] - cells["lo95"]).clip(lower=1e-6) / TWO_SIDED_95
    crps = crps_of_normal(*(x.to_numpy() for x in (cells["actual"], cells["point"], deviation)))
    return cells.assign(crps=crps)
