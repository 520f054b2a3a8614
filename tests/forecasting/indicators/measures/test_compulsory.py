"""Schools of compulsory education against the norms, worked out by hand."""

import pandas as pd
import pytest

from forecasting.indicators.measures import compulsory
from tests.synthetic_indicators import COUNTY, NOW, demand, school, small_case, table, value

GROWN = demand({(COUNTY, "primary"): [1000, 1100], (COUNTY, "junior"): [600, 600]})
SCHOOLS = table(
    "schools",
    school("a", 450, classes=10, seats=450, teaching_m2=2250, sports_m2=4500),
    school("b", 350, classes=7, seats=315, teaching_m2=1750, sports_m2=1750),
    school("c", 200, classes=5, seats=225, teaching_m2=600, sports_m2=2000),
)


def test_the_published_example_of_the_coefficient_of_variation():
    # 县域义务教育校际均衡指标计算方法: books per pupil of five schools, printed weights; 0.52
    weights = pd.Series([149.0, 123.0, 295.0, 252.0, 181.0])
    books = weights * pd.Series([6.20, 3.70, 10.51, 2.11, 7.31])
    spread, mean = compulsory.spread_and_mean(books, weights)
    assert mean == pytest.approx(6.33, abs=0.01)
    assert spread / mean == pytest.approx(0.52, abs=0.005)


def test_class_size_is_the_mean_class_unless_the_largest_is_stated():
    # 450/10 = 45 and 200/5 = 40 are within 45; 350/7 = 50 is not
    found = compulsory.class_size(small_case(GROWN, schools=SCHOOLS), "primary")
    assert value(found, 2025) == (2.0, 3.0)
    # a tenth more pupils in 2026: 49.5, 55 and 44
    assert value(found, NOW) == (1.0, 3.0)
    largest = SCHOOLS.assign(largest_class=pd.array([46, 50, 40], dtype="Int64"))
    found = compulsory.class_size(small_case(GROWN, schools=largest), "primary")
    assert value(found, 2025) == (1.0, 3.0)


def test_rooms_and_sports_ground_per_pupil():
    case = small_case(GROWN, schools=SCHOOLS)
    # teaching rooms 5, 5 and 3 m² a pupil against 4.5
    assert value(compulsory.teaching_area(case, "primary"), 2025) == (2.0, 3.0)
    # in 2026 a tenth less each: 4.55, 4.55 and 2.73
    assert value(compulsory.teaching_area(case, "primary")) == (2.0, 3.0)
    # sports ground 10, 5 and 10 against 7.5
    assert value(compulsory.sports_area(case, "primary"), 2025) == (2.0, 3.0)
    # mean (2250 + 1750 + 600) / 1000 = 4.6; variance 0.8 × 0.4² + 0.2 × 1.6² = 0.64
    spread, mean = value(compulsory.teaching_area_cv(case, "primary"), 2025)
    assert (spread, mean) == pytest.approx((0.8, 4.6))


def test_migrant_children_go_on_at_the_last_reported_share():
    keys = {"adcode": COUNTY, "year": 2025, "grade": "all"}
    enrolment = table(
        "enrolment",
        keys | {"stage": "primary", "pupils": 1000, "migrants": 100, "migrants_public": 90},
        keys | {"stage": "junior", "pupils": 600, "migrants": 60, "migrants_public": 30},
    )
    found = compulsory.migrants_public(small_case(GROWN, enrolment=enrolment), "compulsory")
    assert value(found, 2025) == (120.0, 160.0)
    # 1,700 pupils for 1,600: a sixteenth more of both
    assert value(found) == pytest.approx((127.5, 170.0))
    assert found["basis"].tolist() == ["observed", "assumption"]


def test_a_county_without_shares_in_the_table_takes_those_of_its_schools():
    schools = table("schools", school("a", 450, migrants=40),
                    school("b", 550, migrants=10, ownership="private"))  # fmt: skip
    found = compulsory.migrants_public(small_case(GROWN, schools=schools), "compulsory")
    assert value(found, 2025) == (40.0, 50.0)
    # the schools with migrants have 1,000 pupils, all of them primary; 1,700 in both stages
    assert value(found) == pytest.approx((68.0, 85.0))


def test_a_teaching_point_below_fifty_pupils_is_not_assessed():
    point = table("schools", school("p", 40, kind="teaching_point", teaching_m2=40))
    both = pd.concat([SCHOOLS, point], ignore_index=True)
    case = small_case(GROWN, schools=both)
    assert value(compulsory.teaching_area(case, "primary"), 2025) == (2.0, 3.0)


def test_a_nine_year_school_counts_its_pupils_of_both_stages():
    schools = table(
        "schools",
        school("n", 1500, kind="nine_year"),
        school("n", 1100, "junior", kind="nine_year"),
        school("m", 900, kind="nine_year"),
        school("big", 2100),
    )
    case = small_case(demand({(COUNTY, "primary"): [4500, 4500], (COUNTY, "junior"): [1100, 1100]}),
                      schools=schools)  # fmt: skip
    assert value(compulsory.nine_year_size(case, "compulsory"), 2025) == (1.0, 2.0)
    assert value(compulsory.school_size(case, "primary"), 2025) == (0.0, 1.0)


def test_a_closed_school_sends_its_pupils_to_the_nearest_with_room():
    schools = table(
        "schools",
        school("near", 400, classes=10, seats=450, lon=110.0, lat=25.01),
        school("far", 100, classes=10, seats=450, lon=110.0, lat=25.2),
        school("gone", 90, classes=3, seats=135, lon=110.0, lat=25.0),
    )
    step = {"adcode": COUNTY, "stage": "primary", "year": NOW, "action": "merge"}
    plan = pd.DataFrame([step | {"taken_from": "", "school_ids": "gone", "seats": -135.0}])
    level = demand({(COUNTY, "primary"): [590, 590]})
    rows = compulsory.school_years(small_case(level, schools=schools, plan=plan), "primary")
    after = rows[rows["year"] == NOW].set_index("id")["plan_pupils"]
    assert after.to_dict() == {"near": 450.0, "far": 140.0, "gone": 0.0}


def test_new_seats_take_the_pupils_beyond_the_seats_of_their_schools():
    schools = table("schools", school("full", 500, seats=450), school("half", 200, seats=450))
    step = {"adcode": COUNTY, "stage": "primary", "year": NOW, "action": "build"}
    plan = pd.DataFrame([step | {"taken_from": "", "school_ids": "", "seats": 30.0}])
    level = demand({(COUNTY, "primary"): [700, 700]})
    rows = compulsory.school_years(small_case(level, schools=schools, plan=plan), "primary")
    after = rows[rows["year"] == NOW].set_index("id")["plan_pupils"]
    assert after.to_dict() == {"full": 470.0, "half": 200.0}


def test_migrant_children_in_public_schools():
    rows = table(
        "enrolment",
        {"adcode": COUNTY, "year": 2025, "stage": "primary", "grade": "all", "pupils": 1000,
         "migrants": 200, "migrants_public": 160},
        {"adcode": COUNTY, "year": 2025, "stage": "junior", "grade": "all", "pupils": 600,
         "migrants": 100, "migrants_public": 90},
    )  # fmt: skip
    found = compulsory.migrants_public(small_case(GROWN, enrolment=rows), "compulsory")
    assert value(found, 2025) == (250.0, 300.0)
    by_school = SCHOOLS.assign(migrants=pd.array([50, 30, 20], dtype="Int64"))
    by_school.loc[1, "ownership"] = "private"
    found = compulsory.migrants_public(small_case(GROWN, schools=by_school), "compulsory")
    assert value(found, 2025) == (70.0, 100.0)
