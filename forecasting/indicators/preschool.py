"""Indicators of 普及普惠: kindergartens."""

import pandas as pd

from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.measured import counted, measured, meets
from forecasting.indicators.school_years import OBSERVED, school_years


def gross_enrolment(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Pupils of the stage over residents of its ages, both forecast."""
    children = case.children[case.children["stage"] == stage][["adcode", "year", "children"]]
    rows = case.cells(stage).merge(children, on=["adcode", "year"])
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
    """Return the share from ``enrolment``, else from schools with owner (and inclusive or not)."""
    rows = case.latest_enrolment(column, (stage,))
    if len(rows) or case.schools is None:
        return measured(rows.assign(numerator=rows[column], denominator=rows["pupils"]), OBSERVED)
    own = case.schools[(case.schools["stage"] == stage)].dropna(subset=["pupils"])
    own = own[own["ownership"].isin(["public", "private"])]
    counts = own["ownership"] == "public"
    if column == "inclusive_pupils":
        # A private kindergarten that is neither stated as inclusive nor as not leaves it open.
        unknown = ~counts & ~own["inclusive"].isin(["true", "false"])
        own = own[~own["adcode"].isin(own.loc[unknown, "adcode"])]
        counts = counts | (own["inclusive"] == "true")
    year = own["year"].astype("Float64").fillna(case.now).astype("int64")
    table = own.assign(year=year, counts=own["pupils"].where(counts[own.index], 0))
    sums = table.groupby("adcode", sort=False).agg(
        numerator=("counts", "sum"), denominator=("pupils", "sum"), year=("year", "max")
    )
    return measured(sums.reset_index(), OBSERVED)
