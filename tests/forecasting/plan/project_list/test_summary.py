"""A plan summed up says what its rows say."""

import pandas as pd

from forecasting.plan.project_list.layout_plan import DEMONSTRATION, plan_conclusion
from forecasting.plan.project_list.reasons import assumed_norms, rests_on
from forecasting.plan.project_list.summary import net_seats, steps_by_county
from tests.synthetic_plan import STANDARDS, small_outlook, small_plan

NAMES = {"450312": "临桂区", "450324": "全州县"}


def test_a_county_stage_and_action_is_one_row_with_its_span_of_years():
    plan = small_plan()
    later = plan[plan["action"] == "merge"].assign(year=2034, decide_in=2033)
    steps = steps_by_county(pd.concat([plan, later]))
    cells = list(zip(steps["adcode"], steps["stage"], steps["action"], strict=True))
    assert cells == [
        ("450312", "primary", "merge"),
        ("450312", "junior", "convert"),
        ("450312", "general_senior", "build"),
        ("450324", "primary", "lease"),
    ]
    merged = steps.iloc[0]
    assert (merged["seats"], merged["classes"], merged["schools"]) == (-900, 20, 2)
    assert (merged["first"], merged["last"], merged["decide_in"]) == (2031, 2034, 2030)


def test_what_a_stage_gains_counts_schools_handed_on_and_no_lease():
    sizes = pd.Series({"primary": 45.0, "junior": 50.0})
    net = net_seats(small_plan(), sizes)
    # 450 merged, and six rooms of 45 handed to the junior schools, where they hold 50 each.
    assert net["450312", "primary"] == -450 - 270
    assert net["450312", "junior"] == 300
    assert net["450312", "general_senior"] == 900
    assert ("450324", "primary") not in net.index


def test_five_lines_say_what_when_how_much_and_what_is_uncertain():
    lines = plan_conclusion(small_plan(), small_outlook(), "桂林市", NAMES, 2026, 2035)
    demonstration, opened, others, when, needs, uncertain = lines
    assert demonstration == DEMONSTRATION
    assert (
        opened.zh == "到2035年，桂林市新建普通高中1所（共900个学位）；改办初中1所（共300个学位）。"
    )
    assert others.zh == "同时合并小学1所（减少450个学位）；租用过渡小学12班（共540个学位）。"
    assert when.zh == "共4项：2026学年就要定1项（0.1亿元），其后两年定2项；2027—2031年陆续见效。"
    assert needs.zh.startswith("投资1.6亿元（不折现），新增用地60亩")
    assert "仍可能不够的有2处，差得最多的是临桂区普通高中（2029年" in uncertain.zh
    assert "2029年需求多于学位的概率85%，平均比学位多650个）、全州县小学" in uncertain.zh
    assert "count today's seats" in uncertain.en


def test_a_plan_on_counted_seats_is_no_demonstration():
    plan = small_plan().assign(basis="observed")
    lines = plan_conclusion(plan, small_outlook(), "", NAMES, 2026, 2035)
    assert DEMONSTRATION not in lines
    assert "2029年短缺概率85%，平均缺650个学位）、全州县小学" in lines[-1].zh


def test_a_plan_without_actions_is_reported():
    (only,) = plan_conclusion(small_plan().iloc[:0], small_outlook(), "桂林市", {}, 2026, 2035)
    assert only.zh == "到2035年，桂林市不需要任何措施。"


def test_norms_without_a_source_are_named():
    assert assumed_norms(["convert"], "junior", STANDARDS) == [
        "decision_cny",
        "convert_cny_per_seat",
        "convert_share_a_year",
        "convert_years",
    ]
    assert "land m2 per pupil" not in rests_on("build", "primary", "observed", STANDARDS).en
    assert rests_on("build", "primary", "in_use_2020", STANDARDS).zh.endswith("现有学位按在用推算")
