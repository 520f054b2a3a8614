"""Siting against every possibility, another solver, and constraints worked out anew."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from forecasting.siting import location
from forecasting.siting.location_program import LocationProgram, location_program
from forecasting.siting.siting_case import SitingCase, Trips, possible_trips
from forecasting.siting.siting_model import (
    RELATIVE_GAP,
    SEAT,
    UNSEATED,
    Siting,
    SitingGapError,
    location_problem,
    site_schools,
)


def case(seed: int = 0, places: int = 8, schools: int = 2, sites: int = 3) -> SitingCase:
    rng = np.random.default_rng(seed)
    return SitingCase(
        places=rng.uniform(0, 1000, (places, 2)),
        children=rng.integers(5, 60, places).astype(float),
        radius=rng.choice([400.0, 700.0], places),
        schools=rng.uniform(0, 1000, (schools, 2)),
        seats=rng.integers(10, 60, schools).astype(float),
        sites=rng.uniform(0, 1000, (sites, 2)),
        least=np.full(sites, 2),
        most=rng.integers(1, 5, sites),
        class_size=20,
        seats_wanted=140.0,
    )


def site_program(one: SitingCase) -> LocationProgram:
    """Return the program with every possible trip."""
    problem = location_problem(one, possible_trips(one))
    return location_program(problem, np.arange(len(problem.cost)))


def verify(one: SitingCase, siting: Siting) -> None:
    """Work every rule out from what was decided."""
    trips, size = siting.trips, one.class_size
    schools = np.concatenate([one.schools, one.sites])
    ways = np.hypot(*(one.places[trips.place] - schools[trips.school]).T)
    np.testing.assert_allclose(trips.way, ways)
    assert (ways <= one.radius[trips.place] + 1e-9).all()
    seated = np.bincount(trips.place, siting.going, minlength=len(one.children))
    np.testing.assert_allclose(seated + siting.unseated, one.children, atol=1e-5)
    filled = np.bincount(trips.school, siting.going, minlength=len(schools))
    room = np.concatenate([one.seats, size * siting.classes])
    assert (filled <= room + 1e-5).all()
    opened = siting.classes > 0
    assert (siting.classes[opened] >= one.least[opened]).all()
    assert (siting.classes <= one.most).all()
    assert size * siting.classes.sum() <= one.seats_wanted + 1e-9
    walked = (siting.going * ways / one.radius[trips.place]).sum()
    value = walked + UNSEATED * siting.unseated.sum() + SEAT * size * siting.classes.sum()
    assert siting.objective == pytest.approx(value)


def best_of_all(one: SitingCase) -> float:
    """Return the least value over every way to give classes to sites."""
    program = site_program(one)
    sites = len(one.most)
    found = []
    choices = [
        [0, *range(int(least), int(most) + 1)]
        for least, most in zip(one.least, one.most, strict=True)
    ]
    for classes in product(*choices):
        fixed = np.concatenate([classes, np.array(classes) > 0]).astype(float)
        lower, upper = np.zeros_like(program.upper), program.upper.copy()
        lower[-2 * sites :] = upper[-2 * sites :] = fixed
        matrix = program.matrix.toarray()
        equal = program.row_lower == program.row_upper
        solved = linprog(
            program.cost,
            matrix[~equal],
            program.row_upper[~equal],
            matrix[equal],
            program.row_upper[equal],
            np.column_stack([lower, upper]),
        )
        if solved.success:
            found.append(solved.fun)
    return min(found)


@pytest.mark.parametrize("seed", range(8))
def test_no_other_choice_is_better(seed: int):
    one = case(seed)
    siting = site_schools(one)
    verify(one, siting)
    best = best_of_all(one)
    assert best - 1e-6 <= siting.objective <= best / (1 - RELATIVE_GAP) + 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_another_solver_finds_the_same(seed: int):
    one = case(seed, places=60, schools=6, sites=12)
    siting = site_schools(one)
    verify(one, siting)
    program = site_program(one)
    other = milp(
        program.cost,
        integrality=program.integer.astype(int),
        bounds=Bounds(0, program.upper),
        constraints=LinearConstraint(program.matrix, program.row_lower, program.row_upper),
    )
    assert other.success
    assert other.fun - 1e-6 <= siting.objective <= other.fun / (1 - RELATIVE_GAP) + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_holds_for_trips_that_were_left_out(seed: int, monkeypatch: pytest.MonkeyPatch):
    one = replace(case(seed, places=40, schools=6, sites=12), radius=np.full(40, 900.0))
    complete = site_schools(one, gap=1e-6, nodes=10_000)
    monkeypatch.setattr(location, "ALL", 100)
    monkeypatch.setattr(location, "FIRST", 1)
    monkeypatch.setattr(location, "START", 0)
    partial = site_schools(one, gap=1e-6, gap_most=1.0)
    verify(one, partial)
    assert len(partial.trips.place) <= len(complete.trips.place)
    assert partial.objective >= complete.objective - 1e-6
    assert partial.objective * (1 - partial.gap) <= complete.objective + 1e-6


def test_a_siting_that_may_be_far_from_the_best_is_refused(monkeypatch: pytest.MonkeyPatch):
    one = replace(case(0, places=40, schools=6, sites=12), radius=np.full(40, 900.0))
    monkeypatch.setattr(location, "ALL", 0)
    monkeypatch.setattr(location, "FIRST", 1)
    monkeypatch.setattr(location, "START", 0)
    with pytest.raises(SitingGapError, match="%"):
        site_schools(one, gap=1e-6, gap_most=1e-6)


def test_a_site_that_costs_more_is_passed_over():
    one = hand(65, 6)
    two = replace(
        one,
        sites=np.array([[100.0, 0.0], [200.0, 0.0]]),
        least=np.array([2, 2]),
        most=np.array([6, 6]),
        fixed=np.array([40.0, 0.0]),
    )
    assert site_schools(two).classes.tolist() == [0, 3]


def test_ways_that_are_given_stand_for_straight_lines():
    one = hand(65, 6)
    detour = replace(one, ways=Trips(np.array([0]), np.array([0]), np.array([501.0])))
    assert site_schools(detour).classes.tolist() == [0]


def hand(children: float, most: int, *, wanted: float = 1000, metres: float = 100) -> SitingCase:
    """One place, one site, classes of 20, two classes at least, radius 500 m."""
    return SitingCase(
        places=np.zeros((1, 2)),
        children=np.array([children]),
        radius=np.array([500.0]),
        schools=np.zeros((0, 2)),
        seats=np.zeros(0),
        sites=np.array([[metres, 0.0]]),
        least=np.array([2]),
        most=np.array([most]),
        class_size=20,
        seats_wanted=wanted,
    )


def test_complete_classes_are_built_as_far_as_children_fill_them():
    # 65 children at 100 m: trips 0.2 each. A fourth class for five children costs 20 and gains 9.
    siting = site_schools(hand(65, 6))
    assert siting.classes.tolist() == [3]
    assert siting.unseated.tolist() == pytest.approx([5])
    assert siting.objective == pytest.approx(60 * 0.2 + 2 * 5 + 60)


@pytest.mark.parametrize(
    "one",
    [
        hand(65, 1),  # the site holds less than the smallest school
        hand(65, 6, wanted=39),  # fewer seats are wanted than the smallest school has
        hand(65, 6, metres=501),  # beyond the radius
        hand(65, 6, wanted=-5),  # seats to spare
    ],
)
def test_unserved_children_are_reported_and_not_infeasible(one: SitingCase):
    siting = site_schools(one)
    assert siting.classes.tolist() == [0]
    assert siting.unseated.tolist() == [65]


def test_nothing_is_built_where_schools_have_room():
    one = hand(65, 6)
    roomy = replace(one, schools=np.array([[300.0, 0.0]]), seats=np.array([70.0]))
    siting = site_schools(roomy)
    assert siting.classes.tolist() == [0]
    assert siting.unseated.sum() == pytest.approx(0)


def test_places_without_sites_or_schools():
    one = replace(
        hand(65, 6), sites=np.zeros((0, 2)), least=np.zeros(0, int), most=np.zeros(0, int)
    )
    siting = site_schools(one)
    assert siting.unseated.tolist() == [65]
    assert siting.gap == 0


def test_arrays_of_other_places_are_refused():
    with pytest.raises(ValueError, match=r"radius has shape \(2,\), expected \(1,\)"):
        replace(hand(65, 6), radius=np.ones(2))
