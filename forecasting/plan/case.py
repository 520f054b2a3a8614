"""What a layout plan is decided on: gaps in every draw, schools that stand, norms, judgements."""

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
from forecasting.seat_draws import SeatArray, SeatDraws

PUBLIC_SHARE = 0.5105
ACTIONS = ("build", "campus", "expand", "convert", "lease", "bus", "close")


@dataclass(frozen=True)
class PlanTerms:
    """What a planner judges rather than measures.

    Parameters
    ----------
    shortage_years : a seat missing for a year weighs as much as so many years' spending on a pupil
    discount_rate : a year; 8 % is the social discount rate of 建设项目经济评价方法与参数 (3rd ed.)
    budget_cny : most that is committed in a school year, for the whole city; None: no limit
    land_m2 : most land for new schools over all years, for the whole city; None: no limit
    """

    shortage_years: float = 3.0
    discount_rate: float = 0.08
    budget_cny: float | None = None
    land_m2: float | None = None


@dataclass(frozen=True)
class PlanCase:
    """A plan to be made. ``a`` areas, ``s`` stages, ``y`` years in which seats may open.

    Parameters
    ----------
    areas, stages, years : labels; the first year is the one after ``now``
    now : present school year, in which the first decisions fall
    gap : (a, s, y, draw) seats short before the plan
    size : (a, s, y) pupils a class
    stock : (a, s) classes that stand today
    floor : (a, s) classes that must stay
    public : (a,) public kindergarten classes; NaN where ownership is not known
    norms : a row a stage, a column a measure of the table ``standards``
    lenders : pairs (county, neighbour) whose pupils a bus may take to the neighbour
    apart_km : (pair,) distance between the middles of the two
    campus : place of the county with all-stage schools, if it is among the areas
    campus_by : year by which the first of them is to be open
    terms : judgements
    weight : (a,) probability of each copy of a county; see ``forecasting.plan.value_of_waiting``
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
    lenders: tuple[tuple[int, int], ...]
    apart_km: FloatArray
    campus: tuple[int, ...]
    campus_by: int
    terms: PlanTerms
    weight: FloatArray

    @property
    def cells(self) -> tuple[int, int, int]:
        """Numbers of areas, stages and years."""
        return len(self.areas), len(self.stages), len(self.years)

    @property
    def grades(self) -> npt.NDArray[np.int64]:
        """Classes of a track, one a grade, by stage."""
        return np.array([STAGE_BY_CODE[stage].years for stage in self.stages])

    def norm(self, measure: str) -> FloatArray:
        """Return a norm by stage as (1, stage, 1), ready to meet (area, stage, year)."""
        return self.norms[measure].to_numpy(dtype=float)[None, :, None]

    def lead(self, action: str) -> npt.NDArray[np.int64]:
        """Return years from decision to opening, by stage."""
        measure = {"campus": "build", "bus": "lease"}.get(action, action)
        return self.norms[f"{measure}_years"].to_numpy(dtype=int)

    def discount(self, years: npt.ArrayLike) -> FloatArray:
        """Return the present value of a yuan in ``years``."""
        return (1 + self.terms.discount_rate) ** -(np.asarray(years, float) - self.now)

    def missing_cost(self) -> FloatArray:
        """Return what a seat missing for a year costs, (a, s, y), discounted and weighted."""
        return self._yearly(self.terms.shortage_years)

    def idle_cost(self) -> FloatArray:
        """Return what an empty seat in an open class costs a year, (a, s, y), likewise."""
        return self._yearly(self.norm("idle_running_share"))

    def with_gap(self, gap: SeatArray) -> "PlanCase":
        """Return the case with other draws of the gap."""
        return replace(self, gap=gap)

    def of(self, places: Sequence[int]) -> "PlanCase":
        """Return the counties at ``places`` alone."""
        kept = list(places)
        inside = [place for place, pair in enumerate(self.lenders) if set(pair) <= set(kept)]
        return replace(
            self,
            areas=tuple(self.areas[place] for place in kept),
            **{
                name: getattr(self, name)[kept]
                for name in ("gap", "size", "stock", "floor", "public", "weight")
            },
            lenders=tuple(
                (kept.index(self.lenders[place][0]), kept.index(self.lenders[place][1]))
                for place in inside
            ),
            apart_km=self.apart_km[inside],
            campus=tuple(kept.index(place) for place in self.campus if place in kept),
        )

    def _yearly(self, share: float | FloatArray) -> FloatArray:
        spending = self.norm("running_cny_per_pupil_year") * share
        weighed = spending * self.discount(self.years) * self.weight[:, None, None]
        return np.broadcast_to(weighed, self.cells)


def stage_norms(standards: pd.DataFrame, stages: Sequence[str]) -> pd.DataFrame:
    """Return norms as a table (stage, measure); every measure that a plan needs is in it.

    Raises
    ------
    DataError
        A stage lacks a measure.
    """
    table = standards.pivot_table("value", "stage", "measure").reindex(stages)
    unused = {"seats_per_1000_residents", "walking_radius_m"}
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
    """Return the years of the plan, classes that surely stand throughout, and the gap.

    Parameters
    ----------
    draws : seats of the counties
    size : (area, stage, year) pupils a class in the years of the draws
    now : present school year
    """
    ahead = np.array(draws.years) > now
    if not ahead.any():
        expected = Text(f"{now}年以后的预测", f"a forecast beyond {now}")
        remedy = Text("用更大的 --until 重新预测", "forecast again with a later --until")
        raise DataError([DataProblem("--until", expected, remedy)])
    years = tuple(int(year) for year in np.array(draws.years)[ahead])
    # What retires within the horizon cannot be closed or handed over as well.
    standing = (draws.available[:, :, ahead].min(axis=-1) / size[:, :, ahead]).min(axis=-1)
    return years, np.floor(standing + 1e-6), draws.gap[:, :, ahead]
