"""Which error is an area's own, and which all share."""

import numpy as np
import pytest

from models.progression.error_priors import (
    ENTRY_PRIOR,
    GROWTH_PRIOR,
    cell_factor,
    common_prior,
    entered_prior,
)
from models.progression.errors import PastErrors, leave_one_out_error, measure


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
    expected = cell_factor(standard, 1, np.zeros(2, bool))
    found = cell_factor(standard, 1, np.array([True, False]))
    np.testing.assert_allclose(found[:, 1], expected[:, 1])
    prior = 1.0 + ENTRY_PRIOR
    assert found[0, 0] == pytest.approx(prior ** (6 / 7) * expected[0, 0] ** (1 / 7))


def test_a_class_yet_to_enter_keeps_the_uncertainty_of_its_entry():
    prior = entered_prior(3, np.array([False, True, False, False]))
    first = [1.0 + ENTRY_PRIOR / year**0.6 for year in (1, 2, 3)]
    np.testing.assert_allclose(prior[:, 1], first)
    # Three years ahead the second class has entered in year two, the third in year one.
    np.testing.assert_allclose(prior[2, 2], first[1] * (2 / 3) ** 0.45)
    np.testing.assert_allclose(prior[2, 3], first[0] * (1 / 3) ** 0.45)
    # A grade below the entry, and classes that were in school at the origin, have none.
    assert (prior[:, 0] == 1).all()
    assert prior[0, 2] == prior[0, 3] == prior[1, 3] == 1


def test_errors_of_forecasts_that_knew_little_count_less():
    # Two years known then, six now: variances 1 + 2 / 2 = 2 and 1 + 2 / 6 = 4 / 3.
    actual, forecast = np.full((1, 1, 1, 1), 120.5), np.full((1, 1, 1, 1), 100.0)
    found = PastErrors(actual, forecast, (2,), 6).with_present_knowledge()
    expected = 100.5 * (121.0 / 100.5) ** np.sqrt(2 / 3) - 0.5
    assert found.actual.item() == pytest.approx(expected)
    assert PastErrors(actual, forecast, (6,), 6).with_present_knowledge().actual.item() == 120.5
