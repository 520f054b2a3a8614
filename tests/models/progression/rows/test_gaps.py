"""Years, grades and cohorts that were not reported."""

import numpy as np

from models.progression.rows.gaps import fill_along_cohorts
from models.progression.rows.missing_grades import insert_skipped
from models.registry import DEFAULT_MODEL
from tests.synthetic_enrolment import cohorts, history_of, point_forecast


def loop_fill(pupils: np.ndarray) -> np.ndarray:
    """Each gap on the geometric path between the cohort's counts before and after it."""
    filled = pupils.copy()
    _, years, grades = pupils.shape
    for area, year, grade in np.argwhere(np.isnan(pupils)):
        ago = next(
            (k for k in range(1, min(year, grade) + 1) if pupils[area, year - k, grade - k] > 0), 0
        )
        left = min(years - 1 - year, grades - 1 - grade)
        on = next((k for k in range(1, left + 1) if pupils[area, year + k, grade + k] > 0), 0)
        if ago and on:
            before, after = (
                pupils[area, year - ago, grade - ago],
                pupils[area, year + on, grade + on],
            )
            filled[area, year, grade] = before * (after / before) ** (ago / (ago + on))
    return filled


def test_gaps_lie_on_the_cohorts_path():
    pupils = cohorts(4, 9, 6, seed=1)
    pupils[np.random.default_rng(2).random(pupils.shape) < 0.4] = np.nan
    found = fill_along_cohorts(history_of(pupils)).pupils
    np.testing.assert_allclose(found, loop_fill(pupils))


def test_a_missing_year_does_not_hide_that_grades_follow_one_another():
    pupils = cohorts(10, 12, 6, seed=3)
    pupils[:, [4, 5, 9]] = np.nan
    assert DEFAULT_MODEL.fit(history_of(pupils)).basis.en == "the history of grades"
    expected = pupils[:, -1, 2]
    assert np.abs(point_forecast(history_of(pupils), 2)[:, 1, 4] / expected - 1).mean() < 0.1


def test_entrants_and_leavers_tell_the_cohorts_between():
    # Grades 1 and 4 alone: who entered three, two and one years ago leave in the years to come.
    complete = cohorts(15, 14, 4, seed=4, noise=0.005)
    pair = history_of(complete[:, :11, [0, 3]])
    pair = type(pair)(
        pair.areas,
        pair.years,
        ("1", "4"),
        pair.pupils,
        np.array([False, False]),
        (),
        np.zeros((15, 0)),
    )
    inserted, own = insert_skipped(pair)
    assert inserted.grades == ("1", "1+1", "1+2", "4")
    assert own.tolist() == [0, 3]
    median = point_forecast(pair, 3)
    for step in range(3):
        error = np.abs(median[:, step, 1] / complete[:, 11 + step, 3] - 1)
        assert error.mean() < 0.05
