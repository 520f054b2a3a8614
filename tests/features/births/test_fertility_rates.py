import pandas as pd
import pytest

from features.ageing.census_table import group_table
from features.births.childbearing import effective_women
from features.births.fertility_rates import CHILDBEARING, age_specific_fertility, child_woman_ratio
from tests.synthetic_census import census_rows

AREAS = ("450302", "450303")


def test_child_woman_ratio_is_children_over_women():
    groups = group_table(census_rows(AREAS, 2020))
    women = sum(groups["F", age] for age in CHILDBEARING)
    expected = (groups["M", 0] + groups["F", 0]) / women
    assert child_woman_ratio(groups).to_numpy() == pytest.approx(expected.to_numpy())


def test_rates_times_five_years_give_the_total_and_most_births_come_after_twenty_five():
    census = census_rows(AREAS, 2020)
    births = pd.Series([300.0, 200.0], AREAS)
    rates = age_specific_fertility(births, census, 2020)
    total = births / effective_women(census, range(2020, 2021))[2020]
    assert (5 * rates.sum(axis=1)).to_numpy() == pytest.approx(total.to_numpy(), rel=1e-3)
    assert (rates[25] > rates[20]).all()
    assert (rates[[45, 15]].max(axis=1) < rates[30]).all()
