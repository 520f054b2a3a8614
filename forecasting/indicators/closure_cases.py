"""What has to be known of each school that a plan closes: pupils, ways, protection, costs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from data.contract.stages import STAGE_BY_CODE
from data.data_folder import Tables
from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.destinations import Closure, Destination, closures, destinations
from forecasting.indicators.school_years import OBSERVED, school_years

INTAKE_YEARS = 3
RADIUS = {True: "walking", False: "rural"}


@dataclass(frozen=True)
class Alternative:
    """One way to deal with the school: what it costs once and a year, CNY, and on what basis."""

    code: str
    once_cny: float
    yearly_cny: float
    basis: str


@dataclass(frozen=True)
class ClosureCase:
    """One school that the plan closes, merges or turns into another stage.

    Parameters
    ----------
    closure : what the plan does, and when
    name, county, town : the school and where it lies
    intake : (year, pupils, entrants) of the last years that are known; NaN where not stated
    forecast : (year, pupils) without the plan
    basis : ``forecast`` if the school has a forecast of its own, ``estimate`` if it keeps its share
    pupils : pupils in the year of closure, without the plan
    destinations : schools that receive them, and how far they are
    small : whether it has fewer pupils than the protection of small rural schools
    urban : whether it lies in an urban place, which decides the radius
    radius_km : how far pupils of the stage may go, by the planning norms of town or country
    alternatives : the plan's action and others, with cost
    reason : the plan's reason
    """

    closure: Closure
    name: str
    county: str
    town: str
    intake: tuple[tuple[int, float, float], ...]
    forecast: tuple[tuple[int, float], ...]
    basis: str
    pupils: float
    destinations: tuple[tuple[str, Destination], ...]
    small: bool
    alternatives: tuple[Alternative, ...]
    urban: bool
    radius_km: float
    reason: str

    @property
    def far(self) -> float:
        """Pupils whose new school is beyond the radius, in a straight line."""
        return sum(one.pupils for _, one in self.destinations if one.km > self.radius_km)

    @property
    def placed(self) -> float:
        """Pupils that the named schools have room for."""
        return sum(one.pupils for _, one in self.destinations)


def closure_cases(case: IndicatorCase, standards: pd.DataFrame) -> Iterator[ClosureCase]:
    """Yield one case per named school that the plan of ``case`` closes, by year.

    Parameters
    ----------
    case : tables, forecast and plan
    standards : costs a seat, with basis
    """
    schools = case.tables.schools
    if case.plan is None or schools is None:
        return
    every = closures(case.plan)
    for closure in every:
        rows = school_years(case, closure.stage)
        if closure.id in set(rows["id"]):
            leaving = {one.id for one in every if one.stage == closure.stage
                       and one.year <= closure.year}  # fmt: skip
            intake = _intake(schools[schools["id"] == closure.id], closure.stage)
            reason = str(case.plan.loc[closure.row, "reason"])
            yield replace(_case(case, closure, rows, leaving, standards), intake=intake,
                          reason=reason)  # fmt: skip


def _case(
    case: IndicatorCase, closure: Closure, rows: pd.DataFrame, leaving: set[str],
    standards: pd.DataFrame,
) -> ClosureCase:  # fmt: skip
    own = rows[rows["id"] == closure.id].sort_values("year")
    later = own[own["year"] >= case.now]
    in_year = rows[(rows["year"] == closure.year) & (rows["adcode"] == closure.adcode)]
    one = in_year[in_year["id"] == closure.id].iloc[0]
    pupils, seats = float(one["pupils"]), float(one["seats"])
    names = dict(zip(rows["id"], rows["name"], strict=True))
    goes = destinations(in_year, closure.id, leaving, pupils)
    observed = own[own["basis"] == OBSERVED]["pupils"]
    small = case.figure("small_school", "primary")
    urban = in_town(case.tables, closure.adcode, one.get("town"))
    return ClosureCase(
        closure=closure,
        name=str(one["name"]),
        county=case.counties[closure.adcode],
        town="" if pd.isna(one.get("town")) else str(one["town"]),
        intake=(),
        forecast=tuple(zip(later["year"].astype(int), later["pupils"].astype(float), strict=True)),
        basis=str(later["basis"].iloc[-1]) if len(later) else "",
        pupils=pupils,
        destinations=tuple((str(names[to.id]), to) for to in goes),
        small=closure.stage == "primary" and bool((observed < small).any()),
        alternatives=tuple(_alternatives(closure, pupils, seats, standards)),
        urban=urban,
        radius_km=_norm(standards, closure.stage, f"{RADIUS[urban]}_radius_m") / 1000,
        reason="",
    )


def in_town(tables: Tables, adcode: str, town: object) -> bool:
    """Return whether a school lies in an urban place.

    Settlements of its town decide, the more populous setting where they differ; without any, a
    district of the urban core is urban, and any other county rural.
    """
    settled = tables.settlements
    if settled is not None and isinstance(town, str):
        own = settled[(settled["adcode"] == adcode) & settled["setting"].notna()]
        own = own[own["town"].fillna(own["name"]) == town]
        if len(own):
            people = own["population"].astype(float).fillna(1.0)
            return bool(people[own["setting"] == "urban"].sum() * 2 > people.sum())
    core = tables.areas.set_index("adcode")["urban_core"].get(adcode)
    return bool(pd.notna(core) and core)


def _norm(standards: pd.DataFrame, stage: str, measure: str) -> float:
    rows = standards[(standards["stage"] == stage) & (standards["measure"] == measure)]
    return float(rows["value"].iloc[0])


def _intake(table: pd.DataFrame, stage: str) -> tuple[tuple[int, float, float], ...]:
    """Return year, pupils and entrants of the last years; entrants are those of the first grade."""
    own = table[table["stage"] == stage].dropna(subset=["year"])
    first = STAGE_BY_CODE[stage].grades[0]
    found = []
    for year, rows in own.groupby("year"):
        total, parts = rows[rows["grade"] == "all"], rows[rows["grade"] != "all"]
        counted = total if len(total) else parts
        pupils = counted["pupils"].sum(min_count=1)
        stated = total["entrants"].dropna() if len(total) else parts["entrants"].dropna()
        entering = parts.loc[parts["grade"] == first, "pupils"]
        given = stated.sum() if len(stated) else entering.sum(min_count=1)
        found.append((int(str(year)), _number(pupils), _number(given)))
    return tuple(found[-INTAKE_YEARS:])


def _number(value: object) -> float:
    return float(str(pd.to_numeric(pd.Series([value]), errors="coerce").iloc[0]))


def _alternatives(
    closure: Closure, pupils: float, seats: float, standards: pd.DataFrame
) -> Iterator[Alternative]:
    """Yield the costs of keeping, closing and turning the school, by the planning norms."""
    own = standards[standards["stage"] == closure.stage].set_index("measure")
    value, basis = own["value"].astype(float), own["basis"].astype(str)
    idle = max(0.0, seats - pupils)
    running = value["running_cny_per_pupil_year"] * value["idle_running_share"]
    yield Alternative("keep", 0.0, idle * running, basis["idle_running_share"])
    once = value["close_cny_per_seat"] * seats + value["decision_cny"]
    yield Alternative("close", once, 0.0, basis["close_cny_per_seat"])
    once = value["convert_cny_per_seat"] * seats + value["decision_cny"]
    yield Alternative("convert", once, 0.0, basis["convert_cny_per_seat"])
