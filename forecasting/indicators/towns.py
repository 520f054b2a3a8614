"""Seats and gap by town (乡镇), adding up to the county, and towns with a net inflow of pupils."""

import pandas as pd

from data.contract.stages import PLANNED_CODES, STAGE_BY_CODE
from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.school_years import school_years

NOWHERE = ""  # seats of projects and of schools without a town
COLUMNS = [
    "adcode", "county", "town", "stage", "year", "pupils", "seats_required", "seats", "gap",
    "children", "inflow", "net_inflow", "basis",
]  # fmt: skip


def town_table(case: IndicatorCase) -> pd.DataFrame:
    """Return one row per town, stage and year from ``now`` on, where schools name their towns.

    Required seats are those of the county, shared by the pupils of the schools in each town; seats
    are those of the schools, and what the county has beyond them stands in a row without a town, so
    that both add up to the county. ``children`` are the pupils of the county shared by where
    children live (``settlements`` with towns), ``inflow`` the pupils of a town's schools beyond
    them. All rows are estimates.
    """
    if case.schools is None or not case.schools["town"].notna().any():
        return pd.DataFrame(columns=COLUMNS)
    parts = [_stage(case, stage) for stage in PLANNED_CODES]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True)[COLUMNS] if filled else parts[0]


def _stage(case: IndicatorCase, stage: str) -> pd.DataFrame:
    rows = school_years(case, stage)
    named = set(rows.loc[rows["town"].notna(), "adcode"]) if len(rows) else set()
    rows = rows[rows["adcode"].isin(named) & (rows["year"] >= case.now)] if named else rows
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    keys = ["adcode", "town", "year"]
    sums = rows.assign(town=rows["town"].fillna(NOWHERE)).groupby(keys)[["pupils", "seats"]].sum()
    table = sums.astype(float).reset_index()
    county = case.cells(stage)[["adcode", "year", "seats_required", "seats_available", "pupils"]]
    table = table.merge(county, on=["adcode", "year"], suffixes=("", "_county"))
    share = table["pupils"] / table.groupby(["adcode", "year"])["pupils"].transform("sum")
    table["seats_required"] = table["seats_required"].astype(float) * share
    table["pupils"] = table["pupils_county"].astype(float) * share
    table["children"] = table["pupils_county"].astype(float) * _living(case, stage, table)
    table["inflow"] = (table["pupils"] - table["children"]).where(table["town"] != NOWHERE)
    table = pd.concat([table, _beyond(table)], ignore_index=True)
    table["gap"] = table["seats_required"] - table["seats"]
    ordered = table.sort_values(["adcode", "year"], kind="stable")
    return ordered.assign(
        stage=stage,
        county=ordered["adcode"].map(case.counties),
        net_inflow=(ordered["inflow"] > 0.5).map({True: "yes", False: ""}),
        basis="estimate",
    )


def _beyond(table: pd.DataFrame) -> pd.DataFrame:
    """Return the seats of each county that no school of a town has, where there are any."""
    groups = table.groupby(["adcode", "year"])
    sums = groups.agg(inside=("seats", "sum"), every=("seats_available", "first")).reset_index()
    sums["seats"] = sums["every"].astype(float) - sums["inside"]
    rows = sums[sums["seats"].abs() > 0.5]
    return rows[["adcode", "year", "seats"]].assign(town=NOWHERE, seats_required=0.0, pupils=0.0)


def _living(case: IndicatorCase, stage: str, table: pd.DataFrame) -> "pd.Series[float]":
    """Return the share of the county's children who live in the town of each row, if known."""
    settled = case.tables.settlements
    unknown = pd.Series(float("nan"), index=table.index)
    if settled is None:
        return unknown
    one = STAGE_BY_CODE[stage]
    column = f"age_{one.first_age}_{one.last_age}"
    counts = settled[column].astype(float).fillna(settled["population"].astype(float))
    # Settlements without coordinates are the towns themselves.
    town = settled["town"].where(settled["town"].notna(), settled["name"])
    sums = counts.groupby([settled["adcode"], town]).sum()
    shares = sums / sums.groupby(level=0).transform("sum")
    cells = zip(table["adcode"], table["town"], strict=True)
    return pd.Series([shares.get(cell, float("nan")) for cell in cells], index=table.index)
