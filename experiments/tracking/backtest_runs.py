"""Log a backtest to MLflow: one run per model, metric step = horizon."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from mlflow.entities import Metric, Param

from experiments.tracking.runs import open_experiment, open_store

EXPERIMENT = "backtest"
MEASURES = ("wape", "median_ape", "bias", "crps", "coverage80", "coverage95")


def track_backtest(
    scores: pd.DataFrame,
    settings: Mapping[str, object],
    files: Sequence[Path],
    tracking_uri: str,
) -> None:
    """Log each model of ``scores`` as a run, with scores by horizon as ``measure/level``.

    Parameters
    ----------
    scores : model, horizon, level and measures, per cent of pupils
    settings : parameters of the runs
    files : files to attach to each run
    tracking_uri : address of the MLflow store

    Raises
    ------
    DataError : the store cannot be reached
    """
    client = open_store(tracking_uri)
    experiment = open_experiment(client, EXPERIMENT)
    stamp = int(time.time() * 1000)
    params = [Param(name, str(value)) for name, value in settings.items()]
    for model, rows in scores.groupby("model", sort=False):
        run = client.create_run(experiment, run_name=str(model)).info.run_id
        metrics = [
            Metric(f"{measure}/{row['level']}", float(row[measure]), stamp, int(row["horizon"]))
            for _, row in rows.iterrows()
            for measure in MEASURES
            if pd.notna(row.get(measure))
        ]
        client.log_batch(run, metrics, params)
        for file in files:
            client.log_artifact(run, str(file))
        client.set_terminated(run)
