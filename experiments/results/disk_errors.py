"""Faults of the disk as a user is told of them: nothing to be mended in the program."""

import errno

from data.language import Text
from data.problems import DataProblem

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)


def disk_faults() -> tuple[type[Exception], ...]:
    """Return what a write may raise: libraries have names of their own for it."""
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415 - when it is needed
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    return OSError, FileCreateError, DataLayerError, DataSourceError


def disk_problem(error: Exception) -> DataProblem | None:
    """Return what is told of a disk that is full or refuses; None for any other fault."""
    fault = next((one for one in (*error.args, error) if isinstance(one, OSError)), error)
    number, place = getattr(fault, "errno", None), getattr(fault, "filename", None)
    # Who writes maps tells of a write that failed, not why.
    if number in FULL or not isinstance(fault, OSError):
        expected = Text("有剩余空间的磁盘", "a disk with room left")
        remedy = Text(
            "磁盘已满，已有结果完好；请腾出空间后重新运行",
            "it is full; the results that are there are whole: make room and run again",
        )
    elif number in REFUSED:
        expected = Text("可以写入的位置", "a place that may be written to")
        remedy = Text(
            "没有写入权限或为只读，已有结果完好；请换一个位置（--out）或检查权限",
            "it is read-only or not yours; the results that are there are whole: choose another "
            "place (--out) or check its permissions",
        )
    else:
        return None
    return DataProblem(str(place or "-"), expected, remedy)
