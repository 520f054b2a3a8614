"""Dwellings to be occupied, and the pupils in each of them by years since occupation."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.contract.fields import ALL_KINDS
from data.contract.stages import STAGE_CODES
from data.language import Text
from data.problems import DataError, DataProblem
from data.scenario.parts import NewDistrict
from features.arrays import FloatArray


@dataclass(frozen=True)
class Yield:
    """Pupils of one stage per dwelling.

    Parameters
    ----------
    years : years since occupation, ascending; straight lines between, level outside
    pupils : pupils per dwelling after these years
    error : relative standard error, common to all dwellings of a kind
    """

    years: tuple[float, ...]
    pupils: tuple[float, ...]
    error: float = 0.0

    def after(self, years: FloatArray) -> FloatArray:
        """Return pupils per dwelling ``years`` after occupation."""
        return np.interp(years, self.years, self.pupils)


@dataclass(frozen=True)
class Dwellings:
    """Dwellings of one kind that are occupied in one year.

    Parameters
    ----------
    adcode, year, count : county, year of occupation, number of dwellings
    kind : kind of dwelling; the error of a yield is common to a kind
    yields : stage → pupils per dwelling, where stated
    """

    adcode: str
    year: int
    count: float
    kind: str
    yields: Mapping[str, Yield]


def stated_dwellings(
    housing: pd.DataFrame | None, yields: pd.DataFrame | None
) -> tuple[Dwellings, ...]:
    """Return the dwellings of the planner's tables.

    A row's own pupils per dwelling hold in all years; else those of its kind, else of any kind.

    Parameters
    ----------
    housing : ``adcode, year, kind, dwellings`` and by stage ``kindergarten_yield …``
    yields : ``kind, stage, years_since, pupils_per_dwelling, error``
    """
    rows = [] if housing is None else housing.to_dict("records")
    return tuple(
        Dwellings(
            str(row["adcode"]),
            int(row["year"]),
            float(row["dwellings"]),
            str(row["kind"]),
            yields_of(yields, str(row["kind"])) | _own(row),
        )
        for row in rows
    )


def new_district_dwellings(
    plan: NewDistrict, yields: pd.DataFrame | None = None
) -> tuple[Dwellings, ...]:
    """Return the dwellings of a scenario; its own pupils per dwelling replace those of the kind.

    Raises
    ------
    DataError : a kind that the table does not have
    """
    known = set() if yields is None else set(yields["kind"])
    if plan.kind not in known | {ALL_KINDS}:
        expected = Text("住房学生数表中的住房类型", "a kind of the table dwelling_yields")
        how_to_fix = Text("改正类型，或在该表中补上它", "correct it, or add it to that table")
        problem = DataProblem("new_district", expected, how_to_fix, column="kind", value=plan.kind)
        raise DataError([problem])
    own = {
        stage: _curve(value if isinstance(value, Mapping) else {0: value}, plan.yield_error)
        for stage, value in plan.pupils_per_dwelling.items()
    }
    found = yields_of(yields, plan.kind) | own
    return tuple(
        Dwellings(str(plan.county), year, count, plan.kind, found)
        for year, count in plan.dwellings.items()
    )


def yields_of(yields: pd.DataFrame | None, kind: str) -> dict[str, Yield]:
    """Return stage → yield stated for a kind of dwelling, else for any kind."""
    if yields is None:
        return {}
    found = {}
    for stage, rows in yields.groupby("stage"):
        mine = rows[rows["kind"] == kind]
        curve = (mine if len(mine) else rows[rows["kind"] == ALL_KINDS]).sort_values("years_since")
        if len(curve):
            points = zip(curve["years_since"], curve["pupils_per_dwelling"], strict=True)
            error = float(curve["error"].astype(float).max())
            found[str(stage)] = _curve({int(year): float(value) for year, value in points}, error)
    return found


def _own(row: Mapping[str, float]) -> dict[str, Yield]:
    """Return the constant yields that a row of the housing table states."""
    stated = {stage: row.get(f"{stage}_yield", np.nan) for stage in STAGE_CODES}
    return {stage: _curve({0: float(one)}) for stage, one in stated.items() if not pd.isna(one)}


def _curve(points: Mapping[int, float], error: float = 0.0) -> Yield:
    years = sorted(points)
    return Yield(tuple(map(float, years)), tuple(points[year] for year in years), error)
