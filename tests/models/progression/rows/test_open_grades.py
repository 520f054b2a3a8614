"""Classes that empty, close, stop and have not come yet."""

import numpy as np
import pytest

from models.progression.rows.open_grades import empty_end, entry_base, find_open
from tests.synthetic_enrolment import history_of, point_forecast

SIZE = 50.0


def steady(areas: int = 3, years: int = 6, grades: int = 6) -> np.ndarray:
    return np.full((areas, years, grades), SIZE)


def opened(pupils: np.ndarray) -> list[bool]:
    return find_open(pupils, np.isfinite(pupils).any(axis=1))[0].tolist()


@pytest.mark.parametrize("closed", [True, False])
def test_a_class_goes_on_unless_its_next_grade_emptied(closed: bool):
    pupils = steady(1, 5, 3)
    pupils[0, -1, 2] = 0.0 if closed else 45.0
    assert opened(pupils) == [False, True, not closed]


def test_an_empty_class_is_followed_upwards_and_the_grades_fill_again_after_it():
    pupils = steady()
    pupils[0, -3, 0] = pupils[0, -2, 1] = pupils[0, -1, 2] = 0.0
    found = point_forecast(history_of(pupils), 3)[0]
    for step, empty in enumerate((3, 4, 5)):
        assert found[step, empty] == 0
        assert np.delete(found[step], empty) == pytest.approx(SIZE, rel=0.05)


def test_entry_that_stopped_stays_stopped_and_the_school_empties():
    pupils = steady()
    for ago in range(3):
        pupils[0, 5 - ago, : 3 - ago] = 0.0
    found = point_forecast(history_of(pupils), 4)[0]
    assert (found > 1).sum(axis=1).tolist() == [2, 1, 0, 0]


def test_grades_open_one_after_another():
    pupils = steady(grades=6)
    pupils[0, :, 3:] = 0.0
    pupils[0, -2, 3] = pupils[0, -1, 3] = pupils[0, -1, 4] = SIZE  # grade 4 opened the year before
    found = point_forecast(history_of(pupils), 2)[0]
    assert found[0] == pytest.approx(SIZE, rel=0.05)
    pupils[0, -2:, 3:] = 0.0
    pupils[0, -1, 3] = SIZE  # grade 4 opened in the last year
    found = point_forecast(history_of(pupils), 2)[0]
    assert (found[0] > 0).tolist() == [True] * 5 + [False]
    assert (found[1] > 0).all()


def test_grades_wound_down_stay_closed():
    pupils = steady()
    pupils[0, -2:, 3] = 0.0  # nobody enters grade 4 any more
    pupils[0, -1, 4] = 0.0
    found = point_forecast(history_of(pupils), 3)[0]
    assert (found[:, 3:5] == 0).all()
    assert (found[:, 5] == 0).all()
    assert found[:, :3] == pytest.approx(SIZE, rel=0.05)


def test_a_complete_area_at_nothing_in_the_last_year_is_a_gap():
    pupils = steady()
    pupils[0, -1] = 0.0
    assert empty_end(pupils).tolist() == [True, False, False]
    assert point_forecast(history_of(pupils), 2)[0] == pytest.approx(SIZE, rel=0.05)


def test_a_village_class_that_is_empty_once_comes_again():
    pupils = np.array([[[6.0], [3.0], [0.0]], [[60.0], [30.0], [0.0]]])
    assert entry_base(pupils).ravel().tolist() == [3.0, 0.0]


def test_a_district_of_secondary_schools_receives_its_first_grade_from_elsewhere():
    pupils = steady()
    pupils[0, :, :3] = 0.0
    pupils[0, 2, 2] = 2.0  # once two pupils were counted a grade below
    assert opened(pupils) == [False, True, True, False, True, True]
    found = point_forecast(history_of(pupils), 3)[0]
    assert found[:, 3:] == pytest.approx(SIZE, rel=0.05)
    assert (found[:, :3] == 0).all()
