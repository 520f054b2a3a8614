"""``tracking.json``: whether the content of a folder is logged in MLflow, and in which store."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from experiments.tracking.store import without_password

MARKER = "tracking.json"


@dataclass(frozen=True)
class Marker:
    """Content of the marker file of a folder.

    Parameters
    ----------
    store : address of the store, without a password
    logged : whether everything in the folder is in that store
    """

    store: str
    logged: bool


_MARKER = TypeAdapter(Marker)


def mark(folder: Path, store: str, *, logged: bool) -> None:
    """Record whether everything in ``folder`` is logged in ``store``."""
    partial = folder / f".{MARKER}.partial"
    text = json.dumps(asdict(Marker(without_password(store), logged)), ensure_ascii=False)
    partial.write_text(text + "\n", encoding="utf-8")
    os.replace(partial, folder / MARKER)


def marker_of(folder: Path) -> Marker | None:
    """Return the marker of ``folder``; None if it is missing or corrupt."""
    try:
        return _MARKER.validate_json((folder / MARKER).read_bytes())
    except (OSError, ValueError):
        return None


def is_logged(folder: Path, store: str) -> bool:
    """Return whether everything in ``folder`` is logged in ``store``."""
    return marker_of(folder) == Marker(without_password(store), logged=True)
