"""Cohorts hidden in stage totals."""

import numpy as np
import pytest

from models.progression.hidden_cohorts import StageData, build_system, filtered, fit_filter
from models.progression.stage_systems import find_system, trend
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


def data(pupils: np.ndarray, births: np.ndarray | None = None, ahead: int = 0) -> StageData:
    return StageData(pupils, np.full(pupils.shape[:2], np.nan) if births is None else births, ahead)


def test_the_filter_equals_the_textbook_recursion_area_by_area():
    pupils = totals(cohorts(3, 6, 12, seed=1), (6, 3, 3))
    unit = pupils.mean(axis=1).sum(axis=1) / 12
    seen = np.concatenate([pupils, np.ones((3, 6, 1)) * unit[:, None, None]], axis=2)
    seen = seen / unit[:, None, None]
    seen[1, 3, 1] = np.nan
    system = build_system((6, 3, 3), np.array([0.95, 0.9]), 2, unit)
    states, covariances, _ = filtered(seen, system)
    look, move = system.observed, system.transition
    for area in range(3):
        state, covariance = np.zeros(len(move)), system.prior[area]
        state[: system.cohorts] = 1.0
        for year in range(6):
            if year:
                state = move @ state
                covariance = move @ covariance @ move.T + np.diag(system.noise[area])
            made = np.isfinite(seen[area, year])
            h = look[made]
            noise = np.diag(1e-7 + system.observation_noise[area][made])
            gain = covariance @ h.T @ np.linalg.inv(h @ covariance @ h.T + noise)
            state = state + gain @ (seen[area, year][made] - h @ state)
            covariance = covariance - gain @ h @ covariance
            np.testing.assert_allclose(states[area, year], state, rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(covariances[area, year], covariance, atol=1e-5)


def test_the_spread_ahead_is_that_of_the_state_moved_on():
    pupils = totals(cohorts(2, 6, 9, seed=2), (6, 3))
    hidden = fit_filter(data(pupils), (6, 3))
    move, look = hidden.system.transition, hidden.system.observed
    covariance = hidden.covariance[0, -1]
    for _ in range(2):
        covariance = move @ covariance @ move.T + np.diag(hidden.system.noise[0])
    expected = np.sqrt(np.diag(look @ covariance @ look.T)) * hidden.unit[0]
    found = hidden.spread(5, 2)[0, 1] * hidden.forecast(5, 2)[0, 1]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("widths", [(6, 3, 3), (5, 4, 3), (8, 4)])
def test_the_years_of_the_stages_are_found(widths: tuple[int, ...]):
    pupils = totals(cohorts(20, YEARS, sum(widths), seed=4, noise=0.004), widths)
    assert find_system(data(pupils)) == widths


def test_cohorts_in_primary_foretell_the_junior_stage():
    # Three years on, every junior pupil is in primary today: the stage's own growth does not know.
    grades = cohorts(20, YEARS + 3, 12, seed=5, noise=0.004)
    pupils = totals(grades, (6, 3, 3))
    past, actual = pupils[:, :YEARS], pupils[:, YEARS + 2, 1]
    path = fit_filter(data(past), (6, 3, 3)).forecast(YEARS - 1, 3)[:, 2, 1]
    grown = trend(past, 3)[:, -1, 2, 1]
    assert np.abs(path - actual).sum() < 0.5 * np.abs(grown - actual).sum()


def test_births_lead_the_entry():
    # Births of the cohort that enters in two years double in the last year: primary gains its
    # intake again when they enter, and not before.
    pupils = np.tile([6000.0, 3000.0, 3000.0], (2, 10, 1))
    births = np.full((2, 10), 1000.0)
    births[0, -1] = 2000.0
    path = fit_filter(data(pupils, births, 2), (6, 3, 3)).forecast(9, 2)
    assert path[1, 1] == pytest.approx([6000, 3000, 3000], rel=0.01)
    assert path[0, 0, 0] == pytest.approx(6000, rel=0.05)
    assert path[0, 1, 0] == pytest.approx(7000, rel=0.05)


def test_a_history_of_stages_stands_on_its_hidden_cohorts():
    pupils = totals(cohorts(20, YEARS, 12, seed=6, noise=0.004), (6, 3, 3))
    fitted = DEFAULT_MODEL.fit(history_of(pupils))
    assert fitted.basis.en == "the cohorts inside the history of stages of 6, 3, 3 years"
    median = point_forecast(history_of(pupils), 4)
    assert np.isfinite(median).all()
    assert (median > 0).all()
