"""National pupils by stage; sources stand in the rows of the file."""

from functools import cache
from pathlib import Path

import pandas as pd

FILE = Path(__file__).parent / "china" / "national_pupils.csv"


@cache
def national_pupils() -> pd.DataFrame:
    """Return national pupils by year (row) and stage (column), NaN where none are published."""
    return pd.read_csv(FILE).pivot_table(index="year", columns="stage", values="pupils")
