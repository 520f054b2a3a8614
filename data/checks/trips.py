"""Checks of the table ``trips``: known ends, one unit, every pair of a county, no shortcut."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.contract.table_reading import Reading, Readings
from data.language import Text
from data.problems import DataProblem

ENDS = {"schools": "id", "sites": "id", "projects": "project_id"}
KM_A_DEGREE = 111.2
SHORTEST = 0.9  # of the straight line: coordinates are rounded
KM_MOST, MINUTES_MOST = 300.0, 600.0
FASTEST = 2.0  # km a minute


def known_ends(readings: Readings) -> Iterator[DataProblem]:
    """Require trips from a settlement to a school, site or project of the folder."""
    if "trips" not in readings:
        return
    reading = readings["trips"]
    starts, ends = _places(readings, {"settlements": "id"}), _places(readings, ENDS)
    for column, known, zh, en in (
        ("from", starts, "居民点表中的编号", "an id of the table settlements"),
        ("to", ends, "学校、备选用地或项目表中的编号", "an id of schools, sites or projects"),
    ):
        unknown = ~reading.rows[column].astype(str).isin(known.index)
        for line in reading.rows.index[unknown]:
            how_to_fix = Text("改正编号，或在该表中补上它", "correct the id or add it to its table")
            yield reading.problem(line, column, Text(zh, en), how_to_fix)


def one_unit(readings: Readings) -> Iterator[DataProblem]:
    """Require minutes in every row, or kilometres in every row."""
    if "trips" not in readings:
        return
    reading = readings["trips"]
    column = unit_of(reading.rows)
    for line in reading.rows.index[reading.rows[column].isna()]:
        title = (
            Text("用时（分钟）", "minutes") if column == "minutes" else Text("路程（公里）", "km")
        )
        expected = Text(f"每行都有{title.zh}", f"{title.en} in every row")
        how_to_fix = Text("全表只用一种：都填用时，或都填路程", "use one of the two in all rows")
        yield reading.problem(line, column, expected, how_to_fix)


def every_pair(readings: Readings) -> Iterator[DataProblem]:
    """Require all pairs of a county that has any: a missing one is no proof of being out of reach.

    One problem per county, with the first pair that is missing.
    """
    if "trips" not in readings or not readings["trips"].complete:
        return
    reading = readings["trips"]
    starts, ends = _places(readings, {"settlements": "id"}), _places(readings, ENDS)
    given = set(zip(reading.rows["from"].astype(str), reading.rows["to"].astype(str), strict=True))
    measured = starts[starts.index.isin({start for start, _ in given})]["adcode"].unique()
    for adcode in measured:
        own, there = (part.index[part["adcode"] == adcode] for part in (starts, ends))
        missing = [(a, b) for a in own for b in there if (a, b) not in given]
        if missing:
            pair = "→".join(missing[0])
            expected = Text(
                f"{adcode}每个居民点到每所学校和用地（共{len(own) * len(there)}对）",
                f"every pair of settlement and school or site of {adcode} "
                f"({len(own) * len(there)} pairs)",
            )
            how_to_fix = Text(
                f"缺{len(missing)}对，如{pair}；补上，到不了的填大数（如600分钟、300公里）",
                f"{len(missing)} missing, such as {pair}; add them, unreachable ones as 600 "
                "minutes or 300 km",
            )
            yield DataProblem(reading.file, expected, how_to_fix, column="to")


def no_shortcut(readings: Readings) -> Iterator[DataProblem]:
    """Require ways no shorter than the straight line, and no faster than a car."""
    if "trips" not in readings:
        return
    reading = readings["trips"]
    starts, ends = _places(readings, {"settlements": "id"}), _places(readings, ENDS)
    straight = _straight_km(reading.rows, starts, ends)
    column = unit_of(reading.rows)
    least = straight / FASTEST if column == "minutes" else straight * SHORTEST
    most = MINUTES_MOST if column == "minutes" else KM_MOST
    figures = reading.rows[column].astype(float).to_numpy()
    for place in np.flatnonzero(figures < least):
        expected = Text(
            f"不小于{least[place]:.1f}（直线{straight[place]:.1f}公里）",
            f"at least {least[place]:.1f} (straight line {straight[place]:.1f} km)",
        )
        how_to_fix = Text("核对单位、编号和坐标", "check unit, ids and coordinates")
        yield reading.problem(reading.rows.index[place], column, expected, how_to_fix)
    for place in np.flatnonzero(figures > most):
        expected = Text(f"不大于{most:,.0f}", f"at most {most:,.0f}")
        how_to_fix = Text("核对单位：公里、分钟，不是米、秒", "check the unit: km or minutes")
        yield reading.problem(reading.rows.index[place], column, expected, how_to_fix)


def unit_of(rows: pd.DataFrame) -> str:
    """Return the column that holds the ways: minutes where there are any, else km."""
    return "minutes" if rows["minutes"].notna().any() else "km"


def _places(readings: Readings, tables: dict[str, str]) -> pd.DataFrame:
    """Return id → adcode, lon, lat of the places of ``tables``."""
    parts = [_located(readings[name], key) for name, key in tables.items() if name in readings]
    empty = pd.DataFrame(columns=["adcode", "lon", "lat"])
    every = pd.concat(parts) if parts else empty
    return every[~every.index.duplicated()]


def _located(reading: Reading, key: str) -> pd.DataFrame:
    rows = reading.rows.set_index(reading.rows[key].astype(str))[["adcode", "lon", "lat"]]
    return rows.rename_axis("place")


def _straight_km(rows: pd.DataFrame, starts: pd.DataFrame, ends: pd.DataFrame) -> np.ndarray:
    """Return the straight line of each row, (row,); 0 where a point is not known."""
    first, last = (
        places.reindex(rows[column].astype(str))[["lon", "lat"]].astype(float).to_numpy()
        for column, places in (("from", starts), ("to", ends))
    )
    apart = (last - first) * KM_A_DEGREE
    apart[:, 0] *= np.cos(np.radians(first[:, 1]))
    return np.nan_to_num(np.hypot(*apart.T))


TRIP_CHECKS = (known_ends, one_unit, every_pair, no_shortcut)
