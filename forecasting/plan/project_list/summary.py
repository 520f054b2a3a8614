"""Plan totals: one row per county, stage and action, and net seats by stage."""

import pandas as pd

from data.contract.stages import STAGE_TITLES
from forecasting.plan.case.actions import TEMPORARY
from forecasting.plan.project_list.reasons import ACTION_TITLES

WAN = 10_000
M2_A_MU = 2000 / 3
STEP = ["adcode", "county", "stage", "action"]
SUMS = ["schools", "classes", "seats", "cost_cny", "land_m2"]


def steps_by_county(plan: pd.DataFrame) -> pd.DataFrame:
    """Return the actions of one scenario over all years, by county, stage and action.

    Parameters
    ----------
    plan : rows of ``plan.csv`` of one scenario

    Returns
    -------
    ``adcode, county, stage, action``; sums of ``schools, classes, seats, cost_cny, land_m2``;
    ``first`` and ``last`` year in which one takes effect; ``decide_in``, the first year in which
    one must be decided.
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


def net_seats(plan: pd.DataFrame, class_size: "pd.Series[float]") -> "pd.Series[float]":
    """Return seats opened minus seats closed, over all years, by (adcode, stage).

    Parameters
    ----------
    plan : rows of ``plan.csv`` of one scenario; rented rooms are excluded
    class_size : stage → pupils per class, to subtract the seats of converted schools
    """
    lasting = plan[~plan["action"].isin(TEMPORARY)]
    opened = lasting.groupby(["adcode", "stage"])["seats"].sum()
    turned = lasting[lasting["action"] == "convert"]
    seats = turned["classes"] * turned["taken_from"].map(class_size).astype(float)
    given = seats.groupby([turned["adcode"], turned["taken_from"]]).sum()
    return opened.sub(given.rename_axis(["adcode", "stage"]), fill_value=0.0)
