"""The level of an area's own progression ratios."""

import numpy as np
import pytest

from models.progression.ratios import own_level

PUPILS = 100.0


def two_areas(first: list[float]) -> np.ndarray:
    """Return deviations (area, year, grade) of an area and of its mirror image."""
    one = np.array(first)[:, None]
    return np.stack([one, -one])


def level(first: list[float]) -> float:
    local = two_areas(first)
    return float(own_level(local, np.full(local.shape, PUPILS))[0, 0])


def test_a_level_seen_every_year_is_kept():
    assert level([0.1, 0.1, 0.1, 0.1]) == pytest.approx(0.1, rel=1e-3)


def test_deviations_that_come_and_go_are_not_a_level():
    assert abs(level([0.2, -0.2, 0.2, -0.2, 0.2, -0.2])) < 0.02


def test_a_noisy_level_is_shrunk_by_its_error():
    # Weights by age 2^(-3/2), 1/2, 2^(-1/2), 1: mean 0.18284. Noise 4/3 * 0.1^2, so the variance of
    # the mean is 0.0133 * 1.875 / 2.5607^2 = 0.0038127; lasting 0.18284^2 - 0.0038127 = 0.029618.
    assert level([0.3, 0.1, 0.3, 0.1]) == pytest.approx(0.18284 * 0.029618 / 0.033431, rel=1e-3)


def test_areas_without_pupils_have_no_level():
    local = np.full((2, 4, 3), np.nan)
    assert (own_level(local, np.zeros(local.shape)) == 0).all()
