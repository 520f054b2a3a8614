from pathlib import Path

import pytest

from data.data_folder import inspect_folder

SETTLEMENTS = (
    "id,name,adcode,lon,lat,datum\n"
    "V1,甲村,450312,110.20,25.20,CGCS2000\n"
    "V2,乙村,450312,110.30,25.20,CGCS2000\n"
)
SCHOOLS = (
    "id,name,adcode,lon,lat,datum,stage,pupils\nX1,丙校,450312,110.21,25.20,CGCS2000,小学,100\n"
)
# V1 to X1 is a hundredth of a degree of longitude, 1.0 km; V2 to X1 nine, 9.1 km.
TRIPS = "from,to,km\nV1,X1,1.4\nV2,X1,12\n"


def problems(folder: Path, trips: str) -> list[tuple[str, int | None, str]]:
    for name, text in {"settlements": SETTLEMENTS, "schools": SCHOOLS, "trips": trips}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [(p.file, p.row, p.expected.en) for p in inspect_folder(folder).problems]


def test_a_complete_matrix_is_read(folder: Path) -> None:
    assert problems(folder, TRIPS) == []
    assert problems(folder, "起点,终点,用时（分钟）\nV1,X1,4\nV2,X1,25\n") == []
    tables = inspect_folder(folder).tables
    assert tables is not None
    assert tables.trips is not None
    assert tables.trips["minutes"].tolist() == [4.0, 25.0]


def test_metres_in_the_heading_become_kilometres(folder: Path) -> None:
    assert problems(folder, "from,to,km（米）\nV1,X1,1400\nV2,X1,12000\n") == []
    tables = inspect_folder(folder).tables
    assert tables is not None
    assert tables.trips is not None
    assert tables.trips["km"].tolist() == [1.4, 12.0]


@pytest.mark.parametrize(
    ("trips", "row", "expected"),
    [
        (TRIPS.replace("V2", "V9"), 3, "an id of the table settlements"),
        (TRIPS.replace("V2,X1", "V2,X9"), 3, "an id of schools, sites or projects"),
        (TRIPS + "V1,X1,1.5\n", 4, "from + to once; the same as row 2, with other figures"),
        ("from,to,km,minutes\nV1,X1,1.4,5\nV2,X1,12,\n", 3, "minutes in every row"),
        ("from,to,km,minutes\nV1,X1,,\nV2,X1,12,\n", 2, "km in every row"),
        (TRIPS.replace("1.4", "0.5"), 2, "at least 0.9 (straight line 1.0 km)"),
        (TRIPS.replace("12", "12000"), 3, "at most 300"),
        ("from,to,minutes\nV1,X1,5\nV2,X1,1\n", 3, "at least 4.5 (straight line 9.1 km)"),
    ],
)  # fmt: skip
def test_a_faulty_row_is_named(folder: Path, trips: str, row: int, expected: str) -> None:
    assert ("trips.csv", row, expected) in problems(folder, trips)


def test_missing_pairs_are_reported_once_per_county(folder: Path) -> None:
    (reported,) = problems(folder, "from,to,km\nV1,X1,1.4\n")
    assert reported == (
        "trips.csv",
        None,
        "every pair of settlement and school or site of 450312 (2 pairs)",
    )
