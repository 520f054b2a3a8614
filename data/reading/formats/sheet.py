"""One table as text, whatever kind of file it stood in."""

from dataclasses import dataclass
from datetime import datetime

from data.language import Text
from data.problems import DataProblem

SAVE_AGAIN = Text(
    "在 Excel 中另存为 CSV UTF-8 或 .xlsx", "save it from Excel as CSV UTF-8 or .xlsx"
)


@dataclass(frozen=True)
class Sheet:
    """One table as text.

    Parameters
    ----------
    title : file stem or sheet name
    file : how the user knows it, ``population.csv`` or ``book.xlsx[人口]``
    rows : cells row by row, not all of one length
    lines : line of each row in the file, counted from 1
    merged : (line, column position) of cells that took their text from a merged range
    stem : name of the file without its ending
    """

    title: str
    file: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    merged: frozenset[tuple[int, int]] = frozenset()
    stem: str = ""


def unreadable(file: str, zh: str, en: str, row: int | None = None) -> DataProblem:
    """Return the problem of a file that cannot be read for the reason given."""
    expected = Text(f"可读取的文件（{zh}）", f"a file that can be read ({en})")
    return DataProblem(file, expected, SAVE_AGAIN, row=row)


def cell_text(value: object) -> str:
    """Return a typed cell as the text a planner sees: ``None`` is empty, ``2020.0`` is ``2020``."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)
