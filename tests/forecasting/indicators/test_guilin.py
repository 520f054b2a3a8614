"""The bundled Guilin data: which indicators can be given, and which name a missing table."""

from dataclasses import replace

import pytest

from data.bundle import load_bundle
from data.contract.stages import STAGE_CODES
from forecasting.indicators.table import indicator_table
from tests.synthetic_indicators import NOW, demand, small_case

GIVEN = {("preschool_gross", "kindergarten"), ("special_places", "compulsory")}
MISSING = {
    "mean_class_size": "capacity.seats", "class_size": "schools.pupils",
    "school_size": "schools.pupils", "nine_year_size": "schools.pupils",
    "teaching_area": "schools.pupils", "sports_area": "schools.pupils",
    "teaching_area_cv": "schools.pupils", "sports_area_cv": "schools.pupils",
    "migrants_public": "enrolment.migrants", "inclusive_share": "enrolment.inclusive_pupils",
    "public_share": "enrolment.public_pupils", "kindergarten_classes": "schools.pupils",
    "children_a_teacher": "teachers.teachers", "seats_a_child": "capacity.seats",
    "senior_class_size": "capacity.seats", "large_classes": "schools.large_classes",
    "senior_school_size": "schools.pupils", "senior_school": "schools.id",
    "idle_rooms": "capacity.seats", "special_school": "schools.kind",
    "pupils_a_teacher": "teachers.teachers", "boarding_places": "capacity.boarding_beds",
}  # fmt: skip


@pytest.mark.parametrize("place", [0, -1])
def test_two_indicators_are_given_and_the_others_name_their_table(place: int):
    bundle = load_bundle(None)
    county = bundle.counties[place]
    rows = demand({(county, stage): [900.0] for stage in STAGE_CODES}, supply="in_use_2020",
                  first=NOW)  # fmt: skip
    found = indicator_table(replace(small_case(rows), tables=bundle.tables))
    given = found[found["value"].notna()]
    assert set(zip(given["code"], given["stage"], strict=True)) == GIVEN
    absent = found[found["value"].isna()]
    assert dict(zip(absent["code"], absent["missing"], strict=True)) == MISSING
