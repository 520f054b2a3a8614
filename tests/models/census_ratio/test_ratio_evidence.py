import pandas as pd
import pytest

from data.bundle import DataBundle, load_bundle
from models.census_ratio.ratio_evidence import kindergarten_ratio, stage_totals


@pytest.fixture(scope="module")
def guilin() -> DataBundle:
    return load_bundle(None)


def test_kindergarten_ratio_is_pupils_over_births_three_to_six_years_before(guilin: DataBundle):
    births = guilin.context.births_above.query("adcode == '000000'").set_index("year")["births"]
    cohort = births[2014] / 3 + births[2015] + births[2016] + births[2017] * 2 / 3
    assert kindergarten_ratio(guilin.context, 2020) == pytest.approx(48_183_000 / cohort)


def test_grades_are_added_up_unless_the_total_is_reported():
    rows = [
        ("450312", 2023, "primary", "1", 100), ("450312", 2023, "primary", "2", 120),
        ("450321", 2023, "primary", "1", 10), ("450321", 2023, "primary", "all", 70),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["adcode", "year", "stage", "grade", "pupils"])
    assert stage_totals(table)["pupils"].tolist() == [220, 70]
