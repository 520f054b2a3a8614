"""Forecast every city of a data folder, in sequence or in parallel, and sum them to regions.

A city is forecast from its own tables only: its figures do not depend on which other cities are
requested, on the machine or on the order. Memory therefore does not grow with the number of
counties, and a country is simply many cities.
"""

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from data.bundle import DataBundle
from data.tree import AreaTree
from features.projection.census_prediction import CensusPrediction
from forecasting.city import AreaForecast, CityForecast, ForecastRequest, area_tables, forecast_city
from forecasting.forecast_tables import ForecastTables
from forecasting.seat_draws import SeatDraws, seat_draws


@dataclass(frozen=True)
class ForecastChunk:
    """One increment of a forecast: the rows of some areas under one scenario.

    Parameters
    ----------
    scenario : name of the scenario
    tables : rows of the areas
    draws : seats of the areas whose draws are kept
    """

    scenario: str
    tables: ForecastTables
    draws: SeatDraws


def forecast_region(
    cities: Sequence[DataBundle],
    predicted: Mapping[str, CensusPrediction],
    tree: AreaTree,
    names: dict[str, str],
    request: ForecastRequest,
) -> Iterator[ForecastChunk]:
    """Yield the forecast of each city, then of the higher areas all of whose counties are included.

    Parameters
    ----------
    cities : as in :attr:`data.bundle.DataBundle.cities`
    predicted : city → result of :func:`features.projection.census_prediction.predict_from_census`
    tree : hierarchy of areas
    names : adcode → name
    request : scenarios, years, draws and seed
    """
    sums = _Sums(_areas_above(cities, tree))
    for city, found in zip(cities, _each(cities, predicted, request), strict=True):
        for one in found:
            yield ForecastChunk(one.scenario, one.tables, one.draws)
            sums.add(one.scenario, city.city, one.city_total)
    yield from sums.chunks(names, request)


def _each(
    cities: Sequence[DataBundle],
    predicted: Mapping[str, CensusPrediction],
    request: ForecastRequest,
) -> Iterable[Iterable[CityForecast]]:
    """Return the forecasts of each city: in parallel as joblib is set to, a single one lazily."""
    if len(cities) == 1:
        return [forecast_city(cities[0], predicted[cities[0].city], request)]
    # As bytes, which a scheduler passes on unchanged; tables would be unpickled and pickled again.
    packed = (pickle.dumps((city, predicted[city.city])) for city in cities)
    tasks = (delayed(_forecast_packed)(one, request) for one in packed)
    return Parallel(return_as="generator")(tasks)


def _forecast_packed(packed: bytes, request: ForecastRequest) -> list[CityForecast]:
    """Return all scenarios of a city."""
    _use_one_thread()
    bundle, predicted = pickle.loads(packed)  # noqa: S301 - from _each
    return list(forecast_city(bundle, predicted, request))


@cache
def _use_one_thread() -> None:
    """Limit this process to one thread, so that the order of summation is fixed."""
    threadpool_limits(1)


def _areas_above(cities: Sequence[DataBundle], tree: AreaTree) -> dict[str, tuple[str, ...]]:
    """Return city → the higher areas all of whose counties are among ``cities``."""
    counties = {county for city in cities for county in city.counties}
    above = {city.city: tree.above(city.city) for city in cities}
    areas = {area for own in above.values() for area in own}
    complete = {area for area in areas if counties.issuperset(tree.counties_of(area))}
    return {city: tuple(filter(complete.__contains__, own)) for city, own in above.items()}


@dataclass
class _Sums:
    """Running sums of the cities, by scenario and higher area.

    Parameters
    ----------
    above : city → the higher areas it is added to
    """

    above: Mapping[str, tuple[str, ...]]
    found: dict[tuple[str, str], AreaForecast] = field(default_factory=dict)

    def add(self, scenario: str, city: str, city_total: AreaForecast) -> None:
        """Add a city to each area that it lies in."""
        for area in self.above[city]:
            so_far = self.found.get((scenario, area))
            both = so_far.plus(city_total, area) if so_far else city_total.named(area)
            self.found[scenario, area] = both

    def chunks(self, names: dict[str, str], request: ForecastRequest) -> Iterator[ForecastChunk]:
        """Yield one chunk per sum."""
        for (scenario, _), total in self.found.items():
            tables = area_tables(total, scenario, names, request)
            yield ForecastChunk(scenario, tables, seat_draws(total.demand).of(request.drawn))
