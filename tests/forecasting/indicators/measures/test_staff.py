"""Teachers who are needed, move between stages and are recruited, worked out by hand."""

from forecasting.indicators.measures.staff import pupils_a_teacher, staff_table
from tests.synthetic_indicators import COUNTY, NOW, demand, small_case, table, value


def group(stage: str, low: int, high: int, teachers: int, sex: str = "all") -> dict[str, object]:
    own = {"adcode": COUNTY, "year": NOW, "stage": stage, "age_lower": low, "age_upper": high}
    return own | {"sex": sex, "teachers": teachers}


def test_without_the_sex_the_earlier_and_the_later_age_bound_the_answer():
    teachers = table("teachers", group("primary", 55, 59, 100))
    case = small_case(demand({(COUNTY, "primary"): [2000] * 8}), teachers=teachers)
    last = staff_table(case).iloc[-1]
    assert last["year"] == NOW + 6
    assert last["staying"] == 0.0
    assert last["staying_most"] > 0.0


def test_surplus_of_a_stage_fills_the_shortage_of_the_next_and_the_rest_is_recruited():
    # need: 50, 45 primary and 30, 40 junior teachers; in post 60 and 30, all young
    rows = demand({(COUNTY, "primary"): [1000, 900], (COUNTY, "junior"): [600, 800]}, first=NOW)
    teachers = table("teachers", group("primary", 30, 39, 50), group("junior", 30, 39, 30))
    found = staff_table(small_case(rows, teachers=teachers)).set_index(["stage", "year"])
    assert found.loc[("primary", NOW + 1), "short"] == -5.0
    assert found.loc[("primary", NOW + 1), "moved_out"] == 5.0
    assert found.loc[("junior", NOW + 1), "moved_in"] == 5.0
    assert found.loc[("junior", NOW), "recruited"] == 0.0
    assert found.loc[("junior", NOW + 1), "recruited"] == 5.0


def test_pupils_per_teacher_in_the_year_of_the_table():
    case = small_case(
        demand({(COUNTY, "primary"): [1900, 1800]}, first=NOW),
        teachers=table("teachers", group("primary", 30, 39, 60), group("primary", 40, 49, 40)),
    )
    found = pupils_a_teacher(case, "primary")
    assert value(found) == (1900.0, 100.0)
    assert value(found, NOW + 1) == (1800.0, 100.0)
