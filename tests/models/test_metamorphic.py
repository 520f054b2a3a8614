"""What must not change, or change in step, when a history is written otherwise."""

from dataclasses import replace

import numpy as np
import pytest

from models.history import EnrolmentHistory
from models.progression.errors import measure
from models.progression.model import ProgressionModel
from tests.synthetic_enrolment import cohorts, forecast_of, history_of, point_forecast


@pytest.fixture(scope="module")
def history() -> EnrolmentHistory:
    return history_of(cohorts(12, 8, 6, seed=11, size=400.0))


def test_ten_times_the_pupils_are_ten_times_the_forecast(history: EnrolmentHistory):
    tenfold = replace(history, pupils=10 * history.pupils)
    np.testing.assert_allclose(
        point_forecast(tenfold, 5), 10 * point_forecast(history, 5), rtol=1e-3
    )


def test_the_order_and_the_names_of_areas_do_not_matter(history: EnrolmentHistory):
    turned = replace(
        history,
        areas=tuple(f"district {area}" for area in history.areas[::-1]),
        pupils=history.pupils[::-1],
        births=history.births[::-1],
    )
    np.testing.assert_allclose(
        point_forecast(turned, 5)[::-1], point_forecast(history, 5), rtol=1e-6
    )


def test_the_calendar_does_not_matter(history: EnrolmentHistory):
    later = replace(history, years=tuple(year + 1 for year in history.years))
    np.testing.assert_allclose(point_forecast(later, 5), point_forecast(history, 5), rtol=1e-9)


def test_one_year_ahead_does_not_depend_on_the_horizon(history: EnrolmentHistory):
    near, far = (forecast_of(history, horizon, 400).pupils for horizon in (1, 10))
    np.testing.assert_allclose(far[:, 0], near[:, 0], rtol=1e-6)


def test_a_small_unrelated_area_hardly_matters():
    many = history_of(cohorts(60, 8, 6, seed=12, size=400.0))
    small = cohorts(1, 8, 6, seed=13, size=20.0)
    more = history_of(np.concatenate([many.pupils, small]))
    before, after = forecast_of(many, 5, 200), forecast_of(more, 5, 200)
    change = np.abs(after.median[:60] / before.median - 1)
    assert np.quantile(change, 0.99) < 0.003
    old, new = (
        np.quantile(found.pupils[:60].sum(axis=2), [0.1, 0.9], axis=-1) for found in (before, after)
    )
    np.testing.assert_allclose(new, old, rtol=0.003)  # both bounds of every total


def test_an_area_written_twice_gets_one_forecast(history: EnrolmentHistory):
    twice = history_of(np.concatenate([history.pupils, history.pupils[:1]]))
    found = point_forecast(twice, 5)
    np.testing.assert_allclose(found[0], found[-1], rtol=1e-9)
    scale = measure(ProgressionModel().fit(twice).past, found, 5)
    np.testing.assert_allclose(scale.area[0], scale.area[-1])
    np.testing.assert_allclose(scale.grade[0], scale.grade[-1])


def test_another_count_date_in_all_areas_stays_and_does_not_grow(history: EnrolmentHistory):
    stepped = history.pupils.copy()
    stepped[:, 6:] *= 0.95  # the last two of eight years
    ratio = point_forecast(replace(history, pupils=stepped), 5) / point_forecast(history, 5)
    assert ratio.mean(axis=(0, 2)) == pytest.approx(np.full(5, 0.95), abs=0.01)
