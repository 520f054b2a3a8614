"""What the indicators are computed from: the tables given, one scenario and its plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from data.data_folder import Tables
from data.schools import schools_today

CELL = ["adcode", "stage", "year"]


@dataclass(frozen=True)
class IndicatorCase:
    """Tables of a data folder with the forecast of one scenario and its plan.

    Parameters
    ----------
    tables : tables of the data folder
    demand : rows of ``demand.csv`` of the scenario, counties alone
    children : adcode, stage, year, children: residents of the ages of each stage
    class_size : stage → pupils per class by the norm
    now : present school year
    pooled : (adcode, stage) whose schools several counties share
    plan : rows of ``plan.csv`` of the scenario; None without a plan
    outlook : rows of ``plan_outlook.csv`` of the scenario; None without a plan
    school_forecast : id, stage, year, pupils of single schools; None if not forecast
    by_school : stage → pupils of its schools by year, filled when first computed
    """

    tables: Tables
    demand: pd.DataFrame
    children: pd.DataFrame
    class_size: Mapping[str, float]
    now: int
    pooled: frozenset[tuple[str, str]] = frozenset()
    plan: pd.DataFrame | None = None
    outlook: pd.DataFrame | None = None
    school_forecast: pd.DataFrame | None = None
    by_school: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @cached_property
    def counties(self) -> dict[str, str]:
        """Adcode → name of the counties, in the order of the forecast."""
        rows = self.demand.drop_duplicates("adcode")
        return dict(zip(rows["adcode"], rows["county"], strict=True))

    @cached_property
    def seats(self) -> pd.DataFrame:
        """Pupils and seats of each county, stage and year from ``now`` on.

        ``seats_plan`` includes what the plan adds and gives up: the change of the mean gap. It is
        missing without a plan, and where several counties share the schools of the stage.
        """
        ahead = self.demand[self.demand["year"] >= self.now]
        columns = [*CELL, "pupils", "seats_required", "seats_available", "supply_basis", "warning"]
        rows = ahead[[*columns, "shortage_probability"]].copy()
        if self.outlook is None:
            return rows.assign(seats_plan=float("nan"), shortage_plan=float("nan"))
        change = self.outlook.assign(
            added=self.outlook["gap"] - self.outlook["gap_with_plan"],
            shortage_plan=self.outlook["shortage_probability_with_plan"],
        )[[*CELL, "added", "shortage_plan"]]
        rows = rows.merge(change, on=CELL, how="left")
        shared = pd.Series(
            [cell in self.pooled for cell in zip(rows["adcode"], rows["stage"], strict=True)],
            index=rows.index,
        )
        first = rows["year"] == self.now
        added = rows["added"].mask(first, 0.0).mask(shared)
        shortage = rows["shortage_plan"].mask(first, rows["shortage_probability"])
        planned = rows["seats_available"].astype(float) + added
        return rows.drop(columns="added").assign(seats_plan=planned, shortage_plan=shortage)

    def cells(self, stage: str) -> pd.DataFrame:
        """Return pupils and seats of one stage, one row per county and year."""
        return self.seats[self.seats["stage"] == stage].drop(columns="stage")

    @cached_property
    def residents(self) -> pd.DataFrame:
        """Latest stated residents by county: adcode, year, population."""
        totals = self.tables.totals
        if totals is None:
            return pd.DataFrame(columns=["adcode", "year", "population"])
        own = totals[totals["adcode"].isin(self.counties)]
        return own.sort_values("year").drop_duplicates("adcode", keep="last")

    @cached_property
    def schools(self) -> pd.DataFrame | None:
        """One row per school and stage as they stand; None without the table."""
        if self.tables.schools is None:
            return None
        today = schools_today(self.tables.schools)
        return today[today["adcode"].isin(self.counties)]

    def latest_enrolment(self, column: str, stages: tuple[str, ...]) -> pd.DataFrame:
        """Return adcode, year, ``column`` and pupils of the latest year that states ``column``.

        Sums over ``stages``; rows by grade are summed where there is no row over all of them.
        """
        table = self.tables.enrolment
        columns = ["adcode", "year", column, "pupils"]
        if table is None or column not in table:
            return pd.DataFrame(columns=columns)
        rows = table[table["stage"].isin(stages) & table["adcode"].isin(self.counties)]
        rows = rows.dropna(subset=[column])
        if rows.empty:
            return pd.DataFrame(columns=columns)
        key = [rows["adcode"], rows["stage"], rows["year"]]
        over_all = (rows["grade"] == "all").groupby(key).transform("any")
        rows = rows[~over_all | (rows["grade"] == "all")]
        rows = rows[rows["year"] == rows.groupby(["adcode", "stage"])["year"].transform("max")]
        sums = rows.groupby("adcode", sort=False)[[column, "pupils"]].sum()
        years = rows.groupby("adcode", sort=False)["year"].max()
        return sums.assign(year=years).reset_index()[columns].astype({"year": "int64"})
