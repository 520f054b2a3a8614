"""Checks of the tables that hold places: datum and position of points, and synthetic data."""

from collections.abc import Iterator

from data.contract.table_reading import Readings
from data.language import Text
from data.problems import DataProblem

POINT_TABLES = ("settlements", "schools", "sites")
SYNTHETIC = "synthetic"
_STATE = Text(
    "在 datum（坐标系）列填 CGCS2000 或 WGS84；GCJ-02、BD-09 偏差数百米，不能用",
    "write CGCS2000 or WGS84 in the column datum; GCJ-02 and BD-09 are hundreds of metres off",
)


def stated_datum(readings: Readings) -> Iterator[DataProblem]:
    """Require a datum of coordinates: the shift of GCJ-02 is as long as the walk to school.

    A table that never states one is reported once.
    """
    expected = Text("写明的坐标系", "a stated datum")
    for name in (*POINT_TABLES, "projects"):
        if name not in readings:
            continue
        reading = readings[name]
        placed = reading.rows[reading.rows[["lon", "lat"]].notna().any(axis=1)]
        silent = placed.index[placed["datum"].isna()]
        if len(silent) and len(silent) == len(placed):
            yield DataProblem(reading.file, expected, _STATE, column="datum")
            continue
        for line in silent:
            yield reading.problem(line, "lon", expected, _STATE)


def complete_positions(readings: Readings) -> Iterator[DataProblem]:
    """Require both coordinates of a point or none."""
    for name in (*POINT_TABLES, "projects"):
        if name not in readings:
            continue
        reading = readings[name]
        halves = reading.rows["lon"].isna() != reading.rows["lat"].isna()
        for line in reading.rows.index[halves]:
            expected = Text("经度和纬度都有", "both longitude and latitude")
            yield reading.problem(line, "lon", expected, Text("补上另一个", "add the other"))


def synthetic_alone(readings: Readings) -> Iterator[DataProblem]:
    """Require synthetic places not to be mixed with real figures; a folder may be all synthetic."""
    if all((reading.rows["basis"] == SYNTHETIC).all() for reading in readings.values()):
        return
    made_up = {
        name: reading.rows.index[reading.rows["basis"] == SYNTHETIC]
        for name, reading in readings.items()
    }
    places = {name: readings[name] for name in POINT_TABLES if name in readings}
    mixed = {
        name
        for name, reading in places.items()
        if any(len(made_up[other]) for other in places) and len(made_up[name]) < len(reading.rows)
    }
    for name, lines in made_up.items():
        if len(lines) and (mixed or name not in places):
            expected = Text("不与真实数据混用的虚构数据", "made-up data apart from real data")
            how_to_fix = Text(
                "删去虚构行，或让居民点、学校、备选用地三表全部为虚构",
                "delete them, or let all rows of settlements, schools and sites be synthetic",
            )
            yield readings[name].problem(lines[0], "basis", expected, how_to_fix)


POINT_CHECKS = (stated_datum, complete_positions, synthetic_alone)
