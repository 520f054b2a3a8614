"""Build siting cases from settlements, existing schools and candidate sites."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.bundle import DataBundle
from data.checks.points import POINT_TABLES, SYNTHETIC
from data.contract.stages import Stage
from data.language import Text
from data.schools import schools_today
from features.arrays import FloatArray
from forecasting.planar import middle_longitude, planar, planar_crs
from forecasting.siting.accessibility import KnownWays
from forecasting.siting.siting_case import SitingCase
from forecasting.siting.ways import Ways, ways_note, ways_of

PLANE = ["x", "y"]
SCHOOL_COLUMNS = [
    "id", "name", "adcode", "stage", "seats", "lon", "lat", *PLANE, "basis", "project",
]  # fmt: skip
COMING = ("finished", "started")  # project states that count as a school


@dataclass(frozen=True)
class Ground:
    """The places of a bundle with planar coordinates ``x, y``.

    Parameters
    ----------
    settlements, schools, sites : the tables of the contract, rows without coordinates left out;
        projects that are finished or under way stand among the schools (``project``)
    norms : (stage, measure) → value, the planning standards
    crs : projected coordinate reference system
    synthetic : whether the places are synthetic
    ways : ways to school from the table ``trips``, or None
    notes : notices for the reader
    """

    settlements: pd.DataFrame
    schools: pd.DataFrame
    sites: pd.DataFrame
    norms: pd.Series
    crs: str
    synthetic: bool
    ways: Ways | None
    notes: tuple[Text, ...]

    @property
    def basis(self) -> str:
        """Basis code of all results derived from these places."""
        return SYNTHETIC if self.synthetic else "estimate"


def ground(bundle: DataBundle) -> Ground | None:
    """Return the places of ``bundle``, or None if nothing has coordinates."""
    tables = {name: getattr(bundle.tables, name) for name in POINT_TABLES}
    if tables["schools"] is not None:
        tables["schools"] = schools_today(tables["schools"])
    located = {
        name: pd.DataFrame() if table is None else table.dropna(subset=["lon", "lat"])
        for name, table in tables.items()
    }
    held = [table for table in located.values() if len(table)]
    if not held:
        return None
    crs = planar_crs(middle_longitude(pd.concat([table["lon"] for table in held])))
    placed = {
        name: table.assign(**dict(zip(PLANE, planar(table, crs).T, strict=True)))
        if len(table)
        else pd.DataFrame(columns=["id", "name", "adcode", "stage", "lon", "lat", *PLANE])
        for name, table in located.items()
    }
    standards = bundle.table("standards").set_index(["stage", "measure"])["value"].astype(float)
    notes: list[Text] = []
    for name, table in tables.items():
        left_out = 0 if table is None else len(table) - len(placed[name])
        if left_out:
            notes.append(
                Text(f"{left_out} 个{_TITLES[name]}没有坐标，未参与选址",
                     f"{left_out} {name} without coordinates are excluded from siting")
            )  # fmt: skip
    settlements = _with_setting(placed["settlements"], bundle, notes)
    schools = _with_seats(placed["schools"], notes).assign(project=False)
    schools = _with_projects(schools, bundle.tables.projects, crs, notes)
    made_up = any((table["basis"] == SYNTHETIC).any() for table in held)
    ways = ways_of(bundle.tables.trips, settlements)
    if len(settlements):
        notes.append(ways_note(ways, settlements["adcode"].tolist()))
    return Ground(
        settlements, schools, placed["sites"], standards, crs, made_up, ways, tuple(notes)
    )


_TITLES = {"settlements": "居民点", "schools": "学校", "sites": "备选用地"}


def _with_setting(settlements: pd.DataFrame, bundle: DataBundle, notes: list[Text]) -> pd.DataFrame:
    """Return settlements with a complete urban or rural setting, inferred from the county."""
    if not len(settlements):
        return settlements
    cores = bundle.tables.areas.set_index("adcode")["urban_core"]
    stated = settlements["setting"]
    inferred = settlements["adcode"].map(cores).map({True: "urban", False: "rural"})
    if stated.isna().any():
        notes.append(
            Text("未注明城乡的居民点：中心城区按城镇半径，其余按乡村半径",
                 "settlements without a setting: urban radius in the urban core, else rural")
        )  # fmt: skip
    return settlements.assign(setting=stated.fillna(inferred).fillna("rural"))


def _with_seats(schools: pd.DataFrame, notes: list[Text]) -> pd.DataFrame:
    """Return schools with numeric seats; present pupils are used where seats are unknown."""
    if not len(schools):
        return schools.assign(seats=pd.Series(dtype=float))
    unknown = schools["seats"].isna()
    if unknown.any():
        count = int(unknown.sum())
        notes.append(
            Text(f"{count} 所学校未填学位数，以在校生数代替（没有则为 0）",
                 f"{count} schools without seats: their pupils are used instead, or 0")
        )  # fmt: skip
    seats = schools["seats"].fillna(schools["pupils"]).fillna(0).astype(float)
    return schools.assign(seats=seats)


def _with_projects(
    schools: pd.DataFrame, projects: pd.DataFrame | None, crs: str, notes: list[Text]
) -> pd.DataFrame:
    """Return schools and projects that are finished or under construction, with all their seats.

    Whenever a project opens, a new school next to it would be idle. A project already in the table
    of schools, by its id, counts once; a project that is merely planned may never be built.
    """
    if projects is None:
        return schools
    located = projects.dropna(subset=["lon", "lat"]).rename(columns={"project_id": "id"})
    coming = located["status"].isin(COMING) & ~located["id"].isin(schools["id"])
    counted, planned = located[coming], int((~located["status"].isin(COMING)).sum())
    if len(counted):
        notes.append(
            Text(f"{len(counted)} 个建成或在建项目有坐标，按学校计入选址",
                 f"{len(counted)} projects finished or in construction count as schools in siting")
        )  # fmt: skip
    if planned:
        notes.append(
            Text(f"{planned} 个未开工项目未计入选址",
                 f"{planned} projects not yet started are excluded from siting")
        )  # fmt: skip
    if counted.empty:
        return schools
    points = dict(zip(PLANE, planar(counted, crs).T, strict=True))
    own = counted.assign(name=counted["id"], project=True, **points).astype({"seats": float})
    parts = [part[SCHOOL_COLUMNS] for part in (schools, own) if len(part)]
    return pd.concat(parts, ignore_index=True)


def children_weights(settlements: pd.DataFrame, stage: Stage) -> FloatArray:
    """Return each settlement's share of its county's children of ``stage``, (settlement,).

    Proportional to children of the stage's ages if every settlement of the county reports them,
    else to residents, else equal. Shares sum to 1 per county.
    """
    county = settlements["adcode"]
    weight = pd.Series(1.0, index=settlements.index)
    for column in ("population", f"age_{stage.first_age}_{stage.last_age}"):
        own = settlements[column].astype(float)
        known = own.groupby(county).transform(lambda part: part.notna().all() and part.sum() > 0)
        weight = weight.where(~known.astype(bool), own)
    return (weight / weight.groupby(county).transform("sum")).to_numpy()


def radii(ground: Ground, stage: Stage) -> FloatArray:
    """Return the longest way to a school of ``stage`` at each settlement, in its county's unit.

    Metres by urban or rural setting, or minutes where the ways are times.
    """
    measure = ground.settlements["setting"].map(
        {"urban": "walking_radius_m", "rural": "rural_radius_m"}
    )
    timed = [way_unit(ground, adcode) == "min" for adcode in ground.settlements["adcode"]]
    measure = measure.mask(np.array(timed, dtype=bool), "trip_minutes_most")
    return np.array([ground.norms[stage.code, name] for name in measure], dtype=float)


def way_unit(ground: Ground, adcode: str) -> str:
    """Return ``m`` or ``min``, the unit of the ways in a county."""
    ways = ground.ways
    return ways.unit if ways is not None and adcode in ways.counties else "m"


def known_ways(ground: Ground, schools: list[str]) -> KnownWays | None:
    """Return the settlements with ways in the table ``trips``, and these to ``schools``."""
    if ground.ways is None:
        return None
    places = ground.settlements["id"].astype(str).tolist()
    trips = ground.ways.between(places, schools)
    measured = ground.settlements["adcode"].isin(ground.ways.counties).to_numpy()
    return KnownWays(measured, trips.place, trips.school, trips.way)


def norm_class_size(ground: Ground, stage: Stage) -> int:
    """Return pupils per class by the standards."""
    return int(ground.norms[stage.code, "class_size"])


def smallest_school(ground: Ground, stage: Stage) -> int:
    """Return the classes of the smallest new school, in complete tracks as in the layout plan.

    One class per grade if the standards give no minimum size.
    """
    grades = stage.last_age - stage.first_age + 1
    least = float(ground.norms.get((stage.code, "school_classes_least"), grades))
    return grades * int(np.ceil(least / grades))


def classes_that_fit(ground: Ground, stage: Stage) -> FloatArray:
    """Return the classes of ``stage`` that fit on each site, by its seats or else by its land.

    None fit on a site for another stage, or without seats and land.
    """
    sites = ground.sites
    if not len(sites):
        return np.zeros(0)
    seats = sites["seats"].astype(float)
    land = ground.norms.get((stage.code, "land_m2_per_pupil"))
    if land is not None:
        seats = seats.fillna(sites["land_m2"].astype(float) / land)
    fits = sites["stage"].isna() | (sites["stage"] == stage.code)
    return np.floor(seats.fillna(0.0).where(fits, 0.0).to_numpy() / norm_class_size(ground, stage))


def siting_case(
    ground: Ground, stage: Stage, adcode: str, children: float, seats_wanted: float, taken: set[str]
) -> SitingCase:
    """Return the case of one county and stage.

    Parameters
    ----------
    ground : all places
    stage : stage of schooling
    adcode : county, whose children go to its own schools
    children : to be seated in the county
    seats_wanted : new seats to place
    taken : sites already assigned to another stage
    """
    here = (ground.settlements["adcode"] == adcode).to_numpy()
    own = ground.schools[
        (ground.schools["adcode"] == adcode) & (ground.schools["stage"] == stage.code)
    ]
    sites = ground.sites
    free = ((sites["adcode"] == adcode) & ~sites["id"].isin(taken)).to_numpy(dtype=bool)
    most = classes_that_fit(ground, stage)[free].astype(np.int64)
    ways = None
    if ground.ways is not None and adcode in ground.ways.counties:
        ends = [*own["id"].astype(str), *sites.loc[free, "id"].astype(str)]
        ways = ground.ways.between(ground.settlements.loc[here, "id"].astype(str).tolist(), ends)
    return SitingCase(
        places=ground.settlements.loc[here, PLANE].to_numpy(dtype=float),
        children=children * children_weights(ground.settlements, stage)[here],
        radius=radii(ground, stage)[here],
        schools=own[PLANE].to_numpy(dtype=float),
        seats=own["seats"].to_numpy(dtype=float),
        sites=sites.loc[free, PLANE].to_numpy(dtype=float),
        least=np.full(int(free.sum()), smallest_school(ground, stage)),
        most=most,
        class_size=norm_class_size(ground, stage),
        seats_wanted=seats_wanted,
        fixed=_opening_cost(ground, stage, sites[free]),
        ways=ways,
    )


def _opening_cost(ground: Ground, stage: Stage, sites: pd.DataFrame) -> FloatArray:
    """Return the cost of a site beyond its classes, in units of the norm cost of a new seat."""
    seat = float(ground.norms.get((stage.code, "cost_cny_per_seat"), np.nan))
    if "cost_cny" not in sites or not np.isfinite(seat):
        return np.zeros(len(sites))
    return sites["cost_cny"].astype(float).fillna(0.0).to_numpy() / seat
