import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.ageing.cohort_component import age_population
from features.arrays import FloatArray

AREAS, YEARS, AGES, DRAWS = 2, 3, 4, 2


def numbers(shape: tuple[int, ...], low: float, high: float) -> st.SearchStrategy[FloatArray]:
    return hnp.arrays(np.float64, shape, elements=st.floats(low, high))


starts = numbers((AREAS, AGES, DRAWS), 0, 1e5)
newborns = numbers((AREAS, YEARS, DRAWS), 0, 1e5)
survivals = numbers((YEARS, AGES), -1, 0)
flows = numbers((AREAS, YEARS, AGES, DRAWS), -1, 1)


def one_person_at_a_time(
    start: FloatArray, births: FloatArray, survival: FloatArray, migration: FloatArray
) -> FloatArray:
    """The same ageing by plain loops."""
    persons = np.zeros((AREAS, YEARS + 1, AGES, DRAWS))
    for area in range(AREAS):
        for draw in range(DRAWS):
            for age in range(AGES):
                persons[area, 0, age, draw] = start[area, age, draw]
            for year in range(YEARS):
                persons[area, year + 1, 0, draw] = births[area, year, draw]
                for age in range(AGES - 1):
                    growth = survival[year, age] + migration[area, year, age, draw]
                    before = persons[area, year, age, draw]
                    persons[area, year + 1, age + 1, draw] = before * np.exp(growth)
    return persons


@given(starts, newborns, survivals, flows)
@settings(max_examples=30, deadline=None)
def test_equals_the_loop_and_is_never_negative(start, births, survival, migration):
    persons = age_population(start, births, survival, migration)
    assert np.allclose(persons, one_person_at_a_time(start, births, survival, migration))
    assert (persons >= 0).all()


@given(starts, newborns)
@settings(max_examples=30, deadline=None)
def test_without_deaths_and_moves_people_only_grow_older(start, births):
    persons = age_population(
        start, births, np.zeros((YEARS, AGES)), np.zeros((AREAS, YEARS, AGES, DRAWS))
    )
    for year in range(1, YEARS + 1):
        assert np.array_equal(persons[:, year, year:], start[:, : AGES - year])
        assert np.array_equal(persons[:, year, 0], births[:, year - 1])


@given(starts, newborns, survivals)
@settings(max_examples=30, deadline=None)
def test_closed_population_conserves_people(start, births, survival):
    """Everyone who was there is there, has died, has been born or has passed the last age."""
    persons = age_population(start, births, survival, np.zeros((AREAS, YEARS, AGES, DRAWS)))
    for year in range(YEARS):
        before, after = persons[:, year], persons[:, year + 1]
        dead = (before[:, :-1] * (1 - np.exp(survival[year, :-1, None]))).sum(axis=1)
        expected = before.sum(axis=1) + births[:, year] - dead - before[:, -1]
        assert np.allclose(after.sum(axis=1), expected, rtol=1e-9, atol=1e-9)


@given(starts, newborns, survivals)
@settings(max_examples=30, deadline=None)
def test_the_city_ages_as_the_sum_of_counties_that_move_alike(start, births, survival):
    still = np.zeros((AREAS, YEARS, AGES, DRAWS))
    counties = age_population(start, births, survival, still).sum(axis=0)
    city = age_population(
        start.sum(axis=0, keepdims=True), births.sum(axis=0, keepdims=True), survival, still[:1]
    )
    assert np.allclose(counties, city[0], rtol=1e-9)


def test_by_hand():
    """100 of age 0; half survive, then double by arrivals: 100 → 50 → 100."""
    survival = np.log([[0.5, 1.0, 1.0], [1.0, 1.0, 1.0]])
    migration = np.zeros((1, 2, 3, 1))
    migration[0, 1, 1] = np.log(2)
    start = np.array([100.0, 0.0, 0.0]).reshape(1, 3, 1)
    persons = age_population(start, np.array([[[7.0], [9.0]]]), survival, migration)
    assert persons[0, :, :, 0].round(9).tolist() == [[100, 0, 0], [7, 50, 0], [9, 7, 100]]


def test_axes_that_do_not_fit_and_negative_people_are_refused():
    start, births = np.ones((1, 3, 2)), np.ones((1, 2, 2))
    survival, migration = np.zeros((2, 3)), np.zeros((1, 2, 3, 2))
    with pytest.raises(ValueError, match=r"\(2, 2\), expected \(2, 3\)"):
        age_population(start, births, np.zeros((2, 2)), migration)
    with pytest.raises(ValueError, match="negative"):
        age_population(-start, births, survival, migration)
