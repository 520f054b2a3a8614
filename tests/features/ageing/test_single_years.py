import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from features.ageing.single_years import split_groups

EDGES = np.array([0.0, 1.0, 5.0, 10.0, 15.0, 20.0])
FIVES = np.arange(0.0, 25.0, 5.0)
BIRTHS = np.array([[120.0, 150, 155, 175, 180, 165, 170, 164, 163, 160]])


@given(hnp.arrays(np.float64, (3, 5), elements=st.floats(0, 1e6).map(lambda x: round(x, 2))))
@settings(max_examples=60, deadline=None)
def test_group_totals_are_kept_and_no_age_is_negative(groups):
    single = split_groups(groups, EDGES)
    assert single.shape == (3, 20)
    assert (single >= 0).all()
    sums = np.add.reduceat(single, EDGES[:-1].astype(int), axis=1)
    assert np.allclose(sums, groups, rtol=1e-9, atol=1e-9)


def test_equal_groups_give_equal_ages():
    groups = np.array([[10.0, 40, 50, 50, 50]])
    assert np.allclose(split_groups(groups, EDGES), 10)


def test_rising_groups_give_rising_ages():
    single = split_groups(np.array([[100.0, 200, 300, 400]]), FIVES)[0]
    assert (np.diff(single) > 0).all()


def test_no_curve_with_the_same_totals_is_smoother():
    """The same problem by a general optimiser of SciPy."""
    groups = np.array([500.0, 620, 410, 300])

    def roughness(level: np.ndarray) -> float:
        return float((np.diff(level) ** 2).sum())

    totals = {"type": "eq", "fun": lambda level: np.exp(level).reshape(4, 5).sum(axis=1) - groups}
    found = minimize(roughness, np.full(20, np.log(100)), constraints=totals, tol=1e-12)
    ours = split_groups(groups[None], FIVES)[0]
    assert found.success
    assert ours == pytest.approx(np.exp(found.x), rel=1e-4)


def test_a_place_that_keeps_its_births_has_them_as_ages():
    groups = 0.9 * BIRTHS.reshape(1, 2, 5).sum(axis=2)
    assert split_groups(groups, FIVES[:3], BIRTHS) == pytest.approx(0.9 * BIRTHS)


def test_an_area_does_not_depend_on_the_others():
    groups = np.array([[500.0, 620, 410, 300], [9.0, 0, 1, 3]])
    alone = split_groups(groups[:1], FIVES)[0]
    assert split_groups(groups, FIVES)[0] == pytest.approx(alone, rel=1e-9)
