import numpy as np
import pandas as pd
import pytest

from features.ageing.census_table import GROUPS
from features.migration.predictors import attribute_predictors, census_predictors

AREAS = ("450301", "450321", "450400", "460105")


def groups(scale: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    columns = pd.MultiIndex.from_product([("M", "F"), GROUPS])
    persons = rng.integers(500, 5000, (len(AREAS), len(columns))).astype(float)
    table = pd.DataFrame(persons * scale, index=list(AREAS), columns=columns)
    table["I", 0] = table["M", 0] * 0.4
    return table


def test_steps_and_shares_by_hand():
    table = groups()
    found = census_predictors(table)
    persons = table["M"] + table["F"]
    assert found.loc["450301", "step_15"] == pytest.approx(
        np.log(persons.loc["450301", 15] / persons.loc["450301", 10])
    )
    share = persons.loc["450321", 0] / persons.loc["450321"].sum()
    assert found.loc["450321", "share_0"] == pytest.approx(np.log(share))


def test_structure_does_not_depend_on_the_size_of_counties():
    small, large = census_predictors(groups()), census_predictors(groups(10))
    alike = small.columns[~small.columns.str.contains("log_total")]
    assert np.allclose(small[alike], large[alike])
    assert np.allclose(large["log_total"] - small["log_total"], np.log(10))


def test_a_city_row_is_not_counted_on_top_of_its_counties():
    table = groups()
    table.loc["450300"] = table.loc["450301"] + table.loc["450321"]
    table.loc["450000"] = table.loc["450300"] + table.loc["450400"]
    with_city, without = census_predictors(table), census_predictors(groups())
    assert np.allclose(with_city.loc[list(AREAS)], without, atol=1e-9)


def test_the_only_county_of_a_prefecture_is_no_distance_from_it():
    found = census_predictors(groups())
    assert found.loc["460105", "from_prefecture_share_0"] == pytest.approx(0)
    assert found.loc["460105", "prefecture_log_share"] == pytest.approx(0)


def test_registered_share_by_hand_and_unknown_counties_stay_unknown():
    known = pd.DataFrame(
        {"adcode": ["450301"], "population": [2000.0], "registered_population": [3000.0]}
    )
    found = attribute_predictors(known, pd.Index(AREAS))
    assert found.loc["450301", "registered"] == pytest.approx(np.log(1.5))
    assert pd.isna(found.loc["460105", "registered"])


def test_any_subset_of_columns_will_do():
    rates = pd.DataFrame({"adcode": ["450301"], "mean_years_schooling": [8.5], "other": ["x"]})
    found = attribute_predictors(rates, pd.Index(AREAS))
    assert list(found.columns) == ["mean_years_schooling"]
