"""AutoETS, AutoARIMA and AutoTheta of statsforecast, in an environment of their own.

Run by ``bench_accuracy.py`` and ``bench_enrolment.py``:
``python statsforecast_peers.py IN.parquet OUT.parquet HORIZON MODEL…``. IN holds unique_id, ds, y;
OUT unique_id, horizon, model, point and the bounds of the 80 % and 95 % intervals.
"""

import os
import sys

import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import AutoARIMA, AutoETS, AutoTheta, Naive

MODELS = {"AutoETS": AutoETS, "AutoARIMA": AutoARIMA, "AutoTheta": AutoTheta}
PARTS = {
    "point": "",
    "lo95": "-lo-95",
    "lo80": "-lo-80",
    "hi80": "-hi-80",
    "hi95": "-hi-95",
}


def forecast(series: pd.DataFrame, horizon: int, names: list[str]) -> pd.DataFrame:
    """Return the forecasts of each series; one that a method refuses is carried forward."""
    methods = [MODELS[name](season_length=1) for name in names]
    machine = StatsForecast(methods, freq=1, n_jobs=os.cpu_count(), fallback_model=Naive())
    wide = machine.forecast(df=series, h=horizon, level=[80, 95])
    step = wide.groupby("unique_id").cumcount() + 1
    return pd.concat(
        pd.DataFrame(
            {"unique_id": wide["unique_id"], "horizon": step, "model": name}
            | {part: wide[name + suffix].clip(lower=0.0) for part, suffix in PARTS.items()}
        )
        for name in names
    )


def main() -> None:
    """Read, forecast and write."""
    source, target, horizon, *names = sys.argv[1:]
    found = forecast(pd.read_parquet(source), int(horizon), names)
    found.to_parquet(target, index=False)


if __name__ == "__main__":
    main()
