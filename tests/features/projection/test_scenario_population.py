"""Scenarios on the bundled Guilin data: who moves where, and that the city keeps its children."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config

from data.bundle import load_bundle
from data.problems import DataError
from data.scenario.schema import Scenario
from features.migration.learned_change import home_migration
from features.projection.census_prediction import predict_from_census
from features.projection.scenario_population import (
    JumpOff,
    build_jump_off,
    residents,
)
from features.urban.dwellings import Dwellings

NOW, UNTIL, DRAWS = 2026, 2036, 20
LINGUI = "450312"


@pytest.fixture(scope="module")
def jump_off() -> JumpOff:
    return build_jump_off(load_bundle(None), UNTIL, DRAWS, 1)


def test_what_is_foreseen_is_the_same_to_the_last_digit_on_many_threads():
    """A cluster makes joblib's default many threads; trees are added up in one order still."""
    bundle = load_bundle(None)
    alone = predict_from_census(bundle)[bundle.city]
    with parallel_config(backend="threading", n_jobs=4):
        for _ in range(5):
            together = predict_from_census(bundle)[bundle.city]
            for one, other in ((together.change, alone.change), (together.ratios, alone.ratios)):
                pd.testing.assert_frame_equal(one.expected, other.expected, check_exact=True)
                pd.testing.assert_frame_equal(one.spread, other.spread, check_exact=True)


def scenario(**parts: object) -> Scenario:
    return Scenario.model_validate({"name": "a", "title_zh": "甲", "title_en": "A"} | parts)


def test_the_births_of_2016_and_their_fall_stand_in_the_ages_of_2020(jump_off: JumpOff):
    city = jump_off.census_day.sum(axis=0)
    assert city[4] == city[:6].max()  # ten months of 2016, two of 2015
    assert (np.diff(city[:5]) > 0).all()
    assert city[0] == pytest.approx(45_527)  # counted
    assert city[1:5].sum() == pytest.approx(255_910)


def test_counties_add_up_to_the_births_of_the_city_and_follow_those_who_move(jump_off: JumpOff):
    """Where the children move to, more are born than the women of the census would have."""
    births, year = jump_off.births, 2030
    share = births.births / births.births.sum(axis=0)
    women = jump_off.women / jump_off.women.sum(axis=0)
    column = births.years.index(year)
    gain = np.log(np.median(share[:, column], axis=1) / women[:, column])
    moved = np.median(home_migration(jump_off.change, 1)[:, 0, 0], axis=1)
    assert np.corrcoef(gain, moved)[0, 1] > 0.5
    assert (births.births > 0).all()


def test_without_migration_families_stay_and_the_city_keeps_its_births(jump_off: JumpOff):
    base = residents(jump_off, scenario(), NOW)
    closed = residents(jump_off, scenario(migration={"scale": 0.0}), NOW)
    infants = base.years.index(2035)
    city = base.persons[:, infants, 0].sum(axis=0)
    assert closed.persons[:, infants, 0].sum(axis=0) == pytest.approx(city, rel=1e-9)
    newborn = closed.persons[:, infants, 0] / city
    women = jump_off.women[:, jump_off.births.years.index(2035)]
    assert np.corrcoef(newborn.mean(axis=1), women)[0, 1] > 0.9


def test_new_dwellings_bring_children_from_the_rest_of_the_city(jump_off: JumpOff):
    base = residents(jump_off, scenario(), NOW)
    plan = {"county": LINGUI, "dwellings": {2028: 4000}}
    moved = residents(jump_off, scenario(new_district=plan), NOW)
    place, years = base.areas.index(LINGUI), np.array(base.years)
    assert moved.persons.sum(axis=0) == pytest.approx(base.persons.sum(axis=0), rel=1e-9)
    assert (moved.persons[:, years < 2028] == base.persons[:, years < 2028]).all()
    more = moved.persons[place, years >= 2028] - base.persons[place, years >= 2028]
    assert (more > 0).all()


def test_newcomers_from_outside_add_to_the_city(jump_off: JumpOff):
    plan = {"county": LINGUI, "dwellings": {2028: 4000}, "pupils_per_dwelling": {"primary": 0.25}}
    base = residents(jump_off, scenario(), NOW).between(6, 11).sum(axis=0)
    outside = scenario(new_district=plan | {"from_outside": True})
    more = residents(jump_off, outside, NOW).between(6, 11).sum(axis=0) - base
    assert more[-1] == pytest.approx(4000 * 0.25)


def test_the_housing_table_brings_children_in_every_scenario(jump_off: JumpOff):
    housing = (Dwellings(LINGUI, 2029, 3000, "all", {}),)
    base = residents(jump_off, scenario(), NOW)
    housed = residents(replace(jump_off, housing=housing), scenario(), NOW)
    assert housed.persons.sum(axis=0) == pytest.approx(base.persons.sum(axis=0), rel=1e-9)
    place = base.areas.index(LINGUI)
    assert (housed.persons[place, -1] > base.persons[place, -1]).all()


def test_an_urban_share_of_2035_is_reached_in_the_median(jump_off: JumpOff):
    base = residents(jump_off, scenario(), NOW)
    raised = residents(jump_off, scenario(urbanization={"share_2035": 0.8}), NOW)
    column = base.years.index(2035)
    above = 0.8 - np.median(jump_off.urban.city[column])
    core = jump_off.urban_core
    moved = (raised.persons - base.persons)[core, column].sum(axis=(0, 1))
    children = base.persons[:, column].sum(axis=(0, 1))
    assert np.median(moved / children) == pytest.approx(above, abs=0.01)
    assert raised.persons.sum(axis=0) == pytest.approx(base.persons.sum(axis=0), rel=1e-9)


def test_a_new_district_outside_the_city_is_refused(jump_off: JumpOff):
    elsewhere = scenario(new_district={"county": "440106", "dwellings": {2028: 1}})
    with pytest.raises(DataError, match="440106"):
        residents(jump_off, elsewhere, NOW)
