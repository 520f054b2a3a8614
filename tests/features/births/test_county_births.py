"""Births of the counties: shares of the city's that follow the learned change of children."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from data.problems import DataError
from features.ageing.census_table import add_sexes, group_table
from features.arrays import Births, FloatArray
from features.births.childbearing import effective_women
from features.births.county_births import (
    downscale_births,
    learned_log_shares,
    scale_birth_migration,
)
from features.migration.learned_change import LearnedChange
from features.migration.net_migration import closed_log_change
from features.projection.project import census_day_ages, project_population
from tests.synthetic_census import census_rows

ORIGIN, DRAWS = 2020, 400
AREAS = ("450302", "450303", "450304")
CENSUS = census_rows(AREAS, ORIGIN)
YEARS = tuple(range(2009, 2036))


def city_births(until: int = 2035, observed: bool = False) -> Births:
    years = tuple(range(2009, until + 1))
    births = np.full((1, len(years), DRAWS), 3000.0)
    return Births(("450300",), years, births, np.full((1, len(years)), observed))


def learned(
    changes: list[tuple[float, float]], spread: float = 0.1, draws: int = DRAWS
) -> LearnedChange:
    """Return draws about the (0-4, 5-9) log changes given; their children stay where they are."""
    groups = group_table(CENSUS).iloc[: len(changes)]
    table = np.empty((len(changes), 4, draws))
    random = np.random.default_rng(3)
    for row, pair in enumerate(changes):
        common, own = random.standard_normal((1, draws)), random.standard_normal((2, draws))
        table[row, :2] = np.array(pair)[:, None] + spread * (0.9 * common + 0.44 * own)
        table[row, 2:] = closed_log_change()[0]
    return LearnedChange(groups, table)


def own_births(rows: list[tuple[str, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["adcode", "year", "births"])


def shares(births: Births, first: int, last: int) -> FloatArray:
    """Return mean shares of the years, both ends inside, as (area, draw)."""
    columns = slice(births.years.index(first), births.years.index(last) + 1)
    part = births.births[:, columns].sum(axis=1)
    return part / part.sum(axis=0)


STAYING = [(0.0, 0.0)] * 3
GROWING = [(0.0, 0.0), (0.6, 0.3), (0.0, 0.0)]


@given(
    totals=arrays(float, (17, 3), elements=st.floats(50, 1e5)),
    own=st.floats(0, 45) | st.none(),
)
@settings(max_examples=15, deadline=None)
def test_counties_add_up_to_the_city_in_every_draw(totals: np.ndarray, own: float | None):
    city = Births(("450300",), tuple(range(2009, 2026)), totals[None], np.ones((1, 17), bool))
    known = None if own is None else own_births([("450303", 2024, int(own))])
    counties = downscale_births(city, learned(GROWING, draws=3), ORIGIN, 1, known)
    assert counties.births.sum(axis=0) == pytest.approx(totals, rel=1e-9)
    assert (counties.births >= 0).all()


def test_shares_go_from_the_census_to_the_learned_ones():
    births = downscale_births(city_births(), learned(GROWING), ORIGIN, 1)
    children = add_sexes(group_table(CENSUS))[0].to_numpy()
    weights = children[:, None] * np.exp(np.array([[0, 0, 0], [0, 0.3, 0.6], [0, 0, 0]]))
    expected = weights / weights.sum(axis=0)
    for column, (first, last) in enumerate([(2016, 2020), (2021, 2025), (2026, 2030)]):
        found = np.median(shares(births, first, last), axis=1)
        assert found == pytest.approx(expected[:, column], rel=0.03)
    later = np.median(shares(births, 2033, 2035), axis=1)
    assert later == pytest.approx(expected[:, 2], rel=0.05)


def test_a_draw_with_many_children_has_many_births():
    change = learned(GROWING)
    predicted = learned_log_shares(change)
    found = np.log(shares(downscale_births(city_births(), change, ORIGIN, 1), 2026, 2030))
    for row in range(3):
        assert np.corrcoef(found[row], predicted[row, 0])[0, 1] > 0.98
        # The walk adds nothing to the spread of those years, and does add to later ones.
        assert found[row].std() == pytest.approx(predicted[row, 0].std(), rel=0.1)


def test_uncertainty_grows_beyond_what_is_learned():
    births = downscale_births(city_births(), learned(STAYING), ORIGIN, 1)
    spread = [np.log(shares(births, year, year)).std() for year in (2028, 2032, 2035)]
    assert spread[0] < spread[1] < spread[2]


def test_children_are_foreseen_once_not_twice():
    """Families who move take their children along: births are fewer than children will be."""
    change = learned(STAYING, spread=0.0)
    change.draws[1, :, :] += 0.5  # children of all ages come to the second county
    births = downscale_births(city_births(), change, ORIGIN, 1)
    start = census_day_ages(change.groups, ORIGIN, CENSUS.iloc[:0], births)
    final = project_population(change, ORIGIN, start, births)
    column = final.years.index(2030)
    counted = add_sexes(change.groups)[0].to_numpy()[:, None] * np.exp(change.draws[:, :2, 0])
    for group, lower in enumerate((0, 5)):
        persons = np.median(final.between(lower, lower + 4)[:, column], axis=1)
        expected = counted[:, group] / counted[:, group].sum()
        assert persons / persons.sum() == pytest.approx(expected, rel=0.03)


def test_own_births_stand_exactly_and_lift_what_follows():
    years = [("450303", year, 1500) for year in range(2021, 2025)]
    base = downscale_births(city_births(), learned(STAYING), ORIGIN, 1)
    own = downscale_births(city_births(), learned(STAYING), ORIGIN, 1, own_births(years))
    row, columns = 1, slice(base.years.index(2021), base.years.index(2024) + 1)
    assert (own.births[row, columns] == 1500).all()
    assert own.observed[row].sum() == 4
    before, after = (np.median(shares(b, 2025, 2025)[row]) for b in (base, own))
    assert before < 0.36
    assert 0.40 < after < 0.5  # half of the city's births in the four years before
    sd = [np.log(shares(b, 2026, 2030)[row]).std() for b in (base, own)]
    assert sd[1] < sd[0] * 1.1


def test_own_births_take_the_place_of_those_foreseen_for_their_county():
    """Where the city's births are predicted, more in one county do not mean fewer in the others."""
    base = downscale_births(city_births(), learned(GROWING), ORIGIN, 1)
    middle = round(float(np.median(base.births[1, base.years.index(2024)])))
    own = own_births([("450303", 2024, middle)])
    given = downscale_births(city_births(), learned(GROWING), ORIGIN, 1, own)
    column = given.years.index(2024)
    assert np.median(given.births[:, column].sum(axis=0)) == pytest.approx(3000, rel=0.01)
    figure = downscale_births(city_births(observed=True), learned(GROWING), ORIGIN, 1, own)
    assert figure.births[:, column].sum(axis=0) == pytest.approx(np.full(DRAWS, 3000.0))


def test_a_county_alone_has_the_citys_births():
    city = city_births()
    alone = downscale_births(city, learned(GROWING[:1]), ORIGIN, 1)
    assert alone.births == pytest.approx(city.births, rel=1e-12)


def test_a_forecast_may_end_before_the_ten_years_are_over():
    short = downscale_births(city_births(until=2026), learned(GROWING), ORIGIN, 1)
    long = downscale_births(city_births(until=2035), learned(GROWING), ORIGIN, 1)
    middle = np.median(short.births, axis=2)
    assert middle == pytest.approx(np.median(long.births, axis=2)[:, : len(short.years)], rel=0.05)


def test_a_county_without_children_gets_hardly_any_births():
    change = learned(STAYING)
    change.groups.loc["450302", [("M", 0), ("F", 0), ("M", 5), ("F", 5)]] = 0.0
    births = downscale_births(city_births(), change, ORIGIN, 1)
    assert np.isfinite(births.births).all()
    assert shares(births, 2026, 2030)[0].max() < 0.01


def test_counties_above_their_city_are_refused():
    with pytest.raises(DataError, match="births"):
        downscale_births(
            city_births(observed=True),
            learned(STAYING),
            ORIGIN,
            1,
            own_births([("450303", 2024, 3001)]),
        )


def test_equal_seeds_give_equal_draws():
    one, two = (downscale_births(city_births(), learned(GROWING), ORIGIN, 7) for _ in range(2))
    assert (one.births == two.births).all()


def women() -> FloatArray:
    return effective_women(CENSUS, range(2009, 2036)).loc[list(AREAS)].to_numpy()


def test_without_migration_births_follow_the_women_who_are_there():
    births = downscale_births(city_births(), learned(GROWING), ORIGIN, 1)
    closed = scale_birth_migration(births, women(), ORIGIN, 0.0)
    base, column = YEARS.index(ORIGIN), YEARS.index(2035)
    weight = births.births[:, base] * (women()[:, column] / women()[:, base])[:, None]
    assert closed.births[:, column] == pytest.approx(3000 * weight / weight.sum(axis=0))
    assert (closed.births[:, : base + 1] == births.births[:, : base + 1]).all()


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_scaled_migration_keeps_the_city_and_what_is_observed(factor: float):
    own = own_births([("450302", 2024, 700), ("450303", 2023, 0)])
    births = downscale_births(city_births(), learned(GROWING), ORIGIN, 1, own)
    scaled = scale_birth_migration(births, women(), ORIGIN, factor)
    assert scaled.births.sum(axis=0) == pytest.approx(births.births.sum(axis=0), rel=1e-9)
    assert (scaled.births[births.observed] == births.births[births.observed]).all()
    moved = np.median(scaled.births[1, -1]) / np.median(births.births[1, -1])
    assert (moved > 1) == (factor > 1)


def test_learned_migration_is_migration_taken_once():
    births = downscale_births(city_births(), learned(GROWING), ORIGIN, 1)
    assert scale_birth_migration(births, women(), ORIGIN, 1.0) is births


def test_migration_scaled_from_a_year_on_leaves_the_years_before_as_they_are():
    births = downscale_births(city_births(), learned(GROWING), ORIGIN, 1)
    factor = np.ones((len(AREAS), len(YEARS)))
    factor[1, YEARS.index(2028) :] = 0.0
    scaled = scale_birth_migration(births, women(), ORIGIN, factor)
    until = YEARS.index(2028) + 1
    assert np.array_equal(scaled.births[:, :until], births.births[:, :until])
    assert scaled.births.sum(axis=0) == pytest.approx(births.births.sum(axis=0), rel=1e-9)
    assert np.median(scaled.births[1, -1]) < np.median(births.births[1, -1])
    # The two others keep to each other as they did.
    between = scaled.births[0, -1] / scaled.births[2, -1]
    assert between == pytest.approx(births.births[0, -1] / births.births[2, -1])
