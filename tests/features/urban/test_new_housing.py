"""Families of new dwellings: where their children come from, and how many they are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from data.problems import DataError
from data.scenario.parts import NewDistrict
from features.arrays import Population
from features.urban.new_housing import children_of_dwellings, new_district_dwellings, settle

AREAS = ("450302", "450303", "450312")
YEARS, AGES = (2026, 2027, 2028), tuple(range(20))


def population(persons: float = 100.0) -> Population:
    return Population(AREAS, YEARS, AGES, np.full((3, 3, 20, 2), persons))


def plan(**changes: object) -> pd.DataFrame:
    return new_district_dwellings(
        NewDistrict.model_validate({"county": "450312", "dwellings": {2027: 50}} | changes)
    )


def test_dwellings_fill_from_their_year_on_and_stay_full():
    dwellings = plan(dwellings={2027: 50, 2028: 100})
    children = children_of_dwellings(population(), dwellings, households=1000)
    # 300 of each age in 1,000 households: 0.3 a dwelling.
    assert children[2, :, 7, 0] == pytest.approx([0, 15, 45])
    assert not children[:2].any()


def test_stated_pupils_are_even_over_the_ages_of_their_stage():
    dwellings = plan(pupils_per_dwelling={"primary": 0.6, "kindergarten": 0.3})
    children = children_of_dwellings(population(), dwellings, households=1000)[2, 1, :, 0]
    assert children[6:12] == pytest.approx(50 * 0.6 / 6)
    assert children[:6] == pytest.approx(50 * 0.3 / 3)
    assert children[12:] == pytest.approx(50 * 0.3)


def test_newcomers_from_the_city_leave_the_others_in_proportion():
    start = population()
    start.persons[0] = 300.0
    children = children_of_dwellings(start, plan(), households=1000)
    settled = settle(start, children, from_outside=False).persons
    assert settled[2, 1, 7, 0] == pytest.approx(100 + 25)
    assert settled[:2, 1, 7, 0] == pytest.approx([300 - 25 * 3 / 4, 100 - 25 / 4])


def test_newcomers_from_outside_are_added():
    children = children_of_dwellings(population(), plan(), households=1000)
    settled = settle(population(), children, from_outside=True).persons
    assert settled[:2] == pytest.approx(population().persons[:2])
    assert (settled - children) == pytest.approx(population().persons)


@given(
    persons=arrays(float, (3, 3, 20, 2), elements=st.floats(0, 1e5)),
    children=arrays(float, (3, 3, 20, 2), elements=st.floats(0, 1e5)),
)
def test_the_city_keeps_its_children_and_nobody_is_negative(
    persons: np.ndarray, children: np.ndarray
):
    start = Population(AREAS, YEARS, AGES, persons)
    settled = settle(start, children, from_outside=False).persons
    assert settled.sum(axis=0) == pytest.approx(persons.sum(axis=0), rel=1e-9, abs=1e-6)
    assert (settled >= -1e-6).all()


def test_a_county_that_is_not_forecast_is_reported():
    with pytest.raises(DataError, match="450399"):
        children_of_dwellings(population(), plan(county="450399"), households=1000)
