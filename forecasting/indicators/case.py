"""What the indicators are computed from: the tables given, one scenario and its plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from data.data_folder import Tables
from data.reference.indicator_norms import Norm, norms
from data.schools import schools_today
from forecasting.indicators.pools import SharedSchools, pool_seats, shared_schools
from forecasting.provision.pupil_groups import latest_groups

CELL = ["adcode", "stage", "year"]
SEATS = [
    "pupils", "seats_required", "seats_required_lo80", "seats_required_hi80", "seats_available",
    "supply_basis", "warning", "shortage_probability",
]  # fmt: skip


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
    plan : rows of ``plan.csv`` of the scenario; None without a plan
    outlook : rows of ``plan_outlook.csv`` of the scenario; None without a plan
    school_forecast : id, stage, year, pupils of single schools; None if not forecast
    norms : (code, stage) → norm; default the bundled ones
    by_school : stage → pupils of its schools by year, filled when first computed
    """

    tables: Tables
    demand: pd.DataFrame
    children: pd.DataFrame
    class_size: Mapping[str, float]
    now: int
    plan: pd.DataFrame | None = None
    outlook: pd.DataFrame | None = None
    school_forecast: pd.DataFrame | None = None
    norms: Mapping[tuple[str, str], Norm] = field(default_factory=norms)
    by_school: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @cached_property
    def counties(self) -> dict[str, str]:
        """Adcode → name of the counties, in the order of the forecast."""
        rows = self.demand.drop_duplicates("adcode")
        return dict(zip(rows["adcode"], rows["county"], strict=True))

    @cached_property
    def pools(self) -> tuple[SharedSchools, ...]:
        """Counties that share the schools of a stage, with a plan."""
        return () if self.outlook is None else shared_schools(self.outlook, self.counties)

    @cached_property
    def names(self) -> dict[str, str]:
        """Code → name of counties, then of pools."""
        return self.counties | {one.code: one.name for one in self.pools}

    @cached_property
    def seats(self) -> pd.DataFrame:
        """Pupils and seats of each county, stage and year from ``now`` on.

        ``seats_plan`` includes what the plan adds and gives up: the change of the mean gap. It is
        missing without a plan, and for counties that share the schools of the stage: those are
        one more area (``pools``).
        """
        ahead = self.demand[self.demand["year"] >= self.now]
        rows = ahead[[*CELL, *SEATS]].copy()
        if self.outlook is None:
            return rows.assign(seats_plan=float("nan"), shortage_plan=float("nan"))
        change = self.outlook.assign(
            added=self.outlook["gap"] - self.outlook["gap_with_plan"],
            shortage_plan=self.outlook["shortage_probability_with_plan"],
        )[[*CELL, "added", "shortage_plan"]]
        rows = rows.merge(change, on=CELL, how="left")
        pooled = {(code, one.stage) for one in self.pools for code in one.members}
        shared = pd.Series(
            [cell in pooled for cell in zip(rows["adcode"], rows["stage"], strict=True)],
            index=rows.index, dtype=bool,
        )  # fmt: skip
        first = rows["year"] == self.now
        added = rows["added"].mask(first, 0.0).mask(shared)
        shortage = rows["shortage_plan"].mask(first, rows["shortage_probability"])
        planned = rows["seats_available"].astype(float) + added
        return rows.drop(columns="added").assign(seats_plan=planned, shortage_plan=shortage)

    def figure(self, code: str, stage: str) -> float:
        """Return the figure of a norm that defines something."""
        return float(self.norms[code, stage].threshold)

    def cells(self, stage: str) -> pd.DataFrame:
        """Return pupils and seats of one stage, one row per county, then per pool, and year."""
        own = [one for one in self.pools if one.stage == stage]
        parts = [self.seats[self.seats["stage"] == stage]]
        if self.outlook is not None:
            parts += [pool_seats(one, self.seats, self.outlook, self.now) for one in own]
        return pd.concat(parts, ignore_index=True).drop(columns="stage")

    def children_of(self, stage: str) -> pd.DataFrame:
        """Return adcode, year, children of the ages of one stage, pools after the counties."""
        rows = self.children[self.children["stage"] == stage][["adcode", "year", "children"]]
        return self.with_pools(rows, "children", stage)

    def with_pools(self, rows: pd.DataFrame, column: str, stage: str) -> pd.DataFrame:
        """Return ``rows`` (adcode, year, ``column``) with the sums of the pools of ``stage``."""
        own = [one for one in self.pools if one.stage == stage]
        sums = [
            rows[rows["adcode"].isin(one.members)].groupby("year")[[column]].sum().reset_index()
            .assign(adcode=one.code)
            for one in own
        ]  # fmt: skip
        return pd.concat([rows, *sums], ignore_index=True)[["adcode", "year", column]]

    def pupils(self, stages: tuple[str, ...]) -> pd.DataFrame:
        """Return adcode, year and pupils of ``stages`` from ``now`` on."""
        rows = self.demand[self.demand["stage"].isin(stages) & (self.demand["year"] >= self.now)]
        return rows.groupby(["adcode", "year"], sort=False)["pupils"].sum().reset_index()

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

    def latest(self, column: str, stages: tuple[str, ...], of: str = "pupils") -> pd.DataFrame:
        """Return ``column`` of ``enrolment`` in the latest year of each county that states it."""
        return latest_groups(self.tables.enrolment, self.counties, column, stages, of)
