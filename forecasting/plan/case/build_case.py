"""Build the planning case from a forecast: existing schools, minimum provision, shared schools."""

import numpy as np
import pandas as pd

from data.bundle import DataBundle
from data.contract.stages import STAGE_BY_CODE
from data.scenario.schema import Scenario
from data.schools import schools_today
from features.arrays import FloatArray
from forecasting.plan.case.kept_schools import not_merged, small_rural
from forecasting.plan.case.planning_case import (
    PlanCase,
    PlanTerms,
    Pool,
    stage_norms,
    stock_and_gap,
)
from forecasting.plan.case.units import Units, all_units, named_units, standard_units
from forecasting.scenario_forecast import class_sizes
from forecasting.seat_draws import SeatDraws


def plan_case(
    bundle: DataBundle, draws: SeatDraws, scenario: Scenario, now: int, terms: PlanTerms
) -> PlanCase:
    """Return the input of the layout plan for ``scenario``.

    Parameters
    ----------
    bundle : tables of the city
    draws : seats of the counties by draw
    scenario : scenario that the plan is made for
    now : present school year
    terms : planner's judgements

    Raises
    ------
    DataError
        A norm is missing, or the forecast ends in the present.
    """
    norms = stage_norms(bundle.table("standards"), draws.stages)
    every = class_sizes(scenario, norms["class_size"], draws.areas, draws.years, now)
    years, stock, gap = stock_and_gap(draws, every, now)
    size = every[:, :, -len(years) :]
    pools = pools_of(bundle.context.pools, draws)
    about = bundle.pack.about if bundle.pack else None
    campus = scenario.new_district.county or (about.new_district if about else "")
    floor = _floor(bundle, draws, norms, stock, size[:, :, 0])
    for pool in pools:
        # Where pupils may attend a neighbouring county's school, a county need not have its own.
        shared = list(pool.areas), pool.stage
        floor[shared] = np.minimum(floor[shared], stock[shared])
    return PlanCase(
        areas=draws.areas,
        stages=draws.stages,
        years=years,
        now=now,
        gap=gap,
        size=size,
        stock=stock,
        floor=floor,
        public=_public_classes(bundle.tables.capacity, draws.areas, size[:, 0, 0]),
        norms=norms,
        units=_units(bundle, draws, norms, stock, size[:, :, 0]),
        pools=pools,
        campus=tuple(place for place, area in enumerate(draws.areas) if area == campus),
        campus_by=int(max([*bundle.table("targets")["year"], years[0]])),
        terms=terms,
        public_share=(about.public_kindergarten_share if about else None) or 0.0,
    )


def pools_of(table: pd.DataFrame, draws: SeatDraws) -> tuple[Pool, ...]:
    """Return the pools with at least two of the counties; the first county is the host.

    Parameters
    ----------
    table : pool, stage, adcode; one row per member
    draws : labels of counties and stages
    """
    own = table[table["adcode"].isin(draws.areas) & table["stage"].isin(draws.stages)]
    return tuple(
        Pool(
            draws.stages.index(str(stage)),
            tuple(draws.areas.index(code) for code in rows["adcode"]),
        )
        for (_, stage), rows in own.groupby(["pool", "stage"])
        if len(rows) > 1
    )


def _units(
    bundle: DataBundle,
    draws: SeatDraws,
    norms: pd.DataFrame,
    stock: FloatArray,
    size: FloatArray,
) -> Units:
    """Return named schools where a county and stage has any, standard ones elsewhere."""
    grades = np.array([STAGE_BY_CODE[stage].years for stage in draws.stages])
    towns = _towns(bundle, draws.areas)[:, None] * norms["schools_a_town_least"].to_numpy()
    usual = norms["school_classes_usual"].to_numpy(dtype=float)
    if bundle.tables.schools is None:
        return standard_units(stock, usual, grades, towns)
    today = schools_today(bundle.tables.schools)
    today = today[today["kind"] != "special"]  # not a place for the pupils of other schools
    least = pd.Series(norms["schools_a_town_least"].to_numpy(dtype=float), draws.stages)
    today = today.assign(kept=not_merged(bundle.tables.schools, today, least))
    big = today[~small_rural(today)]
    named = named_units(big[big["seats"] > 0], draws.areas, draws.stages, size)
    counted = set(zip(named.area.tolist(), named.stage.tolist(), strict=True))
    rest = stock.copy()
    for cell in counted:
        rest[cell] = 0.0
    return all_units([named, standard_units(rest, usual, grades, towns)])


def _towns(bundle: DataBundle, areas: tuple[str, ...]) -> FloatArray:
    """Return the number of towns of each county."""
    towns = bundle.context.townships
    towns = towns[towns["type"].isin(["镇", "乡"])]["county_adcode"].value_counts()
    return towns.reindex(areas, fill_value=0).to_numpy(dtype=float)


def _floor(
    bundle: DataBundle,
    draws: SeatDraws,
    norms: pd.DataFrame,
    stock: FloatArray,
    size: FloatArray,
) -> FloatArray:
    """Return the classes that must be kept, (area, stage).

    One school with one class per grade in each town, small rural schools, and one general senior
    school per county. If fewer exist, the existing ones must be kept; a missing senior school is
    built.
    """
    tracks = _towns(bundle, draws.areas)[:, None]
    grades = np.array([STAGE_BY_CODE[stage].years for stage in draws.stages])
    floor = tracks * grades * norms["schools_a_town_least"].to_numpy()
    floor = np.maximum(floor, grades) + _small_schools(bundle.tables.schools, draws, size)
    senior = draws.stages.index("general_senior")
    kept = np.minimum(floor, stock)
    kept[:, senior] = norms["school_classes_least"].iloc[senior]
    return kept


def _small_schools(schools: pd.DataFrame | None, draws: SeatDraws, size: FloatArray) -> FloatArray:
    """Return classes in primary schools too small to close, (area, stage); 0 if none are known."""
    classes = np.zeros(size.shape)
    if schools is not None:
        today = schools_today(schools)
        small = today[small_rural(today)]
        seats = small.groupby("adcode")["seats"].sum().reindex(draws.areas, fill_value=0)
        primary = draws.stages.index("primary")
        classes[:, primary] = np.ceil(seats.to_numpy() / size[:, primary])
    return classes


def _public_classes(
    capacity: pd.DataFrame | None, areas: tuple[str, ...], size: FloatArray
) -> FloatArray:
    """Return public kindergarten classes in the latest year, (area,); NaN if not reported."""
    if capacity is None:
        return np.full(len(areas), np.nan)
    by_owner = capacity[(capacity["stage"] == "kindergarten") & (capacity["ownership"] != "all")]
    latest = by_owner[by_owner["year"] == by_owner.groupby("adcode")["year"].transform("max")]
    seats = latest.pivot_table(index="adcode", columns="ownership", values="seats", aggfunc="sum")
    public = seats.reindex(areas).get("public", pd.Series(np.nan, index=areas))
    return np.floor(public.to_numpy(dtype=float) / size)
