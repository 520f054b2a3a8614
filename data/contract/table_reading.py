"""A table as read: what the checks between rows and tables look at."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from data.language import Text
from data.problems import DataProblem

# Published totals are rounded by themselves, so parts may differ from the whole by a little.
ROUNDING = 0.005


@dataclass(frozen=True)
class Reading:
    """One table as read.

    Parameters
    ----------
    name : canonical name of the table
    file : how the user knows it
    headings : canonical column -> heading in the file
    rows : index = line of the file, one column a canonical column; only rows without a problem,
        which would be told a second time by the checks between rows
    codes : every adcode that stands in the table, in rows with a problem too
    complete : False if rows with problems were left out, so that gaps mean nothing
    """

    name: str
    file: str
    headings: dict[str, str]
    rows: pd.DataFrame
    codes: frozenset[str] = frozenset()
    complete: bool = True

    def problem(self, line: object, column: str, expected: Text, remedy: Text) -> DataProblem:
        """Return a problem of this table at ``line`` in ``column``."""
        value = self.rows.loc[line, column]
        text = f"{value:.15g}" if isinstance(value, float) else str(value)
        heading = self.headings.get(column, column)
        return DataProblem(self.file, expected, remedy, int(str(line)), heading, text)


Readings = Mapping[str, Reading]
