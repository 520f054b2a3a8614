"""What commands leave on disk and in the store, in a form that two runs can be compared in."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

# Tags that say when, by whom and in which process a run was logged.
PASSING_TAGS = ("mlflow.user", "mlflow.parentRunId")
MARKER = "tracking.json"  # names the store by its path
STORE = "mlruns"


@dataclass(frozen=True)
class State:
    """All of a working directory.

    Parameters
    ----------
    files : path → digest, of everything but the store; folders end in a stroke
    store : names in the folder of the store
    runs : every run that was not deleted: names, state, tags, parameters, metrics, files
    """

    files: dict[str, str]
    store: list[str]
    runs: list[Any]

    def within(self, folder: str) -> dict[str, str]:
        """Return the files of a folder by their path in it."""
        start = f"{folder}/"
        return {
            name[len(start) :]: one
            for name, one in self.files.items()
            if name > start == name[: len(start)]
        }


def state(work: Path) -> State:
    """Return what is in ``work``."""
    database = work / STORE / "mlflow.db"
    held = work / STORE
    names = sorted(file.name for file in held.iterdir()) if held.exists() else []
    runs: list[Any] = []
    if database.exists():
        with closing(sqlite3.connect(database)) as store:
            runs = sorted(_runs(store), key=repr)
    return State(digests(work), names, runs)


def digests(work: Path) -> dict[str, str]:
    """Return path → digest of every file but those of the store and where it is."""
    found = sorted(work.rglob("*"))
    return {
        path.relative_to(work).as_posix() + ("/" if path.is_dir() else ""): _digest(path)
        for path in found
        if path.relative_to(work).parts[0] != STORE and path.name != MARKER
    }


def _digest(path: Path) -> str:
    return "" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()


def _runs(store: sqlite3.Connection) -> Iterator[Any]:
    pairs = "SELECT key, value FROM {} WHERE run_uuid = ? ORDER BY 1, 2"
    listed = store.execute(
        "SELECT run_uuid, experiments.name, runs.name, status, artifact_uri"
        " FROM runs JOIN experiments USING (experiment_id) WHERE runs.lifecycle_stage = 'active'"
    )
    for run, experiment, name, status, place in listed.fetchall():
        tags = dict(store.execute(pairs.format("tags"), [run]))
        kept = {key: value for key, value in tags.items() if key not in PASSING_TAGS}
        metrics = store.execute(
            "SELECT key, step, value FROM metrics WHERE run_uuid = ? ORDER BY 1, 2, 3", [run]
        )
        params = store.execute(pairs.format("params"), [run]).fetchall()
        files = digests(Path(unquote(urlparse(place).path)))
        yield experiment, name, status, sorted(kept.items()), params, metrics.fetchall(), files
