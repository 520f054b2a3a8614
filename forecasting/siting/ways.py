"""Ways to school from the table ``trips`` where it has them, straight lines elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.checks.trips import unit_of
from data.language import Text
from forecasting.siting.siting_case import IntArray, Trips

METRES_A_KM = 1000.0


@dataclass(frozen=True)
class Ways:
    """The table ``trips``, in metres or minutes.

    Parameters
    ----------
    rows : settlement, school, way; ``school`` is the id of a school, project or site
    unit : ``m`` or ``min``
    counties : counties whose settlements have ways; their other pairs are out of reach
    """

    rows: pd.DataFrame
    unit: str
    counties: frozenset[str]

    def between(self, places: Sequence[str], schools: Sequence[str]) -> Trips:
        """Return the trips of the table from ``places`` to ``schools`` by their positions."""
        start, end = (pd.Series(range(len(ids)), index=pd.Index(ids)) for ids in (places, schools))
        own = self.rows[self.rows["settlement"].isin(places) & self.rows["school"].isin(schools)]
        place, school = own["settlement"].map(start), own["school"].map(end)
        return Trips(_indices(place), _indices(school), own["way"].to_numpy(dtype=float))


def _indices(positions: pd.Series) -> IntArray:
    return positions.to_numpy(dtype=np.int64)


def ways_of(trips: pd.DataFrame | None, settlements: pd.DataFrame) -> Ways | None:
    """Return the ways of the table ``trips``, or None without one."""
    if trips is None or not len(settlements):
        return None
    column = unit_of(trips)
    factor = METRES_A_KM if column == "km" else 1.0
    rows = pd.DataFrame(
        {
            "settlement": trips["from"].astype(str),
            "school": trips["to"].astype(str),
            "way": trips[column].astype(float) * factor,
        }
    )
    starts = settlements[settlements["id"].astype(str).isin(rows["settlement"])]
    counties = frozenset(starts["adcode"].astype(str))
    return Ways(rows, "min" if column == "minutes" else "m", counties)


def ways_note(ways: Ways | None, counties: Sequence[str]) -> Text:
    """Return in words where straight lines stand for the way to school."""
    measured = set() if ways is None else set(counties) & ways.counties
    straight = len(set(counties)) - len(measured)
    if not measured:
        return Text(
            "没有上学路程表（trips），距离按直线算，比实际的路短，可达性偏乐观",
            "no table trips: distances are straight lines, shorter than the way, so access is "
            "an upper bound",
        )
    kind = Text("用时", "minutes") if ways and ways.unit == "min" else Text("路程", "km")
    if not straight:
        return Text(f"距离按上学路程表的{kind.zh}", f"ways are the {kind.en} of the table trips")
    return Text(
        f"{len(measured)} 个县区按上学路程表的{kind.zh}，其余 {straight} 个按直线",
        f"{len(measured)} counties by the {kind.en} of the table trips, {straight} by straight "
        "lines",
    )
