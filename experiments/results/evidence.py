"""On what a forecast rests: the years of published counts, and the sources of its tables."""

import pandas as pd

from data.bundle import DataBundle
from forecasting.headline import is_observed


def observed_years(demand: pd.DataFrame) -> dict[str, list[int]]:
    """Return stage → years in which some area's pupils are a published count."""
    seen = demand[demand["basis"].map(is_observed)]
    return {
        str(stage): sorted({int(year) for year in rows["year"]})
        for stage, rows in seen.groupby("stage", sort=False)
    }


def sources(bundle: DataBundle) -> list[str]:
    """Return the sources named in the tables that were read, each once, in table order."""
    tables = [getattr(bundle.tables, name) for name in bundle.tables.__dataclass_fields__]
    held = [t["source"] for t in tables if isinstance(t, pd.DataFrame) and "source" in t]
    return list(pd.concat(held).dropna().drop_duplicates())
