"""What the nation's ratios did, and what all counties share when theirs move."""

import numpy as np
import pytest

from data.contract.stages import stage_index
from features.arrays import FloatArray
from features.births.national_cohorts import national_cohorts
from models.census_ratio.national_ratio import national_change, national_step

YEARS = (2020, 2021, 2025, 2030)
GENERAL, VOCATIONAL = stage_index("general_senior"), stage_index("vocational_senior")


@pytest.fixture(scope="module")
def change() -> FloatArray:
    return national_change(2020, YEARS, draws=4000, seed=1)


def test_senior_stages_follow_national_pupils_over_the_census_cohorts(change: FloatArray):
    cohorts = national_cohorts((2020, 2025), 15, 17)
    general = (30_395_000 / 24_944_500) / (cohorts[1] / cohorts[0])
    vocational = (15_378_000 / 16_281_400) / (cohorts[1] / cohorts[0])
    middle = np.exp(np.median(change[[GENERAL, VOCATIONAL]], axis=-1))
    assert middle[:, 2] == pytest.approx([general, vocational], rel=0.01)
    assert middle[:, 3] == pytest.approx(middle[:, 2], rel=0.01)  # level after the last year


def test_other_stages_stay_in_the_middle_and_spread_with_the_root_of_time(change: FloatArray):
    lower = change[: min(GENERAL, VOCATIONAL)]
    steps = np.array([national_step(code) for code in ("kindergarten", "primary", "junior")])
    assert (change[:, 0] == 0).all()
    assert np.median(lower, axis=-1) == pytest.approx(0, abs=0.003)
    assert lower[:, 1].std(axis=-1) == pytest.approx(steps, rel=0.05)
    assert lower[:, 3].std(axis=-1) == pytest.approx(steps * np.sqrt(3), rel=0.05)


def test_pupils_that_general_schools_gain_leave_vocational_ones(change: FloatArray):
    share = 24_944_500 / (24_944_500 + 16_281_400)
    moved = change[:, 3] - change[:, 3].mean(axis=-1, keepdims=True)
    assert share * moved[GENERAL] + (1 - share) * moved[VOCATIONAL] == pytest.approx(0, abs=1e-9)


def test_steps_are_those_of_published_pupils_over_cohorts():
    # Two steps, 2014-16: pupils 40,507,100, 42,648,300 and 44,138,600 (bulletins of the Ministry).
    counted = national_cohorts((2014, 2015, 2016), 3, 5)
    steps = np.diff(np.log(np.array([40_507_100, 42_648_300, 44_138_600]) / counted))
    assert national_step("kindergarten", until=2016) == pytest.approx(np.sqrt((steps**2).mean()))
