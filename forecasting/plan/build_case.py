"""From a forecast to the case of a plan: classes that stand, what must be kept, near neighbours."""

import numpy as np
import pandas as pd

from data.bundle import DataBundle
from data.contract.stages import STAGE_BY_CODE
from data.scenario.schema import Scenario
from data.schools import schools_today
from features.arrays import FloatArray
from forecasting.plan.case import PlanCase, PlanTerms, stage_norms, stock_and_gap
from forecasting.scenario_forecast import class_sizes
from forecasting.seat_draws import SeatDraws

PLANAR = 4546  # CGCS2000, central meridian 111°E
# 国办发〔2018〕27号: a small rural school or teaching point has fewer pupils than this.
SMALL_SCHOOL_PUPILS = 100


def plan_case(
    bundle: DataBundle, draws: SeatDraws, scenario: Scenario, now: int, terms: PlanTerms
) -> PlanCase:
    """Return what a plan for ``scenario`` is decided on.

    Raises
    ------
    DataError
        A norm is missing, or the forecast ends in the present.
    """
    norms = stage_norms(bundle.table("standards"), draws.stages)
    every = class_sizes(scenario, norms["class_size"], draws.areas, draws.years, now)
    years, stock, gap = stock_and_gap(draws, every, now)
    size = every[:, :, -len(years) :]
    campus = scenario.new_district.county
    lenders, apart_km = near_neighbours(bundle, draws.areas, float(norms["bus_km_most"].max()))
    return PlanCase(
        areas=draws.areas,
        stages=draws.stages,
        years=years,
        now=now,
        gap=gap,
        size=size,
        stock=stock,
        floor=_floor(bundle, draws, norms, stock, size[:, :, 0]),
        public=_public_classes(bundle.tables.capacity, draws.areas, size[:, 0, 0]),
        norms=norms,
        lenders=lenders,
        apart_km=apart_km,
        campus=tuple(place for place, area in enumerate(draws.areas) if area == campus),
        campus_by=int(bundle.table("targets")["year"].max()),
        terms=terms,
        weight=np.ones(len(draws.areas)),
    )


def _floor(
    bundle: DataBundle,
    draws: SeatDraws,
    norms: pd.DataFrame,
    stock: FloatArray,
    size: FloatArray,
) -> FloatArray:
    """Return classes that must stay, (area, stage).

    A school of one class a grade a town, small rural schools, and one general senior school a
    county; where fewer stand today, those, but the senior school is built where there is none.
    """
    towns = bundle.context.townships
    towns = towns[towns["type"].isin(["镇", "乡"])]["county_adcode"].value_counts()
    tracks = towns.reindex(draws.areas, fill_value=0).to_numpy()[:, None]
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
        small = today[(today["stage"] == "primary") & (today["pupils"] < SMALL_SCHOOL_PUPILS)]
        seats = small.groupby("adcode")["seats"].sum().reindex(draws.areas, fill_value=0)
        primary = draws.stages.index("primary")
        classes[:, primary] = np.ceil(seats.to_numpy() / size[:, primary])
    return classes


def _public_classes(
    capacity: pd.DataFrame | None, areas: tuple[str, ...], size: FloatArray
) -> FloatArray:
    """Return public kindergarten classes in the latest year, (area,); NaN where not told apart."""
    if capacity is None:
        return np.full(len(areas), np.nan)
    told = capacity[(capacity["stage"] == "kindergarten") & (capacity["ownership"] != "all")]
    latest = told[told["year"] == told.groupby("adcode")["year"].transform("max")]
    seats = latest.pivot_table(index="adcode", columns="ownership", values="seats", aggfunc="sum")
    public = seats.reindex(areas).get("public", pd.Series(np.nan, index=areas))
    return np.floor(public.to_numpy(dtype=float) / size)


def near_neighbours(
    bundle: DataBundle, areas: tuple[str, ...], km_most: float
) -> tuple[tuple[tuple[int, int], ...], FloatArray]:
    """Return pairs of counties, both ways, that adjoin and whose middles are near, and the km."""
    layer = bundle.tables.boundaries
    if layer is None:
        return (), np.zeros(0)
    shapes = layer[layer["adcode"].isin(areas)].to_crs(PLANAR)
    places = [areas.index(code) for code in shapes["adcode"]]
    middles = shapes.representative_point()
    km = {
        (county, neighbour): middles.iloc[one].distance(middles.iloc[other]) / 1000
        for one, county in enumerate(places)
        for other, neighbour in enumerate(places)
        if one != other and shapes.geometry.iloc[one].distance(shapes.geometry.iloc[other]) < 1.0
    }
    near = sorted(pair for pair, distance in km.items() if distance <= km_most)
    return tuple(near), np.array([km[pair] for pair in near])
