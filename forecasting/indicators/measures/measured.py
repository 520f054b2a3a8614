"""The rows that a function for an indicator returns, and counts of schools that meet a norm."""

import numpy as np
import pandas as pd

from features.arrays import FloatArray

MEASURED = [
    "adcode", "year", "numerator", "denominator", "plan_numerator", "plan_denominator", "basis",
]  # fmt: skip

CARRIED = "assumption"  # the last reported share, carried forward


def measured(rows: pd.DataFrame, basis: str | None = None) -> pd.DataFrame:
    """Return ``rows`` in the columns ``MEASURED``; figures with the plan are missing if not there.

    Parameters
    ----------
    rows : adcode, year, numerator, denominator
    basis : basis of all rows; None: they have their own
    """
    own = rows if basis is None else rows.assign(basis=basis)
    full = own.reindex(columns=MEASURED).astype({"year": "int64"})
    numbers = MEASURED[2:6]
    full[numbers] = full[numbers].astype(float)
    return full.dropna(subset=["numerator", "denominator"]).reset_index(drop=True)


def carried(given: pd.DataFrame, pupils: pd.DataFrame) -> pd.DataFrame:
    """Return a share as reported, and in later years with all parts growing like the pupils.

    Parameters
    ----------
    given : adcode, year, ``part``, ``of``, ``pupils``, as last reported
    pupils : adcode, year, pupils of the years ahead
    """
    if given.empty:
        return nothing()
    now = given.assign(numerator=given["part"], denominator=given["of"], basis="observed")
    rows = pupils.merge(given, on="adcode", suffixes=("", "_given"))
    rows = rows[(rows["year"] > rows["year_given"]) & (rows["pupils_given"] > 0)]
    growth = rows["pupils"].astype(float) / rows["pupils_given"]
    later = rows.assign(numerator=rows["part"] * growth, denominator=rows["of"] * growth)
    return measured(pd.concat([now, later.assign(basis=CARRIED)], ignore_index=True))


def by_county(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``first``, and those of ``second`` for counties that it lacks."""
    rest = second[~second["adcode"].isin(first["adcode"])]
    if first.empty or rest.empty:
        return rest if first.empty else first
    return pd.concat([first, rest], ignore_index=True)


def nothing() -> pd.DataFrame:
    """Return no rows."""
    return measured(pd.DataFrame(columns=MEASURED))


def counted(rows: pd.DataFrame, meets: FloatArray, meets_plan: FloatArray) -> pd.DataFrame:
    """Return by county and year how many schools meet a norm, and of how many.

    Parameters
    ----------
    rows : adcode, year, basis; one row per school
    meets, meets_plan : 1, 0, or NaN where not known or where the school is closed
    """
    keys = ["adcode", "year"]
    table = rows[[*keys, "basis"]].assign(meets=meets, meets_plan=meets_plan)
    groups = table.groupby(keys, sort=False)
    sums = groups.agg(
        numerator=("meets", "sum"), denominator=("meets", "count"),
        plan_numerator=("meets_plan", "sum"), plan_denominator=("meets_plan", "count"),
        basis=("basis", "first"),
    ).reset_index()  # fmt: skip
    sums = sums[sums["denominator"] > 0].copy()
    no_plan = sums["plan_denominator"] == 0
    sums.loc[no_plan, ["plan_numerator", "plan_denominator"]] = np.nan
    return measured(sums)


def meets(value: "pd.Series[float]", threshold: float, sense: str) -> FloatArray:
    """Return 1 where ``value`` meets a threshold, else 0; NaN where there is no value."""
    slack = 1e-9 * max(1.0, abs(threshold))
    good = value >= threshold - slack if sense == "least" else value <= threshold + slack
    return np.where(value.notna(), good.astype(float), np.nan)
