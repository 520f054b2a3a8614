"""Named schools that a plan leaves as they are."""

import pandas as pd

from data.contract.stages import STAGE_BY_CODE

# 国办发〔2018〕27号: a small rural school or teaching point has fewer pupils than this.
SMALL_SCHOOL_PUPILS = 100


def small_rural(today: pd.DataFrame) -> "pd.Series[bool]":
    """Return by row whether it is a small rural school that is kept; one without pupils is not.

    Parameters
    ----------
    today : result of :func:`data.schools.schools_today`
    """
    pupils = today["pupils"].fillna(SMALL_SCHOOL_PUPILS)
    return (today["stage"] == "primary") & (pupils > 0) & (pupils < SMALL_SCHOOL_PUPILS)


def not_merged(
    schools: pd.DataFrame, today: pd.DataFrame, towns_least: "pd.Series[float]"
) -> "pd.Series[bool]":
    """Return by row of ``today`` whether the school is never merged into another.

    That is the largest school of its town where every town keeps one of the stage, and a school
    that is still growing grade by grade.

    Parameters
    ----------
    schools : table ``schools``
    today : result of :func:`data.schools.schools_today`
    towns_least : stage → least number of schools in a town
    """
    seats = today["seats"].astype("Float64").fillna(0.0)
    town = today["town"].where(today["town"].notna(), today["id"])
    largest = seats == seats.groupby([today["adcode"], town, today["stage"]]).transform("max")
    a_town = today["stage"].map(towns_least).fillna(0.0) >= 1
    taught = schools[schools["pupils"].fillna(0) > 0]
    first = taught.groupby(["id", "stage"])["year"].min()
    begun = pd.MultiIndex.from_frame(today[["id", "stage"]]).map(first.to_dict())
    opened = pd.Series(pd.to_numeric(begun), index=today.index, dtype="float64")
    grades = today["stage"].map({code: stage.years for code, stage in STAGE_BY_CODE.items()})
    age = today["year"].astype("Float64").astype("float64") - opened
    beginning = float(schools["year"].min()) if schools["year"].notna().any() else float("inf")
    return (today["town"].notna() & a_town & largest) | ((age < grades) & (opened > beginning))
