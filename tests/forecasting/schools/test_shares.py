"""Shares of schools: hand-worked progressions, openings, closings, and invariants."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecasting.schools.counts import SchoolCounts
from forecasting.schools.draws import SchoolModel
from forecasting.schools.openings import Openings
from forecasting.schools.own_leavers import relative_inflow
from forecasting.schools.shares import BOUND, fit_shares
from forecasting.schools.spread import PRIOR_SPREAD, Spread, learn_spread

SEED, YEARS = 1, tuple(range(2020, 2026))


def steady(*sizes: float, years: int = 6, grades: int = 3) -> np.ndarray:
    """Schools whose every grade has the same pupils every year."""
    return np.tile(np.array(sizes)[:, None, None], (1, years, grades)).astype(float)


def forecast(pupils: np.ndarray, county: np.ndarray) -> np.ndarray:
    return fit_shares(pupils).forecast(county) * county


def test_steady_schools_share_a_falling_county_as_before():
    county = np.array([[100.0, 120.0, 120.0], [80.0, 100.0, 120.0]])
    found = forecast(steady(90.0, 30.0), county)
    assert found[0] == pytest.approx(county * 0.75)
    assert found[1] == pytest.approx(county * 0.25)


def test_a_large_cohort_moves_up_with_its_school():
    pupils = steady(50.0, 50.0)
    pupils[0, -1, 0] = 150.0  # 150 of the county's 200 in grade 1
    county = np.array([[100.0, 200.0, 100.0]])
    grade_two = forecast(pupils, county)[:, 0, 1]
    # Before the share in all grades pulls: 150 and 50; that share was 250 of 400 and is now
    # (e + 150 + 50) of 400 with e the entrants, so the pull is small.
    assert grade_two[0] == pytest.approx(150.0, abs=4.0)
    assert grade_two.sum() == pytest.approx(200.0)


def test_a_school_that_opened_grows_grade_by_grade():
    pupils = steady(100.0, 0.0)
    pupils[1, -2:, 0] = 50.0
    pupils[1, -1, 1] = 50.0  # opened the year before last
    county = np.tile([150.0, 150.0, 150.0], (2, 1))
    found = forecast(pupils, county)
    assert found[1, 0, 1:] == pytest.approx([50.0, 50.0])
    # The other school's entry was larger before, and half of the last year's change is believed.
    assert 40.0 < found[1, 0, 0] < 50.0
    assert found[1, 1, 1] == pytest.approx(found[1, 0, 0])


def test_a_grade_that_is_not_taught_stays_empty():
    pupils = steady(100.0, 20.0)
    pupils[1, :, 2] = 0.0  # its pupils change schools after grade 2
    pupils[0, :, 2] = 120.0
    found = forecast(pupils, np.tile([120.0, 120.0, 120.0], (3, 1)))
    assert (found[1, :, 2] == 0).all()
    assert found[0, :, 2] == pytest.approx(120.0)


def test_stray_pupils_do_not_feed_the_grade_above():
    pupils = steady(100.0, 90.0, grades=2)
    pupils[1, :, 0] = 0.0  # a school for the upper grade, with two strays in the last year
    pupils[0, :, 1] = 10.0
    pupils[1, -1, 0] = 2.0
    found = forecast(pupils, np.array([[100.0, 100.0]]))
    assert found[1, 0, 1] == pytest.approx(90.0, rel=0.01)


def test_a_school_without_entrants_phases_out_and_a_chance_gap_does_not_close_it():
    ends, small = steady(100.0, 40.0), steady(100.0, 1.0)
    ends[1, -1, 0] = small[1, -1, 0] = 0.0
    county = np.tile([140.0, 140.0, 140.0], (3, 1))
    out = forecast(ends, county)[1]
    assert (out[:, 0] == 0).all()
    assert (out[2] == 0).all()
    assert out[0, 1] == 0
    assert out[0, 2] == pytest.approx(40.0, rel=0.01)
    assert (forecast(small, county)[1, :, 0] > 0).all()


def test_a_closed_school_stays_closed():
    pupils = steady(100.0, 40.0)
    pupils[1, -1] = 0.0
    assert (forecast(pupils, np.tile([140.0] * 3, (3, 1)))[1] == 0).all()


def test_what_every_year_showed_is_believed_and_one_odd_year_is_not():
    every, once = steady(100.0, 100.0), steady(100.0, 100.0)
    every[0, :, 1:] = 80.0  # a fifth leaves after grade 1, every year
    every[1, :, 1:] = 120.0
    once[0, -1, 1], once[1, -1, 1] = 60.0, 140.0
    assert fit_shares(every).progression[0, 1] == pytest.approx(0.8)
    assert np.log(fit_shares(once).progression[0, 1]) == pytest.approx(0.0, abs=BOUND)


def test_a_school_to_come_fills_as_the_others_are_filled_grade_by_grade():
    # 300 seats to come next to 900: a quarter of the entrants from the second year ahead on.
    pupils = steady(200.0, 100.0, 0.0)
    openings = Openings(np.array([0, 0, 2]), np.array([600.0, 300.0, 300.0]))
    county = np.tile([300.0, 300.0, 300.0], (4, 1))
    found = (fit_shares(pupils, openings).forecast(county) * county)[2]
    assert (found[0] == 0).all()
    assert found[1] == pytest.approx([75.0, 0.0, 0.0])
    assert found[3] == pytest.approx([75.0, 75.0, 75.0], rel=0.02)


def test_a_school_to_come_without_grades_fills_in_as_many_years():
    openings = Openings(np.array([0, 1]), np.array([100.0, 100.0]), fill=2)
    found = fit_shares(np.full((2, 1, 1), [[[80.0]], [[0.0]]]), openings).forecast(np.ones((2, 1)))
    assert found[1, :, 0] == pytest.approx([0.5 / 1.5, 0.5])


def test_entrants_of_a_nine_year_school_follow_its_own_leavers():
    # It takes 60 of 200 entrants, as many as leave its own grade 6 in a usual year. Twice as many
    # leave this year, of which half is believed.
    below = SchoolCounts(
        "1", "primary", ("n", "x"), YEARS, ("P5", "P6"), steady(60.0, 140.0, grades=2)
    )
    below.pupils[:, -1, 1] = (120.0, 80.0)
    above = SchoolCounts("1", "junior", ("n", "y"), YEARS, ("J1",), steady(60.0, 140.0, grades=1))
    ahead = np.full((2, 2, 2), [[[0.3]], [[0.7]]])
    shares = fit_shares(above.pupils)
    inflow = relative_inflow(above, shares, below, ahead)
    assert inflow == pytest.approx(np.array([[1.5, 1.0], [1.0, 1.0]]))
    # Where it takes 60 although only 30 leave its own grade 6, its share stays.
    few = SchoolCounts(
        "1", "primary", ("n", "x"), YEARS, ("P5", "P6"), steady(30.0, 170.0, grades=2)
    )
    few.pupils[:, -1, 1] = (60.0, 140.0)
    assert (relative_inflow(above, shares, few, ahead) == 1).all()


def test_totals_alone_keep_growing_at_a_declining_pace():
    pupils = np.array([[100, 102, 104.04, 106.1208], [100, 98, 95.96, 93.8792]])[..., None]
    found = forecast(pupils, np.full((2, 1), 200.0))[0, :, 0]
    assert 106.1208 < found[0] < found[1]
    assert found[1] - found[0] < found[0] - 106.1208


def test_no_history_of_errors_means_the_prior():
    assert learn_spread([steady(100.0, 50.0, years=1)]) == Spread(PRIOR_SPREAD)


def model(pupils: np.ndarray, ids: tuple[str, ...]) -> SchoolModel:
    spread = Spread(PRIOR_SPREAD)
    return SchoolModel(ids, "primary", fit_shares(pupils), spread, pupils[:, -1])


COUNTS = arrays(float, (4, 5, 3), elements=st.integers(0, 90).map(float))


@settings(max_examples=60, deadline=None)
@given(
    pupils=COUNTS,
    county=arrays(float, (3, 3, 8), elements=st.floats(0, 1e4, width=32)),
    ahead=st.integers(0, 4),
    inflow=arrays(float, (4, 3), elements=st.floats(0, 3)),
)
def test_schools_add_up_to_the_county_in_every_draw(
    pupils: np.ndarray, county: np.ndarray, ahead: int, inflow: np.ndarray
):
    if ahead:
        pupils[3] = 0.0
    if not pupils[:, -1].any():
        return
    seats = np.maximum(pupils[:, -1].sum(axis=1), 60.0)
    openings = Openings(np.array([0, 0, 0, ahead]), seats)
    names = ("a", "b", "c", "d")
    shares = fit_shares(pupils, openings)
    own = SchoolModel(names, "primary", shares, Spread(PRIOR_SPREAD), pupils[:, -1])
    drawn = list(own.draw(county.astype(np.float32), SEED, inflow))
    closed = pupils[:, -1].sum(axis=1) == 0
    closed[3] &= not ahead
    for year, found in enumerate(drawn):
        assert found.sum(axis=0) == pytest.approx(county[year], rel=1e-4, abs=1e-3)
        assert (found >= 0).all()
        assert (found[closed] == 0).all()


def test_a_school_does_not_depend_on_the_order_of_the_others():
    pupils = np.random.default_rng(2).poisson(30, (3, 5, 3)).astype(float)
    county = np.full((4, 3, 50), 100.0, dtype=np.float32)
    order = [2, 0, 1]
    own = list(model(pupils, ("a", "b", "c")).draw(county, SEED))
    other = list(model(pupils[order], ("c", "a", "b")).draw(county, SEED))
    for first, second in zip(own, other, strict=True):
        assert first[order] == pytest.approx(second, rel=1e-4)
