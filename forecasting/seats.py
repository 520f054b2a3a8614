"""One scenario all the way: residents, pupils, seats required, seats available, the gap."""

import numpy as np
import pandas as pd

from data.bundle import DataBundle
from data.scenario import Scenario
from features.residents import JumpOff, residents
from forecasting.demand import SeatDemand, demand_table, seats_required
from forecasting.supply import seats_available
from models.evidence import general_shares, ratio_evidence
from models.gross_ratio import forecast_stage_pupils


def scenario_demand(
    bundle: DataBundle, jump_off: JumpOff, scenario: Scenario, now: int, seed: int
) -> SeatDemand:
    """Return pupils and seats of every county under ``scenario``.

    Parameters
    ----------
    bundle : the planner's tables and the public context
    jump_off : what all scenarios start from
    scenario : the future
    now : present year, from which the scenario differs from the baseline
    seed : seed of the draws; the same in all scenarios, so that differences are not noise
    """
    tables, context = bundle.tables, bundle.context
    population = residents(jump_off, scenario, now)
    evidence = ratio_evidence(bundle, jump_off.year)
    pupils = forecast_stage_pupils(population, evidence, scenario.enrolment.target_attainment, seed)
    general = general_shares(context, pupils.years)
    standards = bundle.table("standards")
    norms = standards[standards["measure"] == "class_size"]
    size = dict(zip(norms["stage"], norms["value"].astype(int), strict=True))
    supply = seats_available(
        pupils,
        seats_required(pupils, size, general, reserve=0.0)[:, :, 0],
        tables.capacity,
        tables.projects,
        context.delivered_share(),
        seed,
    )
    planned = scenario.enrolment.general_share
    if planned is not None:
        general = np.where(np.array(pupils.years) >= now, planned, general)
    planned_size = {str(stage): most for stage, most in scenario.seats.class_size.items()}
    required = seats_required(pupils, size | planned_size, general, scenario.seats.planning_reserve)
    return SeatDemand(pupils, required, supply)


def demand_rows(
    demand: SeatDemand, scenario: str, city: str, names: dict[str, str]
) -> pd.DataFrame:
    """Return the rows of ``demand.csv`` of one scenario: every county, then the city."""
    counties = demand_table(demand, scenario, names)
    return pd.concat([counties, demand_table(demand.city(city), scenario, names)])
