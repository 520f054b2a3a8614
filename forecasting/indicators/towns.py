"""Seats required and available by town, from the towns that schools and settlements name."""

import pandas as pd

from data.contract.stages import PLANNED_CODES, STAGE_BY_CODE
from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.school_years import school_years

NOWHERE = ""  # seats of projects and of schools without a town
COLUMNS = [
    "adcode", "county", "town", "stage", "year", "pupils", "seats_required", "seats_required_lo80",
    "seats_required_hi80", "seats", "gap", "children", "inflow", "net_inflow", "basis", "method",
    "missing",
]  # fmt: skip
# How the county's seats are shared: pupils of the towns' schools, children who live in them, or
# residents of any age where no ages are stated.
BY_SCHOOLS, BY_CHILDREN, BY_RESIDENTS = "schools", "children", "residents"
MISSING = "settlements.population"  # what would give towns where there are none
_REQUIRED = ["seats_required", "seats_required_lo80", "seats_required_hi80"]


def town_table(case: IndicatorCase) -> pd.DataFrame:
    """Return one row per town, stage and year from ``now`` on; all of them are estimates.

    The county's required seats are shared: by the pupils of the schools of each town, where schools
    name their towns; else by the children who live there (``settlements``); else, where those state
    no ages, by residents. A share is the same in every draw, so that towns add up to the county in
    each of them. Seats are those of the schools, and what the county has beyond them stands in a
    row without a town; where schools name no towns, seats by town are unknown. ``children`` are the
    pupils of the county shared by where children live, ``inflow`` the pupils of a town's schools
    beyond them. A county without any town has one row that names the missing table.
    """
    living = {stage: _living(case, stage) for stage in PLANNED_CODES}
    parts = [_stage(case, stage, living[stage]) for stage in PLANNED_CODES]
    filled = [part for part in parts if len(part)]
    known = {code for part in filled for code in part["adcode"]}
    absent = [code for code in case.counties if code not in known]
    empty = pd.DataFrame({"adcode": absent, "town": NOWHERE, "stage": "all", "year": case.now,
                          "missing": MISSING, "basis": "", "method": ""})  # fmt: skip
    every = [*filled, empty] if absent else filled
    table = pd.concat([part.reindex(columns=COLUMNS) for part in every], ignore_index=True)
    return table.assign(
        county=table["adcode"].map(case.counties),
        net_inflow=(table["inflow"] > 0.5).map({True: "yes", False: ""}),
        missing=table["missing"].astype(object).fillna(""),
    )


def _stage(case: IndicatorCase, stage: str, living: pd.DataFrame) -> pd.DataFrame:
    """Return the towns of the counties whose schools name them, then those of the others."""
    own = _by_schools(case, stage, living)
    rest = living[~living["adcode"].isin(own["adcode"])]
    others = _by_residence(case, stage, rest)
    filled = [part for part in (own, others) if len(part)]
    table = pd.concat(filled, ignore_index=True) if filled else own
    return table.assign(stage=stage, basis="estimate")


def _by_schools(case: IndicatorCase, stage: str, living: pd.DataFrame) -> pd.DataFrame:
    rows = school_years(case, stage)
    named = set(rows.loc[rows["town"].notna(), "adcode"]) if len(rows) else set()
    rows = rows[rows["adcode"].isin(named) & (rows["year"] >= case.now)]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    keys = ["adcode", "town", "year"]
    sums = (
        rows.assign(town=rows["town"].astype(object).fillna(NOWHERE))
        .groupby(keys)[["pupils", "seats"]]
        .sum()
    )
    table = sums.astype(float).reset_index()
    share = table["pupils"] / table.groupby(["adcode", "year"])["pupils"].transform("sum")
    table = _shared(case, stage, table.drop(columns="pupils").assign(share=share))
    table = table.merge(living[["adcode", "town", "share"]], on=["adcode", "town"], how="left",
                        suffixes=("", "_living"))  # fmt: skip
    table["children"] = table["county_pupils"] * table["share_living"]
    table["inflow"] = (table["pupils"] - table["children"]).where(table["town"] != NOWHERE)
    table = pd.concat([table, _beyond(table)], ignore_index=True)
    table["gap"] = table["seats_required"] - table["seats"]
    return table.sort_values(["adcode", "year"], kind="stable").assign(method=BY_SCHOOLS)


def _by_residence(case: IndicatorCase, stage: str, living: pd.DataFrame) -> pd.DataFrame:
    years = case.cells(stage)[["adcode", "year"]]
    table = _shared(case, stage, living.merge(years, on="adcode"))
    ordered = table.sort_values(["adcode", "year"], kind="stable")
    return ordered.assign(children=ordered["pupils"])


def _shared(case: IndicatorCase, stage: str, towns: pd.DataFrame) -> pd.DataFrame:
    """Return ``towns`` (adcode, year, ``share``) with their part of the county's figures."""
    county = case.cells(stage)[["adcode", "year", "pupils", *_REQUIRED, "seats_available"]]
    table = towns.merge(county, on=["adcode", "year"])
    table["county_pupils"] = table["pupils"].astype(float)
    for name in ("pupils", *_REQUIRED):
        table[name] = table[name].astype(float) * table["share"]
    return table


def _beyond(table: pd.DataFrame) -> pd.DataFrame:
    """Return the seats of each county that no school of a town has, where there are any."""
    groups = table.groupby(["adcode", "year"])
    sums = groups.agg(inside=("seats", "sum"), every=("seats_available", "first")).reset_index()
    sums["seats"] = sums["every"].astype(float) - sums["inside"]
    rows = sums.loc[sums["seats"].abs() > 0.5, ["adcode", "year", "seats"]]
    return rows.assign(town=NOWHERE, pupils=0.0, **dict.fromkeys(_REQUIRED, 0.0))


def _living(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Return adcode, town, ``share`` of the county's children and ``method``, from settlements.

    Ages count only where every settlement of the county states them: residents of all ages do not
    compare with children.
    """
    columns = ["adcode", "town", "share", "method"]
    settled = case.tables.settlements
    if settled is None:
        return pd.DataFrame(columns=columns)
    own = settled[settled["adcode"].isin(case.counties)]
    one = STAGE_BY_CODE[stage]
    children = own[f"age_{one.first_age}_{one.last_age}"].astype(float)
    aged = children.notna().groupby(own["adcode"]).transform("all")
    counts = children.where(aged, own["population"].astype(float))
    # Settlements without a town are the towns themselves.
    town = own["town"].astype(object).where(own["town"].notna(), own["name"])
    sums = counts.groupby([own["adcode"], town.rename("town")]).sum(min_count=1)
    total = sums.groupby(level=0).transform("sum")
    table = (sums / total.where(total > 0)).rename("share").dropna().reset_index()
    by_age = dict(zip(own["adcode"], aged, strict=True))
    method = [BY_CHILDREN if by_age[code] else BY_RESIDENTS for code in table["adcode"]]
    return table.assign(method=method)[columns]
