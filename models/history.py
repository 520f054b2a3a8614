"""The enrolment arrays that models take and return."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.grades import grade_order
from features.arrays import FloatArray, require_shape

ALL_GRADES = "all"


@dataclass(frozen=True)
class EnrolmentHistory:
    """Pupils by grade in the past, and births where they are known.

    Parameters
    ----------
    areas : identifiers as the user wrote them
    years : consecutive school years (year Y starts in autumn Y)
    grades : grade codes as the user wrote them, youngest first
    pupils : (area, year, grade) pupils; NaN where nothing was reported
    consecutive : (grade,) True where a grade's code follows the one before it by exactly one
    birth_years : consecutive calendar years; may reach beyond ``years``
    births : (area, birth year) persons a year; NaN where unknown
    """

    areas: tuple[str, ...]
    years: tuple[int, ...]
    grades: tuple[str, ...]
    pupils: FloatArray
    consecutive: npt.NDArray[np.bool_]
    birth_years: tuple[int, ...]
    births: FloatArray

    def __post_init__(self) -> None:
        """Check that every axis has its label."""
        areas = {"area": len(self.areas)}
        grades = {"grade": len(self.grades)}
        require_shape("pupils", self.pupils, areas | {"year": len(self.years)} | grades)
        require_shape("consecutive", self.consecutive.astype(float), grades)
        require_shape("births", self.births, areas | {"birth year": len(self.birth_years)})

    def until(self, year: int) -> "EnrolmentHistory":
        """Return the history as known after the count of school year ``year``."""
        kept = [known <= year for known in self.years]
        born = [known <= year for known in self.birth_years]
        return EnrolmentHistory(
            self.areas,
            tuple(known for known in self.years if known <= year),
            self.grades,
            self.pupils[:, kept],
            self.consecutive,
            tuple(known for known in self.birth_years if known <= year),
            self.births[:, born],
        )


@dataclass(frozen=True)
class EnrolmentForecast:
    """Pupils by grade in the future.

    Parameters
    ----------
    areas, grades : as in the history
    years : forecast school years
    median : (area, year, grade) pupils, the forecast that minimises absolute error
    shown : (area, grade) True where the grade exists, now or within the forecast years
    sample : function of a slice of areas that returns their draws (area, year, grade, draw), so
        that the draws of thousands of areas need not be in memory at once
    """

    areas: tuple[str, ...]
    years: tuple[int, ...]
    grades: tuple[str, ...]
    median: FloatArray
    shown: npt.NDArray[np.bool_]
    sample: Callable[[slice], FloatArray]

    def __post_init__(self) -> None:
        """Check that every axis has its label."""
        areas, grades = {"area": len(self.areas)}, {"grade": len(self.grades)}
        require_shape("median", self.median, areas | {"year": len(self.years)} | grades)
        require_shape("shown", self.shown.astype(float), areas | grades)

    @cached_property
    def pupils(self) -> FloatArray:
        """Return pupils (area, year, grade, draw); their mean is ``median``.

        A draw is one joint outcome of all areas, so sums over grades or areas are taken by draw.
        """
        return self.sample(slice(None))


def build_history(enrolment: pd.DataFrame, births: pd.DataFrame | None) -> EnrolmentHistory:
    """Return the arrays of two long tables.

    Parameters
    ----------
    enrolment : area_id, year, grade, enrolment; one row per cell
    births : area_id, year, births; areas without enrolment are ignored
    """
    areas = tuple(enrolment["area_id"].unique())
    years = tuple(range(int(enrolment["year"].min()), int(enrolment["year"].max()) + 1))
    place = {code: grade_order(code) for code in enrolment["grade"].unique()}
    order = {code: value if value is not None else 0 for code, value in place.items()}
    grades = tuple(sorted(order, key=lambda code: order[code]))
    follows = [False, *(order[b] - order[a] == 1 for a, b in pairwise(grades))]
    pupils = np.full((len(areas), len(years), len(grades)), np.nan)
    at = [
        pd.Index(labels).get_indexer(enrolment[name])
        for name, labels in (("area_id", areas), ("year", years), ("grade", grades))
    ]
    pupils[at[0], at[1], at[2]] = enrolment["enrolment"].to_numpy(float)
    birth_years, born = births_array(areas, births)
    return EnrolmentHistory(areas, years, grades, pupils, np.array(follows), birth_years, born)


def births_array(
    areas: tuple[str, ...], births: pd.DataFrame | None
) -> tuple[tuple[int, ...], FloatArray]:
    """Return the birth years and births (area, birth year) of ``areas``."""
    known = None if births is None else births[births["area_id"].isin(areas)]
    if known is None or known.empty:
        return (), np.zeros((len(areas), 0))
    years = range(int(known["year"].min()), int(known["year"].max()) + 1)
    wide = known.pivot_table(index="area_id", columns="year", values="births")
    wide = wide.reindex(index=list(areas), columns=list(years))
    return tuple(years), wide.interpolate(axis=1, limit_area="inside").to_numpy(float)
