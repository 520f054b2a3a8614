import numpy as np
import pytest

from data.scenario.assumptions import DEFAULT, each_number, over

YEARS = range(2025, 2031)


def test_a_number_holds_from_now_on_and_nothing_stated_leaves_the_baseline():
    assert over(2.0, ("a",), YEARS, 2027, 1.0).tolist() == [[1, 1, 2, 2, 2, 2]]
    assert over(None, ("a",), YEARS, 2027, np.arange(6)).tolist() == [[0, 1, 2, 3, 4, 5]]


def test_years_are_joined_from_the_baseline_now_and_stay_level_after():
    assert over({2029: 3.0}, ("a",), YEARS, 2027, 1.0).tolist() == [[1, 1, 1, 2, 3, 3]]
    # A value for a year not after now replaces the start.
    assert over({2025: 5.0, 2029: 3.0}, ("a",), YEARS, 2027, 1.0).tolist() == [[1, 1, 4, 3.5, 3, 3]]


def test_counties_differ_and_the_default_is_for_the_rest():
    value = {DEFAULT: 2.0, "b": {2027: 4.0}}
    assert over(value, ("a", "b"), YEARS, 2027, 1.0)[:, 3].tolist() == [2, 4]
    assert over({"b": 4.0}, ("a", "b"), YEARS, 2027, 1.0)[:, 3].tolist() == [1, 4]


def test_now_beyond_the_years_changes_nothing():
    assert (over({2029: 3.0}, ("a",), YEARS, 2040, 1.0) == 1).all()


def test_a_county_that_is_not_forecast_is_no_silent_nothing():
    with pytest.raises(KeyError, match="c"):
        over({"c": 2.0}, ("a", "b"), YEARS, 2027, 1.0)


def test_each_number_is_changed_wherever_it_stands():
    def to_2030(number: float) -> dict[int, float]:
        return {2030: number}

    assert each_number(0.8, to_2030) == {2030: 0.8}
    assert each_number({2028: 0.9}, to_2030) == {2028: 0.9}
    assert each_number({DEFAULT: 1.0, "a": {2028: 0.9}}, to_2030) == {
        DEFAULT: {2030: 1.0},
        "a": {2028: 0.9},
    }
