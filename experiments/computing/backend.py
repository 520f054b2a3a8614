"""Backends for computing cities, as named on the command line."""

from enum import StrEnum

from data.language import Text
from data.problems import DataError, DataProblem


class Backend(StrEnum):
    """Backend that computes the cities."""

    LOCAL = "local"
    DASK = "dask"


def scheduler_of(backend: Backend, scheduler: str | None) -> str | None:
    """Return the scheduler's address if the backend needs one.

    Raises
    ------
    DataError
        The address is missing, or given without need.
    """
    if (backend is Backend.DASK) == (scheduler is not None):
        return scheduler
    expected = Text("--backend dask 和 --scheduler 一起给出", "--backend dask with --scheduler")
    how_to_fix = Text("例如 --backend dask --scheduler tcp://10.0.0.5:8786", "give both or neither")
    raise DataError([DataProblem("--scheduler", expected, how_to_fix, value=scheduler)])
