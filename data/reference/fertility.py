"""National births and fertility; sources stand in ``data/reference/china/SOURCES.md``.

Tables of fertility are read once and shared by all callers: they must not be written to.
"""

from functools import cache
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent / "china"
NATIONAL_BIRTHS = FOLDER / "national_births.csv"


def national_births() -> pd.DataFrame:
    """Return ``adcode, year, births, basis, source`` of China, 1984 to the last year published.

    Where the census of 2020 found more children than the births published before it and no
    revision is published, the births are those of UN WPP 2024, ``basis`` = ``estimate``.
    """
    table = pd.read_csv(NATIONAL_BIRTHS)
    return table.assign(adcode="000000")[["adcode", *table.columns]]


@cache
def fertility() -> pd.DataFrame:
    """Return ``births, tfr, basis`` of China by year: estimates, then the medium projection."""
    return pd.read_csv(FOLDER / "fertility.csv", index_col="year")


@cache
def fertility_pattern() -> pd.DataFrame:
    """Return the percent of fertility by mid-period year (row) and lower age of mother (column)."""
    table = pd.read_csv(FOLDER / "fertility_pattern.csv")
    middle = table["period"].str[:4].astype(int) + 2.5
    return table.assign(middle=middle).pivot_table(
        index="middle", columns="age_lower", values="percent"
    )
