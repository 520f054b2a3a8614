"""Evidence behind a forecast: years of published counts and sources of its tables."""

import pandas as pd

from data.bundle import DataBundle
from data.contract.bases import PupilsBasis
from data.language import Text
from data.reference.source_texts import source_text


def observed_years(demand: pd.DataFrame) -> dict[str, list[int]]:
    """Return stage → years in which some area's pupils are a published count."""
    seen = demand[demand["pupils_basis"] == PupilsBasis.OBSERVED]
    return {
        str(stage): sorted({int(year) for year in rows["year"]})
        for stage, rows in seen.groupby("stage", sort=False)
    }


def sources(bundle: DataBundle) -> list[Text]:
    """Return the distinct sources of the forecast's input tables, in table order.

    Of the norms only the class sizes enter a forecast; the plan cites its own.
    """
    tables = {name: getattr(bundle.tables, name) for name in bundle.tables.__dataclass_fields__}
    norms = tables["standards"]
    tables["standards"] = norms[norms["measure"] == "class_size"] if norms is not None else None
    held = [t["source"] for t in tables.values() if isinstance(t, pd.DataFrame) and "source" in t]
    return list(dict.fromkeys(map(source_text, pd.concat(held).dropna().drop_duplicates())))
