"""Shrinkage of the growth of an area."""

import numpy as np
import pytest

from models.progression.area_total import (
    STEADY,
    TREND_DAMPING,
    TREND_GAIN,
    TREND_SHARE,
    draw_growth,
    growth_noise,
)
from models.progression.area_wide import MOST, bound_area_wide
from tests.synthetic_enrolment import cohorts, history_of, point_forecast


def test_the_total_moves_its_share_towards_its_own_trend():
    # One grade growing by g = log 1.02 a year: the filter starts at g; each year it becomes
    # d g + gain (g - d g) with damping d. The forecast stands still, so its log total moves by
    # share * b (d + d^2 + ...); growth never changed, so it is not shrunk.
    past = 100.0 * 1.02 ** np.arange(6)[None, :, None]
    growth = rate = np.log(1.02)
    for _ in range(5):
        growth = TREND_DAMPING * growth + TREND_GAIN * (rate - TREND_DAMPING * growth)
    still = np.repeat(past[:, -1:], 2, axis=1)
    moved = np.log(draw_growth(still, past) / still)[0, :, 0]
    damped = np.cumsum(TREND_DAMPING ** np.array([1, 2]))
    assert moved == pytest.approx(TREND_SHARE * growth * damped)


def test_the_growth_of_a_restless_area_is_hardly_believed():
    # Cohorts gain and lose 10 % in turn: turns of 0.2 a year, noise 0.2^2 / 2 = 0.02, so that
    # 0.0009 / 0.0209 of the predicted growth remains; the trend hardly moves.
    total = 100.0 * np.exp(0.1 * (np.arange(7) % 2))
    past = np.repeat(total[None, :, None], 2, axis=2)
    assert growth_noise(past) == pytest.approx(0.02, abs=1e-4)
    doubled = 2.0 * past[:, -1:]
    grown = np.log(draw_growth(doubled, past) / past[:, -1:])[0, 0, 0]
    share = STEADY**2 / (STEADY**2 + 0.02)
    assert grown == pytest.approx(share * (1 - TREND_SHARE) * np.log(2.0), abs=0.001)


def test_large_and_small_intakes_are_no_noise():
    intake = np.array([100.0, 140.0, 90.0, 130.0, 80.0, 120.0, 110.0, 100.0])
    past = np.stack([intake[2 - grade : 8 - grade] for grade in range(3)], axis=1)[None]
    assert growth_noise(past) == pytest.approx(0.0, abs=1e-4)


def test_a_steady_area_of_few_pupils_is_less_certain_than_a_large_one():
    # Poisson counts of n pupils: the log ratio of two varies by 2 / n, 0.1 for 20 pupils; squares
    # are winsorised, so somewhat less is found.
    pupils = cohorts(40, 7, 2, seed=5, noise=0.0, size=100.0)
    rng = np.random.default_rng(6)
    pupils = rng.poisson(pupils).astype(float)
    pupils[0], pupils[1] = 20.0, 20000.0
    small, large = growth_noise(pupils)[:2]
    assert small == pytest.approx(1000 * large, rel=1e-6)
    assert 0.05 < small < 0.12


def test_a_grade_that_opens_or_empties_is_no_growth():
    past = np.full((1, 6, 2), 100.0)
    past[0, :4, 1] = 0.0
    still = np.repeat(past[:, -1:], 3, axis=1)
    assert draw_growth(still, past) == pytest.approx(still)
    emptied = still.copy()
    emptied[..., 0] = 0.0
    assert draw_growth(emptied, past) == pytest.approx(emptied)


def test_an_area_wide_jump_of_one_year_is_no_level():
    # All grades of the area gained 30 % over the others in the last of six years.
    local = np.zeros((1, 6, 4))
    local[0, -1] = 0.3
    levels = np.broadcast_to(local[:, -1, :, None], (1, 4, 1))
    # u is 0.3 once in six years: mean 0.05, variance 6 * 0.3^2 / 6 - 0.05^2 = 0.0125 (and a prior
    # of 0.003^2 / 6); share 0.0025 / (0.0025 + 0.0125 / 6) = 0.545; of 0.3 only 0.04 counts.
    assert bound_area_wide(levels, local)[0, 1:, 0] == pytest.approx(MOST * 0.545, rel=0.01)


def test_a_boom_is_not_compounded():
    # A school that went from 38 to 3,077 pupils in three years and is measured in the fourth.
    pupils = cohorts(12, 10, 6, seed=3)
    boom = np.array([38.0, 300.0, 1500.0, 3077.0]) / 6
    pupils[0, -4:] = boom[:, None]
    pupils[0, :-4] = np.nan
    assert point_forecast(history_of(pupils), 5)[0].sum(axis=1).max() < 1.25 * 3077
