"""Logging at the end of a command: a store error gives a message but never loses results."""

from pathlib import Path

from data.problems import DataError
from experiments.computing.stopwatch import Advance, not_shown
from experiments.tracking.marker import marker_of
from experiments.tracking.store import store_of


def store_for(folder: Path, tracking_uri: str | None) -> str:
    """Return the requested store, else the one in which ``folder`` was logged.

    Raises
    ------
    DataError
        The address requested is none.
    """
    held = marker_of(folder)
    return store_of(held.store if held else None, tracking_uri)


def log_folder(folder: Path, store: str, advance: Advance = not_shown) -> DataError | None:
    """Log the content of ``folder``; return the store error, or None on success."""
    from experiments.tracking.track import track  # noqa: PLC0415 - MLflow takes seconds to import

    try:
        track(folder, store, advance)
    except DataError as fault:
        return fault
    return None
