"""An area that ends when another grows by as many pupils is reported."""

import pandas as pd
import pytest

from data.checks.mergers import merger_notices

YEARS = range(2015, 2023)


def history(gone: int, grown: float) -> pd.DataFrame:
    """Return three areas of which B ends before ``gone``, when A grows by ``grown``."""
    rows = [
        ("A", year, "1", 5000 + 40 * (year - 2015) + (grown if year >= gone else 0))
        for year in YEARS
    ]
    rows += [("C", year, "1", 3000 - 20 * (year % 3)) for year in YEARS]
    rows += [("B", year, "1", 800.0) for year in YEARS if year < gone]
    return pd.DataFrame(rows, columns=["area_id", "year", "grade", "enrolment"])


@pytest.mark.parametrize("gone", [2018, 2020, 2022])
def test_a_merger_is_reported_with_both_areas(gone: int) -> None:
    (notice,) = merger_notices(history(gone, 790), "h.csv")
    assert notice.value == "B: 800"
    assert f"ends before {gone}, when A grew by 830" in notice.expected.en


@pytest.mark.parametrize("grown", [0, 200, 2500])
def test_an_area_that_just_ends_is_no_merger(grown: float) -> None:
    assert list(merger_notices(history(2020, grown), "h.csv")) == []
