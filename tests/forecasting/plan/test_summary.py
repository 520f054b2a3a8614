"""A plan summed up says what its rows say."""

from forecasting.plan.layout_plan import plan_answer
from forecasting.plan.reasons import assumed_norms, rests_on
from forecasting.plan.summary import net_seats, steps_by_county
from tests.synthetic_plan import small_plan


def test_a_county_stage_and_action_is_one_row_with_its_span_of_years():
    steps = steps_by_county(small_plan())
    cells = list(zip(steps["adcode"], steps["stage"], steps["action"], strict=True))
    assert cells == [
        ("450312", "primary", "close"),
        ("450312", "junior", "convert"),
        ("450312", "general_senior", "build"),
        ("450324", "primary", "lease"),
    ]
    closed = steps.iloc[0]
    assert (closed["seats"], closed["classes"]) == (-450, 10)
    assert (closed["first"], closed["last"], closed["decide_in"]) == (2030, 2031, 2029)


def test_what_a_stage_gains_counts_rooms_handed_on_and_no_lease():
    net = net_seats(small_plan())
    # 450 closed, and five rooms of 45 handed to the junior schools, where they hold 50 each.
    assert net["450312", "primary"] == -450 - 225
    assert net["450312", "junior"] == 250
    assert net["450312", "general_senior"] == 900
    assert ("450324", "primary") not in net.index


def test_the_sentences_tell_what_where_when_and_the_money():
    names = {"450312": "临桂区", "450324": "全州县"}
    opened, others, money = plan_answer(small_plan(), "桂林市", names, 2026, 2035)
    assert opened.zh == (
        "到2035年，桂林市增加学位：新建1所，900个学位（普通高中900；2030年；在临桂区）；"
        "改建转给下一学段250个学位（初中250；2028年；在临桂区）。"
    )
    assert "leases, 270 seat-years (primary 270; from 2027 to 2028; in 全州县)" in others.en
    assert "撤并450个学位（小学450；2030—2031年；在临桂区）" in others.zh
    # CNY 1e8 to build, 2.5e6 to turn over, 2e6 of leases; closures (5e7) are decided after 2028.
    assert money.zh.startswith("费用合计1.5亿元（不折现），其中1.0亿元要在2026—2028学年决定")
    assert "4.0公顷" in money.zh


def test_no_steps_are_told_too():
    (only,) = plan_answer(small_plan().iloc[:0], "桂林市", {}, 2026, 2035)
    assert only.zh == "到2035年，桂林市不需要任何措施。"


def test_norms_without_a_source_are_named_once():
    stated = ["lease_years: norm; bus_km_most: assumption", "bus_km_most: assumption"]
    assert assumed_norms(stated) == ["bus_km_most"]
    assert rests_on("lease_years: norm; seats today: observed").en == "none"
