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
from features.urban.dwellings import Dwellings, new_district_dwellings, stated_dwellings
from features.urban.new_housing import children_of_dwellings, settle

AREAS = ("450302", "450303", "450312")
YEARS, AGES = (2026, 2027, 2028), tuple(range(20))


def population(persons: float = 100.0) -> Population:
    return Population(AREAS, YEARS, AGES, np.full((3, 3, 20, 2), persons))


def plan(**changes: object) -> tuple[Dwellings, ...]:
    return new_district_dwellings(
        NewDistrict.model_validate({"county": "450312", "dwellings": {2027: 50}} | changes)
    )


def test_dwellings_fill_from_their_year_on_and_stay_full():
    dwellings = plan(dwellings={2027: 50, 2028: 100})
    children = children_of_dwellings(population(), dwellings, households=1000, seed=1)
    # 300 of each age in 1,000 households: 0.3 a dwelling.
    assert children[2, :, 7, 0] == pytest.approx([0, 15, 45])
    assert not children[:2].any()


def test_stated_pupils_are_even_over_the_ages_of_their_stage():
    dwellings = plan(pupils_per_dwelling={"primary": 0.6, "kindergarten": 0.3})
    children = children_of_dwellings(population(), dwellings, households=1000, seed=1)[2, 1, :, 0]
    assert children[6:12] == pytest.approx(50 * 0.6 / 6)
    assert children[:6] == pytest.approx(50 * 0.3 / 3)
    assert children[12:] == pytest.approx(50 * 0.3)


def test_newcomers_from_the_city_leave_the_others_in_proportion():
    start = population()
    start.persons[0] = 300.0
    children = children_of_dwellings(start, plan(), households=1000, seed=1)
    settled = settle(start, children, from_outside=False).persons
    assert settled[2, 1, 7, 0] == pytest.approx(100 + 25)
    assert settled[:2, 1, 7, 0] == pytest.approx([300 - 25 * 3 / 4, 100 - 25 / 4])


def test_newcomers_from_outside_are_added():
    children = children_of_dwellings(population(), plan(), households=1000, seed=1)
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
        children_of_dwellings(population(), plan(county="450399"), households=1000, seed=1)


YIELDS = pd.DataFrame(
    [
        ("商品房", "primary", 0, 0.12, 0.25),
        ("商品房", "primary", 4, 0.36, 0.25),
        ("all", "primary", 0, 0.6, 0.0),
    ],
    columns=["kind", "stage", "years_since", "pupils_per_dwelling", "error"],
)
HOUSING = pd.DataFrame(
    {
        "adcode": ["450312"] * 3,
        "year": [2026] * 3,
        "kind": ["商品房", "安置房", "商品房"],
        "dwellings": [100, 100, 100],
        "primary_yield": [np.nan, np.nan, 0.3],
    }
)


def primary(*dwellings: Dwellings, draws: int = 2) -> np.ndarray:
    """Return primary pupils in the dwellings as (year, draw)."""
    people = Population(AREAS, YEARS, AGES, np.full((3, 3, 20, draws), 100.0))
    return children_of_dwellings(people, dwellings, 1000, seed=1)[2, :, 6:12].sum(axis=1)


def test_pupils_follow_the_kind_of_dwelling_and_the_years_since_it_was_occupied():
    commercial, resettled, own = stated_dwellings(HOUSING, YIELDS)
    # Straight from 0.12 to 0.36 in four years: 0.12, 0.18, 0.24 of 100 dwellings.
    assert primary(commercial).mean(axis=1) == pytest.approx([12, 18, 24])
    assert primary(resettled).mean(axis=1) == pytest.approx([60, 60, 60])  # no row of its kind
    assert primary(own)[:, 0] == pytest.approx([30, 30, 30])  # its own constant figure


def test_the_error_of_a_yield_is_as_wide_as_stated_and_common_to_its_kind():
    commercial = stated_dwellings(HOUSING, YIELDS)[0]
    drawn = primary(commercial, draws=4000)[0]
    assert drawn.mean() == pytest.approx(12)
    assert drawn.std() / drawn.mean() == pytest.approx(0.25, abs=0.02)
    assert (drawn > 0).all()
    twice = primary(commercial, commercial, draws=4000)[0]
    assert twice == pytest.approx(2 * drawn)


def test_a_scenario_states_pupils_by_years_since_occupation_or_names_a_kind():
    path = plan(dwellings={2026: 50}, pupils_per_dwelling={"primary": {0: 0.0, 2: 0.4}})
    assert primary(*path)[:, 0] == pytest.approx([0, 10, 20])
    kind = NewDistrict.model_validate(
        {"county": "450312", "dwellings": {2026: 100}, "kind": "商品房"}
    )
    assert primary(*new_district_dwellings(kind, YIELDS)).mean(axis=1) == pytest.approx(
        [12, 18, 24]
    )
    with pytest.raises(DataError, match="商品房"):
        new_district_dwellings(kind)


def test_a_scenarios_own_error_widens_its_pupils():
    wide = plan(pupils_per_dwelling={"primary": 0.4}, yield_error=0.5)
    drawn = primary(*wide, draws=4000)[1]
    assert drawn.mean() == pytest.approx(20)
    assert drawn.std() / drawn.mean() == pytest.approx(0.5, abs=0.05)
