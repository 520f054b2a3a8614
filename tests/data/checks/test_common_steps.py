"""Years in which all areas step at once."""

import numpy as np
import pytest

from data.checks.common_steps import common_steps

YEARS, STEP_YEAR = 9, 6


def counts(areas: int, step: float, share: float = 1.0) -> np.ndarray:
    """Return pupils (area, year, grade) that vary by 0.5 per cent and step in one year."""
    rng = np.random.default_rng(3)
    pupils = 500.0 * np.exp(rng.normal(0, 0.005, (areas, YEARS, 4)))
    pupils[: round(share * areas), STEP_YEAR:] *= np.exp(step)
    return pupils


@pytest.mark.parametrize("step", [0.05, -0.05])
def test_a_step_of_all_areas_is_found_in_its_year(step: float):
    found = common_steps(counts(10, step))
    assert np.flatnonzero(found).tolist() == [STEP_YEAR]
    assert found[STEP_YEAR] == pytest.approx(step, abs=0.005)


@pytest.mark.parametrize(
    ("areas", "step", "share"), [(10, 0.015, 1.0), (10, 0.05, 0.6), (2, 0.05, 1.0), (10, 0.0, 1.0)]
)
def test_a_small_step_or_one_of_some_areas_or_of_two_is_none(areas: int, step: float, share: float):
    assert not common_steps(counts(areas, step, share)).any()


def test_a_short_history_does_not_show_what_is_usual():
    assert not common_steps(counts(10, 0.2)[:, 4:]).any()
