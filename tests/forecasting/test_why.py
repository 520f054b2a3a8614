import hypothesis.extra.numpy as hnp
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bundle import DataBundle, load_bundle
from data.contract.rungs import Rung
from data.contract.stages import STAGE_CODES
from data.scenario.schema import load_scenario
from features.ageing.survivorship import log_survival
from features.arrays import FloatArray, Population
from features.projection.closed_population import closed_residents, cohort_sizes, survived_share
from features.projection.scenario_population import residents
from forecasting.demand import SeatDemand, seats_required
from forecasting.scenario_forecast import Start, build_start, scenario_demand
from forecasting.why import (
    CHANGE_COLUMNS,
    DIFFERENCE_COLUMNS,
    PARTS,
    DemandChain,
    change_table,
    demand_chain,
    difference_table,
    split_change,
)
from forecasting.wording.why_text import PART_TITLES, RISING_OR_FALLING, reasons, short_reasons
from models.stage_pupils import StagePupils
from tests.synthetic_demand import ClassesOfTotal

NOW, UNTIL, DRAWS, SEED = 2026, 2035, 40, 3
LINGUI = "450312"
factors = hnp.arrays(np.float64, (len(PARTS), 3), elements=st.floats(0.01, 1e4))


def test_a_split_worked_by_hand():
    # 1,000 children, of whom 80 % sit in our schools: 800 seats. Later 500 and 90 %: 450 seats.
    # L = (800 - 450) / ln(800 / 450) = 350 / 0.575364 = 608.310
    # births: 608.310 × ln(500 / 1000) = 608.310 × -0.693147 = -421.648
    # share: 608.310 × ln(0.9 / 0.8) = 608.310 × 0.117783 = +71.648; together -350
    parts = split_change(np.array([1000.0, 0.8]), np.array([500.0, 0.9]))
    assert parts == pytest.approx([-421.648, 71.648], abs=0.002)


@given(before=factors, after=factors)
def test_parts_add_up_to_the_change(before: FloatArray, after: FloatArray):
    change = after.prod(axis=0) - before.prod(axis=0)
    size = np.maximum(after.prod(axis=0), before.prod(axis=0))
    assert (np.abs(split_change(before, after).sum(axis=0) - change) <= 1e-12 * size).all()


@given(before=factors)
def test_what_does_not_change_has_no_parts(before: FloatArray):
    assert (split_change(before, before) == 0).all()


@given(before=factors, place=st.integers(0, len(PARTS) - 1), growth=st.floats(0.1, 10))
def test_a_factor_that_moves_alone_has_all_of_the_change(
    before: FloatArray, place: int, growth: float
):
    after = before.copy()
    after[place] *= growth
    parts = split_change(before, after)
    change = after.prod(axis=0) - before.prod(axis=0)
    assert parts[place] == pytest.approx(change, rel=1e-9, abs=1e-9 * before.prod(axis=0).max())
    assert (np.delete(parts, place, axis=0) == 0).all()


@given(before=factors, after=factors)
def test_going_back_undoes_every_part(before: FloatArray, after: FloatArray):
    there, back = split_change(before, after), split_change(after, before)
    assert there == pytest.approx(-back, rel=1e-9, abs=1e-9)


def small_chain(policy: FloatArray, pupils: FloatArray) -> DemandChain:
    """One county in two years; 60 residents of every age, 66 but for deaths and moves."""
    ages, years = tuple(range(20)), (2026, 2027)
    people = [Population(("a",), years, ages, np.full((1, 2, 20, 1), n)) for n in (66.0, 63.0, 60)]
    seen, rung = np.zeros((1, 5, 2), dtype=bool), np.full((1, 5), Rung.CENSUS)
    stage_pupils = StagePupils(("a",), STAGE_CODES, years, pupils, seen, rung, policy)
    size = dict.fromkeys(STAGE_CODES, 45)
    required = seats_required(stage_pupils, size, 0.1, ClassesOfTotal())
    return demand_chain((people[0], people[1], people[2]), stage_pupils, required)


def test_each_level_of_the_chain_is_the_factor_it_is_called_after():
    pupils = np.full((1, 5, 2, 1), 180.0)
    policy = np.ones((1, 5, 2))
    policy[0, 3, 1] = 1.2
    chain = small_chain(policy, pupils)
    named = dict(zip(PARTS, chain.at(2027)[:, 0, 3, 0], strict=True))  # seniors
    assert named["births"] == pytest.approx(3 * 66)
    assert named["survivorship"] == pytest.approx(63 / 66)
    assert named["migration"] == pytest.approx(60 / 63)
    assert named["enrolment_ratio"] == pytest.approx(180 / 1.2 / 180)  # 180 residents of 15-17
    assert named["policy"] == pytest.approx(1.2)
    assert named["standards"] == pytest.approx(225 / 180)  # 198 with the reserve: 5 classes of 45


def test_a_stage_without_pupils_loses_its_seats_exactly():
    pupils = np.full((1, 5, 2, 1), 180.0)
    pupils[:, 0, 1] = 0.0
    chain = small_chain(np.ones((1, 5, 2)), pupils)
    lost = split_change(chain.at(2026), chain.at(2027)).sum(axis=0)
    assert lost[0, 0, 0] == pytest.approx(-225, abs=1e-8)  # 198 with the reserve: 5 classes of 45
    assert (lost[0, 1:] == 0).all()


@pytest.fixture(scope="module")
def bundle() -> DataBundle:
    return load_bundle(None)


@pytest.fixture(scope="module")
def start(bundle: DataBundle) -> Start:
    return build_start(bundle, NOW, UNTIL, DRAWS, SEED)


@pytest.fixture(scope="module")
def forecasts(bundle: DataBundle, start: Start) -> dict[str, tuple[SeatDemand, DemandChain]]:
    names = ("baseline", "fast_urbanization", "low_fertility")
    return {
        name: scenario_demand(bundle, start, load_scenario(name), NOW, SEED)[:2] for name in names
    }


def test_shares_alive_are_the_survivals_a_cohort_went_through():
    share = survived_share((2020, 2021, 2022))
    passed = np.exp(log_survival(range(2020, 2022)))
    assert (share[0] == 1).all()
    assert share[2, 7] == pytest.approx(passed[0, 5] * passed[1, 6])
    born = np.exp(log_survival(range(2021, 2022), oldest=0))[0, 0]
    assert share[2, 1] == pytest.approx(born * passed[1, 0])


def test_without_moves_and_deaths_cohorts_stay_as_they_were_born(start: Start):
    closed = closed_residents(start.jump_off, load_scenario("baseline"), NOW)
    cohorts = cohort_sizes(closed).persons
    assert cohorts[:, 1:, 1:] == pytest.approx(cohorts[:, :-1, :-1], rel=1e-12)
    assert (closed.persons[:, 1:] < cohorts[:, 1:]).all()
    moving = residents(start.jump_off, load_scenario("baseline"), NOW).persons
    assert (moving[:, 0] == closed.persons[:, 0]).all()  # the census counts who is there
    assert np.abs(moving[:, -1] / closed.persons[:, -1] - 1).max() > 0.01


def test_guilins_parts_add_up_in_every_draw(
    forecasts: dict[str, tuple[SeatDemand, DemandChain]],
):
    for demand, chain in forecasts.values():
        present = chain.years.index(NOW)
        for place, year in enumerate(chain.years):
            parts = split_change(chain.at(NOW), chain.at(year)).sum(axis=0)
            change = demand.required[:, :, place] - demand.required[:, :, present]
            assert np.abs(parts[:-1] - change).max() < 1e-9
            assert np.abs(parts[-1] - change.sum(axis=0)).max() < 1e-9


def test_the_rows_of_why_add_up_to_the_change_of_the_mean(
    bundle: DataBundle, forecasts: dict[str, tuple[SeatDemand, DemandChain]]
):
    demand, chain = forecasts["baseline"]
    table = change_table(chain, "baseline", bundle.names, NOW)
    assert list(table.columns) == CHANGE_COLUMNS
    assert len(table) == 10 * 18 * 5 * len(PARTS)  # up to now and nine years ahead
    key = ["adcode", "stage", "from_year", "to_year"]
    added = table.groupby(key)["seats"].sum()
    assert (added - table.groupby(key)["total"].first()).abs().max() < 1e-9
    mean = demand.required.sum(axis=0).mean(axis=-1)[1]  # primary seats of the city
    at = chain.years.index
    city = added[bundle.city, "primary"]
    assert city[NOW, 2035] == pytest.approx(mean[at(2035)] - mean[at(NOW)])
    assert city[2020, NOW] == pytest.approx(mean[at(NOW)] - mean[0])
    assert (table["seats_lo80"] <= table["seats_hi80"]).all()


def test_scenarios_differ_by_what_they_are_about(
    bundle: DataBundle, forecasts: dict[str, tuple[SeatDemand, DemandChain]]
):
    chains = {name: chain for name, (_, chain) in forecasts.items()}
    table = difference_table(chains, bundle.names, (2035,))
    assert list(table.columns) == DIFFERENCE_COLUMNS
    parts = table.set_index(["scenario", "adcode", "stage", "part"])["seats"].sort_index()
    low = parts["low_fertility", bundle.city, "kindergarten"]
    assert low["births"] < -1000
    assert low.drop("births").abs().max() < 0.02 * abs(low["births"])
    fast = parts["fast_urbanization", LINGUI, "primary"]
    assert fast["migration"] > 0
    assert fast[["births", "survivorship", "policy"]].abs().max() < 1e-9
    inside = parts["fast_urbanization", bundle.city, "primary", "migration"]
    # Moves between counties leave the city as many children, within single precision.
    assert abs(inside) < 0.01


def test_no_other_scenario_gives_no_differences(
    bundle: DataBundle, forecasts: dict[str, tuple[SeatDemand, DemandChain]]
):
    alone = {"baseline": forecasts["baseline"][1]}
    table = difference_table(alone, bundle.names, (2035,))
    assert table.empty
    assert list(table.columns) == DIFFERENCE_COLUMNS


def test_a_present_beyond_the_last_year_tells_of_all_years(
    bundle: DataBundle, forecasts: dict[str, tuple[SeatDemand, DemandChain]]
):
    table = change_table(forecasts["baseline"][1], "baseline", bundle.names, UNTIL + 5)
    assert set(zip(table["from_year"], table["to_year"], strict=True)) == {(2020, UNTIL)}


def rows(parts: tuple[float, ...], low: float, high: float) -> pd.DataFrame:
    table = pd.DataFrame({"part": PARTS, "seats": parts})
    return pd.concat(
        table.assign(
            scenario="baseline",
            adcode="450300",
            county="桂林市",
            stage=stage,
            from_year=2026,
            to_year=2035,
            total=sum(parts),
            total_lo80=low,
            total_hi80=high,
        )
        for stage in STAGE_CODES
    )


@pytest.mark.parametrize(
    ("parts", "bounds", "sentence"),
    [
        (
            (-187_000.0, -1_400, 1_400, 0, 0, 300),
            (-227_000.0, -148_000.0),
            "桂林市小学：2026到2035年需求学位减少18.7万个（80%区间-22.7万～-14.8万），"
            "主要因为出生队列变小（-18.7万）。",
        ),
        (
            (-900.0, 0, 2_000, 0, 0, 0),
            (-200.0, 2_400.0),
            "桂林市小学：2026到2035年需求学位增加1,100个，但也可能减少（80%区间-200～+2,400），"
            "主要因为家庭迁入（+2,000），出生队列变小（-900）抵消一部分。",
        ),
        ((0.0,) * 6, (0.0, 0.0), "桂林市小学：2026到2035年需求学位不变。"),
    ],
)
def test_sentences_name_the_main_reason_and_their_doubt(
    parts: tuple[float, ...], bounds: tuple[float, float], sentence: str
):
    assert reasons(rows(parts, *bounds))[1].zh == sentence


def test_sentences_cover_what_has_passed_the_next_years_and_all_to_the_end():
    spans = [
        rows((0.0, 0, 500, 0, 0, 0), 400, 600).assign(from_year=2020, to_year=2026),
        rows((-300.0, 0, 100, 0, 0, 0), -250, -150).assign(to_year=2030),
        rows((-900.0, 0, 0, 0, 0, 0), -950, -850).assign(to_year=2031),
        rows((-1_000.0, 0, 0, 0, 0, 0), -1_100, -900),
    ]
    table = pd.concat(spans)
    past, near, far = (
        "2020到2026年增加500个，主要因为家庭迁入（+500）",
        "2026到2030年减少200个，主要因为出生队列变小（-300），家庭迁入（+100）抵消一部分",
        "2026到2035年减少1,000个，主要因为出生队列变小（-1,000）",
    )
    assert short_reasons(table)[1].zh == "；".join([near, far, past])
    bounds = ("+400～+600", "-250～-150", "-1,100～-900")
    clauses = (
        clause.replace("个", f"个（80%区间{ends}）")
        for clause, ends in zip((past, near, far), bounds, strict=True)
    )
    sentence = "；".join(clauses).replace("年增加", "年需求学位增加", 1)
    assert reasons(table)[1].zh == f"桂林市小学：{sentence}。"


def test_every_part_has_words():
    assert set(PART_TITLES) == set(RISING_OR_FALLING) == set(PARTS)
