import numpy as np
import pandas as pd
import pytest

from data.contract.rungs import Rung
from features.arrays import Population
from models.census_ratio.base_pupils import BasePupils
from models.census_ratio.gross_ratio import (
    RatioEvidence,
    forecast_stage_pupils,
    target_path,
)

AREAS = ("450311", "450312", "450321", "450323")
DRAWS = 500


def evidence(**changes: object) -> RatioEvidence:
    enrolment = pd.DataFrame(
        {"adcode": AREAS[1:], "year": 2020, "stage": "primary", "pupils": [606, 612, 630]}
    )
    random = np.random.default_rng(1)
    persons = np.empty((4, 2, DRAWS))
    persons[0] = np.array([[600.0], [500]]) * np.exp(0.1 * random.standard_normal((2, DRAWS)))
    persons[1:] = np.array([[606, 480], [612, 500], [630, 510]])[:, :, None]
    reported = np.array([[False] * 2] + [[True] * 2] * 3)
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
        "enrolment": enrolment, "general_share": 0.57,
        "base": BasePupils(persons, np.full((4, 2), 0.1), reported),
        "kindergarten_ratio": 0.94, "targets": targets, "base_year": 2020,
    }  # fmt: skip
    chosen = given | changes
    return RatioEvidence(**chosen | {"enrolment": chosen["enrolment"].assign(estimated=False)})


@pytest.fixture
def flat_population() -> Population:
    return Population(
        AREAS, tuple(range(2020, 2036)), tuple(range(20)), np.full((4, 16, 20, DRAWS), 100.0)
    )


def test_reported_pupils_stand_exactly_in_every_draw(flat_population: Population):
    pupils = forecast_stage_pupils(flat_population, evidence(), 1.0, seed=1)
    assert np.allclose(pupils.pupils[1:, 1, 0], [[606], [612], [630]])
    assert pupils.observed.sum() == 3


def test_an_area_without_report_has_what_was_learned(flat_population: Population):
    pupils = forecast_stage_pupils(flat_population, evidence(), 1.0, seed=1)
    assert np.allclose(pupils.pupils[0, 1, 0], evidence().base.of("primary_pupils")[0])
    both = pupils.pupils[:, [2, 3], 0].sum(axis=1)
    assert np.allclose(both, evidence().base.of("regular_secondary_pupils"))


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


def test_the_rung_says_where_the_base_year_is_learned(flat_population: Population):
    pupils = forecast_stage_pupils(flat_population, evidence(), 1.0, seed=1)
    for stage in (1, 2, 3):
        assert pupils.rung[:, stage].tolist() == [
            Rung.LEARNED,
            Rung.CENSUS,
            Rung.CENSUS,
            Rung.CENSUS,
        ]
    assert set(pupils.rung[:, 0]) == {Rung.NATIONAL_RATIO}  # no county reports kindergartens
    assert set(pupils.rung[:, 4]) == {Rung.NATIONAL_SHARE}


def test_vocational_pupils_are_the_general_ones_over_the_national_odds(flat_population: Population):
    """With a share of 0.57 in general schools there are 43 vocational pupils to 57 general ones."""
    pupils = forecast_stage_pupils(flat_population, evidence(), 1.0, seed=1)
    city = np.median(pupils.pupils[:, [3, 4], 0].sum(axis=0), axis=-1)
    assert city[1] / city[0] == pytest.approx(43 / 57, rel=0.1)
