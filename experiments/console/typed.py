"""Commands as people type them, so that what is printed can be copied and run."""

import re
import shlex
import shutil
import sys
from pathlib import Path

COMMAND = "xuewei"
_PLAIN = re.compile(r"[\w./:=@%+,-]+")


def program() -> str:
    """Return the command as it was called."""
    called = Path(sys.argv[0])
    if called.stem != COMMAND:
        return COMMAND
    found = shutil.which(COMMAND)
    if found and Path(found).resolve() == called.resolve():
        return COMMAND
    return quoted(sys.argv[0])


def quoted(*words: str) -> str:
    """Return words in one line; quoted only where a shell needs it, so Chinese names are not.

    >>> quoted("plan", "我的结果"), quoted("规划 科/结果")
    ('plan 我的结果', "'规划 科/结果'")
    """
    return " ".join(one if _PLAIN.fullmatch(one) else shlex.quote(one) for one in words)
