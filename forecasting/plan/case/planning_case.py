"""Input of a layout plan: gaps by draw, existing schools, norms and planner's judgements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.columns import STANDARD_MEASURE
from data.contract.stages import STAGE_BY_CODE
from data.language import Text
from data.problems import DataError, DataProblem
from features.arrays import FloatArray
from forecasting.plan.case.actions import Action
from forecasting.plan.case.units import Units
from forecasting.seat_draws import SeatArray, SeatDraws

SHORTAGE_MOST = 0.2  # a stage gives up seats only while the shortage probability is at most this
WATCH_YEARS = 3  # the year of giving up seats and the years a new school takes to open


@dataclass(frozen=True)
class PlanTerms:
    """Parameters set by the planner's judgement.

    Parameters
    ----------
    shortage_years : cost of one seat-year missing, in years of spending per pupil
    discount_rate : yearly; 8 % is the social discount rate of 建设项目经济评价方法与参数 (3rd ed.)
    budget_cny : upper limit of commitments per school year for the city; None: no limit
    land_m2 : upper limit of land for new schools over all years for the city; None: no limit
    least_gain_cny : fixed cost per decision, which keeps the list of decisions short
    """

    shortage_years: float = 3.0
    discount_rate: float = 0.08
    budget_cny: float | None = None
    land_m2: float | None = None
    least_gain_cny: float = 1.5e7


@dataclass(frozen=True)
class Pool:
    """Counties that share their schools of one stage.

    Parameters
    ----------
    stage : index of the stage
    areas : indices of the counties; the program books additions at the first one
    """

    stage: int
    areas: tuple[int, ...]


@dataclass(frozen=True)
class PlanCase:
    """Input of a layout plan; ``a`` areas, ``s`` stages, ``y`` years in which seats may open.

    Parameters
    ----------
    areas, stages, years : labels; the first year is the one after ``now``
    now : present school year, in which the first decisions fall
    gap : (a, s, y, draw) seats short before the plan
    size : (a, s, y) pupils per class
    stock : (a, s) existing classes
    floor : (a, s) classes that must be kept
    public : (a,) public kindergarten classes; NaN where ownership is not known
    norms : one row per stage, one column per measure of the table ``standards``
    units : existing schools
    pools : counties that share the schools of a stage; the others use only their own
    campus : index of the county with all-stage schools, if it is among the areas
    campus_by : year by which the first of them must be open
    terms : planner's judgements
    kept_spare : (a, s, y) see ``spare``; None: computed from ``gap``
    public_share : minimum planned share of public kindergarten classes; 0 if none is planned
    """

    areas: tuple[str, ...]
    stages: tuple[str, ...]
    years: tuple[int, ...]
    now: int
    gap: SeatArray
    size: FloatArray
    stock: FloatArray
    floor: FloatArray
    public: FloatArray
    norms: pd.DataFrame
    units: Units
    pools: tuple[Pool, ...]
    campus: tuple[int, ...]
    campus_by: int
    terms: PlanTerms
    kept_spare: FloatArray | None = None
    public_share: float = 0.0

    @property
    def cells(self) -> tuple[int, int, int]:
        """Numbers of areas, stages and years."""
        return len(self.areas), len(self.stages), len(self.years)

    @property
    def grades(self) -> npt.NDArray[np.int64]:
        """Classes of a track, one per grade, by stage."""
        return np.array([STAGE_BY_CODE[stage].years for stage in self.stages])

    @property
    def host(self) -> npt.NDArray[np.int64]:
        """Index of the county that hosts each county and stage, (a, s): in a pool the first."""
        host = np.broadcast_to(np.arange(len(self.areas))[:, None], self.stock.shape).copy()
        for pool in self.pools:
            host[list(pool.areas), pool.stage] = pool.areas[0]
        return host

    @property
    def is_host(self) -> npt.NDArray[np.bool_]:
        """True where a county is its own host or that of its pool, (a, s)."""
        alone: npt.NDArray[np.bool_] = self.host == np.arange(len(self.areas))[:, None]
        return alone

    @property
    def receiver(self) -> npt.NDArray[np.int64]:
        """Index of the stage that may take over the schools of each stage, (s,); -1 if none."""
        fed_by = {STAGE_BY_CODE[stage].fed_by: place for place, stage in enumerate(self.stages)}
        return np.array([fed_by.get(stage, -1) for stage in self.stages])

    def pooled(self, values: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        """Return (a, s, …) with the sum of a pool at its first county and 0 at the others."""
        summed = np.zeros_like(values)
        stage = np.broadcast_to(np.arange(len(self.stages)), self.host.shape)
        np.add.at(summed, (self.host, stage), values)
        return summed

    def norm(self, measure: str) -> FloatArray:
        """Return a norm by stage as (1, stage, 1), to broadcast with (area, stage, year)."""
        return self.norms[measure].to_numpy(dtype=float)[None, :, None]

    def lead(self, action: Action) -> npt.NDArray[np.int64]:
        """Return years from decision to opening, by stage; for a conversion the giving stage."""
        measure = "close_years" if action == Action.MERGE else f"{action}_years"
        return self.norms[measure].to_numpy(dtype=int)

    def decided_in(self, action: Action) -> npt.NDArray[np.int64]:
        """Return the school year in which an opening must be decided, (stage, year)."""
        return np.array(self.years)[None] - self.lead(action)[:, None]

    def discount(self, years: npt.ArrayLike) -> FloatArray:
        """Return the present value of one yuan in ``years``."""
        return (1 + self.terms.discount_rate) ** -(np.asarray(years, float) - self.now)

    def missing_cost(self) -> FloatArray:
        """Return the cost of one missing seat-year, (a, s, y), CNY, discounted."""
        return self._yearly(self.terms.shortage_years)

    def idle_cost(self) -> FloatArray:
        """Return the cost of one idle seat-year in an open class, (a, s, y), CNY, discounted."""
        return self._yearly(self.norm("idle_running_share"))

    def may_give(self) -> npt.NDArray[np.bool_]:
        """Return the years in which a stage could give up seats without any action, (a, s, y)."""
        spare = self.spare()
        watched = np.stack(
            [spare[..., year : year + WATCH_YEARS + 1].max(-1) for year in range(len(self.years))],
            axis=-1,
        )
        may: npt.NDArray[np.bool_] = (watched <= 0)[self.host, np.arange(len(self.stages))]
        return may

    def spare(self) -> FloatArray:
        """Return the least added seats at which a shortage is unlikely, (a, s, y), by pool."""
        if self.kept_spare is not None:
            return self.kept_spare
        gap = self.pooled(self.gap)
        # A draw equal to the seats is no shortage; single precision requires a tolerance.
        edge = np.quantile(gap, 1 - SHORTAGE_MOST, axis=-1, method="higher").astype(float)
        return edge + 1e-3

    def by_mean(self) -> "PlanCase":
        """Return the case with the mean gap as its only draw, under the same rules."""
        mean = self.gap.mean(axis=-1, keepdims=True)
        return replace(self, gap=mean, kept_spare=self.spare())

    def with_gap(self, gap: SeatArray) -> "PlanCase":
        """Return the case with other draws of the gap."""
        return replace(self, gap=gap)

    def _yearly(self, share: float | FloatArray) -> FloatArray:
        spending = self.norm("running_cny_per_pupil_year") * share
        return np.broadcast_to(spending * self.discount(self.years), self.cells)


def stage_norms(standards: pd.DataFrame, stages: Sequence[str]) -> pd.DataFrame:
    """Return norms as a table (stage, measure) that is complete for a plan.

    Parameters
    ----------
    standards : stage, measure, value
    stages : codes of the stages to plan

    Raises
    ------
    DataError
        A stage lacks a measure.
    """
    table = standards.pivot_table("value", "stage", "measure").reindex(stages)
    unused = {
        "seats_per_1000_residents",
        "walking_radius_m",
        "rural_radius_m",
        "trip_minutes_most",
    }
    problems = [
        DataProblem(
            "standards",
            Text(f"{titles[0]}（{stage}）", f"{measure} of {stage}"),
            Text("在标准表中补上这一行", "add the row to the table of standards"),
            column="measure",
        )
        for measure, titles in STANDARD_MEASURE.items()
        for stage in stages
        if measure not in unused and (measure not in table or pd.isna(table.loc[stage, measure]))
    ]
    if problems:
        raise DataError(problems)
    return table


def stock_and_gap(
    draws: SeatDraws, size: FloatArray, now: int
) -> tuple[tuple[int, ...], FloatArray, SeatArray]:
    """Return the years of the plan, the classes that exist in all draws and years, and the gap.

    Parameters
    ----------
    draws : seats of the counties
    size : (area, stage, year) pupils per class in the years of the draws
    now : present school year
    """
    ahead = np.array(draws.years) > now
    if not ahead.any():
        expected = Text(f"{now}年以后的预测", f"a forecast beyond {now}")
        how_to_fix = Text("用更大的 --until 重新预测", "forecast again with a later --until")
        raise DataError([DataProblem("--until", expected, how_to_fix)])
    years = tuple(int(year) for year in np.array(draws.years)[ahead])
    # Classes that retire within the horizon cannot be closed or converted as well.
    standing = (draws.available[:, :, ahead].min(axis=-1) / size[:, :, ahead]).min(axis=-1)
    return years, np.floor(standing + 1e-6), draws.gap[:, :, ahead]
