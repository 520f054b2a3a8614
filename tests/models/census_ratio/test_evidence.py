import numpy as np
import pandas as pd
import pytest

from data.bundle import DataBundle, load_bundle
from models.census_ratio.evidence import (
    kindergarten_ratio,
    national_primary_ratio,
    ratio_evidence,
    stage_totals,
)


@pytest.fixture(scope="module")
def guilin() -> DataBundle:
    return load_bundle(None)


def test_kindergarten_ratio_is_pupils_over_births_three_to_six_years_before(guilin: DataBundle):
    births = guilin.context.births_above.query("adcode == '000000'").set_index("year")["births"]
    cohort = births[2014] / 3 + births[2015] + births[2016] + births[2017] * 2 / 3
    assert kindergarten_ratio(guilin.context, 2020) == pytest.approx(48_183_000 / cohort)


def test_grades_are_added_up_unless_the_total_is_reported():
    rows = [
        ("450312", 2023, "primary", "1", 100), ("450312", 2023, "primary", "2", 120),
        ("450321", 2023, "primary", "1", 10), ("450321", 2023, "primary", "all", 70),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["adcode", "year", "stage", "grade", "pupils"])
    assert stage_totals(table)["pupils"].tolist() == [220, 70]


def test_counties_elsewhere_lend_their_ratio_with_a_wider_spread(guilin: DataBundle):
    pool = ratio_evidence(guilin, 2020).reference["primary"]
    nation = np.log(national_primary_ratio(guilin.context, 2023))
    assert pool.counties == 12
    assert pool.spread > abs(pool.centre - nation)


def test_the_national_primary_ratio_is_pupils_over_the_births_of_their_cohorts(guilin: DataBundle):
    births = guilin.context.births_above.query("adcode == '000000'").set_index("year")["births"]
    cohort = births[2011] / 3 + births.loc[2012:2016].sum() + births[2017] * 2 / 3
    assert national_primary_ratio(guilin.context, 2023) == pytest.approx(108_360_000 / cohort)
