"""What a plan starts from: classes that stand and must stay, neighbours, what scenarios share."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.bundle import DataBundle, load_bundle
from data.contract.stages import PLANNED_CODES
from data.problems import DataError
from data.scenario.schema import Scenario, load_scenario
from forecasting.plan.case.build_case import plan_case
from forecasting.plan.case.planning_case import PlanCase, PlanTerms
from forecasting.plan.common import shared_steps
from forecasting.seat_draws import SeatDraws

BUNDLE = load_bundle(None)
BASELINE = load_scenario("baseline")
YEARS = (2025, 2026, 2027, 2028)


def case_of(bundle: DataBundle = BUNDLE, scenario: Scenario = BASELINE) -> PlanCase:
    """4,500 seats required and 9,000 available everywhere; one draw loses half from 2028."""
    available = np.full((17, 4, 4, 2), 9000, dtype=np.float32)
    available[:, :, 3, 1] = 4500
    draws = SeatDraws(
        bundle.counties, PLANNED_CODES, YEARS, np.full_like(available, 4500), available
    )
    return plan_case(bundle, draws, scenario, 2026, PlanTerms())


def test_years_after_the_present_and_classes_that_stand_throughout():
    case = case_of()
    assert case.years == (2027, 2028)
    assert case.stock[0].tolist() == [150, 100, 90, 90]
    assert case.gap[0, 1].tolist() == [[-4500, -4500], [-4500, 0]]


def test_each_of_134_towns_keeps_its_school_and_each_county_a_senior_one():
    case = case_of()
    towns = BUNDLE.context.townships.query("type in ['镇', '乡']")["county_adcode"].value_counts()
    assert towns.sum() == 134
    # Six grades a town; a county without towns keeps one school, none keeps more than it has.
    kept = [min(6 * max(towns.get(area, 0), 1), 100) for area in BUNDLE.counties]
    assert case.floor[:, 1].tolist() == kept
    assert (case.floor[:, 3] == 18).all()


def test_small_rural_schools_are_kept_in_addition_to_those_of_towns():
    schools = pd.DataFrame(
        {
            "id": ["A", "B", "C"],
            "name": ["甲小学", "乙小学", "丙中学"],
            "lon": [110.0, 110.1, 110.2],
            "lat": [25.0, 25.1, 25.2],
            "year": [2024, 2024, 2024],
            "grade": ["all", "all", "all"],
            "adcode": ["450321", "450321", "450321"],
            "town": None,
            "kind": None,
            "stage": ["primary", "primary", "junior"],
            "classes": [6, 18, 3],
            "pupils": [60, 800, 50],
            "seats": [90, 900, 100],
        }
    )
    kept = case_of(replace(BUNDLE, tables=replace(BUNDLE.tables, schools=schools)))
    more = kept.floor - case_of().floor
    assert more[BUNDLE.counties.index("450321")].tolist() == [0, 2, 0, 0]
    assert more.sum() == 2


def test_public_classes_are_known_where_ownership_is():
    capacity = pd.DataFrame(
        {
            "adcode": ["450321", "450321", "450321", "450323"],
            "year": [2023, 2024, 2024, 2024],
            "stage": ["kindergarten"] * 4,
            "ownership": ["public", "public", "private", "all"],
            "seats": [300, 600, 450, 900],
        }
    )
    case = case_of(replace(BUNDLE, tables=replace(BUNDLE.tables, capacity=capacity)))
    assert case.public[BUNDLE.counties.index("450321")] == 20
    assert np.isnan(case.public).sum() == 16


def test_the_new_district_has_the_all_stage_school_by_the_last_target_year():
    case = case_of()
    assert [case.areas[place] for place in case.campus] == ["450312"]
    assert case.campus_by == 2030


def test_smaller_classes_of_a_scenario_hold_fewer_seats():
    case = case_of(scenario=load_scenario("small_classes"))
    assert (case.size[:, 1, 1] < 45).all()


def test_the_city_districts_share_their_senior_schools():
    case = case_of()
    (pool,) = case.pools
    core = BUNDLE.table("areas").query("urban_core")["adcode"]
    assert {case.areas[place] for place in pool.areas} == set(core)
    assert case.stages[pool.stage] == "general_senior"
    # Where pupils may sit in a neighbour's school, no district is owed one of its own.
    assert (case.floor[list(pool.areas), pool.stage] <= case.stock[0, 3]).all()


def test_standard_schools_have_the_usual_size_or_less_where_towns_need_more():
    case = case_of()
    # 150, 100, 90 and 90 classes stand; 秀峰区 has no towns.
    own = case.units.area == case.areas.index("450302")
    assert case.units.classes[own].tolist() == [9, 24, 24, 30]
    assert case.units.count[own].tolist() == [16, 4, 3, 3]
    # 全州县 has 18 towns: 150 / 18 = 8 classes, in threes; 100 / 18 makes one track of six.
    own = case.units.area == case.areas.index("450324")
    assert case.units.classes[own].tolist() == [6, 6, 3, 30]


def test_a_forecast_that_ends_now_is_refused():
    seats = np.ones((17, 4, 1, 1), dtype=np.float32)
    draws = SeatDraws(BUNDLE.counties, PLANNED_CODES, (2026,), seats, seats)
    with pytest.raises(DataError, match="a forecast beyond 2026"):
        plan_case(BUNDLE, draws, BASELINE, 2026, PlanTerms())


def test_a_norm_of_the_planner_takes_the_place_of_the_bundled_one(tmp_path):
    (tmp_path / "areas.csv").write_text(
        "adcode,name,parent,type,urban_core\n450300,桂林市,,市,否\n450312,临桂区,450300,区,是\n",
        encoding="utf-8",
    )
    (tmp_path / "population.csv").write_text(
        "adcode,year,age_lower,age_upper,sex,persons\n450312,2020,0,4,all,30000\n"
        "450312,2020,5,,all,500000\n",
        encoding="utf-8",
    )
    (tmp_path / "standards.csv").write_text(
        "学段,指标,数值,数据性质\n普通高中,新建年数,5,假设\n", encoding="utf-8"
    )
    rows = load_bundle(tmp_path).table("standards").set_index(["stage", "measure"])
    assert rows.loc[("general_senior", "build_years"), "value"] == 5
    assert rows.loc[("general_senior", "build_years"), "basis"] == "assumption"
    assert rows.loc[("junior", "build_years"), "value"] == 3


def test_what_all_scenarios_share_and_the_sign_the_rest_waits_for():
    step = {"adcode": "450312", "county": "临桂区", "stage": "general_senior", "action": "build"}
    plan = pd.DataFrame(
        [
            {**step, "scenario": "a", "taken_from": "", "decide_in": 2026, "classes": 18.0},
            {**step, "scenario": "a", "taken_from": "", "decide_in": 2028, "classes": 6.0},
            {**step, "scenario": "b", "taken_from": "", "decide_in": 2027, "classes": 18.0},
            {**step, "scenario": "b", "taken_from": "", "decide_in": 2029, "classes": 30.0},
        ]
    ).assign(seats=0.0)
    demand = pd.DataFrame(
        {
            "scenario": ["a", "b"],
            "adcode": "450312",
            "stage": "general_senior",
            "year": 2028,
            "pupils": [12000.0, 11000.0],
        }
    )
    (row,) = shared_steps(plan, demand, 2026).to_dict("records")
    assert (row["classes_common"], row["classes_most"]) == (18, 24)
    assert (row["scenario_most"], row["decide_until"]) == ("a", 2028)
    assert (row["signal_pupils"], row["signal_above"]) == (11500, True)
