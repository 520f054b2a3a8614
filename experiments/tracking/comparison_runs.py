"""A comparison of scenarios as a run of its own, beside the runs that it compares."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Param

from experiments.commands.compare import EXPERIMENT, TABLE, UNSENT_COMPARISON
from experiments.tracking.runs import find_runs, is_finished, open_experiment, remove_runs
from experiments.tracking.store import NOTE
from experiments.tracking.store_faults import told

LOGGED_TABLE = "compare.json"
DIGEST = "comparison_digest"


def send_comparison(client: MlflowClient, folder: Path) -> None:
    """Log the comparison in ``folder``, unless it is logged, and forget that it was to be.

    Raises
    ------
    DataError
        The store refuses the run.
    """
    note = json.loads((folder / UNSENT_COMPARISON).read_text(encoding="utf-8"))
    files = [(folder / name).read_bytes() for name in (TABLE, Path(note["page"]).name)]
    run = {key: note[key] for key in ("name", "note", "params", "page")}
    text = json.dumps(run, ensure_ascii=False, sort_keys=True)
    digest = sha256(b"\0".join([text.encode(), *files])).hexdigest()
    with told(client.tracking_uri):
        found = find_runs(client, digest, tag=DIGEST)
        if not any(map(is_finished, found)):
            remove_runs(client, found)
            compared = find_runs(client, note["part"])
            if compared:
                place = compared[0].info.experiment_id
            else:
                place = open_experiment(client, EXPERIMENT)
            _log(client, place, folder, note, digest)
    (folder / UNSENT_COMPARISON).unlink()


def _log(
    client: MlflowClient, experiment: str, folder: Path, note: Mapping[str, Any], digest: str
) -> None:
    """Log a run with the scenarios as parameters A, B …, the table and the page."""
    tags = {NOTE: note["note"], DIGEST: digest}
    run = client.create_run(experiment, None, tags, note["name"]).info.run_id
    client.log_batch(run, params=[Param(*pair) for pair in note["params"].items()])
    client.log_table(run, pd.read_csv(folder / TABLE, dtype={"adcode": str}), LOGGED_TABLE)
    client.log_artifact(run, str(folder / note["page"]))
    client.set_terminated(run)
