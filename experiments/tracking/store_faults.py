"""Reporting of MLflow store errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from data.language import Text
from data.problems import DataError, DataProblem
from experiments.tracking.store import without_password

STORE_FAULTS = (MlflowException, SQLAlchemyError, ImportError, OSError)


@contextmanager
def store_errors(tracking_uri: str) -> Iterator[None]:
    """Report store errors as a problem with the address given by the user.

    Raises
    ------
    DataError
        The store cannot be reached or refuses a request.
    """
    try:
        yield
    except STORE_FAULTS as error:
        raise DataError([_unreachable(tracking_uri, error)]) from error


def _unreachable(tracking_uri: str, error: Exception) -> DataProblem:
    """Return the problem that reports a store error."""
    shown = without_password(tracking_uri)
    reason = " ".join(str(error).replace(tracking_uri, shown).split())[:160]
    return DataProblem(
        "--tracking-uri",
        Text(f"可以连接的 MLflow 存储（{reason}）", f"a reachable MLflow store ({reason})"),
        Text(
            "请检查地址或服务器；结果完好，以后可用 xuewei sync 补记",
            "check the address or the server; the results are complete, and xuewei sync logs them "
            "later",
        ),
        value=shown,
    )
