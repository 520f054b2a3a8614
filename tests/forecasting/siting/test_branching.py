"""Branch and bound on the sites against a solver that has all trips in one program."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.siting import location
from forecasting.siting.location import locate
from forecasting.siting.location_program import Location
from tests.forecasting.siting.test_lagrangian import optimum, problem


def green_field(seed: int, **counts: int) -> Location:
    """Return a problem without existing schools, each site one school of a fixed size or none."""
    one = problem(seed, schools=0, **counts)
    size = np.random.default_rng(seed).choice([100.0, 150.0], len(one.size))
    once = np.ones(len(size), dtype=int)
    return replace(one, size=size, least=once, most=once, fixed=10 * one.fixed, seats_most=np.inf)


@pytest.mark.parametrize("seed", range(6))
def test_schools_of_a_fixed_size(seed: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(location, "ALL", 0)
    one = green_field(seed, places=20, sites=12)
    found, least = locate(one, 1e-4, 500), optimum(one)
    assert found.gap <= 1e-4 + 1e-12
    assert found.bound <= least + 1e-6
    assert found.objective == pytest.approx(least, rel=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_schools_of_several_classes_within_a_limit_of_seats(
    seed: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(location, "ALL", 0)
    one = problem(seed, places=12, schools=0, sites=6)
    found, least = locate(one, 5e-3, 500), optimum(one)
    assert found.bound <= least + 1e-6
    assert found.objective == pytest.approx(least, rel=6e-3)


def test_few_nodes_give_a_true_bound(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(location, "ALL", 0)
    one = green_field(3, places=30, sites=15)
    found, least = locate(one, 1e-6, 2), optimum(one)
    assert found.bound <= least + 1e-6 <= found.objective + 2e-6
