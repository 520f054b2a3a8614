"""Children of a county without migration, and without migration and deaths."""

from dataclasses import replace

import numpy as np

from data.scenario.schema import Scenario
from features.ageing.cohort_component import age_population
from features.ageing.survivorship import log_survival
from features.arrays import FloatArray, Population
from features.births.city_births import scale_births
from features.births.county_births import scale_birth_migration
from features.migration.learned_change import AGES
from features.projection.project import project_population
from features.projection.scenario_population import JumpOff, birth_multiple


def closed_residents(jump_off: JumpOff, scenario: Scenario, now: int) -> Population:
    """Return the residents of ``scenario`` had nobody moved since the census, in the same draws."""
    nobody = np.zeros((len(jump_off.births.areas), len(jump_off.births.years)))
    births = scale_birth_migration(jump_off.births, jump_off.women, jump_off.year, nobody)
    births = scale_births(births, birth_multiple(scenario.fertility, births, now))
    steps = len(jump_off.urban.years) - 1
    return project_population(
        jump_off.change, jump_off.year, jump_off.census_day, births, nobody[:, :steps]
    )


def cohort_sizes(closed: Population) -> Population:
    r"""Return the cohorts behind closed residents as they were counted or born.

    .. math:: C_{a,t}(x) = P^0_{a,t}(x) / \ell_t(x)

    where :math:`\ell_t(x)` is the share alive of those counted at the census, or born after it. The
    death rates are the nation's, so that the share is the same in every county and draw.
    """
    share = survived_share(closed.years)
    return replace(closed, persons=closed.persons / share[:, :, None])


def survived_share(years: tuple[int, ...]) -> FloatArray:
    """Return the share of each cohort alive since the first year or since birth, (year, age)."""
    steps = len(years) - 1
    at_birth = np.exp(log_survival(range(years[1], years[-1] + 1), oldest=0))
    alive = age_population(
        start=np.ones((1, len(AGES), 1)),
        births=at_birth.reshape(1, steps, 1),
        log_survival=log_survival(range(years[0], years[-1]))[:, : len(AGES)],
        log_migration=np.zeros((1, steps, len(AGES), 1)),
    )
    return alive[0, :, :, 0]
