"""What a forecast rests on, as the manifest states it."""

from dataclasses import replace

import pandas as pd

from data.bundle import load_bundle
from data.reference.packs import REFERENCE
from experiments.results.evidence import school_size_basis, table_profiles

BUNDLE = load_bundle(REFERENCE / "examples" / "six_schools")


def test_a_list_of_schools_without_years_has_no_span_of_years():
    schools = BUNDLE.table("schools")
    assert table_profiles(BUNDLE)["schools"]["years"] == [2018, 2025]
    undated = schools.assign(year=pd.array([pd.NA] * len(schools), dtype="Int64"))
    bundle = replace(BUNDLE, tables=replace(BUNDLE.tables, schools=undated))
    assert "years" not in table_profiles(bundle)["schools"]


def test_counties_rounded_school_by_school_are_named():
    rows = pd.DataFrame({"adcode": ["990121"], "stage": ["junior"]})
    found = school_size_basis(BUNDLE, rows)
    assert found["junior"]["counties_from_schools"] == ["990121"]
    assert found["primary"]["counties_from_schools"] == []
