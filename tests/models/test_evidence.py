import dataclasses

import pandas as pd
import pytest

from data.bundle import DataBundle, load_bundle
from data.problems import DataError
from models.evidence import general_shares, kindergarten_ratio, ratio_evidence, stage_totals


@pytest.fixture(scope="module")
def guilin() -> DataBundle:
    return load_bundle(None)


def test_shares_are_the_published_figures(guilin: DataBundle):
    first, middle, last = general_shares(guilin.context, (2020, 2022, 2026))
    assert first == pytest.approx(8_764_435 / 15_406_149)
    assert last == pytest.approx(9_678_000 / 16_236_000)
    assert middle == pytest.approx((9_049_538 / 15_871_485 + last) / 2)


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


def test_too_few_reports_in_the_census_year_are_refused(guilin: DataBundle):
    few = guilin.tables.enrolment.iloc[:2]
    bundle = dataclasses.replace(guilin, tables=dataclasses.replace(guilin.tables, enrolment=few))
    with pytest.raises(DataError, match="2020"):
        ratio_evidence(bundle, 2020)
