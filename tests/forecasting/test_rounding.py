"""Expected rounding of classes; hand-computed sums and the national count of classes."""

import numpy as np
import pandas as pd
import pytest

from data.contract.rungs import Rung
from data.contract.stages import STAGE_BY_CODE, STAGE_CODES
from data.reference.school_sizes import national_school_sizes, school_sizes
from forecasting.demand import seats_required
from forecasting.rounding import expected_classes, expected_rounding, stated_schools
from forecasting.wording.rounding_text import rounding_text
from models.stage_pupils import StagePupils

SIZES = dict(zip(STAGE_CODES, (30, 45, 50, 50, 50), strict=True))


def pupils_of(primary: float) -> StagePupils:
    persons = np.zeros((1, 5, 2, 1))
    persons[0, 1] = primary
    seen, rung = np.zeros((1, 5, 2), dtype=bool), np.full((1, 5), Rung.CENSUS)
    return StagePupils(("a",), STAGE_CODES, (2020, 2021), persons, seen, rung, np.ones((1, 5, 2)))


def test_large_schools_waste_half_a_class_per_grade():
    # 10 schools of 6 grades with 450 pupils each: 10 classes of 45 and the half.
    assert expected_classes(27_000, 45, 2_700, 6) == pytest.approx(60 * 10.5, rel=0.001)


def test_a_small_school_runs_one_class_per_grade():
    assert expected_classes(30, 45, 1_000, 6) == pytest.approx(6, abs=0.01)
    assert expected_classes(0, 45, 1_000, 6) == 0
    assert expected_classes(1e-9, 45, 1_000, 6) == 0  # a closed stage in a draw


def test_more_pupils_never_need_fewer_classes():
    pupils = np.linspace(0, 5_000, 501)
    assert (np.diff(expected_classes(pupils, 45, 755, 6)) >= -1e-9).all()


@pytest.mark.parametrize(
    ("stage", "within"), [("kindergarten", 1.0), ("primary", 2.5), ("junior", 1.1)]
)
def test_the_nation_has_as_many_classes_as_its_mean_school_implies(stage: str, within: float):
    counted = school_sizes().query("stage == @stage").dropna(subset="classes").iloc[0]
    groups = STAGE_BY_CODE[stage].class_groups
    per_school = counted["pupils"] / counted["schools"]
    found = expected_classes(counted["pupils"], SIZES[stage], per_school, groups)
    assert abs(found / counted["classes"] - 1) < 0.025  # without rounding 7 to 17 % too few


def test_a_stated_number_of_schools_replaces_the_national_mean():
    capacity = pd.DataFrame(
        {"adcode": ["a"] * 3, "stage": ["primary"] * 3, "year": [2019, 2020, 2020],
         "schools": [9.0, 1.0, 2.0]}
    )  # fmt: skip
    stated = stated_schools(capacity, None)
    assert stated.to_dict("records") == [
        {"adcode": "a", "stage": "primary", "year": 2020, "schools": 3.0}
    ]
    rounding = expected_rounding(pupils_of(2_700), stated, now=2026)
    assert rounding.per_school[0, 1] == 900
    assert rounding.stated.sum() == 1
    # 3 schools × 6 grades = 18 cells of 3.33 classes: 18 / (1 - e^-0.3) = 69.4
    seats = seats_required(pupils_of(2_700), SIZES, 0.0, rounding)
    assert seats[0, 1, :, 0].tolist() == [70 * 45] * 2


def test_an_incomplete_number_of_schools_is_not_used():
    capacity = pd.DataFrame(
        {"adcode": ["a"] * 2, "stage": ["primary"] * 2, "year": [2020] * 2,
         "schools": [1.0, np.nan]}
    )  # fmt: skip
    assert stated_schools(capacity, None).empty
    rounding = expected_rounding(pupils_of(2_700), stated_schools(None, None), now=2026)
    nation = national_school_sizes()["pupils_per_school"]
    assert rounding.per_school[0].tolist() == [nation[stage] for stage in STAGE_CODES]


def test_the_sentence_gives_the_size_and_what_it_adds():
    text = rounding_text(SIZES, 0)
    assert "小学755人（多19%学位）" in text.zh
    assert "primary 755 pupils (adds 19% of seats)" in text.en
    assert "3个县区学段" in rounding_text(SIZES, 3).zh
    assert "2个县区学段按各校分年级的预测逐校取整，其余" in rounding_text(SIZES, 0, 2).zh
