"""Implausible figures of a history are reported once each; a clean history has no notices."""

import numpy as np
import pandas as pd
import pytest

from data.checks.enrolment_notices import enrolment_notices


def history() -> pd.DataFrame:
    """Three areas, two grades, 2001-2009, moving by a few pupils."""
    rng = np.random.default_rng(1)
    rows = [
        (area, year, grade, 100.0 + rng.integers(-3, 4))
        for area in ("a", "b", "c")
        for year in range(2001, 2010)
        for grade in ("1", "2")
    ]
    return pd.DataFrame(rows, columns=["area_id", "year", "grade", "enrolment"])


def test_a_clean_history_says_nothing():
    assert enrolment_notices(history(), "h.csv") == []


@pytest.mark.parametrize(
    ("where", "enrolment", "met", "places"),
    [
        ("year == 2005", None, "no figure for a year between others", 6),
        ("year > 2007 and area_id == 'a'", None, "no figure for the last year", 2),
        ("year < 2003 and area_id == 'b'", None, "no figure for the first year", 2),
        ("year == 2009 and area_id == 'c' and grade == '2'", 0.0, "a grade closed", 1),
        ("year == 2006 and area_id == 'c' and grade == '2'", 250.0, "a year far from", 1),
        ("year == 2006 and area_id == 'c' and grade == '2'", 900.0, "about 9 times off", 1),
        ("year == 2006", 140.0, "all areas stepped at once", 2),
    ],
)
def test_each_oddity_is_reported(where: str, enrolment: float | None, met: str, places: int):
    table = history()
    rows = table.query(where).index
    if enrolment is None:
        table = table.drop(rows)
    else:
        table.loc[rows, "enrolment"] = enrolment
    found = [n for n in enrolment_notices(table, "h.csv") if n.expected.en.startswith(met)]
    assert len(found) == 1
    assert (f"({places} places)" in found[0].how_to_fix.en) == (places > 1)
    assert found[0].expected.zh != found[0].expected.en


def test_two_areas_that_move_together_are_an_unusual_change_and_no_step():
    table = history().query("area_id != 'c'")
    table.loc[table["year"] >= 2006, "enrolment"] *= 1.4
    found = enrolment_notices(table, "h.csv")
    assert [n.expected.en for n in found] == ["an unusual change of all areas together"]


def test_one_year_alone_is_reported():
    (notice,) = enrolment_notices(history().query("year == 2009"), "h.csv")
    assert notice.expected.en == "one year only"
