"""When a gap may be called a shortage: only where current seats are reported.

Elsewhere the gap is relative to the seats in use in the base year, and the text says so.
"""

import numpy as np
import pandas as pd

from data.contract.bases import year_in_use
from data.language import Text

IN_USE = "in_use"


def with_supply(outlook: pd.DataFrame, demand: pd.DataFrame) -> pd.DataFrame:
    """Return ``outlook`` with ``in_use``: base year of the seats in use, NaN where reported.

    Parameters
    ----------
    outlook : one row per adcode and stage
    demand : demand table of the same areas
    """
    years = years_in_use(demand)
    return outlook.assign(
        in_use=[
            years.get(key, np.nan) for key in zip(outlook["adcode"], outlook["stage"], strict=True)
        ]
    )


def years_in_use(demand: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return (adcode, stage) → base year of the seats in use, NaN where seats are reported."""
    cells = demand.drop_duplicates(["adcode", "stage"])
    return {
        (adcode, stage): year_in_use(basis)
        for adcode, stage, basis in zip(
            cells["adcode"], cells["stage"], cells["supply_basis"], strict=True
        )
    }


def seats_in_use(year: float) -> Text:
    """Return the name of the reference that required seats are compared with.

    >>> seats_in_use(2020.0).zh
    '2020年在用学位'
    """
    return Text(f"{year:.0f}年在用学位", f"seats in use in {year:.0f}")


def single_year(table: pd.DataFrame) -> float | None:
    """Return the base year of the seats in use if no seats are reported; None otherwise."""
    years = table[IN_USE]
    return None if years.isna().any() or years.empty else float(years.max())


def supply_name(demand: pd.DataFrame) -> Text:
    """Return the name of the seats that those required are compared with.

    Parameters
    ----------
    demand : rows of the demand table; where some seats are stated and some not, both are named
    """
    years = set(years_in_use(demand).values())
    known = [year for year in years if not np.isnan(year)]
    if not known:
        return Text("可用学位", "seats available")
    base = seats_in_use(max(known))
    if len(known) == len(years):
        return base
    return Text(f"可用学位（未统计的为{base.zh}）", f"seats available (not stated: {base.en})")


def supply_heading(demand: pd.DataFrame, now: int) -> Text:
    """Return the column heading of the seats that those required are compared with."""
    years = set(years_in_use(demand).values())
    if years and not any(np.isnan(year) for year in years):
        return Text(f"{max(years):.0f}年\n在用学位", f"in use {max(years):.0f}")
    return Text(f"{now}年\n可用学位", f"available {now}")
