"""Births of Guilin and its counties after the census, on the bundled public figures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from data.bundle import DataBundle, load_bundle
from data.china_panel import county_age_sex
from data.problems import DataError
from data.scenario import Fertility
from features.births import downscale_births, nowcast_births, scale_births
from features.jump_off import panel_census
from features.population import Births
from features.residents import birth_multiple
from tests.synthetic_census import census_rows

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
    return nowcast_births(guilin.city, above, rates, census, UNTIL, DRAWS, 1, own)


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
    foreseen = nowcast_births(
        "450000", national, context.vital_rates.iloc[:0], census, 2023, DRAWS, 1
    )
    middle = dict(zip(foreseen.years, np.median(foreseen.births[0], axis=1), strict=True))
    assert middle[2021] == pytest.approx(487_000, rel=0.03)
    assert middle[2022] == pytest.approx(429_000, rel=0.03)


def test_doubt_grows_with_the_years(guilin: DataBundle, census: pd.DataFrame):
    city = city_births(guilin, census)
    spread = np.log(city.births[0]).std(axis=1)
    place = {year: index for index, year in enumerate(city.years)}
    assert 0 < spread[place[2021]] < spread[place[2026]] < spread[place[2035]]
    assert not city.observed.any()


def test_counties_add_up_to_the_city_in_every_draw(guilin: DataBundle, census: pd.DataFrame):
    city = city_births(guilin, census)
    counties = downscale_births(city, census, UNTIL, 1)
    assert set(counties.areas) == set(guilin.counties)
    assert counties.births.sum(axis=0) == pytest.approx(city.births[0], rel=1e-9)
    assert (counties.births > 0).all()


@given(
    totals=arrays(float, (17, 3), elements=st.floats(50, 1e5)),
    own=st.floats(0, 45) | st.none(),
)
@settings(max_examples=15, deadline=None)
def test_made_up_counties_add_up_to_made_up_totals(totals: np.ndarray, own: float | None):
    table = census_rows(("450302", "450303", "450304"), 2020)
    years = tuple(range(2009, 2026))
    city = Births(("450300",), years, totals[None], np.zeros((1, 17), dtype=bool))
    known = None if own is None else own_births([("450303", 2024, int(own))])
    counties = downscale_births(city, table, 2025, 1, known)
    assert counties.births.sum(axis=0) == pytest.approx(totals, rel=1e-9)
    assert (counties.births >= 0).all()


def test_own_births_stand_exactly_and_the_city_follows(guilin: DataBundle, census: pd.DataFrame):
    own = own_births([("450312", 2023, 3100), ("450312", 2024, 3000)])
    city = city_births(guilin, census, own)
    counties = downscale_births(city, census, UNTIL, 1, own)
    row, column = counties.areas.index("450312"), counties.years.index(2024)
    assert (counties.births[row, column] == 3000).all()
    assert counties.observed[row].sum() == 2
    assert counties.births.sum(axis=0) == pytest.approx(city.births[0], rel=1e-9)


def test_counties_above_their_city_are_refused(guilin: DataBundle, census: pd.DataFrame):
    own = own_births([("450300", 2023, 20_000), ("450312", 2023, 25_000)])
    with pytest.raises(DataError, match="births"):
        downscale_births(city_births(guilin, census, own), census, UNTIL, 1, own)


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
