import numpy as np
import pytest

from features.arrays import Births
from features.births.birth_cohorts import follow_births

AREAS = ("450302", "450303")
YEARS = tuple(range(2009, 2021))


def births_of(values: np.ndarray, years: tuple[int, ...] = YEARS) -> Births:
    table = np.broadcast_to(values, (2, len(years)))[:, :, None]
    return Births(AREAS, years, table, np.zeros((2, len(years)), dtype=bool))


SINGLE = np.repeat([[60.0] * 5 + [70.0] * 5 + [50.0] * 10], 2, axis=0)


def test_a_year_of_many_births_stands_out_and_groups_are_kept():
    flat = np.full(12, 100.0)
    flat[2016 - 2009] = 160.0
    ages = follow_births(SINGLE, births_of(flat), AREAS, 2020, np.array([50.0, 55.0]))
    assert ages[:, 0] == pytest.approx([50, 55])
    assert ages[:, 1:5].sum(axis=1) == pytest.approx([250, 245])
    assert ages[:, 5:10].sum(axis=1) == pytest.approx([350, 350])
    # Of those aged 4 ten months in twelve are born in 2016; of those aged 3 two months are. What
    # became of those born changes smoothly from age to age: by less than a fifth a year here.
    born = np.array([100, 100, 100, 110, 150, 100])
    kept = ages[:, :6] / born
    assert np.abs(np.diff(np.log(kept[:, 1:]))).max() < np.log(1.2)
    assert (ages[:, 4] > 1.25 * ages[:, 3]).all()
    assert (ages[:, 10:] == 50).all()


def test_births_that_all_live_here_are_the_ages():
    rising = np.linspace(80, 120, 12)
    cohort = np.array([rising[11 - a] * 10 / 12 + rising[10 - a] * 2 / 12 for a in range(10)])
    single = np.concatenate([cohort[:5].mean().repeat(5), cohort[5:].mean().repeat(5), np.ones(10)])
    unknown = np.full(2, np.nan)
    ages = follow_births(np.tile(single, (2, 1)), births_of(rising), AREAS, 2020, unknown)
    assert ages[:, :10] == pytest.approx(np.tile(cohort, (2, 1)))


def test_an_area_without_a_count_of_infants_may_accompany_one_with():
    ages = follow_births(SINGLE, births_of(np.full(12, 9.0)), AREAS, 2020, np.array([30.0, np.nan]))
    assert ages[0, 0] == pytest.approx(30)
    assert ages[1, :5].sum() == pytest.approx(300)
    assert ages[1, 0] > 50


def test_children_of_years_without_births_are_not_lost():
    ages = follow_births(SINGLE, births_of(np.zeros(12)), AREAS, 2020, np.full(2, np.nan))
    assert ages.sum(axis=1) == pytest.approx(SINGLE.sum(axis=1))
    assert (ages > 0).all()
