"""Forecast of one city: its counties and its total under every scenario, from a shared start."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from data.bundle import DataBundle
from data.scenario.schema import Scenario
from data.settings import Settings
from features.projection.census_prediction import CensusPrediction
from features.projection.scenario_population import scenario_urban_path
from forecasting.demand import SeatDemand, demand_table
from forecasting.forecast_tables import ForecastTables
from forecasting.freed_memory import keep_freed_memory
from forecasting.provision.teacher_why import teacher_change_table
from forecasting.residence_table import residence_table
from forecasting.scenario_forecast import ScenarioDemand, Start, build_start, scenario_demand
from forecasting.schools.table import no_schools, school_table
from forecasting.seat_draws import SeatDraws, seat_draws
from forecasting.why import DemandChain, change_table, difference_table


@dataclass(frozen=True)
class ForecastRequest:
    """What to forecast for every city.

    Parameters
    ----------
    scenarios : the scenarios to forecast
    compared_with : reference scenario of the comparisons
    drawn : adcodes of the areas whose draws are kept
    settings : years, number of draws and seed
    """

    scenarios: tuple[Scenario, ...]
    compared_with: Scenario
    drawn: frozenset[str]
    settings: Settings


@dataclass(frozen=True)
class AreaForecast:
    """Demand of some areas under one scenario, with its decomposition and the reference's.

    Parameters
    ----------
    demand : pupils and seats
    chain : factors of the demand under the scenario
    first : factors of the demand under the reference scenario
    """

    demand: SeatDemand
    chain: DemandChain
    first: DemandChain

    def plus(self, other: "AreaForecast", adcode: str) -> "AreaForecast":
        """Return the sum of two single areas in every draw, as one area with code ``adcode``."""
        chain = self.chain.plus(other.chain, adcode)
        is_first = other.chain is other.first
        first = chain if is_first else self.first.plus(other.first, adcode)
        return AreaForecast(self.demand.append_areas(other.demand).city(adcode), chain, first)

    def named(self, adcode: str) -> "AreaForecast":
        """Return a single area under another code."""
        chains = (replace(chain, areas=(adcode,)) for chain in (self.chain, self.first))
        return AreaForecast(self.demand.city(adcode), *chains)


@dataclass(frozen=True)
class CityForecast:
    """Forecast of a city under one scenario.

    Parameters
    ----------
    scenario : name of the scenario
    tables : rows of the counties and the city
    draws : seats of its areas whose draws are kept
    city_total : the city as one area
    """

    scenario: str
    tables: ForecastTables
    draws: SeatDraws
    city_total: AreaForecast


def forecast_city(
    bundle: DataBundle, predicted: CensusPrediction, request: ForecastRequest
) -> Iterator[CityForecast]:
    """Yield the forecast of the single city of ``bundle``, scenario by scenario.

    Parameters
    ----------
    bundle : tables of the city
    predicted : the city's result of
        :func:`features.projection.census_prediction.predict_from_census`
    request : scenarios, years, draws and seed
    """
    keep_freed_memory()
    chosen = request.settings
    start = build_start(bundle, chosen.now, chosen.until, chosen.draws, chosen.seed, predicted)
    names, city, proper = bundle.names, bundle.city, bundle.context.city_proper
    first = _demand(bundle, start, request.compared_with, request)
    for scenario in request.scenarios:
        is_first = scenario.name == request.compared_with.name
        own = first if is_first else _demand(bundle, start, scenario, request)
        chain = own.chain
        together = chain.of((city,))
        basis = together if is_first else first.chain.of((city,))
        city_total = AreaForecast(own.demand.city(city), together, basis)
        demand = own.demand.append_areas(city_total.demand)
        found = AreaForecast(demand, chain, first.chain)
        tables = area_tables(found, scenario.name, names, request)
        urban = scenario_urban_path(start.jump_off, scenario, chosen.now)
        where = residence_table(chain, urban, proper, scenario.name)
        where.insert(where.columns.get_loc("adcode") + 1, "county", where["adcode"].map(names))
        tables = replace(
            tables,
            residence=where,
            schools=school_table(bundle, own.schools, scenario.name),
        )
        draws = seat_draws(demand).of(request.drawn)
        yield CityForecast(scenario.name, tables, draws, city_total)


def area_tables(
    found: AreaForecast, scenario: str, names: dict[str, str], request: ForecastRequest
) -> ForecastTables:
    """Return demand and its decomposition; residence is reported only for counties."""
    chains = {request.compared_with.name: found.first, scenario: found.chain}
    now = request.settings.now
    years = range(now + 1, request.settings.until + 1)
    return ForecastTables(
        demand=demand_table(found.demand, scenario, names),
        changes=change_table(found.chain, scenario, names, now),
        differences=difference_table(chains, names, years),
        residence=pd.DataFrame(columns=["adcode"]),
        schools=no_schools(),
        staffing=teacher_change_table(
            found.chain, found.demand.provision, scenario, names, request.settings.now
        ),
    )


def _demand(
    bundle: DataBundle, start: Start, scenario: Scenario, request: ForecastRequest
) -> ScenarioDemand:
    return scenario_demand(bundle, start, scenario, request.settings.now, request.settings.seed)
