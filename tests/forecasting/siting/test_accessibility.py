import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.arrays import FloatArray
from forecasting.siting.accessibility import Access, KnownWays, access

POINT = st.tuples(st.integers(0, 6), st.integers(0, 6))


def naive(
    places: FloatArray,
    children: FloatArray,
    radius: FloatArray,
    schools: FloatArray,
    seats: FloatArray,
) -> list[float]:
    ratios = []
    for school, own in zip(schools, seats, strict=True):
        catchment = sum(
            persons
            for place, persons, metres in zip(places, children, radius, strict=True)
            if np.hypot(*(place - school)) <= metres
        )
        ratios.append(own / catchment if catchment else 0.0)
    return [
        sum(
            ratio
            for school, ratio in zip(schools, ratios, strict=True)
            if np.hypot(*(place - school)) <= metres
        )
        for place, metres in zip(places, radius, strict=True)
    ]


@given(
    st.lists(st.tuples(POINT, st.integers(0, 9), st.sampled_from([1.5, 3.5])), min_size=1),
    st.lists(st.tuples(POINT, st.integers(0, 9)), min_size=1),
)
def test_floating_catchments_are_those_of_two_loops(
    lived: list[tuple[tuple[int, int], int, float]], stand: list[tuple[tuple[int, int], int]]
):
    places, schools = (np.array([one[0] for one in some], float) for some in (lived, stand))
    children, radius = np.array([[c, r] for _, c, r in lived], float).T
    seats = np.array([one[1] for one in stand], float)
    found = access(places, children, radius, schools, seats)
    expected = naive(places, children, radius, schools, seats)
    np.testing.assert_allclose(found.seats_per_child, expected, atol=1e-12)
    near = [min(np.hypot(*(place - school)) for school in schools) for place in places]
    np.testing.assert_allclose(found.nearest, near)
    # No seat is counted twice: seats per child times children are the seats that are in reach.
    assert found.seats_per_child @ children <= seats.sum() + 1e-9


def test_worked_by_hand():
    # 100 children next to a school of 90 seats; 50 at 400 m reach it too, 30 at 2 km do not.
    places = np.array([[0.0, 0.0], [400.0, 0.0], [2000.0, 0.0]])
    children = np.array([100.0, 50.0, 30.0])
    found = access(places, children, np.full(3, 500.0), places[:1], np.array([90.0]))
    np.testing.assert_allclose(found.seats_per_child, [0.6, 0.6, 0.0])
    assert found.share_within(children) == pytest.approx(150 / 180)
    assert found.longest(children) == 2000.0
    assert found.mean_seats(children) == pytest.approx(0.5)


def test_without_schools_access_is_zero_not_nan():
    found = access(np.zeros((2, 2)), np.ones(2), np.ones(2), np.zeros((0, 2)), np.zeros(0))
    assert found.seats_per_child.tolist() == [0.0, 0.0]
    assert found.share_within(np.ones(2)) == 0.0
    assert isinstance(found, Access)


def test_as_the_package_access_has_it():
    """Figures by ``benchmarks/siting_peers.py access`` (PySAL access), 0 for its NaN."""
    peer = json.loads((Path(__file__).parent / "access.json").read_text(encoding="utf-8"))
    places, schools, children, seats, expected = (
        np.array(peer[name], float)
        for name in ("places", "schools", "children", "seats", "seats_per_child")
    )
    radius = np.full(len(places), float(peer["radius"]))
    found = access(places, children, radius, schools, seats)
    np.testing.assert_allclose(found.seats_per_child, expected, rtol=1e-9)
    assert 0 < (expected == 0).sum() < len(expected)


def test_known_ways_take_the_place_of_straight_lines_where_there_are_any():
    # By the table the first place reaches the school in 20 of 30 minutes and the second in 40, for
    # all that it stands closer; the third, not in the table, lies 400 m off in a straight line.
    places = np.array([[300.0, 0.0], [100.0, 0.0], [400.0, 0.0]])
    children = np.array([60.0, 30.0, 40.0])
    radius = np.array([30.0, 30.0, 500.0])
    known = KnownWays(
        measured=np.array([True, True, False]),
        place=np.array([0, 1]),
        school=np.array([0, 0]),
        way=np.array([20.0, 40.0]),
    )
    found = access(places, children, radius, np.zeros((1, 2)), np.array([50.0]), known)
    np.testing.assert_allclose(found.seats_per_child, [0.5, 0.0, 0.5])
    np.testing.assert_allclose(found.nearest, [20.0, 40.0, 400.0])
    assert found.within.tolist() == [True, False, True]
