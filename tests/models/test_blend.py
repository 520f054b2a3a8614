"""Cohorts in school go on, newcomers follow the population, scenarios move both."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.contract.rungs import Rung
from data.contract.stages import STAGE_CODES, STAGES
from features.arrays import Population
from models.blend import _steady, blend, follow_histories, learn_school_histories
from models.stage_pupils import StagePupils

AREAS = ("450312", "450321")
YEARS = tuple(range(2020, 2031))
LAST = 2022
DRAWS = 400
CODES = {
    "kindergarten": ("K1", "K2", "K3"),
    "primary": tuple(f"P{n}" for n in range(1, 7)),
    "junior": ("J1", "J2", "J3"),
}
CHILDREN = 1000.0  # of each age born up to 2019; cohorts born from 2020 on are half as large


def cohort_size(born: int) -> float:
    return CHILDREN if born < 2020 else CHILDREN / 2


def people(scale: float = 1.0) -> Population:
    """Closed cohorts; ``scale`` multiplies everybody after 2022, as newcomers would."""
    persons = np.array(
        [
            [cohort_size(year - age) * (scale if year > LAST else 1) for age in range(20)]
            for year in YEARS
        ]
    )
    cube = np.broadcast_to(persons[None, :, :, None], (2, *persons.shape, DRAWS))
    return Population(AREAS, YEARS, tuple(range(20)), np.array(cube))


def enrolment(grades: bool) -> pd.DataFrame:
    """Nine in ten children of each age from 3 to 14 are at school, 2016-2022."""
    rows = [
        (area, year, stage, code, 0.9 * cohort_size(year - age))
        for area in AREAS
        for year in range(2016, LAST + 1)
        for stage, codes in CODES.items()
        for code, age in zip(codes, range({"K": 3, "P": 6, "J": 12}[codes[0][0]], 20), strict=False)
    ]
    table = pd.DataFrame(rows, columns=["adcode", "year", "stage", "grade", "pupils"])
    if grades:
        return table
    summed = table.groupby(["adcode", "year", "stage"], as_index=False)["pupils"].sum()
    return summed.assign(grade="all")


def by_ratio(population: Population) -> StagePupils:
    people = [population.between(stage.first_age, stage.last_age) for stage in STAGES]
    pupils = 0.9 * np.stack(people, axis=1)
    return StagePupils(
        AREAS,
        STAGE_CODES,
        YEARS,
        pupils,
        np.zeros(pupils.shape[:3], dtype=bool),
        np.full(pupils.shape[:2], Rung.CENSUS),
        np.ones(pupils.shape[:3]),
    )


def followed(table: pd.DataFrame, population: Population) -> StagePupils:
    pupils = by_ratio(population)
    histories = learn_school_histories(table, population.areas, population.years, DRAWS, seed=1)
    return follow_histories(pupils, histories, population, people())


def median(pupils: StagePupils, stage: str, year: int) -> float:
    cell = pupils.pupils[0, STAGE_CODES.index(stage), YEARS.index(year)]
    return float(np.median(cell))


@pytest.mark.parametrize("grades", [True, False])
def test_stages_with_history_leave_the_census_rung_and_the_others_stay(grades: bool):
    pupils = followed(enrolment(grades), people())
    rung = Rung.GRADES if grades else Rung.STAGE_TOTALS
    assert set(pupils.rung[:, :3].ravel()) == {rung}
    assert set(pupils.rung[:, 3]) == {Rung.CENSUS}
    assert np.array_equal(pupils.pupils[:, 3], by_ratio(people()).pupils[:, 3])


def test_the_small_cohorts_reach_primary_school_when_they_are_six():
    """Born from 2020, three in 2023, six in 2026: primary is complete in 2025 and half in 2031."""
    pupils = followed(enrolment(True), people())
    assert median(pupils, "kindergarten", 2023) == pytest.approx(0.9 * 2500, rel=0.04)
    assert median(pupils, "kindergarten", 2025) == pytest.approx(0.9 * 1500, rel=0.04)
    assert median(pupils, "primary", 2025) == pytest.approx(0.9 * 6000, rel=0.04)
    assert median(pupils, "primary", 2028) == pytest.approx(0.9 * 4500, rel=0.04)


def test_reported_years_stand():
    pupils = followed(enrolment(True), people())
    upto = YEARS.index(LAST) + 1
    assert np.array_equal(pupils.pupils[:, :, :upto], by_ratio(people()).pupils[:, :, :upto])


@pytest.mark.parametrize("grades", [True, False])
def test_a_tenth_more_residents_are_a_tenth_more_pupils(grades: bool):
    plain = followed(enrolment(grades), people())
    more = followed(enrolment(grades), people(1.1))
    for stage in ("kindergarten", "primary", "junior"):
        for year in (2023, 2030):
            grown = median(more, stage, year) / median(plain, stage, year)
            assert grown == pytest.approx(1.1, rel=1e-3)


def test_policy_lifts_the_years_after_the_last_report():
    population = people()
    plain = by_ratio(population)
    policy = np.ones(plain.policy.shape)
    policy[:, 0] = np.linspace(1.0, 1.2, len(YEARS))
    lifted = replace(plain, pupils=plain.pupils * policy[..., None], policy=policy)
    histories = learn_school_histories(
        enrolment(True), population.areas, population.years, DRAWS, seed=1
    )
    before = follow_histories(plain, histories, population, population)
    after = follow_histories(lifted, histories, population, population)
    expected = policy[0, 0, -1] / policy[0, 0, YEARS.index(LAST)]
    grown = median(after, "kindergarten", 2030) / median(before, "kindergarten", 2030)
    assert grown == pytest.approx(expected)


@pytest.mark.parametrize("kept", ["year >= 2021", "year < 2020", "grade != 'P4'"])
def test_too_little_history_steps_down(kept: str):
    """Two years, a history that ends before the census, a grade that is missing."""
    pupils = followed(enrolment(True).query(kept), people())
    assert set(pupils.rung[:, 1]) <= {Rung.CENSUS, Rung.STAGE_TOTALS}


@pytest.mark.parametrize("grades", [True, False])
def test_a_county_without_junior_schools_gets_none(grades: bool):
    table = enrolment(grades)
    none = (table["adcode"] == AREAS[0]) & (table["stage"] == "junior")
    table.loc[none, "pupils"] = 0.0
    pupils = followed(table, people())
    after = YEARS.index(LAST) + 1
    assert pupils.pupils[0, 2, after:].max() < 0.01
    assert median(replace(pupils, pupils=pupils.pupils[[1, 0]]), "junior", 2030) > 2000


def test_vocational_schools_change_no_forecast_of_the_other_stages():
    """Vocational schools take pupils of the same age as general ones: neither feeds the other."""
    table = enrolment(False)
    senior = table[table["stage"] == "junior"]
    table = pd.concat([table, senior.assign(stage="general_senior")])
    alone = followed(table, people())
    both = followed(pd.concat([table, senior.assign(stage="vocational_senior")]), people())
    for stage in ("kindergarten", "primary", "junior", "general_senior"):
        assert median(both, stage, 2028) == pytest.approx(median(alone, stage, 2028), rel=1e-6)
    assert both.rung[0, STAGE_CODES.index("vocational_senior")] == Rung.STAGE_TOTALS


def test_blending_equal_errors_keeps_their_spread():
    random = np.random.default_rng(1)
    own, expected = np.exp(random.normal(0, 0.1, (2, 20_000)))
    mixed = np.log(blend(own[None], 2 * expected[None], 0.5))
    assert np.median(mixed) == pytest.approx(np.log(2) / 2, abs=0.005)
    assert mixed.std() == pytest.approx(0.1, rel=0.02)


def test_a_draw_without_entrants_does_not_multiply_the_grades_above():
    shares = _steady(np.array([[1.0, 1.2, 400.0, 0.9, 0.001]]))
    assert shares.tolist() == [[1.0, 1.2, 2.0, 0.9, 0.5]]
