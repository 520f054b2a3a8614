"""What a county's children would be if nobody moved, and what if nobody died either."""

from dataclasses import replace

import numpy as np
import pandas as pd

from data.scenario import Migration, NewDistrict, Scenario, Urbanization
from features.cohort import age_population
from features.population import FloatArray, Population
from features.projection import AGES
from features.residents import JumpOff, residents
from features.survivorship import log_survival

NOBODY_MOVES = {
    "migration": Migration(scale=0.0),
    "urbanization": Urbanization(),
    "new_district": NewDistrict(),
}


def closed_residents(jump_off: JumpOff, scenario: Scenario, now: int) -> Population:
    """Return the residents of ``scenario`` had nobody moved since the census, in the same draws."""
    closed = replace(jump_off, housing=pd.DataFrame())
    return residents(closed, scenario.model_copy(update=NOBODY_MOVES), now)


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
