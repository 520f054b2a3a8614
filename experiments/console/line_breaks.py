"""Line breaks in sentences of Chinese and figures: no figure, unit or bracket is cut off."""

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console

# An opening bracket stays with what follows, a unit and a closing mark with what precedes.
_PIECE = re.compile(r"[（“《]*(?:[!-~]+[万个年]*|.)[，。；：、）”》～]*")


def broken_lines(text: str, width: int) -> Iterator[str]:
    """Yield the lines of a text; full-width characters take two columns.

    >>> list(broken_lines("高峰2032年多4.2万个（80%区间1.9万～6.7万个）。", 22))
    ['高峰2032年多4.2万个', '（80%区间1.9万～', '6.7万个）。']
    """
    line = ""
    for piece in _PIECE.findall(text):
        if line and cell_len(line + piece) > width:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    yield line


def print_lines(console: Console, text: str, indent: str = "", style: str | None = None) -> None:
    """Print a text of data in lines that fit the console."""
    for line in broken_lines(text, console.width - len(indent)):
        console.print(indent + line, style=style, soft_wrap=True, markup=False, highlight=False)
