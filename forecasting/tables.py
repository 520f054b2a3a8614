"""What a forecast found, as the tables that it writes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

TABLES = ("demand", "changes", "differences", "residence")


@dataclass(frozen=True)
class ForecastTables:
    """What a forecast found, of one scenario or of several.

    Parameters
    ----------
    demand : rows of ``demand.csv``
    changes : rows of ``why.csv``, what makes the seats of a scenario change over the years
    differences : rows of ``why_scenarios.csv``, what sets a scenario apart from the first
    residence : rows of ``residence.csv``, children in the city, in towns and in villages
    """

    demand: pd.DataFrame
    changes: pd.DataFrame
    differences: pd.DataFrame
    residence: pd.DataFrame

    def of(self, areas: Collection[str]) -> "ForecastTables":
        """Return the rows of ``areas`` alone."""
        wanted = frozenset(areas)
        return ForecastTables(**{name: _rows_of(getattr(self, name), wanted) for name in TABLES})


def _rows_of(table: pd.DataFrame, areas: frozenset[str]) -> pd.DataFrame:
    held = set(table["adcode"].unique())
    kept = table if held <= areas else table[table["adcode"].isin(held & areas)]
    return kept.reset_index(drop=True)


def joined(parts: Sequence[ForecastTables]) -> ForecastTables:
    """Return the tables of several scenarios, or of several cities, under each other."""
    tables = {name: [getattr(part, name) for part in parts] for name in TABLES}
    filled = {name: [one for one in own if len(one)] or own[:1] for name, own in tables.items()}
    return ForecastTables(**{n: pd.concat(own, ignore_index=True) for n, own in filled.items()})
