"""National numbers of schools, pupils and classes; sources stand in the rows of the file."""

from functools import cache
from pathlib import Path

import pandas as pd

FILE = Path(__file__).parent / "china" / "school_sizes.csv"


@cache
def school_sizes() -> pd.DataFrame:
    """Return ``stage, year, schools, pupils, classes, source``; classes may be missing."""
    return pd.read_csv(FILE)


@cache
def national_school_sizes() -> pd.DataFrame:
    """Return by stage the latest ``year``, ``pupils_per_school`` and ``source``."""
    latest = school_sizes().sort_values("year").groupby("stage", sort=False).last()
    return latest.assign(pupils_per_school=latest["pupils"] / latest["schools"])[
        ["year", "pupils_per_school", "source"]
    ]
