"""How bad input is told: where it stands, what was expected, how to mend it."""

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
    remedy : what the user does about it
    row : line of the file counted from 1, the heading being line 1; None if the whole file is meant
    column : heading as it stands in the file; None if the whole row is meant
    value : the offending text; None if something is missing
    """

    file: str
    expected: Text
    remedy: Text
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def line(self, language: Language) -> str:
        """Return ``file : row : column : value : expected : remedy`` in one line."""
        row = Text(f"第 {self.row} 行", f"row {self.row}").within(language) if self.row else "-"
        value = "-" if self.value is None else repr(self.value[:_LONGEST])
        fields = (self.file, row, self.column or "-", value)
        advice = self.expected.within(language), self.remedy.within(language)
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


class DataError(ValueError):
    """Input that cannot be used; carries every problem found, not the first alone."""

    def __init__(self, problems: Iterable[DataProblem]) -> None:
        """Keep ``problems`` in the order in which a reader would meet them."""
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.line("en") for problem in self.problems))

    def __reduce__(self) -> tuple[type["DataError"], tuple[tuple[DataProblem, ...]]]:
        """Let the error pass from one process to another with its problems."""
        return DataError, (self.problems,)

    def lines(self, language: Language) -> list[str]:
        """Return one line a problem."""
        return [problem.line(language) for problem in self.problems]
