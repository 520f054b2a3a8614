"""Addresses of the MLflow store and tags of runs, without the slow import of MLflow."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.language import Text
from data.problems import DataError, DataProblem

SQLITE = "sqlite:///"
KINDS = ("http", "https", "sqlite", "postgresql", "mysql", "mssql", "databricks")
STORE_FOLDER = Path("mlruns")
# Tags of runs: digest of the manifest, position of the scenario in the study, and whether they
# belong to the current version of the study.
DIGEST, PLACE, VERSION = "results_digest", "place", "version"
CURRENT, EARLIER = "current", "earlier"
MAKE_STORE = "import sys; from experiments.tracking.runs import open_store; open_store(sys.argv[1])"
PARENT, NOTE = "mlflow.parentRunId", "mlflow.note.content"


def embedded_store(folder: Path = STORE_FOLDER) -> str:
    """Return the address of the SQLite store in ``folder``."""
    return f"{SQLITE}{(folder.resolve() / 'mlflow.db').as_posix()}"


def store_address(tracking_uri: str | None) -> str:
    """Return the requested store, else that of ``MLFLOW_TRACKING_URI``, else the embedded one.

    Raises
    ------
    DataError
        It is not the address of a store.
    """
    store = tracking_uri or os.environ.get("MLFLOW_TRACKING_URI") or embedded_store()
    if store.partition("://")[0].partition("+")[0] not in KINDS:
        expected = Text("MLflow 存储的地址", "the address of an MLflow store")
        how_to_fix = Text(
            "如 http://服务器:5000，或不带该选项使用本机存储",
            "such as http://server:5000; omit the option to use the store on this machine",
        )
        raise DataError([DataProblem("--tracking-uri", expected, how_to_fix, value=store)])
    return store


@contextmanager
def store_made_meanwhile(store: str) -> Iterator[None]:
    """Make a SQLite store that is not there yet in a process of its own while the block runs.

    MLflow needs seconds to create one. Faults are left to whoever opens the store.
    """
    if not store.startswith(SQLITE) or Path(store.removeprefix(SQLITE)).exists():
        yield
        return
    making = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-P", "-c", MAKE_STORE, store],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        making.wait()


def store_of(kept: str | None, tracking_uri: str | None) -> str:
    """Return the requested store, else the one with the saved address ``kept``.

    The password is taken from the environment. Without either it is the store of the environment,
    or the embedded one.
    """
    if tracking_uri or kept is None:
        return store_address(tracking_uri)
    own = os.environ.get("MLFLOW_TRACKING_URI", "")
    return own if without_password(own) == kept else kept


def without_password(store: str) -> str:
    """Return an address without its password, for display and storage.

    >>> without_password("https://li:secret@team:5000/mlflow"), without_password("sqlite:///a.db")
    ('https://li@team:5000/mlflow', 'sqlite:///a.db')
    """
    scheme, mark, rest = store.partition("://")
    known, at, place = rest.rpartition("@")
    return f"{scheme}{mark}{known.partition(':')[0]}{at}{place}" if at else store
