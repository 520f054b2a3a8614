"""Logging at the end of a command: a store that fails costs a message, never the results."""

from pathlib import Path

from data.problems import DataError
from experiments.tracking.marker import marker_of
from experiments.tracking.store import store_of


def store_for(folder: Path, tracking_uri: str | None) -> str:
    """Return the store requested, else the one that ``folder`` was logged in.

    Raises
    ------
    DataError
        The address requested is none.
    """
    held = marker_of(folder)
    return store_of(held.store if held else None, tracking_uri)


def log_results(folder: Path, store: str) -> DataError | None:
    """Log all that is in ``folder``; return the fault of a store that does not take it."""
    from experiments.tracking.track import track  # noqa: PLC0415 - MLflow takes seconds to import

    try:
        track(folder, store)
    except DataError as fault:
        return fault
    return None
