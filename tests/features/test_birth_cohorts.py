import numpy as np
import pytest

from features.birth_cohorts import follow_births
from features.population import Births

AREAS = ("450302", "450303")
YEARS = tuple(range(2009, 2021))


def births_of(values: np.ndarray, years: tuple[int, ...] = YEARS) -> Births:
    table = np.broadcast_to(values, (2, len(years)))[:, :, None]
    return Births(AREAS, years, table, np.zeros((2, len(years)), dtype=bool))


SINGLE = np.repeat([[60.0] * 5 + [70.0] * 5 + [50.0] * 10], 2, axis=0)


def test_a_year_of_many_births_stands_out_and_groups_are_kept():
    flat = np.full(12, 100.0)
    flat[2016 - 2009] = 160.0
    ages = follow_births(SINGLE, births_of(flat), AREAS, 2020, np.array([30.0, 40.0]))
    assert ages[:, 0] == pytest.approx([30, 40])
    assert ages[:, 1:5].sum(axis=1) == pytest.approx([270, 260])
    assert ages[:, 5:10].sum(axis=1) == pytest.approx([350, 350])
    # Of those aged 4 ten months in twelve are born in 2016; of those aged 3 two months are.
    assert ages[0, 4] / ages[0, 2] == pytest.approx((160 * 10 + 100 * 2) / 1200)
    assert ages[0, 3] / ages[0, 2] == pytest.approx((100 * 10 + 160 * 2) / 1200)
    assert (ages[:, 10:] == 50).all()


def test_without_a_count_of_infants_the_first_group_is_whole():
    ages = follow_births(SINGLE, births_of(np.full(12, 9.0)), AREAS, 2020, np.full(2, np.nan))
    assert ages == pytest.approx(SINGLE)


def test_groups_whose_births_are_unknown_stay():
    years = tuple(range(2015, 2021))
    short = births_of(np.array([100.0, 200, 100, 100, 100, 50]), years)
    ages = follow_births(SINGLE, short, AREAS, 2020, np.full(2, np.nan))
    assert (ages[:, 5:] == SINGLE[:, 5:]).all()
    assert ages[0, 4] > ages[0, 1] > ages[0, 0]
