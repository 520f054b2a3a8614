"""The result tables of a forecast."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

TABLES = ("demand", "changes", "differences", "residence", "schools", "staffing")


@dataclass(frozen=True)
class ForecastTables:
    """Result tables of one or more scenarios.

    Parameters
    ----------
    demand : rows of ``demand.csv``
    changes : rows of ``why.csv``, changes in required seats over the years by factor
    differences : rows of ``why_scenarios.csv``, differences from the first scenario by factor
    residence : rows of ``residence.csv``, children in city, town and village
    schools : rows of ``schools.csv``, pupils and classes of every known school
    staffing : rows of ``why_teachers.csv``, changes in missing teachers by factor
    """

    demand: pd.DataFrame
    changes: pd.DataFrame
    differences: pd.DataFrame
    residence: pd.DataFrame
    schools: pd.DataFrame
    staffing: pd.DataFrame

    def of(self, areas: Collection[str]) -> "ForecastTables":
        """Return only the rows of ``areas``."""
        wanted = frozenset(areas)
        return ForecastTables(**{name: _rows_of(getattr(self, name), wanted) for name in TABLES})


def _rows_of(table: pd.DataFrame, areas: frozenset[str]) -> pd.DataFrame:
    held = set(table["adcode"].unique())
    kept = table if held <= areas else table[table["adcode"].isin(held & areas)]
    return kept.reset_index(drop=True)


def concat_tables(parts: Sequence[ForecastTables]) -> ForecastTables:
    """Return the concatenated tables of several scenarios or cities."""
    tables = {name: [getattr(part, name) for part in parts] for name in TABLES}
    filled = {name: [one for one in own if len(one)] or own[:1] for name, own in tables.items()}
    return ForecastTables(**{n: pd.concat(own, ignore_index=True) for n, own in filled.items()})
