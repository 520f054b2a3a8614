import numpy as np
import pandas as pd
import pytest

from data.contract.rungs import BORROWED, CENSUS, NATIONAL_SHARE
from features.arrays import Population
from models.census_ratio.gross_ratio import (
    RatioEvidence,
    RatioPool,
    forecast_stage_pupils,
    target_path,
)

AREAS = ("450311", "450312", "450321", "450323")


def evidence(**changes: object) -> RatioEvidence:
    enrolment = pd.DataFrame(
        {"adcode": AREAS[1:], "year": 2020, "stage": "primary", "pupils": [606, 612, 630]}
    )
    secondary = pd.DataFrame({"adcode": AREAS[1:], "year": 2020, "pupils": [480, 500, 510]})
    targets = pd.DataFrame(
        [
            ("kindergarten", 2025, "gross_enrolment_ratio", 1.007),
            ("kindergarten", 2030, "gross_enrolment_ratio", 1.022),
            ("compulsory", 2025, "nine_year_retention", 1.027),
            ("compulsory", 2030, "nine_year_retention", 1.042),
            ("senior", 2025, "gross_enrolment_ratio", 1.13),
            ("senior", 2030, "gross_enrolment_ratio", 1.145),
        ],
        columns=["stage", "year", "measure", "value"],
    )
    given = {
        "enrolment": enrolment, "regular_secondary": secondary, "general_share": 0.57,
        "kindergarten_ratio": 0.94, "targets": targets, "base_year": 2020,
        "reference": {
            "primary": RatioPool(12, -0.05, 0.1),
            "general_senior": RatioPool(12, -0.5, 0.2),
        },
    }  # fmt: skip
    chosen = given | changes
    return RatioEvidence(**chosen | {"enrolment": chosen["enrolment"].assign(estimated=False)})


@pytest.fixture
def flat_population() -> Population:
    return Population(
        AREAS, tuple(range(2020, 2036)), tuple(range(20)), np.full((4, 16, 20, 500), 100.0)
    )


def test_reported_pupils_stand_exactly_in_every_draw(flat_population: Population):
    pupils = forecast_stage_pupils(flat_population, evidence(), 1.0, seed=1)
    assert np.allclose(pupils.pupils[1:, 1, 0], [[606], [612], [630]])
    assert pupils.observed.sum() == 3


def test_an_area_without_report_is_as_unsure_as_the_areas_differ(flat_population: Population):
    pupils = forecast_stage_pupils(flat_population, evidence(), 1.0, seed=1)
    unknown = np.log(pupils.pupils[0, 1, 0] / 600)
    known = np.log(np.array([606, 612, 630]) / 600)
    assert unknown.std() == pytest.approx(known.std(ddof=1) * np.sqrt(4 / 3), rel=0.15)


def test_kindergartens_reach_their_target_and_senior_schools_do_not_take_theirs_as_reached(
    flat_population: Population,
):
    pupils = forecast_stage_pupils(flat_population, evidence(), 1.0, seed=1)
    ratio = np.median(pupils.pupils[:, 0].sum(axis=0), axis=-1) / (4 * 300)
    assert ratio[[5, 10, 15]] == pytest.approx([1.007, 1.022, 1.022], rel=0.02)
    assert (pupils.policy[:, [3, 4]] == 1).all()


def test_no_attainment_leaves_the_ratio_where_it_was(flat_population: Population):
    pupils = forecast_stage_pupils(flat_population, evidence(), 0.0, seed=1)
    city = np.median(pupils.pupils[:, 0].sum(axis=0), axis=-1)
    assert city[-1] == pytest.approx(city[0], rel=0.02)


def test_a_city_without_targets_moves_nothing(flat_population: Population):
    none = evidence().targets[:0]
    pupils = forecast_stage_pupils(flat_population, evidence(targets=none), 1.0, seed=1)
    assert (pupils.policy == 1).all()


def test_a_later_report_replaces_the_estimate_from_its_year_on(flat_population: Population):
    late = pd.DataFrame(
        {"adcode": ["450311"], "year": [2023], "stage": ["primary"], "pupils": [700]}
    )
    table = pd.concat([evidence().enrolment, late])
    pupils = forecast_stage_pupils(flat_population, evidence(enrolment=table), 1.0, seed=1)
    assert np.allclose(pupils.pupils[0, 1, 3], 700)
    assert pupils.pupils[0, 1, 4].mean() == pytest.approx(700, rel=0.02)


def test_target_path_is_straight_between_and_flat_after():
    path = target_path(
        {2025: 1.0, 2030: 1.1}, (2020, 0.9), np.array([2020, 2022, 2025, 2028, 2035])
    )
    assert path == pytest.approx([0.9, 0.94, 1.0, 1.06, 1.1])


def test_where_too_few_reported_the_ratio_is_lent_and_the_rung_says_so(flat_population: Population):
    known = evidence()
    few = {"enrolment": known.enrolment[:2], "regular_secondary": known.regular_secondary[:2]}
    pupils = forecast_stage_pupils(flat_population, evidence(**few), 1.0, seed=1)
    lent = np.log(pupils.pupils[[0, 3], 1, 0] / 600)
    assert lent.mean() == pytest.approx(-0.05, abs=0.01)
    assert lent.std() == pytest.approx(0.1 * np.sqrt(1 + 1 / 12), rel=0.1)
    assert np.allclose(pupils.pupils[1:3, 1, 0], [[606], [612]])
    assert np.isfinite(pupils.pupils).all()
    assert pupils.rung[:, 1].tolist() == [BORROWED, CENSUS, CENSUS, BORROWED]
    assert set(pupils.rung[:, 0]) == {CENSUS}
    assert set(pupils.rung[:, 3]) == {BORROWED}
    assert set(pupils.rung[:, 4]) == {NATIONAL_SHARE}
