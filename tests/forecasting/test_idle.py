"""Peak, shortage and idle seats of draws with results computed by hand."""

import numpy as np
import pandas as pd

from data.contract.stages import STAGE_CODES
from forecasting.idle import peak_and_idle, with_city
from forecasting.seat_draws import SeatDraws
from forecasting.wording.difference_text import difference_sentence, gap_differences
from forecasting.wording.forecast_text import chance, conclusion
from forecasting.wording.idle_text import idle_sentences

YEARS = (2026, 2027, 2028)
NAMES = {"450300": "桂林市", "450312": "临桂区", "450321": "阳朔县"}
AVAILABLE = 1000.0
# Seats required in each year: kindergartens empty, junior schools fill and empty again, senior
# schools stay short in nine draws of ten; primary schools have just what they need.
REQUIRED = {
    "kindergarten": (800, 500, 400),
    "primary": (1000, 1000, 1000),
    "junior": (900, 1200, 700),
    "general_senior": (1300, 1500, 1400),
    "vocational_senior": (1000, 1000, 1000),
}


def draws(areas: tuple[str, ...] = ("450312", "450321")) -> SeatDraws:
    required = np.empty((len(areas), len(STAGE_CODES), 3, 10), dtype=np.float32)
    for place, stage in enumerate(STAGE_CODES):
        required[:, place] = np.array(REQUIRED[stage])[:, None]
    required[:, 3, :, 0] = 900
    # The second county needs a hundred fewer: its junior schools stay short by a hundred.
    required[1:] -= 100
    available = np.full_like(required, AVAILABLE)
    return SeatDraws(areas, STAGE_CODES, YEARS, required, available)


def row(adcode: str, stage: str, now: int = 2026) -> pd.Series:
    table = peak_and_idle(with_city(draws(), "450300"), now)
    return table.set_index(["adcode", "stage"]).loc[(adcode, stage)]


def test_the_city_sums_its_counties_in_every_draw():
    city = with_city(draws(), "450300")
    assert city.areas == ("450312", "450321", "450300")
    np.testing.assert_array_equal(city.gap[2], draws().gap.sum(axis=0))


def test_a_stage_that_peaks_and_then_stands_idle():
    junior = row("450312", "junior")
    assert (junior["peak_year"], junior["peak"]) == (2027, 1200)
    assert tuple(junior[["short_from", "short_until", "short_year"]]) == (2027, 2027, 2027)
    assert (junior["short"], junior["short_probability"]) == (200, 1)
    assert (junior["idle_from"], junior["idle"], junior["idle_share"]) == (2028, 300, 0.3)
    assert (junior["lower"], junior["lower_covers"]) == (0, 0)  # primary schools are full


def test_seats_that_are_neither_short_nor_idle():
    primary = row("450312", "primary")
    assert primary[["short_year", "short", "idle_from"]].isna().all()
    assert primary["idle"] == 0


def test_seats_idle_only_now_and_then_are_not_idle_for_good():
    senior = row("450312", "general_senior")
    assert np.isnan(senior["idle_from"])
    assert senior["short_probability"] == 0.9
    assert tuple(senior[["short_from", "short_until"]]) == (2026, 2028)
    assert senior["lower"] == 0  # the junior schools themselves are short in 2027
    assert row("450321", "primary")["idle_from"] == 2026


def test_only_what_is_to_come_counts():
    junior = row("450312", "junior", now=2028)
    assert junior["peak_year"] == 2028
    assert np.isnan(junior["short_year"])


def test_idle_seats_of_the_stage_below_may_cover_the_shortage():
    lent = row("450321", "junior")  # 1100 required, while primary schools have 100 too many
    assert (lent["short"], lent["lower"], lent["lower_covers"]) == (100, 100, 1)


def stated(outlook: pd.DataFrame) -> pd.DataFrame:
    return outlook.assign(in_use=np.nan)


def in_use(outlook: pd.DataFrame) -> pd.DataFrame:
    return outlook.assign(in_use=2020.0)


def test_the_answer_in_three_sentences():
    table = stated(peak_and_idle(with_city(draws(), "450300"), 2026))
    short, where, idle = conclusion(table, NAMES, 2028)
    # Both counties: 10 % of draws 900 and 800, else 1500 and 1400: 2780 of 2000 seats on average.
    assert short.zh == (
        "桂林市缺学位：普通高中2026—2028年不足，高峰2027年缺780个（80%区间780～900个，概率90%）；"
        "初中2027年缺300个（300～300个，超过99%）。"
    )
    assert "at general senior secondary from 2026 to 2028, most in 2027, by 780" in short.en
    assert where.zh == (
        "2个县区中多半会缺学位的：普通高中2个：临桂区（2027年440个）、阳朔县（2027年340个）；"
        "初中2个：临桂区（2027年200个）、阳朔县（2027年100个）。"
    )
    assert idle.zh.startswith(
        "到2028年，闲置学位：幼儿园65%即1,300个（80%区间1,300～1,300个，2026年起）"
    )
    assert idle.en.startswith("By 2028, seats idle: kindergarten 1,300, 65 %")


SHORTAGE_WORDS = ("缺", "不足", "闲置", "富余", "预警", "short", "idle", "warning", "gap")


def test_without_stated_seats_nothing_is_called_a_shortage():
    table = in_use(peak_and_idle(with_city(draws(), "450300"), 2026))
    city = table[table["adcode"] == "450300"]
    sentences = conclusion(table, NAMES, 2028)
    assert sentences[0].zh.startswith(
        "桂林市与2020年在用学位相比：普通高中2026—2028年多，高峰2027年多780个"
    )
    assert sentences[1].zh.startswith("2个县区中多半会多的：普通高中2个：临桂区（2027年440个）")
    assert "到2028年，需求比2020年在用学位：幼儿园少65%即1,300个" in sentences[2].zh
    alone = in_use(peak_and_idle(draws(("450312",)), 2026))
    level = draws(("450312",))
    level = SeatDraws(level.areas, STAGE_CODES, YEARS, level.available, level.available)
    everything = [
        *sentences,
        *conclusion(alone, NAMES, 2028),
        *conclusion(in_use(peak_and_idle(level, 2026)), NAMES, 2028),
        *idle_sentences(city, table.drop(city.index), 2028),
        *idle_sentences(alone, alone.drop(alone.index), 2028),
    ]
    for text in everything:
        assert not [word for word in SHORTAGE_WORDS if word in text.zh + text.en], text


def test_reported_and_unreported_seats_are_distinguished():
    table = stated(peak_and_idle(with_city(draws(), "450300"), 2026))
    junior = table["stage"] == "junior"
    mixed = table.assign(in_use=np.where(junior, 2020.0, np.nan))
    short = conclusion(mixed, NAMES, 2028)[0].zh
    assert short.startswith("桂林市缺学位：普通高中")
    assert "。桂林市与2020年在用学位相比：初中" in short


def test_the_answer_where_nothing_is_short_or_idle():
    level = draws(("450312",))
    level = SeatDraws(level.areas, STAGE_CODES, YEARS, level.available, level.available)
    short, after, idle = conclusion(stated(peak_and_idle(level, 2026)), NAMES, 2028)
    assert "到2028年总体够用" in short.zh
    assert after.zh == "到2028年没有学段还缺学位。"
    assert "没有哪个学段有八成以上把握空出学位" in idle.zh


def test_a_single_county_gets_its_persistent_shortages():
    _, after, _ = conclusion(stated(peak_and_idle(draws(("450312",)), 2026)), NAMES, 2028)
    assert after.zh == "到2028年仍缺学位的是普通高中。"
    assert after.en == "Still short in 2028: general senior secondary."


def test_a_sentence_a_stage_on_peak_and_idle():
    table = stated(peak_and_idle(with_city(draws(), "450300"), 2026))
    city = table[table["adcode"] == "450300"]
    sentences = [text.zh for text in idle_sentences(city, table.drop(city.index), 2028)]
    assert sentences[0] == (
        "幼儿园：需求高峰在2026年（1,500个），没有一年多半会缺学位。"
        "2026年起富余，到2028年闲置1,300个（80%区间1,300～1,300个）。"
    )
    assert "当年小学闲置100个学位，数量上够补这一缺口的概率不到1%" in sentences[2]
    # 350 and 250: nine draws of ten are short by 400 and 300, one has 100 and 200 too many.
    assert sentences[3].endswith("当年初中没有闲置学位。到2028年平均仍缺600个。")


def test_chances_are_never_certain():
    assert [chance(p).zh for p in (1, 0.99, 0.5, 0)] == ["超过99%", "99%", "50%", "不到1%"]


def test_a_scenario_with_fewer_seats_is_explained_by_supply():
    first = draws()
    fewer = first.available.copy()
    fewer[0, 1] -= 200
    other = SeatDraws(first.areas, STAGE_CODES, YEARS, first.required, fewer)
    apart = gap_differences(first, other)
    moved = apart[apart["total"] != 0]
    assert set(moved["adcode"]) == {"450312"}
    assert moved["total"].eq(200).all()
    nothing = pd.DataFrame({n: [] for n in ("adcode", "stage", "year", "part", "seats")})
    said = difference_sentence(apart, nothing, NAMES)
    assert said is not None
    assert said.zh.startswith("与第一个情景相比，差别最大的是临桂区小学（2026年多200个")
    assert "因可用学位减少" in said.zh
    assert difference_sentence(gap_differences(first, first), nothing, NAMES) is None
