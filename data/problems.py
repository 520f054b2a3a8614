"""Report of bad input: where it is, what was expected, how to fix it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from data.language import Language, Text


@dataclass(frozen=True)
class DataProblem:
    """One mistake in one place of the input.

    Parameters
    ----------
    file : name of the file (or ``workbook.xlsx[sheet]``) as the user knows it
    expected : what should have stood there
    how_to_fix : what the user does about it
    row : line of the file counted from 1, the heading being line 1; None for the complete file
    column : heading as it stands in the file; None for the complete row
    value : the offending text; None if something is missing
    """

    file: str
    expected: Text
    how_to_fix: Text
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def line(self, language: Language) -> str:
        """Return ``file : row : column : value : expected : how_to_fix`` in one line."""
        row = Text(f"第 {self.row} 行", f"row {self.row}").within(language) if self.row else "-"
        value = "-" if self.value is None else repr(self.value[:_LONGEST])
        fields = (self.file, row, self.column or "-", value)
        advice = self.expected.within(language), self.how_to_fix.within(language)
        return " : ".join(map(_shown, (*fields, *advice)))


_LONGEST = 400  # characters of a part of a line


def _shown(text: str) -> str:
    """Return ``text`` cut to what can be read, without what would move the cursor."""
    cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    if cut.isprintable():
        return cut
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in cut
    )


_SCREEN = 30  # causes shown at once
_PLACES = 5  # places shown of one cause
_FIGURE = re.compile(r"\d[\d,.]*")


def causes(problems: Iterable[DataProblem]) -> list[list[DataProblem]]:
    """Return the problems grouped by cause, those of complete files before those of single rows.

    A cause is what was expected in one column of one file, whatever the figures in it.
    """
    found: dict[tuple[str | None, ...], list[DataProblem]] = {}
    for problem in problems:
        said = _FIGURE.sub("#", problem.expected.en), _FIGURE.sub("#", problem.how_to_fix.en)
        key = (problem.file, problem.column, str(problem.row is None), *said)
        found.setdefault(key, []).append(problem)
    return sorted(found.values(), key=lambda cause: cause[0].row is not None)


def notice_lines(notices: Iterable[DataProblem], language: Language) -> list[str]:
    """Return one line per kind of repair or omission, at most a screen of them."""
    found: dict[tuple[str, str], list[DataProblem]] = {}
    for notice in notices:
        said = _FIGURE.sub("#", notice.expected.en), _FIGURE.sub("#", notice.how_to_fix.en)
        found.setdefault(said, []).append(notice)
    lines = []
    for alike in found.values():
        more = Text(f"（另有 {len(alike) - 1} 处类似）", f" ({len(alike) - 1} more alike)")
        lines.append(alike[0].line(language) + (more.within(language) if len(alike) > 1 else ""))
    return _screen(lines, language)


def _screen(lines: list[str], language: Language) -> list[str]:
    """Return the lines that fit on a screen, and where the others are."""
    if len(lines) <= _SCREEN:
        return lines
    more = Text(
        f"另有 {len(lines) - _SCREEN} 类；xuewei check 数据文件夹 --out 文件夹 写出全部",
        f"{len(lines) - _SCREEN} more; xuewei check DIR --out FOLDER writes all of them",
    )
    return [*lines[:_SCREEN], more.within(language)]


def _cause_line(cause: list[DataProblem], language: Language) -> str:
    """Return the first problem of a cause with their number, rows and values."""
    first, times = cause[0], len(cause)
    if times == 1:
        return first.line(language)
    rows = [str(one.row) for one in cause[:_PLACES] if one.row is not None]
    values = dict.fromkeys(repr(one.value[:40]) for one in cause if one.value is not None)
    more = "…" if times > _PLACES else ""
    said = Text(
        f"共 {times} 处" + (f"：第 {'、'.join(rows)}{more} 行" if rows else ""),
        f"{times} places" + (f": rows {', '.join(rows)}{more}" if rows else ""),
    ).within(language)
    shown = ", ".join(list(values)[:_PLACES]) + ("…" if len(values) > _PLACES else "")
    advice = first.expected.within(language), first.how_to_fix.within(language)
    return " : ".join(map(_shown, (first.file, said, first.column or "-", shown or "-", *advice)))


class DataError(ValueError):
    """Input that cannot be used; carries every problem found, not the first alone."""

    def __init__(self, problems: Iterable[DataProblem]) -> None:
        """Keep ``problems`` in the order in which a reader would meet them."""
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.line("en") for problem in self.problems))

    def __reduce__(self) -> tuple[type["DataError"], tuple[tuple[DataProblem, ...]]]:
        """Make the error picklable with its problems."""
        return DataError, (self.problems,)

    def lines(self, language: Language) -> list[str]:
        """Return one line per cause, at most a screen of them: see :func:`causes`."""
        found = causes(self.problems)
        return _screen([_cause_line(cause, language) for cause in found], language)
