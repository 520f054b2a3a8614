"""Where runs are kept, and what can be told of them without MLflow, which is slow to import."""

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from data.language import Text
from data.problems import DataError, DataProblem

SQLITE = "sqlite:///"
KINDS = ("http", "https", "sqlite", "postgresql", "mysql", "mssql", "databricks")
STORE_FOLDER = Path("mlruns")
# Tags of our runs: which part they hold, the scenario's place in the study, and whether they belong
# to the study as it is now.
PART_DIGEST, PLACE, VERSION = "part_digest", "place", "version"
CURRENT, EARLIER = "current", "earlier"
PARENT, NOTE = "mlflow.parentRunId", "mlflow.note.content"
# Which process logs a run, and on a scenario's run that all but the reports is in it.
WRITER, LOGGED = "writer", "logged"
_CURRENT_PARTS = """
    SELECT part.value, runs.status FROM runs
    JOIN experiments USING (experiment_id)
    JOIN tags AS part ON part.run_uuid = runs.run_uuid AND part.key = :part
    JOIN tags AS version ON version.run_uuid = runs.run_uuid AND version.key = :version
    WHERE experiments.name = :study AND experiments.lifecycle_stage = 'active'
      AND runs.lifecycle_stage = 'active' AND version.value = :current
      AND NOT EXISTS (SELECT 1 FROM tags WHERE tags.run_uuid = runs.run_uuid AND key = :parent)
"""


def embedded_store(folder: Path = STORE_FOLDER) -> str:
    """Return the address of the SQLite store in ``folder``."""
    return f"{SQLITE}{(folder.resolve() / 'mlflow.db').as_posix()}"


def store_address(tracking_uri: str | None) -> str:
    """Return the store asked for, else that of ``MLFLOW_TRACKING_URI``, else the embedded one.

    Raises
    ------
    DataError
        It is no address of a store, whatever the network does.
    """
    store = tracking_uri or os.environ.get("MLFLOW_TRACKING_URI") or embedded_store()
    if store.partition("://")[0].partition("+")[0] not in KINDS:
        expected = Text("MLflow 存储的地址", "the address of an MLflow store")
        remedy = Text(
            "如 http://服务器:5000，或不带该选项使用本机存储",
            "such as http://server:5000, or none for the store on this machine",
        )
        raise DataError([DataProblem("--tracking-uri", expected, remedy, value=store)])
    return store


def store_of(kept: str, tracking_uri: str | None) -> str:
    """Return the store asked for, else the one whose address was kept, with its password."""
    if tracking_uri:
        return store_address(tracking_uri)
    own = os.environ.get("MLFLOW_TRACKING_URI", "")
    return own if without_password(own) == kept else kept


def is_there(store: str) -> bool:
    """Tell whether the store may hold runs: a SQLite file that was not made yet holds none."""
    return not store.startswith(SQLITE) or Path(store.removeprefix(SQLITE)).exists()


def without_password(store: str) -> str:
    """Return an address as it may be shown and kept.

    >>> without_password("https://li:secret@team:5000/mlflow"), without_password("sqlite:///a.db")
    ('https://li@team:5000/mlflow', 'sqlite:///a.db')
    """
    scheme, mark, rest = store.partition("://")
    known, at, place = rest.rpartition("@")
    return f"{scheme}{mark}{known.partition(':')[0]}{at}{place}" if at else store


def runs_are_logged(store: str, study: str, digests: Iterable[str]) -> bool:
    """Tell whether ``study`` holds finished runs of these parts and no others are current.

    Read from the SQLite file as it is, since importing MLflow takes seconds. False where that
    does not tell: no such file, another kind of store, or tables of an unknown form.
    """
    path = Path(store.removeprefix(SQLITE))
    if not store.startswith(SQLITE) or not path.is_file():
        return False
    names = {"study": study, "part": PART_DIGEST, "version": VERSION, "current": CURRENT}
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute(_CURRENT_PARTS, names | {"parent": PARENT}).fetchall()
    except sqlite3.Error:
        return False
    return sorted(rows) == sorted((digest, "FINISHED") for digest in digests)
