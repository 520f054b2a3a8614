"""A comparison of scenarios as an MLflow run in the experiment of the compared runs."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Param

from experiments.results.comparison_file import NOTE_FILE, TABLE
from experiments.tracking.runs import find_runs, finished_runs, open_experiment
from experiments.tracking.store import NOTE

LOGGED_TABLE = "compare.json"
COMPARISON_DIGEST = "comparison_digest"


def log_comparison(client: MlflowClient, folder: Path) -> None:
    """Log the comparison in ``folder`` as a separate run, unless a finished one exists.

    Parameters
    ----------
    client : client from ``open_store``
    folder : folder of the comparison
    """
    note = json.loads((folder / NOTE_FILE).read_text(encoding="utf-8"))
    files = [(folder / name).read_bytes() for name in (NOTE_FILE, TABLE, Path(note["page"]).name)]
    digest = sha256(b"\0".join(files)).hexdigest()
    if finished_runs(client, digest, COMPARISON_DIGEST):
        return
    compared = find_runs(client, note["results_digest"])
    if compared:
        experiment = compared[0].info.experiment_id
    else:
        experiment = open_experiment(client, note["study"])
    _log(client, experiment, folder, note, digest)


def _log(
    client: MlflowClient, experiment: str, folder: Path, note: Mapping[str, Any], digest: str
) -> None:
    """Log a run with the scenarios as parameters A, B …, the table and the page."""
    tags = {NOTE: note["note"], COMPARISON_DIGEST: digest}
    run = client.create_run(experiment, None, tags, note["name"]).info.run_id
    client.log_batch(run, params=[Param(*pair) for pair in note["params"].items()])
    client.log_table(run, pd.read_csv(folder / TABLE, dtype={"adcode": str}), LOGGED_TABLE)
    client.log_artifact(run, str(folder / note["page"]))
    client.set_terminated(run)
