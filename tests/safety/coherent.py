"""What must hold of every output, whatever came in."""

import numpy as np
import pandas as pd

from data.contract.stages import STAGE_CODES
from tests.safety.made_up import CITY, COUNTIES

FIRST = next(iter(COUNTIES))  # its projects make its seats uncertain

ROUNDING = 0.5  # of a count stated as an integer
UNREPORTED = ["teachers_staying", "teachers_short", "boarding_required", "boarding_beds"]
LIMITS = ["lo95", "lo80", "hi80", "hi95"]


def demand_faults(demand: pd.DataFrame) -> list[str]:
    """Return what is wrong with a ``demand.csv``; empty where all holds."""
    faults = []
    numbers = demand.select_dtypes("number")
    if not np.isfinite(numbers.drop(columns=UNREPORTED).to_numpy(float)).all():
        faults.append("not finite")
    if np.isinf(demand[UNREPORTED].to_numpy(float)).any():
        faults.append("infinite where nothing is reported")
    counts = ["pupils", "seats_required", "seats_available"]
    if (numbers.filter(regex="^(pupils|seats)") < 0).any(axis=None):
        faults.append("negative")
    limits = (
        ["pupils_lo95", "pupils_lo80", "pupils_hi80", "pupils_hi95"],
        ["seats_required_lo80", "seats_required_hi80"],
        ["gap_lo80", "gap_hi80"],
    )
    if any((demand[ends].diff(axis=1).iloc[:, 1:] < 0).any(axis=None) for ends in limits):
        faults.append("order of limits")
    if not demand["shortage_probability"].between(0, 1).all():
        faults.append("probability")
    if demand[["rung", "pupils_basis", "supply_basis"]].isna().any(axis=None):
        faults.append("rung or basis missing")
    key = ["scenario", "stage", "year"]
    city = demand[demand["adcode"] == CITY].set_index(key)[["pupils", "seats_required"]]
    parts = demand[demand["adcode"] != CITY].groupby(key)[["pupils", "seats_required"]].sum()
    counties = demand["adcode"].nunique() - 1
    if ((city - parts).abs() > ROUNDING * (counties + 1)).any(axis=None):
        faults.append("counties do not add up to the city")
    if _gap_off(demand):
        faults.append("gap is not required less available")
    if (demand[counts] > 1e9).any(axis=None):
        faults.append("absurdly many")
    return faults


def _gap_off(demand: pd.DataFrame) -> bool:
    """Tell whether gap differs from required less available where supply is certain."""
    certain = (demand["supply_basis"] == "reported") & ~demand["adcode"].isin([CITY, FIRST])
    rows = demand[certain]
    return bool((rows["gap"] - rows["seats_required"] + rows["seats_available"]).abs().gt(2).any())


def enrolment_faults(table: pd.DataFrame) -> list[str]:
    """Return what is wrong with the output of ``xuewei enrolment``."""
    faults = []
    values = table[["mean", "median", *LIMITS]]
    if not np.isfinite(values.to_numpy(float)).all():
        faults.append("not finite")
    if (values < 0).any(axis=None):
        faults.append("negative")
    if (table[["lo95", "lo80", "median", "hi80", "hi95"]].diff(axis=1).iloc[:, 1:] < 0).any(
        axis=None
    ):
        faults.append("order of limits")
    if (table[["lo95", "mean", "hi95"]].diff(axis=1).iloc[:, 1:] < 0).any(axis=None):
        faults.append("mean beyond the limits")
    total = table[table["grade"] == "all"].set_index(["area_id", "year"])["mean"]
    stages = table["grade"].isin(STAGE_CODES)
    for name, rows in (("grades", ~stages & (table["grade"] != "all")), ("stages", stages)):
        parts = table[rows].groupby(["area_id", "year"])["mean"].sum()
        if not np.allclose(parts, total.loc[parts.index], rtol=0, atol=0.01):
            faults.append(f"{name} do not add up")
    if (values > 1e9).any(axis=None):
        faults.append("absurdly many")
    return faults


def population_faults(table: pd.DataFrame) -> list[str]:
    """Return what is wrong with the output of ``xuewei population``."""
    faults = []
    values = table[["mean", *LIMITS]]
    if not np.isfinite(values.to_numpy(float)).all():
        faults.append("not finite")
    if (values < 0).any(axis=None):
        faults.append("negative")
    if (table[LIMITS].diff(axis=1).iloc[:, 1:] < 0).any(axis=None):
        faults.append("order of limits")
    if (values > 1e9).any(axis=None):
        faults.append("absurdly many")
    return faults
