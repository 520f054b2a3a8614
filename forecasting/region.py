"""Every city of a data folder, one after another or many at once, and what they add up to.

A city is forecast from its own tables as if it stood alone: its figures are the same whichever
others are asked for, whatever machine makes them and in whatever order. So memory does not grow
with the number of counties, and a nation is as many cities.
"""

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from data.bundle import DataBundle
from data.tree import AreaTree
from features.projection.scenario_population import Foreseen
from forecasting.city import AreaForecast, CityForecast, Futures, area_tables, forecast_city
from forecasting.seat_draws import SeatDraws, seat_draws
from forecasting.tables import ForecastTables


@dataclass(frozen=True)
class Piece:
    """What a forecast gives piece by piece: the rows of some areas under one scenario.

    ``draws`` are the seats of those whose draws are kept.
    """

    scenario: str
    tables: ForecastTables
    draws: SeatDraws


def forecast_region(
    cities: Sequence[DataBundle],
    foreseen: Mapping[str, Foreseen],
    tree: AreaTree,
    names: dict[str, str],
    futures: Futures,
) -> Iterator[Piece]:
    """Yield what is found of each city, then of the areas above that all of whose counties are in.

    Parameters
    ----------
    cities : of :attr:`data.bundle.DataBundle.cities`
    foreseen : from :func:`features.projection.scenario_population.foresee`
    tree : which area lies in which
    names : adcode → name
    futures : what is asked
    """
    sums = _Sums(_areas_above(cities, tree))
    for city, found in zip(cities, _each(cities, foreseen, futures), strict=True):
        for one in found:
            yield Piece(one.scenario, one.tables, one.draws)
            sums.add(one.scenario, city.city, one.whole)
    yield from sums.pieces(names, futures)


def _each(
    cities: Sequence[DataBundle], foreseen: Mapping[str, Foreseen], futures: Futures
) -> Iterable[Iterable[CityForecast]]:
    """Return what is found of each city; several go through joblib, one is made as it is asked."""
    if len(cities) == 1:
        return [forecast_city(cities[0], foreseen[cities[0].city], futures)]
    # As bytes, which a scheduler hands on as they are; tables it would unpack and pack again.
    packed = (pickle.dumps((city, foreseen[city.city])) for city in cities)
    tasks = (delayed(_whole_city)(one, futures) for one in packed)
    return Parallel(n_jobs=-1, return_as="generator")(tasks)


def _whole_city(packed: bytes, futures: Futures) -> list[CityForecast]:
    """Return all scenarios of a city, summed up by one thread: more would add in another order."""
    bundle, foreseen = pickle.loads(packed)  # noqa: S301 - from _each
    with threadpool_limits(1):
        return list(forecast_city(bundle, foreseen, futures))


def _areas_above(cities: Sequence[DataBundle], tree: AreaTree) -> dict[str, tuple[str, ...]]:
    """Return city → the areas it lies in, without those that have counties not among ``cities``."""
    counties = {county for city in cities for county in city.counties}
    above = {city.city: tree.above(city.city) for city in cities}
    areas = {area for own in above.values() for area in own}
    whole = {area for area in areas if counties.issuperset(tree.counties_of(area))}
    return {city: tuple(filter(whole.__contains__, own)) for city, own in above.items()}


@dataclass
class _Sums:
    """Running sums of the cities, by scenario and area above them.

    Parameters
    ----------
    above : city → the areas that it is added to
    """

    above: Mapping[str, tuple[str, ...]]
    found: dict[tuple[str, str], AreaForecast] = field(default_factory=dict)

    def add(self, scenario: str, city: str, whole: AreaForecast) -> None:
        """Add a city to each area that it lies in."""
        for area in self.above[city]:
            so_far = self.found.get((scenario, area))
            both = so_far.plus(whole, area) if so_far else whole.named(area)
            self.found[scenario, area] = both

    def pieces(self, names: dict[str, str], futures: Futures) -> Iterator[Piece]:
        """Yield the sums, each as a piece of its own."""
        for (scenario, _), whole in self.found.items():
            tables = area_tables(whole, scenario, names, futures)
            yield Piece(scenario, tables, seat_draws(whole.demand).of(futures.drawn))
