"""A table as read, for the checks between rows and tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from data.contract.fields import Table
from data.findings import Notice
from data.language import Text
from data.place import column_of, line_of, source_of
from data.problems import DataProblem

# Published totals are rounded by themselves, so parts may differ slightly from their total.
ROUNDING = 0.005
SPELLED = " text"  # <column> text: how the file spells the ids of <column>


@dataclass(frozen=True)
class Reading:
    """One table as read, from one file or sheet or several.

    Parameters
    ----------
    table : what it is
    files : how the user knows the files and sheets that it was joined from
    headings : canonical column -> heading in the file
    rows : index = place (see :mod:`data.place`), one column per canonical column; only rows without
        a problem, which would be reported a second time by the checks between rows
    codes : every adcode that stands in the table, in rows with a problem too
    complete : False if rows with problems were left out, so that gaps mean nothing
    turned : per file, headings whose columns became rows
    names : of a list of areas, name -> code, of rows with a problem too
    """

    table: Table
    files: tuple[str, ...]
    headings: dict[str, str]
    rows: pd.DataFrame
    codes: frozenset[str] = frozenset()
    complete: bool = True
    turned: tuple[tuple[str, ...], ...] = ((),)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Canonical name of the table."""
        return self.table.name

    @property
    def file(self) -> str:
        """The first file."""
        return self.files[0]

    def at(self, place: object) -> tuple[str, int]:
        """Return file and line of a place."""
        return self.files[source_of(place)], line_of(place)

    def where(self, place: object) -> Text:
        """Return a place in words, with its file where there are several."""
        file, line = self.at(place)
        prefix = f"{file} " if len(self.files) > 1 else ""
        return Text(f"{prefix}第 {line} 行", f"{prefix}row {line}")

    def heading(self, place: object, column: str) -> str:
        """Return the heading above a figure."""
        column = column.removesuffix(SPELLED)
        turned = self.turned[source_of(place)]
        number = column_of(place)
        if number and column not in self.headings:
            return turned[number - 1]
        return self.headings.get(column, column)

    def _shown(self, place: object, column: str) -> str:
        value = self.rows.loc[place, column]
        value = value.iloc[0] if isinstance(value, pd.Series) else value
        return f"{value:.15g}" if isinstance(value, float) else str(value)

    def problem(self, place: object, column: str, expected: Text, how_to_fix: Text) -> DataProblem:
        """Return a problem of this table at ``place`` in ``column``."""
        file, line = self.at(place)
        heading = self.heading(place, column)
        return DataProblem(file, expected, how_to_fix, line, heading, self._shown(place, column))

    def notice(self, place: object, column: str, value: str, met: Text, done: Text) -> Notice:
        """Return a notice on this table at ``place`` in ``column``."""
        file, line = self.at(place)
        return Notice(file, met, done, line, self.heading(place, column), value)


Readings = Mapping[str, Reading]
