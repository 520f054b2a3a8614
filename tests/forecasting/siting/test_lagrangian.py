"""The row of least classes, and the bound from prices, against the program with all trips."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from forecasting.siting.lagrangian import Prices, lagrangian
from forecasting.siting.location import locate, relaxation
from forecasting.siting.location_program import Location, cover, location_program


def problem(seed: int, places: int = 8, schools: int = 2, sites: int = 4) -> Location:
    """Return a random problem with every trip, sites of two class sizes."""
    rng = np.random.default_rng(seed)
    place, facility = (axis.ravel() for axis in np.indices((places, schools + sites)))
    return Location(
        demand=rng.integers(5, 60, places).astype(float),
        place=place,
        facility=facility,
        cost=rng.uniform(0, 1, len(place)),
        room=rng.integers(10, 40, schools).astype(float),
        size=rng.choice([20.0, 30.0], sites),
        least=rng.integers(1, 3, sites),
        most=rng.integers(0, 5, sites),
        seat_cost=0.4,
        fixed=rng.uniform(0, 15, sites),
        unseated=2.0,
        seats_most=150.0,
    )


def optimum(one: Location, *, rounded: bool = True, opened: int | None = None) -> float:
    """Return the optimum over all trips, with or without the row of least classes."""
    program = location_program(one, np.arange(len(one.cost)))
    kept = np.ones(program.matrix.shape[0], dtype=bool)
    kept[len(one.demand) + len(one.room) + len(one.most) + 1] = rounded
    lower = np.zeros(len(program.cost))
    if opened is not None:
        lower[len(lower) - len(one.most) + opened] = 1.0
    found = milp(
        program.cost,
        integrality=program.integer.astype(int),
        bounds=Bounds(lower, program.upper),
        constraints=LinearConstraint(
            program.matrix[kept], program.row_lower[kept], program.row_upper[kept]
        ),
    )
    return float(found.fun) if found.success else np.inf


def test_least_classes_by_hand():
    # 100 children, 10 seats: 90 / 40 = 2.25 classes of 40 seats, so 3; a class of 20 counts a half,
    # rounded up to one, and every child without a seat 1 / (40 × 0.25) of a class.
    one = replace(
        problem(0, sites=2),
        demand=np.array([60.0, 40.0]),
        room=np.array([10.0, 0.0]),
        size=np.array([40.0, 20.0]),
    )
    row = cover(one)
    assert (row.classes.tolist(), row.unseated, row.least) == ([1.0, 1.0], 0.1, 3.0)


def test_no_classes_are_needed_where_schools_hold_everybody():
    row = cover(replace(problem(0), room=np.array([500.0, 500.0])))
    assert (row.classes.sum(), row.unseated, row.least) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("seed", range(6))
def test_the_row_of_least_classes_forbids_no_solution(seed: int):
    one = problem(seed)
    assert optimum(one) == pytest.approx(optimum(one, rounded=False), rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5), st.integers(0, 10_000))
def test_no_prices_give_a_bound_above_the_optimum(seed: int, drawn: int):
    one, rng = problem(seed), np.random.default_rng(drawn)
    prices = Prices(
        rng.uniform(0, 2.5, len(one.demand)), -rng.uniform(0, 1), float(rng.uniform(0, 30))
    )
    found, least = lagrangian(one, prices), optimum(one)
    assert found.bound <= least + 1e-6
    for site in np.flatnonzero(np.isfinite(found.opening) & (found.opening > 0)):
        assert found.bound + found.opening[site] <= optimum(one, opened=int(site)) + 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_at_the_duals_the_bound_is_the_value_of_the_relaxation(seed: int):
    one = problem(seed)
    program = location_program(one, np.arange(len(one.cost)))
    relaxed = milp(
        program.cost,
        bounds=Bounds(0, program.upper),
        constraints=LinearConstraint(program.matrix, program.row_lower, program.row_upper),
    )
    assert relaxation(one).bound == pytest.approx(relaxed.fun, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_a_search_without_the_excluded_sites_finds_the_optimum(seed: int):
    one = problem(seed, places=150, sites=25)
    found = locate(replace(one, seats_most=3000.0), 1e-6, 500)
    assert found.gap <= 1e-6
    assert found.objective == pytest.approx(optimum(replace(one, seats_most=3000.0)), rel=2e-4)
