import numpy as np
import pytest

from data.reference.china_panel import county_age_sex
from features.births.national_cohorts import national_cohorts


def test_a_cohort_keeps_its_size_as_it_ages():
    young, old = national_cohorts((2020,), 3, 5)[0], national_cohorts((2025,), 8, 10)[0]
    assert young == old


def test_a_year_of_many_births_stands_out():
    # 2017 had 17.65 million births, 2018 15.23: those of 2 years are fewer than those of 3.
    two, three = national_cohorts((2020,), 2, 2)[0], national_cohorts((2020,), 3, 3)[0]
    assert two / three == pytest.approx(15.23 / 17.65, rel=0.05)


def test_ages_add_up_to_the_census_but_for_two_months():
    census = county_age_sex(2020)
    group = census[(census["age_lower"] == 10) & (census["age_upper"] == 14)]["persons"].sum()
    assert national_cohorts((2020,), 10, 14)[0] == pytest.approx(group, rel=0.01)


def test_children_born_later_are_not_counted():
    assert np.isnan(national_cohorts((2024,), 3, 5)).all()
