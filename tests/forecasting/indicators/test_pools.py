"""Counties that share senior schools: the pool's figures with the plan, worked out by hand."""

import pandas as pd
import pytest

from forecasting.indicators.class_path import class_path
from forecasting.indicators.table import indicator_table
from tests.synthetic_indicators import COUNTY, NOW, OTHER, demand, small_case

STAGE = "general_senior"
CODE = f"{COUNTY}+{STAGE}"


def shared() -> pd.DataFrame:
    """Outlook of a pool that lacks 300 seats and is given 250 from the next year on."""
    rows = [
        {"adcode": code, "stage": STAGE, "year": year, "gap": 300.0,
         "gap_with_plan": 300.0 if year == NOW else 50.0, "shortage_probability": 0.9,
         "shortage_probability_with_plan": 0.6, "pool": COUNTY}
        for code in (COUNTY, OTHER)
        for year in (NOW, NOW + 1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_a_pool_is_one_more_area_and_its_counties_have_no_figures_with_the_plan():
    rows = demand({(COUNTY, STAGE): [1400, 1400], (OTHER, STAGE): [900, 900]}, first=NOW)
    case = small_case(rows, outlook=shared())
    found = indicator_table(case).set_index(["adcode", "code", "year"])
    own = found.loc[(CODE, "senior_class_size", NOW + 1)]
    assert own["county"] == f"虚构{COUNTY}、虚构{OTHER}统筹（普通高中）"
    # 2,300 pupils on 2 × 1,000 seats of 50 a class; the plan gives 250 seats, five classes
    assert (own["numerator"], own["denominator"]) == (2300, 40)
    assert (own["plan_numerator"], own["plan_denominator"]) == (2300, 45)
    assert found.loc[(CODE, "senior_class_size", NOW), "plan_denominator"] == 40
    assert found.loc[(CODE, "seats_a_child", NOW + 1), "plan_value"] == pytest.approx(2.25)
    member = found.loc[(COUNTY, "senior_class_size", NOW + 1)]
    assert member["numerator"] == 1400
    assert pd.isna(member["plan_value"])
    path = class_path(case).set_index(["adcode", "year"])
    assert path.loc[(CODE, NOW + 1), "short_norm_plan"] == 1  # 46 classes needed of 45
