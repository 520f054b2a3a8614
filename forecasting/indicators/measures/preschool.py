"""Indicators of 普及普惠: kindergartens."""

import pandas as pd

from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.measures.measured import by_county, carried, counted, measured, meets
from forecasting.indicators.school_years import school_years


def gross_enrolment(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Pupils of the stage over residents of its ages, both forecast."""
    rows = case.cells(stage).merge(case.children_of(stage), on=["adcode", "year"])
    rows = rows[rows["children"] > 0]
    return measured(rows.assign(numerator=rows["pupils"], denominator=rows["children"]), "forecast")


def public_share(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Children in public kindergartens, of all of them."""
    return _share(case, stage, "public_pupils")


def inclusive_share(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Children in public and inclusive private kindergartens, of all of them."""
    return _share(case, stage, "inclusive_pupils")


def kindergarten_classes(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Kindergartens whose mean class is within the mean norm of the three years."""
    rows = school_years(case, stage)
    classes = rows["classes"].astype(float).where(rows["classes"] > 0)
    planned = rows["plan_pupils"].where(rows["plan_pupils"] > 0)
    limit = case.class_size[stage], "most"
    return counted(rows, meets(rows["pupils"] / classes, *limit), meets(planned / classes, *limit))


def _share(case: IndicatorCase, stage: str, column: str) -> pd.DataFrame:
    """Return the share from ``enrolment``, else from schools with owner (and inclusive or not).

    In later years it is the share last reported.
    """
    given = case.latest(column, (stage,))
    if case.schools is not None:
        own = case.schools[case.schools["stage"] == stage].dropna(subset=["pupils"])
        counts = own["ownership"] == "public"
        if column == "inclusive_pupils":
            # A private kindergarten that is neither stated as inclusive nor as not leaves it open.
            private = own["ownership"] == "private"
            unknown = private & ~own["inclusive"].isin(["true", "false"])
            own = own[~own["adcode"].isin(own.loc[unknown, "adcode"])]
            counts = (counts | (own["inclusive"] == "true"))[own.index]
        given = by_county(given, owners_share(case, own, own["pupils"], counts))
    return carried(given, case.pupils((stage,)))


def owners_share(
    case: IndicatorCase,
    schools: pd.DataFrame,
    children: "pd.Series[float]",
    counts: "pd.Series[bool]",
) -> pd.DataFrame:
    """Return by county the children of schools that count, and those of all with a stated owner.

    Parameters
    ----------
    case : the case, whose present year stands for a missing one
    schools : schools as they stand
    children : children of each that are compared
    counts : whether a school counts
    """
    owned = schools["ownership"].isin(["public", "private"])
    table = schools.assign(
        year=schools["year"].astype("Float64").fillna(case.now).astype("int64"),
        part=children.where(counts, 0), of=children,
    )[owned]  # fmt: skip
    groups = table.groupby("adcode", sort=False)
    sums = groups[["part", "of", "pupils"]].sum().astype(float)
    return sums.assign(year=groups["year"].max()).reset_index()
