"""Towns and the path of senior classes, worked out by hand."""

import pandas as pd
import pytest

from forecasting.indicators.class_path import class_path
from forecasting.indicators.towns import town_table
from tests.synthetic_indicators import COUNTY, NOW, demand, school, small_case, table

LEVEL = demand({(COUNTY, "primary"): [1000, 1000]}, seats=1100)


def test_towns_add_up_to_the_county_and_a_net_inflow_is_listed():
    schools = table(
        "schools",
        school("a", 700, seats=675, town="城关镇"),
        school("b", 300, seats=405, town="柳河镇"),
    )
    homes = {"id": "1", "name": "x", "adcode": COUNTY, "population": 900}
    settlements = table(
        "settlements",
        homes | {"town": "城关镇", "age_6_11": 60},
        homes | {"id": "2", "town": "柳河镇", "age_6_11": 40},
    )
    case = small_case(LEVEL, schools=schools, settlements=settlements)
    found = town_table(case)
    own = found[(found["stage"] == "primary") & (found["year"] == NOW)].set_index("town")
    # 700 of 1,000 pupils attend in 城关镇, 600 of 1,000 live there
    assert own.loc["城关镇", "inflow"] == pytest.approx(100)
    assert own["net_inflow"].to_dict() == {"城关镇": "yes", "柳河镇": "", "": ""}
    assert own.loc["城关镇", "gap"] == pytest.approx(700 - 675)
    # 20 seats of the county are in no school of a town
    assert own.loc["", "seats"] == pytest.approx(20)
    assert own["seats"].sum() == pytest.approx(1100)
    assert own["seats_required"].sum() == pytest.approx(1000)
    assert (found["basis"] == "estimate").all()


def test_a_county_without_named_towns_names_the_missing_table():
    schools = table("schools", school("a", 700, seats=675))
    for case in (small_case(LEVEL, schools=schools), small_case(LEVEL)):
        (row,) = town_table(case).to_dict("records")
        assert (row["adcode"], row["missing"], row["town"]) == (
            COUNTY,
            "settlements.population",
            "",
        )
        assert pd.isna(row["seats_required"])


def test_towns_with_residents_alone_share_the_county_in_mean_and_interval():
    homes = [
        {"id": name, "name": name, "adcode": COUNTY, "population": people}
        for name, people in (("城关镇", 6000), ("柳河镇", 3000), ("青山乡", 1000))
    ]
    found = town_table(small_case(LEVEL, settlements=table("settlements", *homes)))
    own = found[(found["stage"] == "primary") & (found["year"] == NOW)].set_index("town")
    assert own["seats_required"].to_dict() == {"城关镇": 600, "柳河镇": 300, "青山乡": 100}
    # A share is the same in every draw, so the ends of the interval add up as well.
    assert own["seats_required_lo80"].sum() == pytest.approx(900)
    assert own["seats_required_hi80"].sum() == pytest.approx(1100)
    assert set(own["method"]) == {"residents"}
    assert set(own["basis"]) == {"estimate"}
    assert own["seats"].isna().all()  # where the county's seats stand is not known
    assert own["gap"].isna().all()


def test_ages_count_only_where_every_settlement_states_them():
    home = {"name": "x", "adcode": COUNTY}
    rows = [home | {"id": "1", "town": "城关镇", "population": 6000, "age_6_11": 200},
            home | {"id": "2", "town": "柳河镇", "population": 4000}]  # fmt: skip
    found = town_table(small_case(LEVEL, settlements=table("settlements", *rows)))
    own = found[found["year"] == NOW].set_index("town")
    assert own["pupils"].to_dict() == {"城关镇": 600, "柳河镇": 400}


def test_relaxing_classes_until_the_peak_saves_classes_until_then():
    rows = demand({(COUNTY, "general_senior"): [5000, 5500, 4900]}, seats=4750, first=NOW)
    found = class_path(small_case(rows)).set_index("year")
    # 95 classes; at 50 a class 100, 110 and 98 are needed, at 55 until the peak 91 and 100
    assert found["classes"].tolist() == [95, 95, 95]
    assert found["short_norm"].tolist() == [5, 15, 3]
    assert found["short_relaxed"].tolist() == [0, 5, 3]
    assert set(found["peak_year"]) == {NOW + 1}


def test_no_path_where_present_seats_are_not_stated():
    rows = demand({(COUNTY, "general_senior"): [5000]}, supply="in_use_2020", first=NOW)
    assert isinstance(class_path(small_case(rows)), pd.DataFrame)
    assert class_path(small_case(rows)).empty
