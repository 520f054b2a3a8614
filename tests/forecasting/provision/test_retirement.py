"""Teachers who stay in post, worked out by hand."""

import numpy as np
import pytest

from forecasting.provision.retirement import retirement_age, staying_share, teachers_staying
from tests.synthetic_indicators import COUNTY, table


def test_retirement_ages_of_the_decision():
    # 男职工 born September 1971: 81 months after January 1965 is step 21, 61 years 9 months;
    # women born September 1981: 141 months is step 36, 58 years
    assert retirement_age("male", np.array([1971 + 8 / 12])) == pytest.approx(61.75)
    assert retirement_age("female", np.array([1981 + 8 / 12])) == pytest.approx(58.0)
    assert retirement_age("female", np.array([1969.9, 1970.0])) == pytest.approx([55, 55 + 1 / 12])


def test_a_group_leaves_as_its_ages_pass_the_statutory_age():
    assert staying_share("female", 30, 39, 2026, 2035) == 1.0
    assert staying_share("male", 60, 64, 2026, 2031) == 0.0
    # women of 50-54 in 2026 were born 1971-1976 and leave at 55.5 to 56.75: none before 2026 + 1
    assert staying_share("female", 50, 54, 2026, 2026) == 1.0
    shares = [staying_share("female", 50, 54, 2026, year) for year in range(2026, 2036)]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == 0.0


def test_all_are_in_post_in_the_year_of_the_table_and_without_ages_nothing_is_known_later():
    own = {"adcode": COUNTY, "year": 2025, "sex": "female"}
    teachers = table(
        "teachers",
        own | {"stage": "primary", "age_lower": 60, "age_upper": 64, "teachers": 7},
        own | {"stage": "primary", "age_lower": 30, "age_upper": 34, "teachers": 5},
        own | {"stage": "junior", "age_lower": 0, "teachers": 9},
        own | {"stage": "junior", "age_lower": 30, "age_upper": 34, "teachers": 9},
    )
    found = teachers_staying(teachers, [COUNTY], range(2024, 2028))
    cells = found.set_index(["stage", "year"])["staying"].to_dict()
    assert cells == {("primary", 2025): 12, ("primary", 2026): 5, ("primary", 2027): 5,
                     ("junior", 2025): 18}  # fmt: skip
