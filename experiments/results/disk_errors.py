"""Disk errors (full, read-only) reported to the user as problems instead of tracebacks."""

import errno

from data.language import Text
from data.problems import DataProblem

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)


def disk_exceptions() -> tuple[type[Exception], ...]:
    """Return the exceptions that a write may raise, including those of libraries."""
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415 - when it is needed
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    return OSError, FileCreateError, DataLayerError, DataSourceError


def disk_problem(error: Exception) -> DataProblem | None:
    """Return the problem to report for a full or read-only disk; None for any other error."""
    fault = next((one for one in (*error.args, error) if isinstance(one, OSError)), error)
    number, place = getattr(fault, "errno", None), getattr(fault, "filename", None)
    # The map library reports that a write failed, but not why.
    if number in FULL or not isinstance(fault, OSError):
        expected = Text("有剩余空间的磁盘", "a disk with free space")
        how_to_fix = Text(
            "磁盘已满，已有结果完好；请腾出空间后重新运行",
            "it is full; existing results are intact: free some space and run again",
        )
    elif number in REFUSED:
        expected = Text("可以写入的位置", "a writable location")
        how_to_fix = Text(
            "没有写入权限或为只读，已有结果完好；请换一个位置（--out）或检查权限",
            "it is read-only or owned by another user; existing results are intact: choose another "
            "place (--out) or check its permissions",
        )
    else:
        return None
    return DataProblem(str(place or "-"), expected, how_to_fix)
