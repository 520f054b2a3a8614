"""Pupils of single schools by year, as they stand and with the plan."""

import pandas as pd

from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.destinations import closures, destinations
from forecasting.plan.case.actions import GIVING, TEMPORARY

OBSERVED, FORECAST, ESTIMATE = "observed", "forecast", "estimate"
CONDITIONS = ("classes", "seats", "teaching_m2", "sports_m2", "largest_class", "large_classes")

COLUMNS = [
    "id", "name", "adcode", "town", "kind", "year", "pupils", *CONDITIONS, "basis", "plan_pupils",
]  # fmt: skip


def school_years(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Return one row per school and year of one stage, schools of special education left out.

    Rooms, classes and seats stay as stated. Pupils of later years are those of the schools' own
    forecast (``basis`` forecast), else a school keeps its share of the county (estimate).

    Returns
    -------
    id, name, adcode, kind, year, pupils, conditions, basis, ``plan_pupils``: pupils with the plan
    (missing without a plan; 0 once the school is closed)
    """
    if stage not in case.by_school:
        case.by_school[stage] = _school_years(case, stage)
    return case.by_school[stage]


def _school_years(case: IndicatorCase, stage: str) -> pd.DataFrame:
    schools = case.schools
    if schools is None:
        return pd.DataFrame(columns=COLUMNS)
    own = schools[(schools["stage"] == stage) & (schools["kind"] != "special")]
    own = own.dropna(subset="pupils")
    own = own.assign(year=own["year"].astype("Float64").fillna(case.now).astype("int64"))
    unchanged = own["pupils"].astype(float) if case.plan is not None else float("nan")
    if own.empty:
        return pd.DataFrame(columns=COLUMNS)
    now = own.assign(basis=OBSERVED, plan_pupils=unchanged)
    parts = [now, *(_in_year(case, own, stage, year) for year in _years(case, own))]
    table = pd.concat(parts, ignore_index=True)
    return table.astype({"pupils": float, "year": "int64"})


def _years(case: IndicatorCase, schools: pd.DataFrame) -> list[int]:
    """Return the years from the present on that the schools' own table does not state."""
    given = set(schools["year"])
    years = sorted(set(case.demand.loc[case.demand["year"] >= case.now, "year"]))
    return [year for year in years if year not in given]


def _in_year(case: IndicatorCase, schools: pd.DataFrame, stage: str, year: int) -> pd.DataFrame:
    pupils, basis = _share_of_county(case, schools, stage, year), ESTIMATE
    if case.school_forecast is not None:
        own = case.school_forecast
        own = own[(own["stage"] == stage) & (own["year"] == year)].set_index("id")["pupils"]
        known = schools["id"].map(own)
        pupils, basis = known.fillna(pupils), FORECAST
    rows = schools.assign(year=year, pupils=pupils.astype(float), basis=basis)
    if case.plan is None:
        return rows.assign(plan_pupils=float("nan"))
    return rows.assign(plan_pupils=_with_plan(case.plan, rows, stage, year))


def _share_of_county(
    case: IndicatorCase, schools: pd.DataFrame, stage: str, year: int
) -> "pd.Series[float]":
    """Return each school's pupils times the county's growth since the schools' year."""
    demand = case.demand[case.demand["stage"] == stage]
    pupils = demand.set_index(["adcode", "year"])["pupils"].astype(float)
    sums = schools.groupby("adcode")["pupils"].transform("sum").astype(float)
    base = pd.Series(
        [pupils.get(cell) for cell in zip(schools["adcode"], schools["year"], strict=True)],
        index=schools.index, dtype=float,
    ).fillna(sums)  # fmt: skip
    later = pd.Series(
        [pupils.get((code, year)) for code in schools["adcode"]], index=schools.index, dtype=float
    )
    return schools["pupils"].astype(float) * later / base.where(base > 0)


def _with_plan(plan: pd.DataFrame, rows: pd.DataFrame, stage: str, year: int) -> "pd.Series[float]":
    """Return pupils by school with the plan: those of closed schools go to the nearest with room.

    Added seats, rented ones apart, take pupils beyond the seats of their schools.
    """
    pupils = rows["pupils"].copy()
    gone = [one for one in closures(plan) if one.stage == stage and one.year <= year]
    leaving = {one.id for one in gone}
    for one in gone:
        here = rows["id"] == one.id
        if not here.any():
            continue
        moved = float(pupils[here].iloc[0])
        pupils[here] = 0.0
        county = rows[rows["adcode"] == one.adcode].assign(pupils=pupils)
        for to in destinations(county, one.id, leaving, moved):
            pupils[rows["id"] == to.id] += to.pupils
            moved -= to.pupils
        rest = (rows["adcode"] == one.adcode) & ~rows["id"].isin(leaving)
        total = float(pupils[rest].sum())
        if moved > 0 and total > 0:
            pupils[rest] *= 1 + moved / total
    return _relieved(plan, rows, pupils, stage, year)


def _relieved(
    plan: pd.DataFrame, rows: pd.DataFrame, pupils: "pd.Series[float]", stage: str, year: int
) -> "pd.Series[float]":
    """Return ``pupils`` less those beyond the seats of their schools who find new seats."""
    lasting = ~plan["action"].isin((*GIVING, *TEMPORARY))
    added = plan[(plan["stage"] == stage) & (plan["year"] <= year) & lasting]
    new = rows["adcode"].map(added.groupby("adcode")["seats"].sum()).fillna(0.0)
    over = (pupils - rows["seats"].astype(float)).clip(lower=0.0).fillna(0.0)
    beyond = over.groupby(rows["adcode"]).transform("sum")
    share = (new / beyond.where(beyond > 0)).clip(upper=1.0).fillna(0.0)
    return pupils - over * share
