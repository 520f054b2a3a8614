"""Folder locking for exclusive use, and atomic creation of complete folders."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from data.language import Text
from data.problems import DataError, DataProblem

ADDED = ".added"
FOR_EVERYBODY = 0o666  # other users must be able to lock it too


@contextmanager
def exclusive_use(folder: Path) -> Iterator[None]:
    """Lock a results folder, existing or not, for exclusive use by this command.

    Incomplete folders of a killed command are removed; complete files that it was moving into the
    folder (:func:`added_to`) are moved.

    Parameters
    ----------
    folder : results folder

    Raises
    ------
    DataError
        Another command is using the folder.
    """
    folder = folder.resolve()
    if not folder.parent.is_dir():
        yield  # another command cannot use a folder without a parent
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
    """Hold a lock on the file ``path``, waiting up to ``wait`` seconds for it.

    The operating system frees it when the process is killed.

    Raises
    ------
    DataError
        Another process holds it.
    """
    path.touch()  # raises if the folder is not writable
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
        Text("请等它结束后重新运行，或换一个 --out", "wait for it to finish, or choose another --out"),
    )


@contextmanager
def complete_folder(
    folder: Path, put: Callable[[Path, Path], None] = os.replace
) -> Iterator[Path]:
    """Yield a folder to fill, which becomes ``folder`` if the block ends without an error.

    Parameters
    ----------
    folder : final path
    put : function that replaces its second path by its first
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
            error.filename = str(folder)  # failed writes have no file name
        raise
    put(partial, folder)


@contextmanager
def added_to(folder: Path) -> Iterator[Path]:
    """Yield a folder to fill, whose files all move to ``folder`` if the block succeeds."""
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
    """Return the path of the replaced folder until it is removed."""
    return folder.with_name(f".{folder.name}.replaced")
