"""Layout plans against rules worked out from their rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.contract.stages import PLANNED_CODES
from data.problems import DataError
from forecasting.plan.case.planning_case import Pool, stage_norms
from forecasting.plan.case.units import all_units, named_units
from forecasting.plan.program.solve import solve_plan
from forecasting.plan.project_list.outlook import outlook
from forecasting.plan.project_list.plan_table import PLAN_COLUMNS, plan_table, priority_table
from forecasting.plan.project_list.receiving import free_seats, receivers
from forecasting.plan.quality import committed, limit_figures, solve_or_explain, unmet_table
from forecasting.plan.rule_costs import compared, idle_plan, plan_cost
from tests.plan_verify import (
    broken_rules,
    classes_by_year,
    is_part,
    row_cost,
    shortage,
    total_cost,
)
from tests.synthetic_plan import NORMS, STANDARDS, random_case, small_case, with_units

YI = 1e8


def rows_of(plan, basis="reported"):
    names = {area: area for area in plan.case.areas}
    seats = {(area, stage): basis for area in names for stage in PLANNED_CODES}
    return plan_table(plan, "baseline", names, seats, "zh")


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.booleans())
def test_a_plan_keeps_the_rules_and_costs_what_it_says(seed: int, limited: bool, pooled: bool):
    case = random_case(seed)
    if pooled:
        case = replace(case, pools=(Pool(3, (0, 1)),))
    if limited:
        case = replace(case, terms=replace(case.terms, budget_cny=4e8, land_m2=2e5))
    plan = solve_plan(case)
    rows = rows_of(plan)
    assert broken_rules(rows, case) == []
    # Few draws: the linear segments are exact, up to the tolerance of the solver.
    assert total_cost(rows, case) == pytest.approx(plan.objective, rel=1e-4)
    assert plan.gap <= 5e-3
    if limited:
        assert committed(plan).max() <= 4e8 + 1
        assert rows["land_m2"].sum() <= 2e5 + 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schools": 0.0}, "complete schools"),
        ({"decide_in": 2025}, "decided in the past"),
        ({"classes": 960.0}, "floor"),
        ({"classes": 7.5}, "complete classes"),
    ],
)
def test_broken_rules_are_detected(changes: dict, expected: str):
    case = small_case(np.full((1, 4, 6, 1), -2500.0))
    rows = rows_of(solve_plan(case))
    assert broken_rules(rows, case) == []
    for column, value in changes.items():
        rows.loc[0, column] = value
    assert any(expected in line for line in broken_rules(rows, case))


def test_the_check_sees_a_stage_that_takes_while_it_gives():
    case = small_case(np.full((1, 4, 6, 1), -2500.0))
    rows = rows_of(solve_plan(case))
    gives = rows[rows["action"] == "merge"].iloc[0]
    takes = gives.to_dict() | {"action": "expand", "seats": 300.0, "classes": 6.0, "year": 2030}
    both = pd.concat([rows, pd.DataFrame([takes])], ignore_index=True)
    assert any("gains and gives" in line for line in broken_rules(both, case))


def test_random_cases_use_every_action():
    """The rules are worth checking only on plans that build, add, change, merge and rent."""
    found = pd.concat([rows_of(solve_plan(random_case(seed))) for seed in range(4)])
    assert set(found["action"]) == {"build", "expand", "convert", "merge", "lease"}


def test_the_check_sees_a_stage_that_gives_while_short_or_rented():
    gap = np.full((1, 4, 6, 10), -2500.0)
    roomy = small_case(gap)
    rows = rows_of(solve_plan(roomy))
    gives = rows[(rows["action"] == "merge") & (rows["stage"] == "primary")].iloc[0]
    gap[0, 1, :, :3] = 10.0  # short in three draws of ten
    short = replace(roomy, gap=gap.astype(np.float32))
    assert any("short with 30%" in line for line in broken_rules(rows, short))
    lease = gives.to_dict() | {"action": "lease", "schools": 0.0, "seats": 1000.0, "classes": 22.0,
                               "year": 2027, "decide_in": 2026}  # fmt: skip
    both = pd.concat([rows, pd.DataFrame([lease])], ignore_index=True)
    assert any("while rooms are rented" in line for line in broken_rules(both, roomy))


def test_the_check_sees_a_decision_that_is_taken_twice():
    case = small_case(np.full((1, 4, 6, 1), -2500.0))
    rows = rows_of(solve_plan(case))
    again = pd.concat([rows, rows.iloc[:1]], ignore_index=True)
    assert any("2 times" in line for line in broken_rules(again, case))


def test_land_money_and_staff_follow_from_the_seats():
    case = random_case(3)
    for row in rows_of(solve_plan(case)).to_dict("records"):
        norm = NORMS.loc[row["stage"]]
        if not is_part(row, case):
            assert row["cost_cny"] == pytest.approx(row_cost(row, case))
            land = row["seats"] * norm["land_m2_per_pupil"] if row["action"] == "build" else 0
            assert row["land_m2"] == pytest.approx(land)
        if row["action"] in ("build", "lease", "expand"):
            assert row["teachers"] == np.ceil(row["seats"] / norm["pupils_per_teacher"] - 1e-6)
        if row["action"] == "merge":
            assert row["seats"] <= 0
            assert row["teachers"] <= 0


def test_a_lasting_shortage_of_a_school_is_met_by_a_school_and_bridged_by_rented_rooms():
    gap = np.full((1, 4, 8, 1), 0.0)
    gap[0, 3] = 1500.0
    shut = NORMS.assign(expand_share_most=0.0, convert_share_a_year=0.0, close_share_a_year=0.0)
    case = small_case(gap, stock=300.0, norms=shut)
    plan = solve_plan(case)
    rows = rows_of(plan).set_index("action")
    assert rows.loc["build", ["schools", "seats", "year", "decide_in"]].tolist() == [
        1, 1500, 2030, 2027,
    ]  # fmt: skip
    assert rows.loc["lease", ["classes", "year"]].tolist() == [30, 2027]
    assert "都不做：2030年普通高中短缺概率超过99%、平均缺1,500个学位" in rows.loc["build", "reason"]
    # Rooms are rented for three years, and the school opens when the lease ends.
    assert "租用2027—2029学年过渡，退租时短缺概率不到1%" in rows.loc["lease", "reason"]
    # Where today's seats are those in use nothing is called a shortage.
    unknown = rows_of(plan, "in_use_2020").set_index("action").loc["build", "reason"]
    assert "都不做：2030年普通高中需求多于学位的概率超过99%、平均比学位多1,500个" in unknown
    assert "缺" not in unknown


def test_ours_costs_least_in_the_futures_it_was_made_for():
    case = random_case(5, areas=1, draws=32)
    own = plan_cost(case, solve_plan(case).decided).total
    assert own <= plan_cost(case, solve_plan(case.by_mean()).decided).total * (1 + 5e-3)
    assert own <= plan_cost(case, idle_plan(case)).total
    assert set(compared(case)) == {"distribution", "mean", "peak", "none"}


def test_nobody_gives_while_a_shortage_is_likely():
    gap = np.full((1, 4, 8, 10), -3000.0)
    gap[0, 1, :, :3] = 10.0  # short in three draws of ten
    case = small_case(gap)
    rows = rows_of(solve_plan(case))
    assert not ((rows["stage"] == "primary") & (rows["action"] == "merge")).any()
    fewer = replace(case, gap=np.where(gap > 0, -3000.0, gap).astype(np.float32))
    plan = solve_plan(fewer)
    merged = rows_of(plan).query("stage == 'primary' and action == 'merge'")
    assert merged["classes"].sum() == 24
    year = int(merged["year"].iloc[0])
    assert shortage(rows_of(plan), fewer, fewer.areas[0], "primary", year) == 0


def test_counties_of_a_pool_sit_in_one_anothers_schools():
    gap = np.full((2, 4, 8, 1), 0.0)
    gap[0, 3], gap[1, 3] = 1500.0, -1500.0
    alone = small_case(gap, stock=300.0)
    apart, shared = solve_plan(alone), solve_plan(replace(alone, pools=(Pool(3, (0, 1)),)))
    assert apart.decided.build.sum() + apart.decided.expand.sum() > 0
    assert (rows_of(shared)["stage"] != "general_senior").all()
    assert shared.objective < apart.objective
    # What a pool builds stands where the need is: the second county, not the first in the list.
    gap[0, 3], gap[1, 3] = -300.0, 3300.0
    no_room = NORMS.assign(expand_share_most=0.0)
    case = replace(small_case(gap, stock=300.0, norms=no_room), pools=(Pool(3, (0, 1)),))
    rows = rows_of(solve_plan(case))
    built = rows[(rows["stage"] == "general_senior") & (rows["action"] == "build")]
    assert set(built["adcode"]) == {case.areas[1]}
    assert broken_rules(rows, case) == []


def test_a_town_keeps_its_school_and_a_county_its_senior_school():
    emptied = np.full((1, 4, 8, 1), -5000.0)
    case = replace(small_case(emptied, stock=48), floor=np.array([[36.0, 30.0, 48.0, 18.0]]))
    standing, _ = classes_by_year(rows_of(solve_plan(case)), case)
    last = [standing[case.areas[0], stage, case.years[-1]] for stage in PLANNED_CODES]
    assert last[1:3] == [48, 48]
    assert last[0] >= 36
    assert last[3] >= 18


def test_a_county_without_a_senior_school_gets_one():
    case = small_case(np.zeros((1, 4, 6, 1)))
    case = with_units(replace(case, stock=np.array([[96.0, 96.0, 96.0, 0.0]])))
    rows = rows_of(solve_plan(case))
    senior = rows[rows["stage"] == "general_senior"]
    assert senior["schools"].sum() == 1
    assert senior["year"].min() <= 2029
    assert "每个县区至少有一所" in senior["reason"].iloc[0]


def test_public_kindergartens_keep_their_share():
    case = replace(small_case(np.full((1, 4, 6, 1), -900.0)), public=np.array([50.0]))
    plan = solve_plan(case)
    merged, public = plan.decided.merge[case.units.stage == 0].sum() * 9, plan.decided.merge_public
    assert merged > 0
    assert (50 - public[0].sum()) / (96 - merged) >= 0.5105


def test_named_schools_are_merged_into_named_ones_nearby():
    gap = np.full((1, 4, 6, 1), 0.0)
    gap[0, 1] = -1100.0
    case = small_case(gap)
    schools = pd.DataFrame(
        {
            "id": ["A", "B", "C", "D"],
            "name": ["甲小学", "乙小学", "丙小学", "丁小学"],
            "adcode": case.areas[0],
            "stage": "primary",
            "seats": [1080, 1080, 1080, 1080],
            "pupils": [1000, 900, 300, 1000],
            "lon": [110.00, 110.01, 110.02, 110.30],
            "lat": 25.0,
            "kept": False,
        }
    )
    named = named_units(schools, case.areas, case.stages, case.size[:, :, 0])
    others = replace(case.units, count=np.where(case.units.stage == 1, 0, case.units.count))
    case = replace(case, units=all_units([named, others]))
    plan = solve_plan(case)
    (row,) = rows_of(plan).query("stage == 'primary'").to_dict("records")
    assert (row["action"], row["schools"], row["classes"]) == ("merge", 1, 24)
    assert row["school_ids"] == "C"  # the only one with fewer pupils for its seats than the mean
    assert "并入" in row["reason"]
    empty = replace(case, units=replace(case.units, pupils=np.where(
        np.array(case.units.ids) == row["school_ids"], 0.0, case.units.pupils)))  # fmt: skip
    (gone,) = rows_of(replace(plan, case=empty)).query("stage == 'primary'").to_dict("records")
    assert (gone["action"], gone["reason"]) == ("close", "学校已无学生")


def test_a_school_that_leaves_receives_nobody_and_no_seat_is_promised_twice():
    case = small_case(np.zeros((1, 4, 6, 1)))
    schools = pd.DataFrame(
        {"id": ["A", "B", "C", "D"], "name": ["甲", "乙", "丙", "丁"], "adcode": case.areas[0],
         "stage": "primary", "seats": 1080, "pupils": [500, 500, 300, 400],
         "lon": [110.00, 110.01, 110.02, 110.03], "lat": 25.0, "kept": False}
    )  # fmt: skip
    case = replace(case, units=named_units(schools, case.areas, case.stages, case.size[:, :, 0]))
    room = free_seats(case)
    # B is nearest to A but leaves as well; C has 780 seats free and takes A's 500.
    assert receivers(case, 0, {0, 1}, room) == [2]
    # 280 are left at C and 680 at D, which together take B's 500.
    assert receivers(case, 1, {0, 1}, room) == [2, 3]
    assert room.tolist() == [580, 580, 0, 460]


def test_the_outlook_is_that_of_the_draws():
    case = random_case(4, areas=1)
    plan = solve_plan(case)
    found, rows = outlook(plan), rows_of(plan)
    for s, stage in enumerate(case.stages):
        for y, year in enumerate(case.years):
            expected = shortage(rows, case, case.areas[0], stage, year)
            assert found.chance_with[0, s, y] == pytest.approx(expected)
    assert not any("富余-" in text or "缺-" in text for text in rows["reason"])


def test_a_tight_budget_is_explained_and_more_money_never_costs_more():
    case = replace(random_case(11), campus=())
    free = solve_plan(case)
    totals = []
    for budget in (0.05 * YI, 1.5 * YI, 50 * YI):
        plan = solve_plan(replace(case, terms=replace(case.terms, budget_cny=budget)))
        totals.append(plan.objective)
        assert committed(plan).max() <= budget + 1
    assert totals[0] * (1 + 5e-3) >= totals[1] >= totals[2] * (1 - 5e-3)
    assert totals[2] == pytest.approx(free.objective, rel=5e-3)
    poor = solve_plan(replace(case, terms=replace(case.terms, budget_cny=0.05 * YI)))
    unmet = unmet_table(poor, free, {area: area for area in case.areas})
    assert (unmet["missing_seat_years"] > unmet["missing_without_limits"]).all()
    assert len(unmet) > 0
    enough = {measure: value for _, measure, value, _ in limit_figures(free)}
    limits = replace(
        case.terms, budget_cny=enough["enough_budget"] + 1, land_m2=enough["enough_land"] + 1
    )
    assert solve_plan(replace(case, terms=limits)).objective == pytest.approx(
        free.objective, rel=5e-3
    )


def test_limits_below_what_the_rules_ask_are_refused_with_the_least_that_would_do():
    case = random_case(11)
    # One all-stage school: 9 x 30, 24 x 45, 24 x 50 and 30 x 50 seats at CNY 63,830 each.
    with pytest.raises(DataError, match=r"at least CNY 2\.59e8 a school year"):
        solve_or_explain(replace(case, terms=replace(case.terms, budget_cny=1e6)))


def test_a_norm_that_is_missing_is_named():
    with pytest.raises(DataError, match="build_years of general_senior"):
        stage_norms(
            STANDARDS[
                (STANDARDS["measure"] != "build_years") | (STANDARDS["stage"] != "general_senior")
            ],
            PLANNED_CODES,
        )


def test_land_goes_first_where_new_need_is_greatest():
    gap = np.zeros((2, 4, 4, 2))
    gap[1, 2] = 500.0
    gap[0, 3] = 100.0
    table = priority_table(solve_plan(small_case(gap)), "baseline", {"450301": "a", "450302": "b"})
    assert list(table["county"]) == ["b", "a"]
    assert table["need_land_m2"].iloc[0] == pytest.approx(500 * 23.6)
    assert table["quota_share"].sum() == pytest.approx(1)


def test_no_row_is_left_when_nothing_is_to_be_done():
    rows = rows_of(solve_plan(small_case(np.zeros((1, 4, 5, 2)))))
    assert list(rows.columns) == PLAN_COLUMNS
    assert rows.empty
