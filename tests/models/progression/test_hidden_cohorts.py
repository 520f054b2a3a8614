"""Cohorts hidden in stage totals."""

import numpy as np
import pytest

from models.progression import hidden_cohorts as stages
from models.progression.hidden_cohorts import build_system, filtered, find_system, fit_filter
from models.registry import DEFAULT_MODEL
from tests.synthetic_enrolment import cohorts, history_of, point_forecast

AREAS, YEARS = 6, 16


def totals(grades: np.ndarray, widths: tuple[int, ...]) -> np.ndarray:
    """Return (area, year, stage) sums of the grades of each stage."""
    ends = np.cumsum(widths)
    return np.stack(
        [grades[..., end - width : end].sum(-1) for end, width in zip(ends, widths, strict=True)],
        -1,
    )


def test_the_filter_equals_the_textbook_recursion_area_by_area():
    pupils = totals(cohorts(3, 6, 12, seed=1), (6, 3, 3))
    pupils = pupils / pupils.mean(axis=1).sum(axis=1)[:, None, None] * 12
    growth = 1.0 + 0.01 * np.arange(18.0).reshape(3, 6)
    system = build_system((6, 3, 3), np.array([0.95, 0.9]))
    found, _ = filtered(pupils, system, growth)
    for area in range(3):
        state = np.array([1.0] * 12 + [0.0] * 3)
        covariance = system.prior
        for year in range(6):
            if year:
                entry = state[0]
                state = system.transition @ state
                state[0] += entry * (growth[area, year] - 1.0)
                covariance = system.transition @ covariance @ system.transition.T + system.noise
            spread = system.observed @ covariance @ system.observed.T + 1e-7 * np.eye(3)
            gain = covariance @ system.observed.T @ np.linalg.inv(spread)
            state = state + gain @ (pupils[area, year] - system.observed @ state)
            covariance = covariance - gain @ system.observed @ covariance
            np.testing.assert_allclose(found[area, year], state, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("widths", [(6, 3, 3), (5, 4, 3), (8, 4)])
def test_the_years_of_the_stages_are_found(widths: tuple[int, ...]):
    pupils = totals(cohorts(20, YEARS, sum(widths), seed=4, noise=0.004), widths)
    assert find_system(pupils, np.ones((20, YEARS + 3))) == widths


def test_cohorts_in_primary_foretell_the_junior_stage():
    # Three years on, every junior pupil is in primary today: the stage's own growth does not know.
    grades = cohorts(20, YEARS + 3, 12, seed=5, noise=0.004)
    pupils = totals(grades, (6, 3, 3))
    past, came = pupils[:, :YEARS], pupils[:, YEARS + 2, 1]
    path = fit_filter(past, (6, 3, 3), np.ones((20, YEARS + 3))).forecast(YEARS - 1, 3)[:, 2, 1]
    grown = stages.trend(past, 3)[:, -1, 2, 1]
    assert np.abs(path - came).sum() < 0.5 * np.abs(grown - came).sum()


def test_births_lead_the_entry():
    # Births of the cohort that enters in the year to come double: primary gains its intake again.
    pupils = np.tile([600.0, 300.0, 300.0], (2, 10, 1))
    growth = np.ones((2, 11))
    growth[0, 10] = 2.0
    path = fit_filter(pupils, (6, 3, 3), growth).forecast(9, 1)[:, 0]
    assert path[1] == pytest.approx([600, 300, 300], rel=0.01)
    assert path[0] == pytest.approx([700, 300, 300], rel=0.01)


def test_a_history_of_stages_stands_on_its_hidden_cohorts():
    pupils = totals(cohorts(20, YEARS, 12, seed=6, noise=0.004), (6, 3, 3))
    fitted = DEFAULT_MODEL.fit(history_of(pupils))
    assert fitted.basis.en == "the cohorts inside the history of stages"
    median = point_forecast(history_of(pupils), 4)
    assert np.isfinite(median).all()
    assert (median > 0).all()
