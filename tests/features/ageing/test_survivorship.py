import numpy as np
import pytest

from data.reference.china_panel import death_rates
from features.ageing.survivorship import log_survival, period_of, yearly_death_rates


def test_each_group_keeps_its_hazard():
    """Four years at the published rate of 1-4 are the four single years of the curve."""
    table = death_rates().query("period == '2015-2020'").set_index("age")["both"]
    rates = yearly_death_rates("2015-2020")
    assert rates[0] == pytest.approx(table.iloc[0])
    assert rates[1:5].sum() == pytest.approx(4 * table.iloc[1])
    assert rates[5:10].sum() == pytest.approx(5 * table.iloc[2])
    assert (rates > 0).all()


def test_survival_is_the_mean_of_two_ages():
    rates = yearly_death_rates("2010-2015")
    survival = log_survival(range(2012, 2013), oldest=5)
    assert survival.shape == (1, 6)
    assert survival[0, 3] == pytest.approx(-(rates[3] + rates[4]) / 2)
    assert (survival < 0).all()


def test_children_of_china_nearly_all_live_ten_years():
    """Published under-15 mortality is a few per thousand in the 2010s."""
    cohort = np.exp(sum(log_survival(range(2010, 2020))[step, 5 + step] for step in range(10)))
    assert 0.99 < cohort < 1.0


@pytest.mark.parametrize(
    ("year", "period"), [(2010, "2010-2015"), (2014, "2010-2015"), (2150, "2095-2100")]
)
def test_periods(year, period):
    assert period_of(year) == period


def test_unknown_period_is_refused():
    with pytest.raises(ValueError, match="1900-1905"):
        yearly_death_rates("1900-1905")
