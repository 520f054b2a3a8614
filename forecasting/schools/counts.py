"""Pupils of the schools of one county and stage in the past, from the table ``schools``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.contract.grades import ALL
from data.contract.stages import STAGE_BY_CODE
from data.schools import not_yet_open, planned_schools
from features.arrays import FloatArray, require_shape


class Planned(NamedTuple):
    """A school that is not yet open: its first school year and its seats."""

    year: int
    seats: float


@dataclass(frozen=True)
class SchoolCounts:
    """Pupils of the schools of one county and stage.

    A school without rows in a year had no pupils then: not yet open, or closed.

    Parameters
    ----------
    adcode, stage : county and stage
    ids : schools, in alphabetical order
    years : consecutive school years
    grades : grade codes, youngest first; ``("all",)`` where no school states its grades
    pupils : (school, year, grade)
    planned : school → what is known of it, for schools that are not yet open
    """

    adcode: str
    stage: str
    ids: tuple[str, ...]
    years: tuple[int, ...]
    grades: tuple[str, ...]
    pupils: FloatArray
    planned: Mapping[str, Planned] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that every axis has its label."""
        lengths = {"school": len(self.ids), "year": len(self.years), "grade": len(self.grades)}
        require_shape("pupils", self.pupils, lengths)


def school_counts(schools: pd.DataFrame, present: int) -> Iterator[SchoolCounts]:
    """Yield the counts of each county and stage that has a school with pupils.

    Parameters
    ----------
    schools : table ``schools``; a row without a year counts as one of ``present``
    present : present school year
    """
    coming = planned_schools(schools)
    known = schools[~not_yet_open(schools)].dropna(subset=["pupils"])
    known = known.assign(
        year=known["year"].astype("Float64").fillna(present).astype(int),
        pupils=known["pupils"].astype(float),
    )
    for (adcode, stage), rows in known.groupby(["adcode", "stage"], sort=True):
        if rows["pupils"].sum() > 0:
            own = coming[(coming["adcode"] == adcode) & (coming["stage"] == stage)]
            planned = {
                str(row["id"]): Planned(int(row["opening_year"]), float(row["seats"]))
                for row in own.to_dict("records")
            }
            yield _counts(str(adcode), str(stage), rows, planned)


def _counts(
    adcode: str, stage: str, rows: pd.DataFrame, planned: Mapping[str, Planned]
) -> SchoolCounts:
    by_grade = rows[rows["grade"] != ALL]
    grades = STAGE_BY_CODE[stage].grades if len(by_grade) else (ALL,)
    ids = tuple(sorted({*rows["id"].astype(str), *planned}))
    years = tuple(range(int(rows["year"].min()), int(rows["year"].max()) + 1))
    own = _array(by_grade, ids, years, grades)
    total = _array(rows[rows["grade"] == ALL], ids, years, (ALL,))
    pupils = np.nan_to_num(total) if grades == (ALL,) else _split(own, total)
    return SchoolCounts(adcode, stage, ids, years, grades, pupils, planned)


def _array(
    rows: pd.DataFrame, ids: tuple[str, ...], years: tuple[int, ...], grades: tuple[str, ...]
) -> FloatArray:
    """Return pupils (school, year, grade), NaN where no row states them."""
    pupils = np.full((len(ids), len(years), len(grades)), np.nan)
    at = [
        pd.Index(labels).get_indexer(rows[name])
        for name, labels in (("id", ids), ("year", years), ("grade", grades))
    ]
    pupils[at[0], at[1], at[2]] = rows["pupils"].to_numpy()
    return pupils


def _split(own: FloatArray, total: FloatArray) -> FloatArray:
    """Return ``own`` with schools that state only a total split as the others' grades are."""
    stated = np.isfinite(own).any(axis=2, keepdims=True)
    pupils = np.nan_to_num(own)
    profile = pupils.sum(axis=0, keepdims=True)
    whole = profile.sum(axis=2, keepdims=True)
    even = np.full_like(profile, 1 / own.shape[2])
    profile = np.where(whole > 0, profile / np.where(whole > 0, whole, 1.0), even)
    return np.where(stated, pupils, np.nan_to_num(total) * profile)
