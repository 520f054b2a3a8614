"""The table ``schools`` as it stands today: one row per school and stage."""

import pandas as pd

COUNTS = ["pupils", "classes"]


def schools_today(schools: pd.DataFrame) -> pd.DataFrame:
    """Return one row per ``id`` and ``stage`` of its latest year, index renewed.

    Where a year has rows by grade and no row ``all``, pupils and classes are the sums of its
    grades (missing where no grade has a figure); everything else is the value of the first row
    that states it. A row without a year counts as the latest.
    """
    year = schools["year"].astype("Float64").fillna(float("inf"))
    latest = schools[(year == year.groupby([schools["id"], schools["stage"]]).transform("max"))]
    key = [latest["id"], latest["stage"]]
    total = (latest["grade"] == "all").groupby(key).transform("any")
    counted = latest[~total | (latest["grade"] == "all")].copy()
    groups = counted.groupby(["id", "stage"], sort=False)
    rows = groups.first()
    rows[COUNTS] = groups[COUNTS].sum(min_count=1)
    return rows.assign(grade="all").reset_index()[list(schools.columns)]
