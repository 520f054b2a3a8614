"""Rows per school, year and grade become one row per school and stage."""

import pandas as pd

from data.contract.tables import TABLE_BY_NAME
from data.schools import schools_today

COLUMNS = [column.name for column in TABLE_BY_NAME["schools"].columns]


def _schools(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"stage": "primary", "grade": "all", **row} for row in rows], columns=COLUMNS
    )


def test_the_latest_year_stands_and_its_grades_are_added_up() -> None:
    found = schools_today(
        _schools(
            {"id": "A", "year": 2022, "pupils": 500},
            {"id": "A", "year": 2023, "grade": "P1", "pupils": 40, "town": "甲镇"},
            {"id": "A", "year": 2023, "grade": "P2", "pupils": 50},
        )
    )
    assert found[["id", "grade", "pupils", "town"]].to_numpy().tolist() == [
        ["A", "all", 90, "甲镇"]
    ]


def test_a_row_of_all_grades_stands_for_its_grades() -> None:
    found = schools_today(
        _schools(
            {"id": "A", "year": 2023, "grade": "all", "pupils": 95},
            {"id": "A", "year": 2023, "grade": "P1", "pupils": 40},
        )
    )
    assert found["pupils"].tolist() == [95]


def test_each_stage_of_a_school_has_its_row() -> None:
    found = schools_today(
        _schools({"id": "A", "pupils": 300}, {"id": "A", "stage": "junior", "pupils": 200})
    )
    assert found["pupils"].tolist() == [300, 200]


def test_an_unknown_figure_stays_unknown() -> None:
    assert schools_today(_schools({"id": "A", "seats": 900}))["pupils"].isna().all()
