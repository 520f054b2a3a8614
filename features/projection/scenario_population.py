"""School-age residents of each county under a scenario, from one jump-off for all scenarios."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.bundle import DataBundle
from data.reference.china_panel import county_attributes, nearest_census
from data.scenario.assumptions import each_number, over
from data.scenario.parts import Fertility, Urbanization
from data.scenario.schema import Scenario
from features.arrays import Births, FloatArray, Population
from features.births.city_births import nowcast_births, scale_births, women_of_births
from features.births.county_births import downscale_births, scale_birth_migration
from features.births.national import NATION
from features.migration.learned_change import (
    LearnedChange,
    PredictedChange,
    draw_change,
)
from features.projection.base_census import (
    jump_off_year,
    panel_censuses,
)
from features.projection.census_prediction import CensusPrediction, predict_from_census
from features.projection.project import census_day_ages, project_population
from features.urban.dwellings import Dwellings, new_district_dwellings, stated_dwellings
from features.urban.new_housing import children_of_dwellings, settle
from features.urban.urban_path import (
    TARGET_YEAR,
    UrbanPath,
    raised_path,
    raised_share,
    urban_paths,
    urban_shift,
)

ADULT = 18


@dataclass(frozen=True)
class JumpOff:
    """What all scenarios start from.

    Parameters
    ----------
    year : census year
    change : what is learned of each county from that census
    ratios : pupils per resident child predicted from that census
    census_day : (area, age) home population on census day, whom every scenario starts from
    households : of all counties at the census
    housing : dwellings of the planner's housing table
    yields : the planner's table of pupils per dwelling
    births : births of each county and year, with those before the census
    women : (area, year) effective women of each county in the years of ``births``, had none moved
    urban : urban share of each county and of the city
    urban_core : (area,) True where a county belongs to the urban core
    seed : seed of the random draws
    """

    year: int
    change: LearnedChange
    ratios: PredictedChange
    census_day: FloatArray
    households: float
    housing: tuple[Dwellings, ...]
    yields: pd.DataFrame | None
    births: Births
    women: FloatArray
    urban: UrbanPath
    urban_core: npt.NDArray[np.bool_]
    seed: int


def build_jump_off(
    bundle: DataBundle, until: int, draws: int, seed: int, predicted: CensusPrediction | None = None
) -> JumpOff:
    """Return the common start: census, nowcast births and urban share of every county.

    Parameters
    ----------
    bundle : the data of one city
    until : last year of the projection
    draws : number of draws
    seed : seed of the random draws
    predicted : what :func:`predict` returned for the city; None computes it

    Raises
    ------
    DataError
        No census year has all counties.
    """
    tables, areas = bundle.tables, bundle.counties
    year, census = _censuses(bundle)
    context, start = bundle.context, census[census["year"] == year]
    women = women_of_births(start, until)
    city = nowcast_births(
        bundle.city,
        context.births_above,
        context.vital_rates,
        start,
        women,
        draws,
        seed,
        tables.births,
    )
    predicted = predicted or predict_from_census(bundle)[bundle.city]
    change = draw_change(start, predicted.change, draws, seed)
    births = downscale_births(city, change, year, seed, tables.births)
    persons = start.groupby("adcode")["persons"].sum().loc[list(areas)]
    core = tables.areas.set_index("adcode")["urban_core"].reindex(list(areas))
    return JumpOff(
        year=year,
        change=change,
        ratios=predicted.ratios,
        census_day=census_day_ages(change.groups, year, census[census["year"] < year], births),
        households=_households(year, areas, persons),
        housing=stated_dwellings(tables.housing, tables.dwelling_yields),
        yields=tables.dwelling_yields,
        births=births,
        women=women.loc[list(births.areas)].to_numpy(),
        urban=urban_paths(
            bundle.table("totals"),
            bundle.city,
            persons,
            national_urban_share(context.vital_rates),
            range(year, until + 1),
            draws,
            seed,
        ),
        urban_core=core.fillna(False).to_numpy(dtype=bool),
        seed=seed,
    )


def _censuses(bundle: DataBundle) -> tuple[int, pd.DataFrame]:
    """Return the census year to start from, and that census with the one of ten years before."""
    population, areas = bundle.tables.population, bundle.counties
    year = jump_off_year(population, areas)
    return year, panel_censuses(population, year, areas)


def residents(jump_off: JumpOff, scenario: Scenario, now: int) -> Population:
    """Return home population aged 0-19 of every county under ``scenario``.

    Net migration moves children and the families they are born to. It leaves the baseline from
    ``now`` on, as births do; the extra urban share moves children from the counties to the urban
    core and changes no city total; families of new dwellings bring theirs.

    Parameters
    ----------
    jump_off : the common start of all scenarios
    scenario : assumptions
    now : present year, from which the scenario may differ from the baseline

    Raises
    ------
    DataError : new dwellings in a county that is not forecast
    """
    change, scale, births = jump_off.change, scenario.migration.scale, jump_off.births
    families = over(scale, births.areas, births.years, now, 1.0)
    births = scale_birth_migration(births, jump_off.women, jump_off.year, families)
    births = scale_births(births, birth_multiple(scenario.fertility, births, now))
    children = over(scale, list(change.groups.index), jump_off.urban.years[:-1], now, 1.0)
    population = project_population(change, jump_off.year, jump_off.census_day, births, children)
    population = _urbanized(population, jump_off, scenario.urbanization, now)
    plan = scenario.new_district
    for dwellings, outside in (
        (jump_off.housing, False),
        (new_district_dwellings(plan, jump_off.yields), plan.from_outside),
    ):
        if dwellings:
            households, seed = jump_off.households, jump_off.seed
            children = children_of_dwellings(population, dwellings, households, seed)
            population = settle(population, children, from_outside=outside)
    return population


def birth_multiple(fertility: Fertility, births: Births, now: int) -> FloatArray:
    """Return a scenario's births over the baseline's as (area, year), 1 up to ``now``."""
    path = each_number(fertility.factor, lambda factor: {fertility.reached_in: factor})
    return over(path, births.areas, births.years, now, 1.0)


def _urbanized(
    population: Population, jump_off: JumpOff, urbanization: Urbanization, now: int
) -> Population:
    """Return the population with the children who follow a scenario's urban share to the core."""
    raised = _scenario_share(jump_off.urban, urbanization, now)
    if raised is None:
        return population
    shift = urban_shift(population, jump_off.urban_core, jump_off.urban.city, raised)
    return replace(population, persons=population.persons + shift)


def _scenario_share(urban: UrbanPath, urbanization: Urbanization, now: int) -> FloatArray | None:
    """Return the city's urban share (year, draw) under a scenario, None if it is the baseline's."""
    above = urbanization.share_2035_above_baseline
    if urbanization.share_2035 is not None:
        column = min(TARGET_YEAR, urban.years[-1]) - urban.years[0]
        above = urbanization.share_2035 - float(np.median(urban.city[column]))
    return raised_share(urban.city, urban.years, above, now) if above else None


def scenario_urban_path(jump_off: JumpOff, scenario: Scenario, now: int) -> UrbanPath:
    """Return the urban share of the counties and the city under ``scenario``."""
    raised = _scenario_share(jump_off.urban, scenario.urbanization, now)
    if raised is None:
        return jump_off.urban
    unmoved = scenario.model_copy(update={"urbanization": Urbanization()})
    before, after = (residents(jump_off, one, now) for one in (unmoved, scenario))
    children = [people.between(0, ADULT - 1) for people in (before, after)]
    return raised_path(jump_off.urban, raised, *children)


def national_urban_share(vital_rates: pd.DataFrame) -> pd.Series:
    """Return the nation's published urban share by year."""
    national = vital_rates["adcode"] == NATION
    rows = vital_rates[national & (vital_rates["measure"] == "urban_share")]
    return rows.set_index("year")["value"].astype(float).sort_index()


def _households(year: int, areas: tuple[str, ...], persons: pd.Series) -> float:
    """Return the households of the areas at the census, the panel's mean size where unknown."""
    panel = county_attributes(nearest_census(year))
    own = panel[panel["adcode"].isin(areas)]
    known = own if set(own["adcode"]) == set(areas) else panel
    size = float(known["population"].sum()) / float(known["households"].sum())
    return float(persons.sum()) / size
