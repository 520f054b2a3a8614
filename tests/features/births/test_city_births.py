"""Births of Guilin after the census, on the bundled public figures."""

import numpy as np
import pandas as pd
import pytest

from data.bundle import DataBundle, load_bundle
from data.reference.china_panel import county_age_sex
from data.scenario.parts import Fertility
from features.arrays import Births
from features.births.city_births import nowcast_births, scale_births, women_of_births
from features.projection.base_census import panel_census
from features.projection.scenario_population import birth_multiple

DRAWS, UNTIL = 200, 2035


@pytest.fixture(scope="module")
def guilin() -> DataBundle:
    return load_bundle(None)


@pytest.fixture(scope="module")
def census(guilin: DataBundle) -> pd.DataFrame:
    return panel_census(guilin.tables.population, 2020, guilin.counties)


def city_births(
    guilin: DataBundle, census: pd.DataFrame, own: pd.DataFrame | None = None
) -> Births:
    context = guilin.context
    above, rates = context.births_above, context.vital_rates
    women = women_of_births(census, UNTIL)
    return nowcast_births(guilin.city, above, rates, census, women, DRAWS, 1, own)


def own_births(rows: list[tuple[str, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["adcode", "year", "births"])


def test_the_nowcast_meets_what_is_published(guilin: DataBundle, census: pd.DataFrame):
    city = city_births(guilin, census)
    middle = dict(zip(city.years, np.median(city.births[0], axis=1), strict=True))
    # Birth rate of 2022, 6.67 per thousand of the census population.
    assert middle[2022] == pytest.approx(0.00667 * 4_931_137, rel=0.1)
    # Children of 1-4 in 2020 were born from November 2015 to October 2019.
    born = middle[2015] / 6 + middle[2016] + middle[2017] + middle[2018] + middle[2019] * 5 / 6
    assert born == pytest.approx(255_910, rel=0.1)


def test_guangxis_births_are_foreseen_from_its_census_and_the_nation(guilin: DataBundle):
    """487,000 in 2021 and 429,000 in 2022 by the communiqués, both held back here."""
    context, panel = guilin.context, county_age_sex(2020)
    national = context.births_above[context.births_above["adcode"] == "000000"]
    census = panel[panel["adcode"].str.startswith("45")]
    women = women_of_births(census, 2023)
    predicted = nowcast_births(
        "450000", national, context.vital_rates.iloc[:0], census, women, DRAWS, 1
    )
    middle = dict(zip(predicted.years, np.median(predicted.births[0], axis=1), strict=True))
    assert middle[2021] == pytest.approx(487_000, rel=0.03)
    assert middle[2022] == pytest.approx(429_000, rel=0.03)


def test_uncertainty_grows_with_the_years(guilin: DataBundle, census: pd.DataFrame):
    city = city_births(guilin, census)
    spread = np.log(city.births[0]).std(axis=1)
    place = {year: index for index, year in enumerate(city.years)}
    assert 0 < spread[place[2021]] < spread[place[2026]] < spread[place[2035]]
    assert not city.observed.any()


def test_own_births_of_the_city_stand_exactly(guilin: DataBundle, census: pd.DataFrame):
    city = city_births(guilin, census, own_births([("450300", 2023, 31_234)]))
    column = city.years.index(2023)
    assert (city.births[0, column] == 31_234).all()
    assert city.observed[0].sum() == 1


def test_scaling_goes_straight_to_the_factor_and_spares_what_is_observed():
    observed = np.array([[True, False, False, False, False, False]])
    births = Births(("450300",), tuple(range(2025, 2031)), np.full((1, 6, 2), 100.0), observed)
    path = birth_multiple(Fertility(factor=0.8, reached_in=2029), births, 2025)
    scaled = scale_births(births, path).births[0, :, 0]
    assert scaled == pytest.approx([100, 95, 90, 85, 80, 80])
    seen = Births(births.areas, births.years, births.births, np.ones((1, 6), dtype=bool))
    assert (scale_births(seen, path).births == 100).all()


def test_equal_seeds_give_equal_draws(guilin: DataBundle, census: pd.DataFrame):
    assert (city_births(guilin, census).births == city_births(guilin, census).births).all()
