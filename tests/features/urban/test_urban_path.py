import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.arrays import Population
from features.urban.urban_path import (
    UrbanPath,
    pace_spread,
    raised_path,
    raised_share,
    shares_adding_up,
    urban_paths,
    urban_shift,
)

CITY = "450300"
NATION = pd.Series({2000: 0.3622, 2010: 0.4968, 2020: 0.6389})
RESIDENTS = pd.Series({"450302": 1000.0, "450303": 3000.0})
POINTS = pd.DataFrame(
    [
        ("450302", 2010, 1000, 300), ("450302", 2020, 1000, 500),
        ("450303", 2010, 3000, 600), ("450303", 2020, 3000, 1000),
    ],
    columns=["adcode", "year", "population", "urban_population"],
)  # fmt: skip
YEARS = range(2020, 2036)


def paths(points: pd.DataFrame = POINTS, nation: pd.Series = NATION) -> UrbanPath:
    return urban_paths(points, CITY, RESIDENTS, nation, YEARS, 400, 1)


def logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def test_the_city_goes_on_half_at_its_own_pace_and_half_at_the_nations():
    city = pd.DataFrame([(CITY, 2010, 4000, 900), (CITY, 2020, 4000, 1500)], columns=POINTS.columns)
    middle = np.median(paths(pd.concat([POINTS, city])).city, axis=1)
    own = (logit(1500 / 4000) - logit(900 / 4000)) / 10
    nation = (logit(0.6389) - logit(0.4968)) / 10
    expected = logit(1500 / 4000) + 10 * (own + nation) / 2
    assert middle[0] == pytest.approx(1500 / 4000, abs=1e-3)
    assert logit(float(middle[10])) == pytest.approx(expected, abs=0.05)


def test_an_annual_point_is_passed_through_and_counts():
    annual = pd.DataFrame([("450302", 2023, 1000, 505)], columns=POINTS.columns)
    city = pd.DataFrame(
        [(CITY, 2020, 4000, 1500), (CITY, 2023, 4000, 1560)], columns=POINTS.columns
    )
    with_it = paths(pd.concat([POINTS, city, annual]))
    assert with_it.city[3] == pytest.approx(0.39, abs=1e-3)
    share = np.median(with_it.share[0], axis=1)
    assert share[-1] < np.median(paths().share[0], axis=1)[-1]


def test_counties_that_are_urban_all_over_make_a_city_that_is():
    urban = paths(POINTS.assign(urban_population=POINTS["population"]))
    assert np.isfinite(urban.city).all()
    assert (urban.share > 0.99).all()


def test_one_point_takes_the_pace_above_and_none_the_share_above():
    one = paths(POINTS[POINTS["year"] == 2020])
    expected = logit(1500 / 4000) + 10 * (logit(0.6389) - logit(0.4968)) / 10
    assert logit(float(np.median(one.city, axis=1)[10])) == pytest.approx(expected, abs=0.05)
    none = paths(POINTS.iloc[:0])
    assert none.share[:, 0] == pytest.approx(0.6389)


def test_uncertainty_grows_and_the_spread_is_that_of_the_panel():
    spread = np.log(paths().city / (1 - paths().city)).std(axis=1)
    between, within = pace_spread()
    assert spread[10] == pytest.approx(10 * between, rel=0.1)
    assert 0.01 < between < 0.04
    assert (np.diff(within) > 0).all()


@given(
    shares=arrays(float, (3,), elements=st.floats(0.02, 1.0)),
    city=st.floats(0.02, 0.98),
    weight=arrays(float, (3,), elements=st.floats(1, 1e6)),
)
def test_urban_people_of_the_counties_are_those_of_the_city(
    shares: np.ndarray, city: float, weight: np.ndarray
):
    logits = np.log((shares + 1e-6) / (1 - shares + 1e-6))[:, None, None]
    weight = weight / weight.sum()
    found = shares_adding_up(logits, weight, np.full((1, 1), city))
    assert float(weight @ found[:, 0, 0]) == pytest.approx(city, rel=1e-9)
    assert ((found >= 0) & (found <= 1)).all()


def test_the_share_of_urban_children_moves_by_what_the_city_moves():
    """Children who moved to the core are a part of it, the counties' own shares the rest."""
    path = paths()
    before = np.full(path.share.shape, 100.0)
    after = before.copy()
    after[0] += 20
    after[1:] -= 20 / (len(after) - 1)
    raised = raised_path(path, path.city + 0.05, before, after)
    was = (before * path.share).sum(axis=0) / before.sum(axis=0)
    now = (after * raised.share).sum(axis=0) / after.sum(axis=0)
    assert now - was == pytest.approx(np.full(was.shape, 0.05), abs=1e-9)
    assert (raised.city == path.city + 0.05).all()


def test_urban_residents_add_up_in_every_draw():
    path = paths()
    weight = (RESIDENTS / RESIDENTS.sum()).to_numpy()
    assert np.einsum("p,pyd->yd", weight, path.share) == pytest.approx(path.city, rel=1e-9)


def test_the_lead_grows_straight_to_2035_and_stays():
    years = (2024, 2026, 2035, 2040)
    raised = raised_share(np.full((4, 1), 0.5), years, 0.09, 2026)
    assert raised[:, 0] == pytest.approx([0.5, 0.5, 0.59, 0.59])


@given(
    persons=arrays(float, (3, 2, 4, 2), elements=st.floats(0, 1e6)),
    share=arrays(float, (2, 2), elements=st.floats(0, 1)),
)
def test_moves_add_up_to_nothing_and_leave_nobody_negative(persons: np.ndarray, share: np.ndarray):
    population = Population(("a", "b", "c"), (2020, 2021), (0, 1, 2, 3), persons)
    core = np.array([True, False, False])
    moved = urban_shift(population, core, np.full((2, 2), 0.5), share)
    assert moved.sum(axis=0) == pytest.approx(0, abs=1e-6)
    assert (persons + moved >= -1e-6).all()


def test_children_come_in_proportion_to_those_who_live_there():
    persons = np.array([100.0, 100.0, 300.0]).reshape(3, 1, 1, 1)
    population = Population(("a", "b", "c"), (2030,), (0,), persons)
    core = np.array([True, False, False])
    moved = urban_shift(population, core, np.full((1, 1), 0.5), np.full((1, 1), 0.6))
    assert moved.ravel() == pytest.approx([50, -12.5, -37.5])
