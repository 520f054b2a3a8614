import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.ageing.census_table import add_sexes, group_table
from features.arrays import FloatArray
from features.migration.learned_change import LearnedChange
from features.projection.census_only import resident_population, youth_growth
from tests.synthetic_census import census_rows

AREAS = ("450301", "450321")
DRAWS = 3
GROUPS = group_table(census_rows(AREAS))


def learned(draws: FloatArray) -> LearnedChange:
    return LearnedChange(groups=GROUPS, draws=draws)


changes = hnp.arrays(np.float64, (len(AREAS), 4, DRAWS), elements=st.floats(-1.2, 1.2))


@given(changes)
@settings(max_examples=40, deadline=None)
def test_after_ten_years_the_groups_are_the_learned_ones_in_every_draw(draws):
    persons = resident_population(learned(draws), 10)[:, 10]
    before = add_sexes(GROUPS)
    for target, (new, old) in enumerate([(0, 0), (5, 0), (10, 0), (15, 5)]):
        found = persons[:, new : new + 5].sum(axis=1)
        expected = before[old].to_numpy()[:, None] * np.exp(draws[:, target])
        assert np.allclose(found, expected, rtol=1e-6)


@given(changes)
@settings(max_examples=20, deadline=None)
def test_persons_are_finite_and_not_negative(draws):
    persons = resident_population(learned(draws), 14)
    assert np.isfinite(persons).all()
    assert (persons >= 0).all()


def test_no_change_keeps_each_cohort():
    persons = resident_population(learned(np.zeros((2, 4, 1))), 10)
    assert np.allclose(persons[:, 10, 10:20], persons[:, 0, 0:10])


def test_youth_growth_by_hand():
    """All aged 9: they are 15 … after 5 of ten years over 14; log 2 of growth is 5 steps of b."""
    children = np.array([[0.0, 0, 0, 0, 100]])
    growth = youth_growth(children, np.zeros((1, 1)), np.full((1, 1), np.log(2)))
    assert growth[0, 0] == pytest.approx(np.log(2) / 5, rel=1e-5)


def test_youth_growth_solves_for_the_sum():
    children = np.array([[50.0, 40, 30, 20, 10]])
    change, child = np.array([[-0.9, 0.0, 1.4]]), np.array([[0.02, -0.03, 0.01]])
    youth = youth_growth(children, child, change)
    years_over = np.arange(1, 6)[:, None]
    after = children.T * np.exp(child * (10 - years_over) + youth * years_over)
    assert np.allclose(np.log(after.sum(axis=0) / 150), change, atol=1e-6)


def test_known_births_take_the_place_of_foreseen_ones():
    newborn = np.full((2, 10, DRAWS), np.nan)
    newborn[0, 4] = 777.0
    predicted = resident_population(learned(np.zeros((2, 4, DRAWS))), 10)
    given_births = resident_population(learned(np.zeros((2, 4, DRAWS))), 10, newborn)
    assert np.allclose(given_births[0, 5, 0], 777)
    assert np.allclose(given_births[0, 10, 5], 777)
    assert np.allclose(given_births[1], predicted[1])


def test_each_area_stands_alone():
    draws = np.random.default_rng(1).normal(0, 0.3, (2, 4, DRAWS))
    both = resident_population(learned(draws), 10)
    change = learned(draws)
    alone = LearnedChange(change.groups.iloc[1:], draws[1:])
    assert np.allclose(resident_population(alone, 10)[0], both[1])


def test_a_year_zero_row_sums_to_the_census():
    persons = resident_population(learned(np.zeros((2, 4, 1))), 1)[:, 0, :, 0]
    groups = add_sexes(GROUPS)[[0, 5, 10, 15]].to_numpy()
    assert np.allclose(persons.reshape(2, 4, 5).sum(axis=2), groups, rtol=1e-9)
