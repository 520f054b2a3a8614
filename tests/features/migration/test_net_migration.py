"""Residual migration on hand-made censuses, and the undercount of 2010 in the real ones."""

import numpy as np
import pandas as pd
import pytest

from data.bundle import load_bundle
from features.ageing.census_table import GROUPS, add_sexes
from features.migration.net_migration import (
    COHORTS,
    closed_log_change,
    cohort_gain,
    cohort_survival,
    panel_net_migration,
    residual_net_migration,
)

AREAS = ["450302", "450303"]
ALL_LIVE = pd.DataFrame(1.0, index=list(COHORTS), columns=["M", "F"])


def table(persons: float) -> pd.DataFrame:
    columns = pd.MultiIndex.from_product([("M", "F"), GROUPS])
    return pd.DataFrame(persons, index=AREAS, columns=columns)


def test_in_a_closed_country_migration_adds_up_to_nothing_where_children_were_missed():
    first, second = table(100.0), table(100.0)
    second["M", 10] = [90.0, 150.0]  # a fifth more than were counted at 0-4
    gain = cohort_gain(first, second, ALL_LIVE)
    migrants = residual_net_migration(first, second, ALL_LIVE, gain)
    assert gain.loc[0, "M"] == pytest.approx(1.2)
    assert migrants["M", 0].to_numpy() == pytest.approx([-30, 30])
    assert migrants["F", 0].to_numpy() == pytest.approx([0, 0])


def test_those_who_die_have_not_left():
    survival = ALL_LIVE * 0.9
    first, second = table(100.0), table(90.0)
    gain = cohort_gain(first, second, survival)
    assert residual_net_migration(first, second, survival, gain).abs().max(axis=None) < 1e-9


def test_older_cohorts_are_not_corrected():
    first, second = table(100.0), table(100.0)
    second["F", 25] = 80.0
    gain = cohort_gain(first, second, ALL_LIVE)
    assert (residual_net_migration(first, second, ALL_LIVE, gain)["F", 15] == -20).all()


def test_survival_of_children_is_high_and_falls_with_age():
    survival = cohort_survival(2010)
    assert (survival.loc[0] > 0.99).all()
    assert (survival.loc[70] < survival.loc[50]).all()
    assert (survival["F"] > survival["M"]).all()


def test_the_census_of_2010_missed_small_children_of_both_sexes():
    migrants, gain = panel_net_migration()
    assert (gain.loc[0] > 1.1).all()
    assert (gain.loc[5] < 1.04).all()
    # 全州 lost children, 七星 won them.
    children = add_sexes(migrants)[0]
    assert children["450324"] < -5000
    assert children["450305"] > 1000


def test_the_closed_change_is_survival_and_undercount():
    change = np.exp(closed_log_change())
    assert change[0] == pytest.approx(1.132, abs=0.001)
    assert change[5] == pytest.approx(1.019, abs=0.001)


@pytest.mark.parametrize("year", [2020, 2021])
def test_schools_found_the_children_of_the_births_that_the_census_corrected(year: int):
    """Fewer entered junior school at 12 than were born by UN WPP 2024: deaths, late entry."""
    context = load_bundle(None).context
    births = context.births_above.query("adcode == '000000'").set_index("year")["births"]
    born = births[year - 13] * 4 / 12 + births[year - 12] * 8 / 12
    assert 0.9 < context.national("junior secondary stage entrants", year) / born < 1.0
