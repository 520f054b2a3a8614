"""Boarding places of the years ahead, worked out by hand."""

import pandas as pd

from forecasting.indicators.boarding import boarding_table
from tests.synthetic_indicators import COUNTY, NOW, OTHER, demand, small_case, table


def test_places_rest_on_the_countys_last_share_whose_year_and_table_are_stated():
    rows = demand({(COUNTY, "junior"): [800, 1000], (OTHER, "junior"): [500, 500]})
    rows["boarding_beds"] = [350.0, 350.0, None, None]
    keys = {"adcode": COUNTY, "stage": "junior", "grade": "all"}
    enrolment = table(
        "enrolment",
        keys | {"year": 2024, "pupils": 900, "boarders": 360},
        keys | {"year": 2025, "pupils": 800},
    )
    (row,) = boarding_table(small_case(rows, enrolment=enrolment)).to_dict("records")
    assert (row["year"], row["share"], row["share_year"]) == (NOW, 0.4, 2024)
    assert (row["share_table"], row["required"], row["short"]) == ("enrolment", 400, 50)
    rows["boarding_beds"] = float("nan")
    (row,) = boarding_table(small_case(rows, enrolment=enrolment)).to_dict("records")
    assert pd.isna(row["short"])
    assert boarding_table(small_case(rows)).empty
