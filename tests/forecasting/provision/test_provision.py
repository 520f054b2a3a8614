"""Teachers and boarding places in the demand table, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from data.contract.rungs import Rung
from data.data_folder import Tables
from forecasting.provision.provision import Provision, provision_for
from forecasting.provision.pupil_groups import boarder_shares, latest_groups
from forecasting.provision.teacher_why import TEACHER_PARTS, teacher_change_table
from forecasting.why import PARTS, DemandChain
from forecasting.wording.teacher_text import teacher_sentences
from models.stage_pupils import StagePupils
from tests.synthetic_indicators import COUNTY, OTHER, school, table

YEARS = (2025, 2026, 2027)


def pupils_of(counts: dict[str, list[float]], stage: str = "junior") -> StagePupils:
    draws = np.array(list(counts.values()))[:, None, :, None].repeat(2, axis=-1)
    cells = draws.shape[:3]
    return StagePupils(tuple(counts), (stage,), YEARS, draws, np.zeros(cells, dtype=bool),
                       np.full(cells[:2], Rung.CENSUS), np.ones(cells))  # fmt: skip


def tables(**parts: pd.DataFrame) -> Tables:
    return Tables(table("areas", {"adcode": COUNTY}), table("population", {"adcode": COUNTY}),
                  **parts)  # fmt: skip


def pupils(grade: str, count: int, year: int = 2025, **groups: int) -> dict[str, object]:
    keys = {"adcode": COUNTY, "year": year, "stage": "junior", "grade": grade}
    return keys | {"pupils": count} | groups


def test_boarding_places_follow_the_last_reported_share():
    rows = [pupils("J1", 500, boarders=200), pupils("all", 1000, boarders=400)]
    enrolment = table("enrolment", pupils("all", 900, 2024, boarders=100), *rows)
    beds = {"adcode": COUNTY, "stage": "junior", "ownership": "public"}
    capacity = table("capacity", beds | {"year": 2024, "boarding_beds": 999},
                     beds | {"year": 2025, "boarding_beds": 350})  # fmt: skip
    both = pupils_of({COUNTY: [1000, 1100, 900], OTHER: [10, 10, 10]})
    found = provision_for(both, tables(enrolment=enrolment, capacity=capacity), {"junior": 10})
    assert found.boarding_required[0, 0].tolist() == [400, 440, 360]
    assert found.boarding_beds[0, 0].tolist() == [350, 350, 350]
    assert np.isnan(found.boarding_required[1]).all()  # nothing reported, so nothing said
    assert np.isnan(found.total().boarding_required).all()
    assert found.total().teachers_required[0, 0].tolist() == [101, 111, 91]


def test_schools_give_the_share_where_every_school_states_its_boarders():
    given = [school("A", 300, "junior", boarders=100), school("B", 100, "junior", boarders=0)]
    full = boarder_shares(None, table("schools", *given), [COUNTY], "junior").iloc[0]
    assert (full["share"], full["year"], full["table"]) == (0.25, 2025, "schools")
    part = table("schools", *given, school("C", 100, "junior"))
    assert boarder_shares(None, part, [COUNTY], "junior").empty


def test_a_group_within_a_group_takes_the_latest_year_that_states_both():
    rows = table("enrolment", pupils("all", 900, 2024, migrants=100, migrants_public=80),
                 pupils("all", 1000, migrants=120))  # fmt: skip
    found = latest_groups(rows, [COUNTY], "migrants_public", ("junior",), of="migrants").iloc[0]
    assert (found["year"], found["part"], found["of"], found["pupils"]) == (2024, 80, 100, 900)


def chain(births: list[float], ratio: list[float]) -> DemandChain:
    """Levels in which births and then the enrolment ratio move."""
    cohort, pupils = np.array(births), np.array(births) * np.array(ratio)
    levels = np.stack([cohort, cohort, cohort, pupils, pupils, pupils])
    return DemandChain((COUNTY,), ("junior",), YEARS, levels[:, None, None, :, None])


def provision(required: list[float], staying: list[float]) -> Provision:
    unknown = np.full((1, 1, 3), np.nan)
    cells = (np.array(one, dtype=float)[None, None] for one in (required, staying))
    return Provision(*cells, unknown, unknown)


def test_the_change_of_missing_teachers_is_split_into_pupils_and_retirement():
    # 1,000 pupils then 500 × 0.9 = 450 at 10 a teacher: 100 then 45 required. With L = 550 /
    # ln(1000 / 450) = 688.77: births -688.77 × ln 2 / 10 = -47.74, ratio -7.26; together -55.
    # 90 stay, then 70: 20 retire. Short 10, then -25: -35 = -55 + 20.
    levels = chain([1000, 1000, 500], [1.0, 1.0, 0.9])
    found = teacher_change_table(levels, provision([100, 100, 45], [90, 90, 70]), "baseline",
                                 {COUNTY: "虚构县"}, 2026)  # fmt: skip
    assert set(found["to_year"]) == {2027}
    parts = found.set_index("part")["teachers"]
    assert list(parts.index) == list(TEACHER_PARTS)
    assert parts["births"] == pytest.approx(-47.74, abs=0.01)
    assert parts["enrolment_ratio"] == pytest.approx(-7.26, abs=0.01)
    assert parts["retirement"] == 20
    assert parts.drop(["births", "enrolment_ratio", "retirement"]).abs().max() == 0
    assert found["total"].iloc[0] == pytest.approx(-35) == parts.sum()
    demand = pd.DataFrame({"adcode": COUNTY, "stage": "junior", "year": YEARS,
                           "county": "虚构县", "teachers_required": [100, 100, 45],
                           "teachers_staying": [90, 90, 70],
                           "teachers_short": [10, 10, -25]})  # fmt: skip
    (said,) = teacher_sentences(demand, found)
    assert said.zh == ("虚构县初中：2027年按标准需教师45人，届时仍在岗70人，余25人；"
                       "缺额比2026年减少35人，其中学生数变化-55，退休+20。")  # fmt: skip


def test_where_nothing_is_known_of_later_teachers_there_is_no_split():
    levels = chain([1000, 1000, 500], [1.0, 1.0, 1.0])
    found = teacher_change_table(levels, provision([100, 100, 50], [90, np.nan, np.nan]),
                                 "baseline", {COUNTY: "虚构县"}, 2026)  # fmt: skip
    assert found.empty
    assert len(PARTS) == len(TEACHER_PARTS)
