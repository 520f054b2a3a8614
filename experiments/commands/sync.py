"""``xuewei sync``: log results that could not be logged when they were made."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from data.language import Language, Text
from data.problems import DataError, DataProblem
from experiments.commands.log_results import store_for
from experiments.results.folder_lock import exclusive_use
from experiments.results.results_folder import previous
from experiments.tracking.marker import MARKER, marker_of
from experiments.tracking.store import without_password
from experiments.tracking.track import track

ENDING = previous(Path("x")).name.removeprefix("x")


def run(folders: Sequence[Path], tracking_uri: str | None, language: Language) -> None:
    """Log the content of each folder that its store does not have.

    Parameters
    ----------
    folders : folders of results or of comparisons; none for all in the working directory that are
        not logged
    tracking_uri : store to log to; None for the original store of each folder
    language : language of the messages

    Raises
    ------
    DataError
        A folder is not there or in use, or a store fails, which loses nothing.
    """
    console = Console(soft_wrap=True, highlight=False, markup=False)
    problems: list[DataProblem] = []
    waiting = list(folders) or _not_logged(Path())
    failed: set[str] = set()
    for folder in waiting:
        try:
            store = _sync(folder, tracking_uri, failed)
        except DataError as error:
            problems += error.problems
        else:
            done = Text("已记入", "logged to").within(language)
            console.print(f"{folder}: {done} {without_password(store)}")
    if problems:
        raise DataError(problems)
    if not waiting:
        console.print(Text("没有待补记的运行。", "There are no runs to log.").within(language))


def _sync(folder: Path, tracking_uri: str | None, failed: set[str]) -> str:
    """Log a folder and return its store; stores in ``failed`` are not tried again."""
    if marker_of(folder) is None:
        expected = Text("xuewei 写出的结果文件夹", "a results folder of xuewei")
        raise DataError([DataProblem(str(folder), expected, Text("请核对路径", "check the path"))])
    with exclusive_use(folder):
        store = store_for(folder, tracking_uri)
        if store in failed:
            expected = Text("可以连接的 MLflow 存储", "a reachable MLflow store")
            how_to_fix = Text("恢复后再运行 xuewei sync", "run xuewei sync later")
            raise DataError([DataProblem(str(folder), expected, how_to_fix)])
        try:
            track(folder, store)
        except DataError:
            failed.add(store)
            raise
    return store


def _not_logged(folder: Path) -> list[Path]:
    """Return the folders with something to log, by the current name of their results."""
    found = {
        folder / place.name.removesuffix(ENDING)
        for place in (one.parent for one in folder.glob(f"*/{MARKER}"))
        if not place.name.startswith(".") and (held := marker_of(place)) and not held.logged
    }
    return sorted(found)
