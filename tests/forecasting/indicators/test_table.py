"""The table of indicators: values, norms met, and what is missing by name."""

import pandas as pd

from data.reference.indicator_norms import norm_table, norms
from forecasting.indicators.registry import INDICATORS
from forecasting.indicators.stage_warnings import warning_table
from forecasting.indicators.table import indicator_table, missing_words
from tests.synthetic_indicators import COUNTY, NOW, OTHER, demand, school, small_case, table

TWO = demand({(COUNTY, "kindergarten"): [400, 420], (OTHER, "kindergarten"): [450, 460],
              (COUNTY, "primary"): [900, 1100], (OTHER, "primary"): [900, 900]})  # fmt: skip


def of(found: pd.DataFrame, code: str, adcode: str, year: int = NOW) -> pd.Series:
    rows = found[(found["code"] == code) & (found["adcode"] == adcode) & (found["year"] == year)]
    return rows.iloc[0]


def test_each_county_has_a_value_or_the_name_of_what_is_missing():
    schools = table("schools", school("a", 900, teaching_m2=4500, classes=20))
    found = indicator_table(small_case(TWO, schools=schools))
    known = found[found["value"].notna()]
    absent = found[found["value"].isna() & (found["denominator"].isna())]
    assert (known["missing"] == "").all()
    assert (absent["missing"] != "").all()
    for _, own in found.groupby(["code", "stage"]):
        assert set(own["adcode"]) == {COUNTY, OTHER}
    row = of(found, "teaching_area", OTHER)
    assert missing_words(row["missing"]).zh == "缺学校表的“在校生数”"
    assert of(found, "sports_area", COUNTY)["missing"] == "schools.sports_m2"


def test_gross_enrolment_against_its_norm():
    found = indicator_table(small_case(TWO))
    row = of(found, "preschool_gross", COUNTY)
    assert (row["numerator"], row["denominator"], row["threshold"]) == (420.0, 500.0, 0.85)
    assert (row["met"], of(found, "preschool_gross", OTHER)["met"]) == ("no", "yes")


def test_a_norm_for_each_school_is_met_if_all_meet_it():
    schools = table("schools", school("a", 450, classes=10), school("b", 450, classes=9))
    found = indicator_table(small_case(TWO, schools=schools))
    row = of(found, "class_size", COUNTY, 2025)
    assert (row["numerator"], row["denominator"], row["met"]) == (1.0, 2.0, "no")


def test_no_warning_where_present_seats_are_not_stated():
    stated = warning_table(small_case(TWO)).set_index(["adcode", "stage"])
    assert stated.loc[(COUNTY, "primary"), "near_level"] == "red"
    assert stated.loc[(COUNTY, "primary"), "near_short"] == 100.0
    assert stated.loc[(OTHER, "primary"), "near_level"] == "green"
    assert stated.loc[(COUNTY, "primary"), "peak_year"] == NOW
    assert stated.loc[(COUNTY, "primary"), "years_after_nation"] == NOW - 2023
    unknown = warning_table(
        small_case(demand({(COUNTY, "primary"): [900, 1100]}, supply="in_use_2020"))
    )
    assert (unknown["near_level"] == "").all()


def test_every_norm_has_a_source_and_a_status_and_belongs_to_an_indicator():
    table_of_norms = norm_table()
    assert set(table_of_norms["status"]) == {"confirmed", "to_be_confirmed"}
    assert table_of_norms[["document", "source", "unit", "applies_to"]].notna().all(axis=None)
    compared = table_of_norms[table_of_norms["applies_to"].isin(["county", "each school"])]
    pairs = {(one.code, stage) for one in INDICATORS for stage in one.stages}
    assert set(zip(compared["code"], compared["stage"], strict=True)) <= pairs
    assert norms()["special_school", "compulsory"].confirmed is False
