import hypothesis.extra.numpy as hnp
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.single_years import split_by_spline

EDGES = np.array([0.0, 1.0, 5.0, 10.0, 15.0, 20.0])


@given(hnp.arrays(np.float64, (3, 5), elements=st.floats(0, 1e6).map(lambda x: round(x, 2))))
@settings(max_examples=60, deadline=None)
def test_group_totals_are_kept_and_no_age_is_negative(groups):
    single = split_by_spline(groups, EDGES)
    assert single.shape == (3, 20)
    assert (single >= 0).all()
    sums = np.add.reduceat(single, EDGES[:-1].astype(int), axis=1)
    assert np.allclose(sums, groups, rtol=1e-9, atol=1e-6)


def test_equal_groups_give_equal_ages():
    groups = np.array([[10.0, 40, 50, 50, 50]])
    assert np.allclose(split_by_spline(groups, EDGES), 10)


def test_rising_groups_give_rising_ages():
    single = split_by_spline(np.array([[100.0, 200, 300, 400]]), np.arange(0, 25, 5.0))[0]
    assert (np.diff(single) > 0).all()
