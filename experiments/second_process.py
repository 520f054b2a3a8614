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

from experiments.quick_imports import quick_imports
from experiments.stopwatch import Seconds

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from experiments.fitted import Fitted
    from experiments.study_runs import ScenarioRun, StudyRuns


P = ParamSpec("P")


def _timed(work: Callable[P, None]) -> Callable[P, Seconds]:
    """Let ``work`` return the time it took, measured in the process that does it."""

    @wraps(work)
    def measured(*given: P.args, **named: P.kwargs) -> Seconds:
        start = Seconds.now()
        work(*given, **named)
        return Seconds.now() - start

    return measured


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
        import experiments.tracking  # noqa: F401


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
    from experiments.tracking import open_store

    return open_store(store)


@_timed
def prepare(store: str) -> None:
    """Open ``store``, so that the runs find it ready; a fault is told when they are logged."""
    open_client(store)


@_timed
def log(store: str, study: "StudyRuns", run: "ScenarioRun") -> None:
    """Log a scenario; see :func:`experiments.tracking.track`.

    Raises
    ------
    DataError
        The store cannot be reached or refuses the runs.
    """
    from experiments.tracking import track

    track(open_client(store), study, run)


@_timed
def finish(store: str, study: "StudyRuns", run: "ScenarioRun", reports: Mapping[str, Path]) -> None:
    """Finish the run of a scenario; see :func:`experiments.tracking.finish`.

    Raises
    ------
    DataError
        The store cannot be reached or refuses it.
    """
    from experiments import tracking

    tracking.finish(open_client(store), study, run, reports)


@_timed
def register(
    store: str,
    study: str,
    fitted: "Fitted",
) -> None:
    """Register the fitted forecast; see :func:`experiments.registered_model.register`.

    Raises
    ------
    DataError
        The store cannot be reached or refuses it.
    """
    from experiments import registered_model

    registered_model.register(open_client(store), study, fitted)


def mark_earlier(store: str, study: str, digests: Collection[str]) -> None:
    """Mark what the study held before; see :func:`experiments.tracking.mark_earlier`.

    Raises
    ------
    DataError
        The store refuses it.
    """
    from experiments import tracking

    tracking.mark_earlier(open_client(store), study, digests)
