"""Reported pupils stand, and pull the other counties as far as errors went together."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from features.migration.change_errors import ErrorShape
from features.migration.learned_change import PredictedChange
from features.ratios.learned_ratio import TARGETS, child_residents
from features.ratios.predicted_ratio import draw_ratios, log_ratio_sd

# Two counties of one city, one of another city, one of another province.
AREAS = ["450321", "450323", "450421", "430121"]
PROVINCE, CITY, COUNTY = 0.2, 0.3, 0.5
SPREAD, DRAWS = 0.1, 20_000


def census_groups() -> pd.DataFrame:
    columns = pd.MultiIndex.from_tuples(
        [(sex, age) for sex in ("F", "M") for age in range(0, 90, 5)], names=["sex", "group"]
    )
    return pd.DataFrame(500.0, index=AREAS, columns=columns)


def predicted() -> PredictedChange:
    """Return ratios of one, errors a tenth as wide as normal ones, targets apart."""
    standardised = ndtri((np.arange(400) + 0.5) / 400)
    parts = {"province": PROVINCE, "prefecture": CITY, "county": COUNTY}
    shape = ErrorShape(
        size=np.zeros(400),
        district=np.zeros(400, dtype=bool),
        standardised=np.stack([standardised, standardised], axis=1),
        components={name: np.sqrt(part) * np.eye(2) for name, part in parts.items()},
    )
    zero = pd.DataFrame(0.0, index=AREAS, columns=[0, 1])
    return PredictedChange(zero, zero + SPREAD, shape)


def reports(**primary: float) -> pd.DataFrame:
    table = pd.DataFrame(np.nan, index=[code[1:] for code in primary], columns=list(TARGETS))
    table[TARGETS[0]] = list(primary.values())
    return table


def test_residents_of_school_age_are_fifths_of_the_census_groups():
    """Ages 6-9 are four fifths of 5-9, 10 and 11 two fifths of 10-14, and so on."""
    residents = child_residents(census_groups())
    assert residents[0] == pytest.approx([0.8 * 1000 + 0.4 * 1000, 0.6 * 1000 + 0.6 * 1000])


def test_without_reports_each_county_is_as_wide_as_it_was_elsewhere():
    drawn = draw_ratios(census_groups(), predicted(), reports(), DRAWS, 1)
    assert drawn.shape == (4, 2, DRAWS)
    assert drawn.std(axis=2) == pytest.approx(np.full((4, 2), SPREAD), rel=0.05)
    together = np.corrcoef(drawn[:, 0])
    assert together[0] == pytest.approx([1, PROVINCE + CITY, PROVINCE, 0], abs=0.03)
    assert log_ratio_sd(predicted()) == pytest.approx(np.full((4, 2), SPREAD), rel=0.02)


def test_a_report_stands_exactly_and_pulls_its_city_most_its_province_less_others_not_at_all():
    score = 1.5
    pupils = 1200 * np.exp(SPREAD * score)
    drawn = draw_ratios(census_groups(), predicted(), reports(_450321=pupils), DRAWS, 1)
    assert drawn[0, 0] == pytest.approx(np.full(DRAWS, SPREAD * score))
    pull = np.array([PROVINCE + CITY, PROVINCE, 0.0])
    assert drawn[1:, 0].mean(axis=1) == pytest.approx(SPREAD * score * pull, abs=0.004)
    left = SPREAD * np.sqrt(1 - pull**2)
    assert drawn[1:, 0].std(axis=1) == pytest.approx(left, rel=0.05)
    assert drawn[:, 1].mean(axis=1) == pytest.approx(np.zeros(4), abs=0.004)


def test_many_reports_of_a_city_leave_a_county_what_is_its_own():
    codes = [f"4503{number}" for number in range(21, 61)]
    groups = pd.concat([census_groups().iloc[[0]]] * 40).set_axis(codes)
    one = predicted()
    zero = pd.DataFrame(0.0, index=codes, columns=[0, 1])
    wide = PredictedChange(zero, zero + SPREAD, one.shape)
    table = pd.DataFrame({TARGETS[0]: 1200.0, TARGETS[1]: np.nan}, index=codes[1:])
    drawn = draw_ratios(groups, wide, table, DRAWS, 1)
    assert drawn[0, 0].std() == pytest.approx(SPREAD * np.sqrt(COUNTY), rel=0.05)


def test_draws_do_not_depend_on_the_other_counties_where_none_report():
    everyone = draw_ratios(census_groups(), predicted(), reports(), 50, 3)
    alone = draw_ratios(census_groups().iloc[[2]], predicted(), reports(), 50, 3)
    assert (everyone[2] == alone[0]).all()
