from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.contract.stages import STAGE_CODES, stage_index
from features.arrays import Population
from models.census_ratio.senior import (
    general_shares,
    own_general_share,
    towards_senior_target,
    with_general_share,
)
from models.stage_pupils import StagePupils

YEARS = tuple(range(2024, 2031))
GENERAL, VOCATIONAL = stage_index("general_senior"), stage_index("vocational_senior")
TARGETS = pd.DataFrame(
    {"stage": "senior", "year": [2025, 2030], "measure": "gross_enrolment_ratio",
     "value": [1.1, 1.0]}
)  # fmt: skip


@pytest.fixture
def pupils() -> StagePupils:
    """Two counties with 150 general and 100 vocational pupils each, of 300 youths."""
    cells = (2, len(STAGE_CODES), len(YEARS))
    counts = np.full((*cells, 3), 500.0)
    counts[:, GENERAL], counts[:, VOCATIONAL] = 150.0, 100.0
    seen, rung = np.zeros(cells, dtype=bool), np.full(cells[:2], "")
    return StagePupils(("a", "b"), STAGE_CODES, YEARS, counts, seen, rung, np.ones(cells))


@pytest.fixture
def youths() -> Population:
    return Population(("a", "b"), YEARS, tuple(range(20)), np.full((2, len(YEARS), 20, 3), 100.0))


def test_shares_are_the_published_figures():
    first, middle, last = general_shares((2020, 2023, 2030))
    assert first == pytest.approx(24_944_500 / (24_944_500 + 16_281_400))
    assert last == pytest.approx(30_395_000 / (30_395_000 + 15_378_000))
    assert middle == pytest.approx(first + 0.6 * (last - first))


def test_what_general_schools_gain_vocational_ones_lose(pupils: StagePupils):
    share = np.full((2, len(YEARS)), 0.7)
    divided = with_general_share(pupils, share)
    assert divided.pupils[:, GENERAL] == pytest.approx(175)
    assert divided.pupils[:, VOCATIONAL] == pytest.approx(75)
    assert divided.policy[0, GENERAL, 0] == pytest.approx(175 / 150)
    assert own_general_share(divided) == pytest.approx(share)


def test_a_stage_without_pupils_gets_none(pupils: StagePupils):
    counts = pupils.pupils.copy()
    counts[0, VOCATIONAL] = 0.0
    alone = replace(pupils, pupils=counts)
    divided = with_general_share(alone, np.full((2, len(YEARS)), 0.7))
    assert np.array_equal(divided.pupils[0], counts[0])


def test_both_stages_together_reach_the_senior_target(pupils: StagePupils, youths: Population):
    half = np.where(np.array(YEARS) >= 2026, 0.5, 0.0)
    for attainment, ratio in ((half * 2, 1.0), (half, (1.0 + 250 / 300) / 2)):
        moved = towards_senior_target(pupils, youths, TARGETS, attainment, now=2026)
        both = moved.pupils[:, [GENERAL, VOCATIONAL]].sum(axis=(0, 1))[:, 0]
        assert both[:3] == pytest.approx(500)  # 2024 to 2026 stay, whatever was planned for 2025
        assert both[-1] == pytest.approx(600 * ratio)
        assert own_general_share(moved) == pytest.approx(0.6)


def test_without_a_senior_target_nothing_moves(pupils: StagePupils, youths: Population):
    attained = np.ones(len(YEARS))
    moved = towards_senior_target(pupils, youths, TARGETS[:0], attained, now=2026)
    assert np.array_equal(moved.pupils, pupils.pupils)
