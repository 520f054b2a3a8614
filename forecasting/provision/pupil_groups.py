"""Shares of pupils who board, are migrant children or go to certain schools, as last reported."""

from collections.abc import Collection

import pandas as pd

COLUMNS = ["adcode", "year", "part", "of", "pupils", "table"]
ENROLMENT, SCHOOLS = "enrolment", "schools"


def latest_groups(
    enrolment: pd.DataFrame | None,
    counties: Collection[str],
    column: str,
    stages: Collection[str],
    of: str = "pupils",
) -> pd.DataFrame:
    """Return ``column`` and ``of`` of the latest year of each county that states ``column``.

    Sums over ``stages``; rows by grade are summed where there is no row over all of them.

    Parameters
    ----------
    enrolment : table ``enrolment``
    counties : adcodes
    column : column of the group, such as ``boarders``
    stages : stages to sum
    of : column that the group is a part of

    Returns
    -------
    adcode, year, ``part`` (sum of ``column``), ``of``, ``pupils``, ``table``
    """
    if enrolment is None or column not in enrolment:
        return pd.DataFrame(columns=COLUMNS)
    rows = enrolment[enrolment["stage"].isin(stages) & enrolment["adcode"].isin(counties)]
    rows = rows.dropna(subset=[column, of, "pupils"])
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    key = [rows["adcode"], rows["stage"], rows["year"]]
    over_all = (rows["grade"] == "all").groupby(key).transform("any")
    rows = rows[~over_all | (rows["grade"] == "all")]
    rows = rows[rows["year"] == rows.groupby(["adcode", "stage"])["year"].transform("max")]
    return _summed(rows.assign(part=rows[column], of=rows[of]), ENROLMENT)


def latest_school_groups(
    schools: pd.DataFrame | None, counties: Collection[str], column: str, stages: Collection[str]
) -> pd.DataFrame:
    """Return the same from the latest rows of schools, where every school of a county states it.

    Parameters
    ----------
    schools : one row per school and stage as they stand, see :func:`data.schools.schools_today`
    counties, column, stages : as in :func:`latest_groups`
    """
    if schools is None or column not in schools:
        return pd.DataFrame(columns=COLUMNS)
    rows = schools[schools["stage"].isin(stages) & schools["adcode"].isin(counties)]
    rows = rows[(rows["kind"] != "special").fillna(value=True)].dropna(subset=["pupils", "year"])
    stated = rows[column].notna().groupby(rows["adcode"]).transform("all")
    rows = rows[stated.astype(bool)]
    return _summed(rows.assign(part=rows[column], of=rows["pupils"]), SCHOOLS)


def _summed(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    groups = rows.groupby("adcode", sort=False)
    sums = groups[["part", "of", "pupils"]].sum().astype(float)
    found = sums.assign(year=groups["year"].max(), table=table).reset_index()
    return found.astype({"year": "int64"})[COLUMNS]


def boarder_shares(
    enrolment: pd.DataFrame | None,
    schools: pd.DataFrame | None,
    counties: Collection[str],
    stage: str,
) -> pd.DataFrame:
    """Return adcode, year, ``share`` of boarders and ``table`` as each county last reported them.

    ``enrolment`` comes before ``schools``; a county that reports neither has no row.
    """
    given = latest_groups(enrolment, counties, "boarders", (stage,))
    rest = set(counties) - set(given["adcode"])
    parts = [given, latest_school_groups(schools, rest, "boarders", (stage,))]
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=["adcode", "year", "share", "table"])
    rows = pd.concat(filled, ignore_index=True)
    rows = rows[rows["pupils"] > 0]
    return rows.assign(share=rows["part"] / rows["pupils"])[["adcode", "year", "share", "table"]]
