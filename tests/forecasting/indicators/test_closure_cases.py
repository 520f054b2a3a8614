"""What a closure dossier says of a school, worked out by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from data.bundle import load_bundle
from forecasting.indicators.closure_cases import closure_cases, in_town
from tests.synthetic_indicators import COUNTY, NOW, demand, school, small_case, table

STEP = {"adcode": COUNTY, "stage": "primary", "year": NOW, "action": "merge", "taken_from": "",
        "school_ids": "gone", "seats": -135.0, "reason": "生源减少"}  # fmt: skip


def test_intake_ways_protection_and_cost_of_a_school_that_closes():
    grades = [
        school("gone", count, year=year, grade="P1") for year, count in ((2023, 20), (2024, 15))
    ]
    schools = table(
        "schools",
        *grades,
        school("gone", 90, classes=3, seats=135, entrants=12, town="柳河镇", lon=110.0, lat=25.0),
        school("near", 400, classes=10, seats=450, lon=110.0, lat=25.01),
        school("far", 110, classes=10, seats=450, lon=110.0, lat=25.2),
    )
    case = small_case(demand({(COUNTY, "primary"): [600, 600]}), schools=schools,
                      plan=pd.DataFrame([STEP]))  # fmt: skip
    (found,) = closure_cases(case, load_bundle(None).table("standards"))
    assert found.intake == ((2023, 20.0, 20.0), (2024, 15.0, 15.0), (2025, 90.0, 12.0))
    assert (found.pupils, found.small, found.town, found.basis) == (90, True, "柳河镇", "estimate")
    (first, near), (second, far) = found.destinations
    assert (first, near.pupils, second, far.pupils) == ("near", 50.0, "far", 40.0)
    # a hundredth of a degree of latitude is 6371.0088 × π / 18000 = 1.112 km
    assert near.km == pytest.approx(1.112, abs=0.001)
    # the far school is 22 km away, beyond the 2.5 km of a primary school in the country
    assert (found.far, found.radius_km, found.urban) == (40.0, 2.5, False)
    costs = {one.code: (one.once_cny, one.yearly_cny) for one in found.alternatives}
    # 45 idle seats × 8,998.84 × 0.5 a year; 135 seats × 1,000 + 1,000,000 once
    assert costs["keep"] == (0.0, pytest.approx(45 * 8998.84 * 0.5))
    assert costs["close"] == (pytest.approx(1_135_000), 0.0)
    assert costs["convert"] == (pytest.approx(2_350_000), 0.0)


def test_the_radius_is_that_of_the_place_the_school_lies_in():
    home = {"name": "x", "adcode": COUNTY, "town": "柳河镇"}
    settlements = table(
        "settlements",
        home | {"id": "1", "setting": "urban", "population": 900},
        home | {"id": "2", "setting": "rural", "population": 400},
    )
    tables = small_case(demand({(COUNTY, "primary"): [600]}), settlements=settlements).tables
    assert in_town(tables, COUNTY, "柳河镇")
    assert not in_town(tables, COUNTY, "青山乡")  # no settlement, and no district of the core
    core = replace(tables, areas=pd.DataFrame({"adcode": [COUNTY], "urban_core": [True]}))
    assert in_town(core, COUNTY, None)


def test_a_conversion_closes_the_school_at_the_stage_it_leaves():
    schools = table("schools", school("gone", 300, seats=315), school("b", 300, seats=900))
    turned = STEP | {"stage": "junior", "taken_from": "primary", "action": "convert"}
    case = small_case(demand({(COUNTY, "primary"): [600, 600]}), schools=schools,
                      plan=pd.DataFrame([turned]))  # fmt: skip
    (found,) = closure_cases(case, load_bundle(None).table("standards"))
    assert (found.closure.stage, found.small, found.placed) == ("primary", False, 300.0)


def test_a_plan_without_named_schools_has_no_dossier():
    schools = table("schools", school("a", 300, seats=315))
    case = small_case(demand({(COUNTY, "primary"): [600, 600]}), schools=schools,
                      plan=pd.DataFrame([STEP | {"school_ids": ""}]))  # fmt: skip
    assert list(closure_cases(case, load_bundle(None).table("standards"))) == []
