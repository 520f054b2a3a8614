"""The table ``schools``: schools as they stand today, those yet to open, pupils by year."""

from datetime import date

import pandas as pd

from data.contract.tables import TABLE_BY_NAME

COUNTS = ["pupils", "classes"]
SECTION = ["id", "stage"]


def not_yet_open(schools: pd.DataFrame) -> "pd.Series[bool]":
    """Return by row whether the school, at that stage, opens after the table's last counted year.

    In a table without pupils that is its latest year, in one without years the present one.
    """
    if "opening_year" not in schools or schools["opening_year"].isna().all():
        return pd.Series(False, index=schools.index)
    opens = pd.to_numeric(schools["opening_year"]).astype("Float64")
    year = pd.to_numeric(schools["year"]).astype("Float64")
    counted = year[schools["pupils"].fillna(0) > 0]
    latest = counted.max() if counted.notna().any() else year.max()
    later = opens > (date.today().year if pd.isna(latest) else latest)
    later = later.fillna(False).astype(bool)
    return later.groupby([schools["id"], schools["stage"]]).transform("all")


def schools_today(schools: pd.DataFrame) -> pd.DataFrame:
    """Return :func:`schools_listed` without the schools that are not yet open."""
    return schools_listed(schools[~not_yet_open(schools)])


def schools_listed(schools: pd.DataFrame) -> pd.DataFrame:
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
    groups = counted.groupby(SECTION, sort=False)
    rows = groups.first()
    rows[COUNTS] = groups[COUNTS].sum(min_count=1)
    return rows.assign(grade="all").reset_index()[list(schools.columns)]


def planned_schools(schools: pd.DataFrame) -> pd.DataFrame:
    """Return one row per ``id`` and ``stage`` of the schools that are not yet open."""
    planned = schools[not_yet_open(schools)]
    return schools_listed(planned) if len(planned) else planned


def with_planned_schools(
    projects: pd.DataFrame | None, schools: pd.DataFrame | None
) -> pd.DataFrame | None:
    """Return ``projects`` and the schools not yet open, unless a project has the school's id."""
    planned = None if schools is None else planned_schools(schools)
    if planned is None or planned.empty:
        return projects
    known = () if projects is None else projects["project_id"]
    names = {"id": "project_id", "opening_year": "planned_opening_year"}
    columns = [column.name for column in TABLE_BY_NAME["projects"].columns]
    more = planned[~planned["id"].isin(known)].rename(columns=names)
    more = more.assign(status="started").reindex(columns=columns)
    return more if projects is None else pd.concat([projects, more], ignore_index=True)


def pupils_by_year(schools: pd.DataFrame) -> "pd.Series[float]":
    """Return pupils by ``id``, ``stage`` and ``year``, years in order.

    A row ``all`` stands for the grades of its year; a year without figures is missing.
    """
    known = schools.dropna(subset=["pupils", "year"])
    key = [known["id"], known["stage"], known["year"]]
    total = (known["grade"] == "all").groupby(key).transform("any")
    counted = known[~total | (known["grade"] == "all")]
    return counted.groupby([*SECTION, "year"])["pupils"].sum().astype(float)
