"""Where runs are kept; apart from the tracking itself because MLflow is slow to import."""

import os
from pathlib import Path

SQLITE = "sqlite:///"
STORE_FOLDER = Path("mlruns")


def embedded_store(folder: Path = STORE_FOLDER) -> str:
    """Return the address of the SQLite store in ``folder``."""
    return f"{SQLITE}{(folder.resolve() / 'mlflow.db').as_posix()}"


def store_address(tracking_uri: str | None) -> str:
    """Return the store asked for, else that of ``MLFLOW_TRACKING_URI``, else the embedded one."""
    return tracking_uri or os.environ.get("MLFLOW_TRACKING_URI") or embedded_store()
