"""School-age residents of each county under a scenario, from one jump-off for all scenarios."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.bundle import DataBundle
from data.scenario import Scenario
from features.births import downscale_births, nowcast_births, scale_births
from features.jump_off import jump_off_year, known_attributes, panel_censuses
from features.learned_change import LearnedChange, learn_change
from features.population import Births, FloatArray, Population
from features.projection import project_population
from features.urbanization import UrbanPath, raised_share, urban_paths, urban_shift


@dataclass(frozen=True)
class JumpOff:
    """What all scenarios start from.

    Parameters
    ----------
    year : census year
    change : what is learned of each county from that census
    earlier : the census of ten years before, no rows where it is not known
    persons : residents of each county at the census
    births : births of each county after the census
    urban : urban share of each county
    urban_core : (area,) True where a county belongs to the urban core
    """

    year: int
    change: LearnedChange
    earlier: pd.DataFrame
    persons: pd.Series
    births: Births
    urban: UrbanPath
    urban_core: npt.NDArray[np.bool_]


def build_jump_off(bundle: DataBundle, until: int, draws: int, seed: int) -> JumpOff:
    """Return the common start: census, nowcast births and urban share of every county.

    Raises
    ------
    DataError
        No census year has all counties.
    """
    tables, areas = bundle.tables, bundle.counties
    year = jump_off_year(tables.population, areas)
    census = panel_censuses(tables.population, year, areas)
    context, start = bundle.context, census[census["year"] == year]
    city = nowcast_births(
        bundle.city,
        context.births_above,
        context.vital_rates,
        start,
        until,
        draws,
        seed,
        tables.births,
    )
    totals = bundle.table("totals")
    core = tables.areas.set_index("adcode")["urban_core"].reindex(list(areas))
    return JumpOff(
        year=year,
        change=learn_change(start, known_attributes(year, areas), draws, seed),
        earlier=census[census["year"] < year],
        persons=start.groupby("adcode")["persons"].sum(),
        births=downscale_births(city, start, until, seed, tables.births),
        urban=urban_paths(totals[totals["adcode"].isin(areas)], until, draws, seed),
        urban_core=core.fillna(False).to_numpy(dtype=bool),
    )


def residents(jump_off: JumpOff, scenario: Scenario, now: int) -> Population:
    """Return home population aged 0-19 of every county under ``scenario``.

    Births leave the baseline from ``now`` on; the extra urban share moves children from the
    counties to the urban core and changes no city total.
    """
    fertility = scenario.fertility
    births = scale_births(jump_off.births, fertility.factor, now, fertility.reached_in)
    population = project_population(
        jump_off.change, jump_off.year, jump_off.earlier, births, scenario.migration.scale
    )
    above = scenario.urbanization.share_2035_above_baseline
    if above == 0:
        return population
    share = _share_of(jump_off, population.years)
    raised = raised_share(share, population.years, above, now)
    shift = urban_shift(population, jump_off.urban_core, share, raised)
    return replace(population, persons=population.persons + shift)


def _share_of(jump_off: JumpOff, years: tuple[int, ...]) -> FloatArray:
    """Return the city's urban share as (year, draw), the first known one standing for earlier."""
    share = jump_off.urban.of_city(jump_off.persons)
    first = jump_off.urban.years[0]
    return share[[max(year - first, 0) for year in years]]
