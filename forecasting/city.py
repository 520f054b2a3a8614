"""One city all the way: its counties and itself under every scenario, from one start."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from data.bundle import DataBundle
from data.scenario.schema import Scenario
from data.settings import Settings
from features.projection.scenario_population import Foreseen, scenario_urban_path
from forecasting.demand import SeatDemand, demand_table
from forecasting.residence_table import residence_table
from forecasting.scenario_forecast import Start, build_start, scenario_demand
from forecasting.seat_draws import SeatDraws, seat_draws
from forecasting.tables import ForecastTables
from forecasting.why import DemandChain, change_table, difference_table


@dataclass(frozen=True)
class Futures:
    """What is asked of every city.

    Parameters
    ----------
    scenarios : the futures to forecast
    compared_with : the one that the others are compared with
    drawn : areas whose draws are kept
    settings : years, draws and seed
    """

    scenarios: tuple[Scenario, ...]
    compared_with: Scenario
    drawn: frozenset[str]
    settings: Settings


@dataclass(frozen=True)
class AreaForecast:
    """Demand of some areas under one scenario, the chain that leads to it and that of the first.

    The first scenario is the one to compare with.
    """

    demand: SeatDemand
    chain: DemandChain
    first: DemandChain

    def plus(self, other: "AreaForecast", adcode: str) -> "AreaForecast":
        """Return two single areas as one with the code ``adcode``: their sum in every draw."""
        chain = self.chain.plus(other.chain, adcode)
        is_first = other.chain is other.first
        first = chain if is_first else self.first.plus(other.first, adcode)
        return AreaForecast(self.demand.beside(other.demand).city(adcode), chain, first)

    def named(self, adcode: str) -> "AreaForecast":
        """Return a single area under another code."""
        chains = (replace(chain, areas=(adcode,)) for chain in (self.chain, self.first))
        return AreaForecast(self.demand.city(adcode), *chains)


@dataclass(frozen=True)
class CityForecast:
    """What is found of a city under one scenario.

    Parameters
    ----------
    scenario : its name
    tables : rows of the counties and the city
    draws : seats of those of its areas whose draws are kept
    whole : the city as one area
    """

    scenario: str
    tables: ForecastTables
    draws: SeatDraws
    whole: AreaForecast


def forecast_city(
    bundle: DataBundle, foreseen: Foreseen, futures: Futures
) -> Iterator[CityForecast]:
    """Yield what is found of the one city of ``bundle``, scenario by scenario.

    ``foreseen`` is what :func:`features.projection.scenario_population.foresee` returned for its
    counties.
    """
    chosen = futures.settings
    start = build_start(bundle, chosen.now, chosen.until, chosen.draws, chosen.seed, foreseen)
    names, city, proper = bundle.names, bundle.city, bundle.context.city_proper
    first = _demand(bundle, start, futures.compared_with, futures)
    for scenario in futures.scenarios:
        is_first = scenario.name == futures.compared_with.name
        demand, chain = first if is_first else _demand(bundle, start, scenario, futures)
        found = AreaForecast(demand, chain, first[1])
        together = chain.of((city,))
        basis = together if is_first else first[1].of((city,))
        whole = AreaForecast(demand.city(city), together, basis)
        tables = area_tables(found, scenario.name, names, futures)
        urban = scenario_urban_path(start.jump_off, scenario, chosen.now)
        where = residence_table(chain, urban, proper, scenario.name)
        where.insert(where.columns.get_loc("adcode") + 1, "county", where["adcode"].map(names))
        demand_rows = [tables.demand, demand_table(whole.demand, scenario.name, names)]
        tables = replace(tables, demand=pd.concat(demand_rows), residence=where)
        draws = seat_draws(demand.beside(whole.demand)).of(futures.drawn)
        yield CityForecast(scenario.name, tables, draws, whole)


def area_tables(
    found: AreaForecast, scenario: str, names: dict[str, str], futures: Futures
) -> ForecastTables:
    """Return demand and its reasons; where the children live is told of counties alone."""
    chains = {futures.compared_with.name: found.first, scenario: found.chain}
    now = futures.settings.now
    years = range(now + 1, futures.settings.until + 1)
    return ForecastTables(
        demand=demand_table(found.demand, scenario, names),
        changes=change_table(found.chain, scenario, names, now),
        differences=difference_table(chains, names, years),
        residence=pd.DataFrame(columns=["adcode"]),
    )


def _demand(
    bundle: DataBundle, start: Start, scenario: Scenario, futures: Futures
) -> tuple[SeatDemand, DemandChain]:
    return scenario_demand(bundle, start, scenario, futures.settings.now, futures.settings.seed)
