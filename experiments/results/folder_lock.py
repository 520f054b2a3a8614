"""Folders that one command at a time works in, and that are there complete or not at all."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from data.language import Text
from data.problems import DataError, DataProblem

ADDED = ".added"
FOR_EVERYBODY = 0o666  # a colleague must be able to hold the lock too


@contextmanager
def in_sole_use(folder: Path) -> Iterator[None]:
    """Keep other commands out of a results folder, whether it is there already or to be made.

    What a killed command left half made is removed; files that it had made completely and was
    moving into the folder (:func:`added_to`) are moved.

    Raises
    ------
    DataError
        Another command works in the folder.
    """
    folder = folder.resolve()
    if not folder.parent.is_dir():
        yield  # nothing is there that another command could use
        return
    with locked(folder.with_name(f".{folder.name}.lock")):
        for left in (_partial(folder), replaced(folder), _partial(folder / ADDED)):
            if left.exists():
                shutil.rmtree(left)
        if (folder / ADDED).exists():
            _move_added(folder)
        yield


@contextmanager
def locked(path: Path, wait: float = 0) -> Iterator[None]:
    """Hold a lock on the file ``path``, having waited some seconds for it if need be.

    The operating system frees it when the process is killed.

    Raises
    ------
    DataError
        Another process holds it.
    """
    path.touch()  # a folder that may not be written to is reported as such
    lock = FileLock(path, timeout=wait, mode=FOR_EVERYBODY)
    try:
        lock.acquire()
    except Timeout as error:
        raise DataError([_in_use(path)]) from error
    try:
        yield
    finally:
        lock.release()


def _in_use(lock: Path) -> DataProblem:
    return DataProblem(
        str(lock.parent / lock.name.removeprefix(".").removesuffix(".lock")),
        Text("没有其他 xuewei 命令在用的文件夹", "a folder that no other xuewei command uses"),
        Text("请等它结束后重新运行，或换一个 --out", "wait for its end, or choose another --out"),
    )


@contextmanager
def complete_folder(
    folder: Path, put: Callable[[Path, Path], None] = os.replace
) -> Iterator[Path]:
    """Give a folder to fill, which becomes ``folder`` when the block ends without an error.

    Parameters
    ----------
    folder : where it goes
    put : puts the first of two paths in the place of the second
    """
    partial = _partial(folder)
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(parents=True)
    try:
        yield partial
    except BaseException as error:
        shutil.rmtree(partial, ignore_errors=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(folder)  # a write that fails does not say where
        raise
    put(partial, folder)


@contextmanager
def added_to(folder: Path) -> Iterator[Path]:
    """Give a folder to fill, whose files go into ``folder`` when the block ends: all or none."""
    with complete_folder(folder / ADDED) as partial:
        yield partial
    _move_added(folder)


def _move_added(folder: Path) -> None:
    added = folder / ADDED
    for file in sorted(one for one in added.rglob("*") if one.is_file()):
        place = folder / file.relative_to(added)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(file, place)
    shutil.rmtree(added)


def _partial(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.partial")


def replaced(folder: Path) -> Path:
    """Return where what stood in the place of a folder waits for its removal."""
    return folder.with_name(f".{folder.name}.replaced")
