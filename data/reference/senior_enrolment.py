"""National pupils of the senior stages; sources stand in the rows of the file."""

from functools import cache
from pathlib import Path

import pandas as pd

FILE = Path(__file__).parent / "china" / "senior_enrolment.csv"


@cache
def senior_enrolment() -> pd.DataFrame:
    """Return national pupils by year (row) and stage (column), NaN where none are published."""
    table = pd.read_csv(FILE, dtype={"adcode": str})
    return table.pivot_table(index="year", columns="stage", values="pupils")
