import numpy as np
import pandas as pd
import pytest

from data.reference.china_panel import code_changes, county_age_sex, places
from features.migration.neighbours import neighbour_predictors, places_of

DISTRICTS = ("450302", "450303", "450304", "450305")  # of Guilin, side by side


def test_with_few_counties_the_mean_is_that_of_all_others():
    own = pd.DataFrame({"rate": [1.0, 2.0, 3.0, 4.0]}, index=list(DISTRICTS))
    found = neighbour_predictors(own, np.zeros(4, bool))
    assert found["around_rate"].tolist() == pytest.approx([3.0, 8 / 3, 7 / 3, 2.0])
    assert found["from_around_rate"].tolist() == pytest.approx([-2.0, -2 / 3, 2 / 3, 2.0])


def test_neighbours_agree_with_a_naive_search():
    rng = np.random.default_rng(0)
    areas = pd.Index(rng.choice(places().index.difference(code_changes().index), 60, replace=False))
    own = pd.DataFrame({"rate": rng.normal(size=60)}, index=areas)
    radians = np.radians(places_of(areas)[["lon", "lat"]].to_numpy())
    for row, (lon, lat) in enumerate(radians):
        cosine = np.sin(lat) * np.sin(radians[:, 1])
        cosine += np.cos(lat) * np.cos(radians[:, 1]) * np.cos(radians[:, 0] - lon)
        cosine[row] = -1
        nearest = np.argsort(-cosine)[:8]
        expected = own["rate"].to_numpy()[nearest].mean()
        found = neighbour_predictors(own, np.zeros(60, bool))["around_rate"].iloc[row]
        assert found == pytest.approx(expected)


def test_a_sum_row_is_nobodys_neighbour():
    own = pd.DataFrame({"rate": [1.0, 2.0, 3.0, 600.0]}, index=[*DISTRICTS[:3], "450300"])
    found = neighbour_predictors(own, np.array([False, False, False, True]))
    assert found["around_rate"].iloc[:3].tolist() == pytest.approx([2.5, 2.0, 1.5])


def test_a_county_without_a_known_place_has_no_neighbours():
    own = pd.DataFrame({"rate": [1.0, 2.0, 3.0]}, index=[*DISTRICTS[:2], "990101"])
    found = neighbour_predictors(own, np.zeros(3, bool))
    assert np.isnan(found["around_rate"].iloc[2])
    assert found["around_rate"].iloc[0] == 2.0


def test_lingui_keeps_its_place_under_its_code_of_2010():
    changes = code_changes()
    assert changes["450322"] == "450312"
    assert changes["450331"] == "450381"
    assert places().loc["450322"].tolist() == places().loc["450312"].tolist()


def test_code_changes_lead_from_one_census_to_the_other():
    changes = code_changes()
    assert set(changes.index) <= set(county_age_sex(2010)["adcode"])
    assert set(changes) <= set(county_age_sex(2020)["adcode"])
    assert changes.is_unique
