"""What every enrolment forecast must keep, on made-up histories."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.progression.draws import simulate
from models.progression.errors import ErrorScale
from models.progression.weights import learn_weights
from tests.synthetic_enrolment import cohorts, forecast_of, history_of, point_forecast


@settings(max_examples=25, deadline=None)
@given(
    areas=st.integers(1, 4),
    years=st.integers(1, 9),
    grades=st.integers(1, 5),
    size=st.sampled_from([0.5, 5.0, 100.0, 1e5]),
    missing=st.sampled_from([0.0, 0.2, 0.7]),
    seed=st.integers(0, 99),
)
def test_any_history_gives_pupils_that_are_finite_integer_and_repeatable(
    areas: int, years: int, grades: int, size: float, missing: float, seed: int
):
    pupils = cohorts(areas, years, grades, seed, size=size)
    pupils[np.random.default_rng(seed).random(pupils.shape) < missing] = np.nan
    forecast = forecast_of(history_of(pupils), 12, 50, seed)
    assert np.isfinite(forecast.pupils).all()
    assert (forecast.pupils >= 0).all()
    np.testing.assert_allclose(
        forecast.pupils.mean(axis=3, dtype=float), forecast.median, rtol=1e-4, atol=1e-4
    )
    np.testing.assert_array_equal(
        forecast.pupils, forecast_of(history_of(pupils), 12, 50, seed).pupils
    )


def test_the_order_of_areas_does_not_matter():
    pupils = cohorts(6, 10, 5, seed=1)
    history = history_of(pupils)
    order = np.array([3, 0, 5, 1, 4, 2])
    turned = replace(
        history,
        areas=tuple(history.areas[i] for i in order),
        pupils=pupils[order],
        births=history.births[order],
    )
    one, other = forecast_of(history, 4, 40, 7), forecast_of(turned, 4, 40, 7)
    np.testing.assert_allclose(other.median, one.median[order], rtol=1e-6)
    np.testing.assert_allclose(other.pupils, one.pupils[order], rtol=1e-3)


def test_cohorts_that_never_change_are_foretold_exactly():
    # Entry is 0.9 of births six years before (grade 1 at 6.33 years mixes two equal birth years);
    # nine in ten go on. Everything stands still, so it goes on standing still.
    pupils = np.tile(90.0 * 0.9 ** np.arange(3), (4, 12, 1))
    births = np.full((4, 30), 100.0)
    found = point_forecast(history_of(pupils, births, 1985), 5)
    np.testing.assert_allclose(found, pupils[:, :5], rtol=1e-4)


def test_births_turn_the_entry():
    # Grade 1 of 2000 + i enters at 6.33 years: two thirds born in 1994 + i, one third in 1993 + i.
    # They followed births for 22 years; the births behind 2023 and 2024 fell by a third.
    births = 300.0 * np.exp(0.2 * np.random.default_rng(3).normal(size=(20, 31)))
    births[:, 25:] *= 0.67  # births[:, k] are those of 1991 + k
    entering = births[:, :-1] / 3 + 2 * births[:, 1:] / 3  # of 1998 on
    pupils = np.stack([entering[:, 2 - g : 24 - g] for g in range(3)], axis=2)
    found = point_forecast(history_of(pupils, births, 1991), 3)[:, 2, 0]
    last, actual = pupils[:, -1, 0], entering[:, 26]
    assert np.abs(found - actual).sum() < 0.5 * np.abs(last - actual).sum()


def test_weights_reach_the_least_absolute_error_and_keep_to_the_prior_when_nothing_is_known():
    rng = np.random.default_rng(1)
    features = rng.normal(size=(400, 2))
    target = features @ [0.7, 0.2] + 0.01 * rng.standard_t(2, 400)
    worth = np.ones(400)
    assert learn_weights(features, target, worth, np.zeros(2), 0.0) == pytest.approx(
        [0.7, 0.2], abs=0.01
    )
    prior = np.array([0.3, 0.3])
    assert learn_weights(features[:1], target[:1], worth[:1], prior, 0.1) is prior


def test_an_interval_holds_what_it_says():
    # 80 areas on a history of 14 years; what comes is drawn by the same process.
    complete = cohorts(80, 17, 6, seed=9, noise=0.03)
    forecast = forecast_of(history_of(complete[:, :14]), 3, 300)
    for step in (0, 2):
        low, high = np.quantile(forecast.pupils[:, step], [0.1, 0.9], axis=-1)
        actual = complete[:, 14 + step]
        assert 0.70 < ((actual >= low) & (actual <= high)).mean() < 0.92


def test_a_sum_over_areas_is_less_certain_than_independent_areas_would_make_it():
    point = np.full((50, 1, 1), 100.0)
    scale = ErrorScale(np.array([0.05]), np.full((50, 1), 0.05), np.full((50, 1, 1), 1e-6))
    pupils = simulate(point, tuple(map(str, range(50))), scale, 2000, 1)[:, 0, 0].astype(float)
    low, high = np.quantile(pupils.sum(axis=0), [0.1, 0.9])
    alone = np.quantile(pupils[0], [0.1, 0.9])
    independent = np.diff(alone)[0] * np.sqrt(50)
    assert high - low > 2 * independent
    assert high - low < 50 * np.diff(alone)[0]


def test_an_areas_draws_do_not_depend_on_its_neighbours():
    point = np.full((3, 2, 2), 40.0)
    scale = ErrorScale(np.full(2, 0.02), np.full((3, 2), 0.05), np.full((3, 2, 2), 0.1))
    together = simulate(point, ("a", "b", "c"), scale, 20, 5)
    alone = simulate(point, ("a", "b", "c"), scale, 20, 5, slice(1, 2))
    np.testing.assert_array_equal(together[1:2], alone)
