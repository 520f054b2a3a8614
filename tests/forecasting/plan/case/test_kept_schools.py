"""Which named schools a plan leaves as they are."""

import pandas as pd

from data.schools import schools_today
from forecasting.plan.case.kept_schools import not_merged, small_rural

ROWS = [
    # id, town, seats, pupils by year from 2020 on
    ("large", "甲镇", 900, (500, 500, 500)),
    ("other", "甲镇", 450, (300, 300, 300)),
    ("lone", "乙镇", 300, (200, 200, 200)),
    ("nowhere", None, 300, (200, 200, 200)),
    ("new", "甲镇", 600, (None, 40, 80)),
    ("point", "乙镇", 90, (30, 30, 30)),
    ("empty", "乙镇", 90, (30, 10, 0)),
]


def schools() -> pd.DataFrame:
    columns = ["id", "name", "adcode", "year", "stage", "grade", "kind", "ownership", "town",
               "pupils", "classes", "seats"]  # fmt: skip
    rows = [
        (name, name, "990121", 2020 + at, "primary", "all", None, None, town, count, None, seats)
        for name, town, seats, pupils in ROWS
        for at, count in enumerate(pupils)
        if count is not None
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"pupils": "Int64", "classes": "Int64", "seats": "Int64", "year": "Int64"})


def kept(towns_least: float) -> set[str]:
    today = schools_today(schools())
    found = not_merged(schools(), today, pd.Series({"primary": towns_least}))
    return set(today["id"][found])


def test_the_largest_of_a_town_and_a_growing_school_are_kept():
    assert kept(1) == {"large", "lone", "new"}
    assert kept(0) == {"new"}


def test_a_small_school_is_kept_until_it_has_no_pupils():
    today = schools_today(schools())
    assert set(today["id"][small_rural(today)]) == {"new", "point"}
