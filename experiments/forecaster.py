"""The tables of one scenario after another, from a start that is made when it is first needed."""

from dataclasses import dataclass
from functools import cached_property

from data.bundle import DataBundle
from data.scenario import Scenario
from experiments.outputs import ForecastTables
from features.learned_change import ForeseenChange
from features.residents import foresee
from forecasting.demand import SeatDemand
from forecasting.residence_table import residence_table
from forecasting.seat_draws import SeatDraws, seat_draws
from forecasting.seats import Start, build_start, demand_rows, scenario_demand
from forecasting.why import DemandChain, change_table, difference_table


@dataclass(frozen=True)
class Forecaster:
    """What all scenarios are forecast from.

    Parameters
    ----------
    bundle : what was read
    compared_with : first scenario, which the others are compared with
    now, until : school years that count as the present and the last
    draws, seed : number of draws and their seed
    """

    bundle: DataBundle
    compared_with: Scenario
    now: int
    until: int
    draws: int
    seed: int

    @cached_property
    def foreseen(self) -> ForeseenChange:
        """What the census foretells of each county's change."""
        return foresee(self.bundle)

    @cached_property
    def start(self) -> Start:
        """Population, births and histories that all scenarios share."""
        return build_start(self.bundle, self.now, self.until, self.draws, self.seed, self.foreseen)

    @cached_property
    def first(self) -> tuple[SeatDemand, DemandChain]:
        """Demand under the first scenario; made again where only its chain is needed."""
        return self._demand(self.compared_with)

    def tables(self, scenario: Scenario) -> tuple[ForecastTables, SeatDraws]:
        """Return demand and its reasons of every county and the city, and the counties' draws."""
        is_first = scenario.name == self.compared_with.name
        demand, chain = self.first if is_first else self._demand(scenario)
        names, city = self.bundle.names, self.bundle.city
        chains = {self.compared_with.name: self.first[1], scenario.name: chain}
        city_proper = self.bundle.context.city_proper
        where = residence_table(chain, self.start.jump_off.urban, city_proper, scenario.name)
        where.insert(where.columns.get_loc("adcode") + 1, "county", where["adcode"].map(names))
        tables = ForecastTables(
            demand=demand_rows(demand, scenario.name, city, names),
            changes=change_table(chain, scenario.name, names, self.now),
            differences=difference_table(chains, names, range(self.now + 1, self.until + 1)),
            residence=where,
        )
        return tables, seat_draws(demand)

    def _demand(self, scenario: Scenario) -> tuple[SeatDemand, DemandChain]:
        return scenario_demand(self.bundle, self.start, scenario, self.now, self.seed)
