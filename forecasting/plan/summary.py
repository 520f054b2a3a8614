"""A plan summed up: a row a county, stage and action, and what each stage gains in the end."""

import pandas as pd

from data.contract.stages import STAGE_TITLES
from forecasting.plan.reasons import ACTION_TITLES

YEARLY = ("lease", "bus")  # seats that are used for a year, and are none of the stock
WAN = 10_000
M2_A_MU = 2000 / 3
STEP = ["adcode", "county", "stage", "action"]
SUMS = ["schools", "classes", "seats", "cost_cny", "land_m2"]


def steps_by_county(plan: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of one scenario over all years, in the order of county, stage and action.

    Parameters
    ----------
    plan : rows of ``plan.csv`` of one scenario

    Returns
    -------
    ``adcode, county, stage, action``; sums of ``schools, classes, seats, cost_cny, land_m2`` (of a
    lease or a bus class-years and seat-years); ``first`` and ``last`` year in which seats open;
    ``decide_in``, the first year in which something is to be decided.
    """
    places = {code: place for place, code in enumerate([*STAGE_TITLES, *ACTION_TITLES])}
    grouped = plan.groupby(STEP, sort=False)
    years = grouped.agg(first=("year", "min"), last=("year", "max"), decide_in=("decide_in", "min"))
    return (
        grouped[SUMS]
        .sum()
        .join(years)
        .reset_index()
        .sort_values(
            ["adcode", "stage", "action"],
            key=lambda codes: codes.map(places) if codes.name != "adcode" else codes,
            kind="stable",
            ignore_index=True,
        )
    )


def net_seats(plan: pd.DataFrame) -> "pd.Series[float]":
    """Return seats opened less seats closed and handed on over all years, by (adcode, stage).

    Parameters
    ----------
    plan : rows of ``plan.csv`` of one scenario; leases and buses are left out
    """
    lasting = plan[~plan["action"].isin(YEARLY)]
    opened = lasting.groupby(["adcode", "stage"])["seats"].sum()
    handed = lasting[lasting["action"] == "convert"]
    given = handed.groupby(["adcode", "taken_from"])["seats_given"].sum()
    return opened.sub(given.rename_axis(["adcode", "stage"]), fill_value=0.0)
