"""Forecast of one scenario: residents, pupils, seats required, seats available, gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.bundle import DataBundle
from data.scenario.assumptions import over
from data.scenario.schema import Scenario
from features.arrays import FloatArray, Population
from features.projection.census_prediction import CensusPrediction
from features.projection.closed_population import closed_residents, cohort_sizes
from features.projection.scenario_population import (
    JumpOff,
    build_jump_off,
    residents,
)
from forecasting.demand import SeatDemand, seat_demand, seats_required, staffing_norms
from forecasting.provision.provision import provision_for
from forecasting.rounding import expected_rounding, stated_schools
from forecasting.schools.forecast import ClassTerms, SchoolForecast, forecast_schools
from forecasting.schools.stage_schools import stage_schools
from forecasting.supply import delivery, seats_at_norm, seats_available, with_class_size
from forecasting.why import DemandChain, demand_chain
from models.blend import SchoolHistory, follow_histories, learn_school_histories
from models.census_ratio.gross_ratio import RatioEvidence, forecast_stage_pupils
from models.census_ratio.ratio_evidence import ratio_evidence
from models.census_ratio.senior import own_general_share, towards_senior_target, with_general_share
from models.stage_pupils import StagePupils

UNCHANGED = Scenario(name="unchanged", title_zh="不变", title_en="unchanged")


@dataclass(frozen=True)
class Start:
    """What all scenarios of a study share.

    Parameters
    ----------
    jump_off : population and births of the census
    evidence : pupils of the census year and targets
    histories : forecasts from past enrolment, later ones take precedence
    now : school year that counts as the present
    """

    jump_off: JumpOff
    evidence: RatioEvidence
    histories: list[SchoolHistory]
    now: int

    @cached_property
    def baseline(self) -> Population:
        """Residents under the baseline, the reference for the enrolment histories."""
        return residents(self.jump_off, UNCHANGED, self.now)


def build_start(
    bundle: DataBundle,
    now: int,
    until: int,
    draws: int,
    seed: int,
    predicted: CensusPrediction | None = None,
) -> Start:
    """Return the common start of all scenarios.

    Parameters
    ----------
    bundle : tables of the city
    now : present school year
    until : last school year of the forecast
    draws, seed : number of draws and their seed
    predicted : the city's result of
        :func:`features.projection.census_prediction.predict_from_census`; None computes it
    """
    jump_off = build_jump_off(bundle, until, draws, seed, predicted)
    areas, years = bundle.counties, jump_off.urban.years
    histories = learn_school_histories(bundle.table("enrolment"), areas, years, draws, seed)
    return Start(jump_off, ratio_evidence(bundle, jump_off, seed), histories, now)


class ScenarioDemand(NamedTuple):
    """Demand of a city under one scenario.

    Parameters
    ----------
    demand : pupils and seats of every county
    chain : its decomposition
    schools : forecast of every school in the table ``schools``
    """

    demand: SeatDemand
    chain: DemandChain
    schools: SchoolForecast


def scenario_demand(
    bundle: DataBundle, start: Start, scenario: Scenario, now: int, seed: int
) -> ScenarioDemand:
    """Return pupils and seats of every county and school under ``scenario``.

    Parameters
    ----------
    bundle : the planner's tables and the public context
    start : what all scenarios start from
    scenario : the scenario to forecast
    now : present year, from which the scenario differs from the baseline
    seed : seed of the draws; the same in all scenarios, so that differences are not noise
    """
    tables, context = bundle.tables, bundle.context
    population = residents(start.jump_off, scenario, now)
    evidence = start.evidence
    attainment = over(scenario.enrolment.target_attainment, ("",), population.years, now, 1.0)[0]
    pupils = forecast_stage_pupils(population, evidence, attainment, seed)
    if start.histories:
        pupils = follow_histories(pupils, start.histories, population, start.baseline)
    pupils = _with_senior_policy(pupils, population, evidence.targets, scenario, now)
    standards = bundle.table("standards")
    norms = standards[standards["measure"] == "class_size"]
    size = dict(zip(norms["stage"], norms["value"].astype(float), strict=True))
    cells = pupils.areas, pupils.years, now
    sizes = class_sizes(scenario, pd.Series(size), *cells)
    planned = {str(s): sizes[:, pupils.stages.index(s)] for s in scenario.seats.class_size}
    reserve = over(scenario.seats.planning_reserve, *cells, 0.0)
    terms = ClassTerms(dict(zip(size, np.moveaxis(sizes, 1, 0), strict=True)), reserve, size)
    found = stage_schools(tables.schools, pupils, now)
    schools = forecast_schools(found, pupils, population, terms, seed)
    rounding = expected_rounding(pupils, stated_schools(tables.capacity, tables.schools), now)
    supply = seats_available(
        pupils,
        schools.in_use(seats_required(pupils.first_year(), size, 0.0, rounding)[:, :, 0], pupils),
        None if tables.capacity is None else seats_at_norm(tables.capacity, size),
        tables.projects,
        delivery(scenario.pipeline, pupils.areas, context.delivered_share(), now),
        seed,
    )
    supply = with_class_size(supply, pupils, size, planned)
    sizes_planned = {**size, **planned}
    required = schools.required(seats_required(pupils, sizes_planned, reserve, rounding), pupils)
    provision = provision_for(pupils, tables, staffing_norms(standards))
    demand = seat_demand(pupils, required, supply, sizes_planned, provision)
    closed = closed_residents(start.jump_off, scenario, now)
    people = (cohort_sizes(closed), closed, population)
    chain = demand_chain(people, pupils, required)
    return ScenarioDemand(demand, chain.with_city(bundle.city), schools)


def _with_senior_policy(
    pupils: StagePupils,
    population: Population,
    targets: pd.DataFrame,
    scenario: Scenario,
    now: int,
) -> StagePupils:
    """Return ``pupils`` with the senior-stage policy of ``scenario`` applied from ``now`` on."""
    policy, years = scenario.enrolment, pupils.years
    attained = over(policy.senior_target_attainment, ("",), years, now, 0.0)[0]
    pupils = towards_senior_target(pupils, population, targets, attained, now)
    if policy.general_share is None:
        return pupils
    share = over(policy.general_share, pupils.areas, years, now, own_general_share(pupils))
    return with_general_share(pupils, share)


def class_sizes(
    scenario: Scenario,
    norm: "pd.Series[float]",
    areas: Sequence[str],
    years: Sequence[int],
    now: int,
) -> FloatArray:
    """Return pupils per class under ``scenario``, (area, stage, year), stages as in ``norm``."""
    planned = scenario.seats.class_size
    cells = len(areas), len(years)
    sizes = [
        over(planned[stage], areas, years, now, size).round()
        if stage in planned
        else np.full(cells, float(size))
        for stage, size in norm.items()
    ]
    return np.stack(sizes, axis=1)
