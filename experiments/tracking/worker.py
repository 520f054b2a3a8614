"""MLflow in a second process.

Importing it, making a store and logging take seconds of pure computing, which pass beside the
forecast. The functions run in that process, and only they import what is slow.
"""

import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache, wraps
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

from data.problems import DataError
from experiments.computing.quick_imports import quick_imports
from experiments.computing.stopwatch import Seconds

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from experiments.tracking.fitted import Fitted
    from experiments.tracking.study_runs import ScenarioRun, StudyRuns


P = ParamSpec("P")
_FAULTS: list[DataError] = []  # of the store, in the second process


def _timed(work: Callable[P, None]) -> Callable[P, Seconds]:
    """Let ``work`` return the time it took, measured in the process that does it."""

    @wraps(work)
    def measured(*given: P.args, **named: P.kwargs) -> Seconds:
        start = Seconds.now()
        work(*given, **named)
        return Seconds.now() - start

    return measured


def _at_most_one_fault(work: Callable[P, None]) -> Callable[P, None]:
    """Let ``work`` fail at once where the process had a fault: one wait for a server is enough."""

    @wraps(work)
    def guarded(*given: P.args, **named: P.kwargs) -> None:
        if _FAULTS:
            raise _FAULTS[0]
        try:
            work(*given, **named)
        except DataError as fault:
            _FAULTS.append(fault)
            raise

    return guarded


@contextmanager
def second_process() -> Iterator[ProcessPoolExecutor]:
    """Give the process, started the same way on every system and warming up already."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    pool.submit(warm)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def warm() -> None:
    """Import what the other functions need; nothing is made yet."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with quick_imports():
        import experiments.tracking.runs  # noqa: F401


def _end_with_parent() -> None:
    """End this process when the first is killed: what it logs on would be logged twice."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def open_client(store: str) -> "MlflowClient":
    """Return the client of ``store``, opened once.

    Raises
    ------
    DataError
        The store cannot be reached.
    """
    from experiments.tracking.runs import open_store

    return open_store(store)


@_timed
@_at_most_one_fault
def prepare(store: str) -> None:
    """Open ``store``, so that the runs find it ready.

    Raises
    ------
    DataError
        The store cannot be reached.
    """
    open_client(store)


@_timed
@_at_most_one_fault
def log(store: str, study: "StudyRuns", run: "ScenarioRun") -> None:
    """Log a scenario; see :func:`experiments.tracking.runs.track`.

    Raises
    ------
    DataError
        The store cannot be reached or refuses the runs.
    """
    from experiments.tracking.runs import track

    track(open_client(store), study, run)


@_timed
@_at_most_one_fault
def finish(store: str, study: "StudyRuns", run: "ScenarioRun", files: Mapping[str, Path]) -> None:
    """Finish the run of a scenario; see :func:`experiments.tracking.runs.finish`.

    Raises
    ------
    DataError
        The store cannot be reached or refuses it.
    """
    from experiments.tracking import runs as tracking

    tracking.finish(open_client(store), study, run, files)


@_timed
@_at_most_one_fault
def register(
    store: str,
    study: str,
    fitted: "Fitted",
) -> None:
    """Register the fitted forecast; see :func:`experiments.tracking.registered_model.register`.

    Raises
    ------
    DataError
        The store cannot be reached or refuses it.
    """
    from experiments.tracking import registered_model

    registered_model.register(open_client(store), study, fitted)


@_timed
@_at_most_one_fault
def remove_unfinished(store: str, digests: Collection[str]) -> None:
    """Remove runs that were cut off; see :func:`experiments.tracking.runs.remove_unfinished`.

    Raises
    ------
    DataError
        The store cannot be reached or refuses it.
    """
    from experiments.tracking import runs as tracking

    tracking.remove_unfinished(open_client(store), digests)


@_timed
@_at_most_one_fault
def mark_earlier(store: str, study: str, digests: Collection[str]) -> None:
    """Mark what the study held before; see :func:`experiments.tracking.runs.mark_earlier`.

    Raises
    ------
    DataError
        The store refuses it.
    """
    from experiments.tracking import runs as tracking

    tracking.mark_earlier(open_client(store), study, digests)
