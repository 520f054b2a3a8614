"""Which error is an area's own, and which all share."""

import numpy as np
import pytest

from models.progression.errors import (
    GROWTH_PRIOR,
    PastErrors,
    cell_factor,
    common_prior,
    leave_one_out_error,
    measure,
)


def test_an_area_is_compared_with_the_others_and_not_with_itself():
    # One origin, one step: 110 actual, 100 predicted, then 90 and 210 of 100 and 200.
    actual = np.array([110.0, 90.0, 210.0]).reshape(3, 1, 1)
    forecast = np.array([100.0, 100.0, 200.0]).reshape(3, 1, 1)
    expected = np.log([300.5 / 300.5, 320.5 / 300.5, 200.5 / 200.5])
    np.testing.assert_allclose(leave_one_out_error(actual, forecast).ravel(), expected)
    assert leave_one_out_error(actual[:1], forecast[:1]).item() == 0.0


def test_a_lone_areas_errors_are_its_own():
    forecast = np.full((1, 12, 1, 1), 1000.0)
    spread = np.resize([0.9, 1.1], (1, 12, 1, 1))
    scale = measure(PastErrors(forecast * spread, forecast), forecast[:, 0], 2)
    assert 0.03 < scale.area[0, 0] < 0.12
    prior = common_prior(forecast[:, 0, 0, 0])
    np.testing.assert_allclose(scale.common, prior * np.array([1.0, 2.0]) ** GROWTH_PRIOR)


def test_the_common_error_of_large_areas_is_small():
    # A hundred times as large: 100 ** 0.3 = 3.98 times as small, within the limits.
    assert common_prior(np.array([20_000.0])) == pytest.approx(0.0125 * 1.5**0.3)
    assert common_prior(np.array([400_000.0])) == pytest.approx(0.0125 * (3 / 40) ** 0.3)
    assert common_prior(np.array([1.0])) == 0.016


def test_what_strikes_all_areas_alike_is_no_areas_own():
    forecast = np.full((40, 12, 1, 1), 1000.0)
    shock = np.resize([0.9, 1.1], (1, 12, 1, 1))
    scale = measure(PastErrors(forecast * shock, forecast), forecast[:, 0], 1)
    assert scale.common[0] > 0.08
    assert scale.area.max() < 0.01


def test_the_first_grade_of_a_short_history_is_less_certain_than_the_others():
    # One origin, errors as expected: the first grade keeps 6 of 7 parts of its prior, in logs.
    standard = np.full((50, 1, 1, 2), 1.0)
    expected = cell_factor(standard, 2, np.zeros(2, bool))
    found = cell_factor(standard, 2, np.array([True, False]))
    np.testing.assert_allclose(found[:, 1], expected[:, 1])
    assert found[0, 0] == pytest.approx(2.0 ** (6 / 7) * expected[0, 0] ** (1 / 7))
    assert found[1, 0] == pytest.approx(1.0 + 0.5**0.6)
