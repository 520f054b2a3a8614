"""The linear segments against draw by draw sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.plan.program.expected_cost import SEGMENTS, expected_cost, segments


def naive(gap: np.ndarray, added: float, short: float, idle: float) -> float:
    return sum(short * (g - added) if g > added else idle * (added - g) for g in gap) / len(gap)


def along(cut, added: float) -> float:
    """Cost of ``added`` seats if the cheapest segments are filled first."""
    left = added - float(cut.start[0])
    if left < 0:
        return float(cut.cost[0]) - float(cut.slope[0, 0]) * -left
    cost = float(cut.cost[0])
    for width, slope in zip(cut.width[0, 1:], cut.slope[0, 1:], strict=True):
        step = min(left, width)
        cost, left = cost + step * slope, left - step
    return cost


gaps = st.lists(st.integers(-500, 500), min_size=1, max_size=SEGMENTS)


@given(gaps, st.integers(-700, 700))
def test_segments_are_exact_for_few_draws(gap: list[int], added: int):
    draws = np.array([gap], dtype=float)
    cut = segments(draws, np.array([3.0]), np.array([0.5]))
    assert along(cut, added) == pytest.approx(naive(draws[0], added, 3.0, 0.5), abs=1e-6)


def test_expected_cost_of_a_shortage_and_of_idle_seats_by_hand():
    # Gaps 10 and -4, 2 seats added: 8 missing or 6 idle, each in half of the futures.
    cost = expected_cost(
        np.array([[10.0, -4.0]]), np.array([2.0]), np.array([3.0]), np.array([1.0])
    )
    assert cost == pytest.approx([(3 * 8 + 1 * 6) / 2])


def test_a_thousand_draws_are_met_within_two_hundredths():
    draws = np.random.default_rng(1).normal(300, 400, (1, 1000))
    cut = segments(draws, np.array([3.0]), np.array([0.5]))
    for added in (-600.0, 0.0, 210.0, 500.0, 1500.0):
        assert along(cut, added) == pytest.approx(naive(draws[0], added, 3.0, 0.5), rel=2e-2)


def test_slopes_rise_so_that_the_cheapest_piece_is_filled_first():
    draws = np.random.default_rng(2).normal(0, 100, (5, 1000))
    cut = segments(draws, np.full(5, 3.0), np.full(5, 0.5))
    assert (np.diff(cut.slope[cut.width > 0].reshape(5, -1), axis=-1) >= -1e-9).all()
