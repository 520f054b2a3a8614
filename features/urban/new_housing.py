"""Children of families that move into new dwellings: the New District, and the housing table."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from data.contract.stages import STAGES, Stage
from data.language import Text
from data.problems import DataError, DataProblem
from features.arrays import FloatArray, Population
from features.randomness import balanced_normal, named_generator
from features.urban.dwellings import Dwellings

OLDEST = 130


def _age_spans() -> tuple[tuple[range, tuple[Stage, ...]], ...]:
    """Return ages with the stages that share them, from birth on to the oldest youths."""
    first = sorted({stage.first_age for stage in STAGES})
    ends = [*first[1:], OLDEST + 1]
    starts = [0, *first[1:]]
    return tuple(
        (range(start, end), tuple(s for s in STAGES if s.first_age == age))
        for age, start, end in zip(first, starts, ends, strict=True)
    )


_AGE_SPANS = _age_spans()


def children_of_dwellings(
    population: Population, dwellings: Sequence[Dwellings], households: float, seed: int
) -> FloatArray:
    r"""Return children and youths who live in the new dwellings as (area, year, age, draw).

    .. math:: A_{it}(x)=\sum_{s\le t} D_{is}\,y_{t-s}(x),\qquad
              y_\tau(x)=\frac{y_k(\tau)\,\epsilon_k}{n_k}
              \ \text{or, where not stated,}\ \frac{\sum_i P_{it}(x)}{H}

    Dwellings stay occupied, and as the children of a family grow up younger ones follow; how many
    pupils a dwelling has may depend on the years :math:`\tau` since it was occupied. A stage's
    pupils :math:`y_k` a dwelling are even over its :math:`n_k` ages; those under three are as many
    as in kindergarten, those over seventeen as in senior schools, general and vocational together.
    Where a stage has no figure a dwelling has the children of the city's mean household
    :math:`1/H`; so it is at senior ages unless both senior stages have one. :math:`\epsilon_k` is
    lognormal with mean one and the stated relative error, the same for all dwellings of a kind.

    Parameters
    ----------
    population : of all counties of the city
    dwellings : by county, year and kind
    households : of the city at the census
    seed : seed of the errors

    Raises
    ------
    DataError : a county that is not in the population
    """
    _require_counties(population, dwellings)
    years = np.array(population.years)
    mean = population.persons.sum(axis=0) / households
    children = np.zeros_like(population.persons)
    for one in dwellings:
        each = mean.copy()
        for ages, stages in _AGE_SPANS:
            if all(stage.code in one.yields for stage in stages):
                draws = mean.shape[-1]
                each_stage = [_pupils(one, stage.code, years, draws, seed) for stage in stages]
                pupils = np.sum(each_stage, axis=0)
                inside = [age in ages for age in population.ages]
                each[:, inside] = pupils[:, None] / stages[0].years
        since = years >= one.year
        children[population.areas.index(one.adcode), since] += one.count * each[since]
    return children


def _pupils(
    dwellings: Dwellings, stage: str, years: npt.NDArray[np.int_], draws: int, seed: int
) -> FloatArray:
    """Return pupils of a stage per dwelling as (year, draw)."""
    stated = dwellings.yields[stage]
    random = named_generator(seed, "pupils per dwelling", dwellings.kind, stage)
    spread = np.sqrt(np.log1p(stated.error**2))
    error = np.exp(spread * balanced_normal(random, (draws,)))
    path = stated.after((years - dwellings.year).astype(float))
    return path[:, None] * (error / error.mean())


def settle(population: Population, children: FloatArray, *, from_outside: bool) -> Population:
    r"""Return the population once ``children`` (area, year, age, draw) have moved in.

    Those from inside the city leave its other counties in proportion to the children who live
    there, no more than there are, so that the city's total stays the same at every age and in
    every draw. Those from outside are added.

    Parameters
    ----------
    population : of all counties of the city
    children : (area, year, age, draw) persons living in the new dwellings
    from_outside : whether they come from outside the city
    """
    persons = population.persons + children
    if from_outside:
        return replace(population, persons=persons)
    persons = population.persons.copy()
    for place in np.flatnonzero(children.any(axis=(1, 2, 3))):
        others = persons.copy()
        others[place] = 0.0
        there = others.sum(axis=0)
        moved = np.minimum(children[place], there)
        persons -= others * np.divide(moved, there, out=np.zeros_like(there), where=there > 0)
        persons[place] += moved
    return replace(population, persons=persons)


def _require_counties(population: Population, dwellings: Sequence[Dwellings]) -> None:
    """Raise DataError for the counties that the forecast does not have."""
    expected = Text("预测范围内的县区代码", "the adcode of a county of the forecast")
    how_to_fix = Text(
        "核对代码，或在 areas 表中加入该县区", "check the code, or add the county to areas"
    )
    problems = [
        DataProblem("housing / new_district", expected, how_to_fix, column="adcode", value=adcode)
        for adcode in dict.fromkeys(one.adcode for one in dwellings)
        if adcode not in population.areas
    ]
    if problems:
        raise DataError(problems)
