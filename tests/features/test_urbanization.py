import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.population import Population
from features.urbanization import UrbanPath, raised_share, urban_paths, urban_shift

POINTS = pd.DataFrame(
    [
        ("a", 2010, 1000, 300), ("a", 2020, 1000, 500),
        ("b", 2010, 1000, 300), ("b", 2020, 1000, 500),
    ],
    columns=["adcode", "year", "population", "urban_population"],
)  # fmt: skip


def test_equal_paces_go_on_as_a_logistic():
    path = urban_paths(POINTS, 2030, 50, 1)
    pace = np.log(0.5 / 0.5) - np.log(0.3 / 0.7)
    assert path.share[:, 0] == pytest.approx(0.5, abs=1e-3)
    assert path.share[:, -1] == pytest.approx(1 / (1 + np.exp(-pace)), abs=1e-3)


def test_the_city_is_weighed_by_residents():
    share = np.array([[[0.2]], [[0.8]]])
    path = UrbanPath(("a", "b"), (2020,), share)
    assert path.of_city(pd.Series({"a": 300.0, "b": 100.0})) == pytest.approx(0.35)
    with pytest.raises(ValueError, match="residents"):
        path.of_city(pd.Series({"c": 1.0}))


def test_the_lead_grows_straight_to_2035_and_stays():
    years = (2024, 2026, 2035, 2040)
    raised = raised_share(np.full((4, 1), 0.5), years, 0.09, 2026)
    assert raised[:, 0] == pytest.approx([0.5, 0.5, 0.59, 0.59])


@given(
    persons=arrays(float, (3, 2, 4, 2), elements=st.floats(0, 1e6)),
    share=arrays(float, (2, 2), elements=st.floats(0, 1)),
)
def test_moves_add_up_to_nothing_and_leave_nobody_negative(persons: np.ndarray, share: np.ndarray):
    population = Population(("a", "b", "c"), (2020, 2021), (0, 1, 2, 3), persons)
    core = np.array([True, False, False])
    moved = urban_shift(population, core, np.full((2, 2), 0.5), share)
    assert moved.sum(axis=0) == pytest.approx(0, abs=1e-6)
    assert (persons + moved >= -1e-6).all()


def test_children_come_in_proportion_to_those_who_live_there():
    persons = np.array([100.0, 100.0, 300.0]).reshape(3, 1, 1, 1)
    population = Population(("a", "b", "c"), (2030,), (0,), persons)
    core = np.array([True, False, False])
    moved = urban_shift(population, core, np.full((1, 1), 0.5), np.full((1, 1), 0.6))
    assert moved.ravel() == pytest.approx([50, -12.5, -37.5])
