"""MLflow and the picture in a second process.

Importing both and making a store take seconds of pure computing, which pass beside the forecast.
The functions run in that process, and only they import what is slow.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.quick_imports import quick_imports

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient

    from data.language import Language
    from data.scenario import Scenario
    from experiments.store import Study


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
    with quick_imports():
        import experiments.chart
        import experiments.tracking
        import experiments.why_chart  # noqa: F401


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


def prepare(store: str) -> None:
    """Open ``store``, so that the runs find it ready; a fault is told when they are logged."""
    open_client(store)


def draw(
    demand: "pd.DataFrame", path: Path, titles: Mapping[str, str], language: "Language"
) -> None:
    """Write the picture; see :func:`experiments.chart.write_chart`."""
    from experiments.chart import write_chart

    write_chart(demand, path, titles, language)


def draw_why(
    demand: "pd.DataFrame",
    changes: "pd.DataFrame",
    path: Path,
    titles: Mapping[str, str],
    language: "Language",
) -> None:
    """Write the picture of reasons; see :func:`experiments.why_chart.write_why_chart`."""
    from experiments.why_chart import write_why_chart

    write_why_chart(demand, changes, path, titles, language)


def log(
    store: str,
    demand: "pd.DataFrame",
    scenarios: "Sequence[Scenario]",
    results: Path,
    study: "Study",
) -> None:
    """Log the runs; see :func:`experiments.tracking.track`.

    Raises
    ------
    DataError
        The store cannot be reached or refuses the runs.
    """
    from experiments.tracking import track

    track(open_client(store), demand, scenarios, results, study)
