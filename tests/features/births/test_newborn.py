import numpy as np
import pytest

from features.ageing.survivorship import log_survival
from features.arrays import Births
from features.births.newborn import persons_aged_zero


def births() -> Births:
    values = np.array([[[1200.0], [900.0]]])
    return Births(("a",), (2021, 2022), values, np.ones((1, 2), dtype=bool))


def test_the_school_year_takes_eight_months_of_one_year_and_four_of_the_last():
    persons = persons_aged_zero(births(), ("a",), range(2021, 2023))
    survival = np.exp(log_survival(range(2021, 2023), oldest=0))[:, 0]
    assert persons[0, 0, 0] == pytest.approx(1200 * survival[0])  # no year before: the same births
    assert persons[0, 1, 0] == pytest.approx((900 * 8 / 12 + 1200 * 4 / 12) * survival[1])


def test_unknown_areas_and_years_are_nan():
    persons = persons_aged_zero(births(), ("b", "a"), range(2022, 2024))
    assert np.isnan(persons[0]).all()
    assert np.isnan(persons[1, 1])
    assert persons[1, 0] > 0
