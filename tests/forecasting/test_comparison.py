"""Differences between scenarios, by hand, as invariants, and with common random numbers."""

import hypothesis.extra.numpy as hnp
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.arrays import FloatArray
from forecasting.comparison import COMPARISON_COLUMNS, comparison_table, contrast, parts_apart
from forecasting.seat_draws import SeatDraws
from forecasting.why import PARTS

NAMES = {"450300": "桂林市", "450312": "临桂区", "450321": "阳朔县"}
seats = hnp.arrays(np.float64, (2, 3, 7), elements=st.integers(0, 50).map(float))


def draws(required: list[list[int]], available: int = 100) -> SeatDraws:
    """Two counties, one stage, 2030 alone; a list a county of its draws."""
    array = np.array(required, dtype=np.float32)[:, None, None, :]
    return SeatDraws(
        ("450312", "450321"), ("primary",), (2030,), array, np.full_like(array, available)
    )


def differences(scenario: str, births: float, migration: float) -> pd.DataFrame:
    """Rows of why_scenarios.csv, the same for both counties and twice as much for the city."""
    seats = {"births": births, "migration": migration}
    return pd.DataFrame(
        [
            {"scenario": scenario, "adcode": adcode, "stage": "primary", "year": 2030, "part": part,
             "seats": seats.get(part, 0.0) * (2 if adcode == "450300" else 1)}
            for adcode in NAMES
            for part in PARTS
        ]
    )  # fmt: skip


def table(city: str | None = "450300") -> pd.DataFrame:
    scenarios = {
        "baseline": draws([[45, 90, 90, 135], [90, 90, 90, 90]]),
        # draw by draw: -45, 0, +45, +45 and +45, 0, -90, 0; the city 0, 0, -45, +45
        "other": draws([[0, 90, 135, 180], [135, 90, 0, 90]], available=110),
    }
    why = differences("other", 20.0, -7.0)
    return comparison_table(scenarios, why, NAMES, city, [2030])


def test_differences_worked_by_hand():
    rows = table().set_index("adcode")
    assert list(table().columns) == COMPARISON_COLUMNS
    assert list(rows.index) == ["450300", "450312", "450321"]
    assert list(rows["county"]) == ["桂林市", "临桂区", "阳朔县"]
    assert list(rows["required_difference"]) == [0, 45 / 4, -45 / 4]
    assert list(rows["required_above"]) == [0.25, 0.5, 0.25]
    assert list(rows["required_equal"]) == [0.5, 0.25, 0.5]
    # The 10 % point of -90, 0, 0, 45 lies 0.3 of the way from the first to the second.
    assert rows["required_difference_lo80"]["450321"] == pytest.approx(-63)
    # Ten seats more are there in each county, so the gap is that much smaller.
    assert list(rows["gap_difference"]) == [-20, 45 / 4 - 10, -45 / 4 - 10]
    assert list(rows["gap_above"]) == [0.25, 0.5, 0.25]
    assert list(rows["gap_equal"]) == [0, 0, 0]
    assert list(rows["births"]) == [40, 20, 20]
    assert list(rows["policy"]) == [0, 0, 0]


def test_counties_alone_have_no_city():
    pd.testing.assert_frame_equal(
        table(None), table().query("adcode != '450300'").reset_index(drop=True)
    )


def test_differences_depend_on_pairing_the_draws():
    one, other = draws([[0, 100], [0, 0]]), draws([[45, 145], [0, 0]])
    rows = comparison_table(
        {"one": one, "other": other}, differences("other", 0, 0), NAMES, None, [2030]
    )
    assert rows["required_above"][0] == 1
    assert rows["required_difference_lo80"][0] == rows["required_difference_hi80"][0] == 45


@given(one=seats, other=seats)
def test_above_below_and_equal_are_all_there_is(one: FloatArray, other: FloatArray):
    found = contrast(other - one)
    less = (other < one).mean(axis=-1)
    assert found.above + less + found.equal == pytest.approx(1)
    assert found.below == pytest.approx(less)
    assert (found.low <= found.high).all()


@given(one=seats, other=seats)
def test_the_other_way_round_is_the_same_with_the_sign_turned(one: FloatArray, other: FloatArray):
    there, back = contrast(other - one), contrast(one - other)
    assert there.mean == pytest.approx(-back.mean)
    assert there.low == pytest.approx(-back.high)
    assert there.above == pytest.approx(back.below)
    assert (there.equal == back.equal).all()


def test_parts_between_two_scenarios_are_those_of_each_less_the_main_one():
    why = pd.concat([differences("low", -30.0, 0.0), differences("fast", 0.0, 5.0)])
    county = ("450312", "primary", 2030)
    assert parts_apart(why, "baseline", "low").loc[county, "births"] == -30
    assert parts_apart(why, "low", "baseline").loc[county, "births"] == 30
    apart = parts_apart(why, "low", "fast").loc[county]
    assert (apart["births"], apart["migration"], apart["policy"]) == (30, 5, 0)
