"""Where the pupils of a school that the plan closes go, and how far it is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.arrays import FloatArray
from forecasting.plan.case.actions import GIVING, Action
from forecasting.plan.project_list.plan_table import ID_BREAK

EARTH_KM = 6371.0088
NAMED_MOST = 3


@dataclass(frozen=True)
class Closure:
    """A named school that a plan closes, merges, or turns into one of another stage.

    Parameters
    ----------
    id, stage, adcode : the school
    year : school year from which it is closed at that stage
    action : ``merge``, ``close`` or ``convert``
    row : index of the plan's row
    """

    id: str
    stage: str
    adcode: str
    year: int
    action: str
    row: int


def closures(plan: pd.DataFrame) -> list[Closure]:
    """Return the named schools that the rows of ``plan.csv`` close, by year."""
    found = []
    for place, row in plan.sort_values("year", kind="stable").iterrows():
        if row["action"] not in (*GIVING, Action.CONVERT):
            continue
        stage = row["taken_from"] if row["action"] == Action.CONVERT else row["stage"]
        found += [
            Closure(one, stage, row["adcode"], int(row["year"]), row["action"], int(str(place)))
            for one in str(row["school_ids"]).split(ID_BREAK)
            if one
        ]
    return found


@dataclass(frozen=True)
class Destination:
    """A school that receives pupils: its id, how many, and the distance in km, NaN if unknown."""

    id: str
    pupils: float
    km: float


def destinations(
    schools: pd.DataFrame, closing: str, leaving: set[str], pupils: float
) -> list[Destination]:
    """Return the nearest open schools that have room for ``pupils``, at most ``NAMED_MOST``.

    Parameters
    ----------
    schools : id, pupils, seats, lon, lat of the schools of one county and stage
    closing : id of the school that closes
    leaving : ids of all schools that close by then
    pupils : pupils to place
    """
    own = schools[schools["id"] == closing].iloc[0]
    others = schools[~schools["id"].isin({*leaving, closing})].copy()
    others["room"] = (others["seats"].astype(float) - others["pupils"].astype(float)).fillna(0.0)
    others["km"] = distance_km(
        own[["lon", "lat"]].to_numpy(dtype=float), others[["lon", "lat"]].to_numpy(dtype=float)
    )
    near = others[others["room"] > 0].sort_values(
        ["km", "room"], ascending=[True, False], kind="stable", na_position="last"
    )
    found, left = [], pupils
    for one in near.head(NAMED_MOST).itertuples():
        if left <= 0:
            break
        taken = min(left, float(one.room))
        found.append(Destination(str(one.id), taken, float(one.km)))
        left -= taken
    return found


def distance_km(point: FloatArray, others: FloatArray) -> FloatArray:
    """Return great-circle distances in km from ``point`` to each of ``others``, in degrees.

    >>> distance_km(np.array([110.0, 25.0]), np.array([[110.0, 26.0]])).round(1)
    array([111.2])
    """
    lon, lat = np.radians(point)
    lons, lats = np.radians(others).T
    half = (
        np.sin((lats - lat) / 2) ** 2 + np.cos(lat) * np.cos(lats) * np.sin((lons - lon) / 2) ** 2
    )
    return 2 * EARTH_KM * np.arcsin(np.sqrt(half))
