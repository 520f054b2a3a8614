"""Where runs are kept and what they share; apart from the tracking, as MLflow is slow to import."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SQLITE = "sqlite:///"
STORE_FOLDER = Path("mlruns")


@dataclass(frozen=True)
class Study:
    """What the runs of one forecast share.

    Parameters
    ----------
    name : name of the experiment, made if it is new
    now : school year that counts as the present
    digests : data file → sha256
    parameters : what else the forecast rests on (seed, draws, horizon …)
    """

    name: str
    now: int
    digests: Mapping[str, str]
    parameters: Mapping[str, str]


def embedded_store(folder: Path = STORE_FOLDER) -> str:
    """Return the address of the SQLite store in ``folder``."""
    return f"{SQLITE}{(folder.resolve() / 'mlflow.db').as_posix()}"


def store_address(tracking_uri: str | None) -> str:
    """Return the store asked for, else that of ``MLFLOW_TRACKING_URI``, else the embedded one."""
    return tracking_uri or os.environ.get("MLFLOW_TRACKING_URI") or embedded_store()
