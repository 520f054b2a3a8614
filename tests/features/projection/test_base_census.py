import numpy as np
import pandas as pd
import pytest

from data.bundle import load_bundle
from data.problems import DataError
from features.ageing.census_table import group_table
from features.projection.base_census import (
    jump_off_year,
    known_attributes,
    panel_census,
    panel_censuses,
)

AREAS = ("450302", "450303")


def census(groups: list[tuple[int, int | None]], year: int = 2020) -> pd.DataFrame:
    rows = [
        (adcode, year, low, high, "all", 900 + 10 * low) for adcode in AREAS for low, high in groups
    ]
    columns = ["adcode", "year", "age_lower", "age_upper", "sex", "persons"]
    return pd.DataFrame(rows, columns=columns).astype({"age_upper": "Int64"})


def test_the_published_groups_pass_unchanged():
    bundle = load_bundle(None)
    table = bundle.tables.population
    ours = panel_census(table, 2020, bundle.counties)
    own = table[(table["year"] == 2020) & (table["adcode"] != bundle.city)]
    wanted = own.assign(sex=own["sex"].str[0].str.upper()).set_index(["adcode", "sex", "age_lower"])
    got = ours.set_index(["adcode", "sex", "age_lower"])["persons"]
    assert np.allclose(got.sort_index(), wanted["persons"].sort_index())


def test_school_age_groups_without_sex_are_divided_and_kept_in_total():
    table = census([(0, 2), (3, 5), (6, 11), (12, 14), (15, 17), (18, None)])
    ours = panel_census(table, 2020, AREAS)
    assert ours["persons"].sum() == pytest.approx(table["persons"].sum(), rel=1e-12)
    assert (ours["persons"] >= 0).all()
    groups = group_table(ours)
    assert groups[["M", "F"]].notna().all(axis=None)
    # Ages 0-4 hold all of 0-2 and, as one child in three aged 3-5 is 5, about two thirds of these.
    young = (groups["M"][0] + groups["F"][0]).to_numpy()
    assert young == pytest.approx(900 + 930 * 2 / 3, rel=0.04)


def test_the_latest_year_with_every_area_counts():
    table = pd.concat([census([(0, 19)], 2020), census([(0, 19)], 2023).iloc[:1]])
    assert jump_off_year(table, AREAS) == 2020


def test_areas_without_a_common_year_are_named():
    table = pd.concat([census([(0, 19)], 2020).iloc[1:], census([(0, 19)], 2019).iloc[:1]])
    with pytest.raises(DataError, match="450302"):
        jump_off_year(table, AREAS)


def test_attributes_come_only_from_the_census_of_the_same_year():
    assert known_attributes(2023, AREAS) is None
    assert known_attributes(2020, ("999999",)) is None
    known = known_attributes(2020, AREAS)
    assert known is not None
    assert set(known["adcode"]) == set(AREAS)


def test_the_census_before_comes_along_only_if_it_has_every_area():
    now, before = census([(0, 4), (5, None)], 2020), census([(0, 4), (5, None)], 2010)
    both = panel_censuses(pd.concat([now, before]), 2020, AREAS)
    assert sorted(both["year"].unique()) == [2010, 2020]
    part = panel_censuses(pd.concat([now, before.iloc[:2]]), 2020, AREAS)
    assert part["year"].unique().tolist() == [2020]
