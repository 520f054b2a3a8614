"""Every bundled scenario moves what it is about, the right way, and nothing of the past."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from data.bundle import DataBundle, load_bundle
from data.contract.stages import STAGE_CODES
from data.scenario.schema import BUNDLED, Scenario, load_scenario
from forecasting.demand import SeatDemand
from forecasting.scenario_forecast import Start, build_start, scenario_demand

pytestmark = pytest.mark.slow
NOW, UNTIL, DRAWS, SEED = 2026, 2035, 60, 1
LINGUI, YANGSHUO, QUANZHOU, XIUFENG = "450312", "450321", "450324", "450302"
CITY = None
PUPILS, REQUIRED, SEATS = "pupils", "required", "seats"


@dataclass(frozen=True)
class Study:
    """The bundled data with two projects, and what the baseline makes of them."""

    bundle: DataBundle
    start: Start
    counties: dict[str, str]
    baseline: SeatDemand

    def run(self, scenario: Scenario) -> SeatDemand:
        return scenario_demand(self.bundle, self.start, scenario, NOW, SEED)[0]


@pytest.fixture(scope="module")
def study() -> Study:
    projects = pd.DataFrame(
        {
            "project_id": ["a", "b"],
            "adcode": [LINGUI, YANGSHUO],
            "stage": ["primary", "general_senior"],
            "seats": [1800, 1000],
            "planned_opening_year": [2025, 2028],
            "status": ["started", "planned"],
        }
    )
    bundle = load_bundle(None)
    bundle = replace(bundle, tables=replace(bundle.tables, projects=projects))
    start = build_start(bundle, NOW, UNTIL, DRAWS, SEED)
    counties = {code: bundle.names[code] for code in bundle.counties}
    demand = scenario_demand(bundle, start, load_scenario("baseline", counties), NOW, SEED)
    baseline = demand.demand
    return Study(bundle, start, counties, baseline)


def draws(demand: SeatDemand, measure: str) -> np.ndarray:
    """(area, stage, year, draw) of one measure."""
    found = {PUPILS: demand.pupils.pupils, REQUIRED: demand.required, SEATS: demand.supply.seats}
    return found[measure]


def mean(demand: SeatDemand, measure: str, area: str | None, stage: str, year: int) -> float:
    values = draws(demand, measure)[:, STAGE_CODES.index(stage), demand.pupils.years.index(year)]
    rows = slice(None) if area is CITY else [demand.pupils.areas.index(area)]
    return float(values[rows].sum(axis=0).mean())


# scenario -> measures left alone, and (measure, county, stage, year, least and most ratio)
EFFECTS: dict[str, tuple[set[str], list[tuple[str, str | None, str, int, float, float]]]] = {
    "baseline": ({PUPILS, REQUIRED, SEATS}, []),
    "fast_urbanization": (
        {SEATS},
        [
            (PUPILS, LINGUI, "primary", 2035, 1.02, 1.3),
            (PUPILS, QUANZHOU, "primary", 2035, 0.7, 0.99),
            (PUPILS, CITY, "primary", 2035, 0.97, 1.03),
        ],
    ),
    "low_fertility": (
        {SEATS},
        [
            (PUPILS, CITY, "kindergarten", 2035, 0.84, 0.87),
            (PUPILS, CITY, "general_senior", 2035, 1.0, 1.0),
        ],
    ),
    "fertility_support": (
        {SEATS},
        [
            (PUPILS, CITY, "kindergarten", 2035, 1.05, 1.1),
            (PUPILS, CITY, "primary", 2035, 1.0001, 1.05),
            (PUPILS, CITY, "junior", 2035, 1.0, 1.0),
        ],
    ),
    "three_child": (
        {SEATS},
        [
            (PUPILS, CITY, "kindergarten", 2035, 1.15, 1.24),
            (REQUIRED, CITY, "kindergarten", 2035, 1.15, 1.24),
            (PUPILS, CITY, "general_senior", 2035, 1.0, 1.0),
        ],
    ),
    "return_migration": (
        {SEATS},
        [
            (PUPILS, YANGSHUO, "primary", 2035, 1.005, 1.1),
            # Families who stay have their children there: the city's births are as many.
            (PUPILS, XIUFENG, "primary", 2035, 0.99, 0.99999),
            (PUPILS, XIUFENG, "junior", 2035, 1.0, 1.0),
            (PUPILS, CITY, "primary", 2035, 1.0001, 1.05),
        ],
    ),
    "new_district": (
        {SEATS},
        [
            (PUPILS, LINGUI, "primary", 2035, 1.05, 1.5),
            (PUPILS, QUANZHOU, "primary", 2035, 0.9, 0.9999),
            (PUPILS, CITY, "primary", 2035, 0.98, 1.02),
        ],
    ),
    "small_classes": (
        {PUPILS},
        # Fewer seats stand empty in the last class of each grade of each school.
        [(REQUIRED, CITY, stage, 2035, 0.95, 1.001) for stage in STAGE_CODES]
        # The same rooms have 25 of 30, 35 of 45, 40 of 50 seats.
        + [
            (SEATS, CITY, "kindergarten", 2035, 0.833, 0.834),
            (SEATS, CITY, "primary", 2035, 0.777, 0.778),
            (SEATS, CITY, "general_senior", 2035, 0.799, 0.801),
        ],
    ),
    "relaxed_classes": (
        {PUPILS},
        # The rooms have 55 of 50 seats through the peak, and as many as ever after it.
        [
            (SEATS, CITY, "general_senior", 2028, 1.099, 1.101),
            (SEATS, CITY, "general_senior", 2035, 1.0, 1.0),
            (REQUIRED, CITY, "general_senior", 2028, 0.98, 1.03),
            (REQUIRED, CITY, "general_senior", 2035, 1.0, 1.0),
            (SEATS, CITY, "primary", 2028, 1.0, 1.0),
        ],
    ),
    "quality_and_access": (
        set(),
        [
            (PUPILS, CITY, "junior", 2035, 1.0, 1.0),
            (PUPILS, CITY, "general_senior", 2030, 1.05, 1.3),
            (SEATS, CITY, "primary", 2035, 0.777, 0.778),
        ],
    ),
    # From 66.4 to 72 % of as many pupils.
    "senior_split": (
        {SEATS},
        [
            (PUPILS, CITY, "general_senior", 2035, 1.06, 1.15),
            (PUPILS, CITY, "vocational_senior", 2035, 0.75, 0.88),
            (REQUIRED, CITY, "junior", 2035, 1.0, 1.0),
        ],
    ),
    "project_delay": (
        {PUPILS, REQUIRED},
        [
            (SEATS, LINGUI, "primary", 2028, 0.9, 0.9999),
            (SEATS, YANGSHUO, "general_senior", 2029, 0.5, 0.9999),
            (SEATS, XIUFENG, "primary", 2028, 1.0, 1.0),
        ],
    ),
    "targets_2030": (
        set(),
        [
            (PUPILS, CITY, "junior", 2035, 1.0, 1.0),
            (PUPILS, CITY, "general_senior", 2030, 1.05, 1.3),
            (PUPILS, CITY, "vocational_senior", 2030, 1.05, 1.3),
            (SEATS, LINGUI, "primary", 2026, 1.0001, 1.2),
            (SEATS, YANGSHUO, "general_senior", 2028, 1.0001, 2.0),
            (SEATS, XIUFENG, "primary", 2028, 1.0, 1.0),
        ],
    ),
}


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_scenario_moves_what_it_is_about_and_nothing_else(study: Study, name: str):
    demand = study.run(load_scenario(name, study.counties))
    untouched, effects = EFFECTS[name]
    past = demand.pupils.years.index(NOW)
    for measure in (PUPILS, REQUIRED, SEATS):
        ours, theirs = draws(demand, measure), draws(study.baseline, measure)
        assert np.array_equal(ours[:, :, :past], theirs[:, :, :past]), measure
    for measure in untouched:
        assert np.array_equal(draws(demand, measure), draws(study.baseline, measure)), measure
    for measure, area, stage, year, least, most in effects:
        ratio = mean(demand, measure, area, stage, year) / mean(
            study.baseline, measure, area, stage, year
        )
        assert least <= ratio <= most, (measure, area, stage, year, ratio)


def changed(**parts: object) -> Scenario:
    return Scenario.model_validate({"name": "x", "title_zh": "x", "title_en": "x", **parts})


# Every assumption at once would hide one behind another, so each stands alone.
ALONE = {
    "fertility": {"factor": {"default": 1.0, LINGUI: {2028: 1.3}}},
    "migration": {"scale": {"default": 1.0, LINGUI: {2026: 0.0, 2030: 3.0}}},
    "urbanization": {"share_2035": 0.75},
    "new_district": {"county": LINGUI, "dwellings": {2026: 5000}, "from_outside": True},
    "enrolment": {"target_attainment": {2027: 0.5, 2030: 0.0}},
    "senior": {"senior_target_attainment": 0.5},
    "general": {"general_share": {LINGUI: {2026: 0.7, 2030: 0.9}}},
    "seats": {"planning_reserve": {LINGUI: 0.1}},
    "classes": {"class_size": {"primary": {LINGUI: {2026: 45, 2030: 20}}}},
    "pipeline": {"delay_years": {LINGUI: 5}},
}
PARTS = {"general": "enrolment", "senior": "enrolment", "classes": "seats"}
# Stated for one county they move it alone; migration moves births between counties.
OF_ONE_COUNTY = ("fertility", "general", "seats", "classes", "pipeline")


@pytest.mark.parametrize("what", ALONE)
def test_an_assumption_leaves_the_years_before_now_as_they_are(study: Study, what: str):
    demand = study.run(changed(**{PARTS.get(what, what): ALONE[what]}))
    past = demand.pupils.years.index(NOW)
    moved = []
    for measure in (PUPILS, REQUIRED, SEATS):
        ours, theirs = draws(demand, measure), draws(study.baseline, measure)
        assert np.array_equal(ours[:, :, :past], theirs[:, :, :past]), measure
        moved.append((ours != theirs).any(axis=(1, 2, 3)))
    places = np.flatnonzero(np.any(moved, axis=0))
    lingui = demand.pupils.areas.index(LINGUI)
    assert lingui in places
    if what in OF_ONE_COUNTY:
        assert places.tolist() == [lingui]


def test_values_by_year_go_straight_from_the_baseline(study: Study):
    share = changed(enrolment={"general_share": {2026: 0.6, 2030: 0.8}})
    demand = study.run(share)
    stages = ("general_senior", "vocational_senior")
    general, vocational = (mean(demand, PUPILS, CITY, stage, 2028) for stage in stages)
    assert general / (general + vocational) == pytest.approx(0.7)
    before = sum(mean(study.baseline, PUPILS, CITY, stage, 2028) for stage in stages)
    assert general + vocational == pytest.approx(before)
