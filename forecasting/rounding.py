r"""Classes that pupils fill when they are whole in each grade of each school.

Where pupils by school and grade are not known, the number of pupils in a grade of a school is taken
to be exponentially distributed around its mean, so that small schools are many and large ones few:

.. math:: C = \frac{n\,g}{1 - e^{-n\,g\,c/E}}, \qquad n = \max(E/m, 1)

with ``E`` pupils, ``m`` pupils per school, ``n`` schools, ``g`` grades that do not share classes
and ``c`` the class size. A large school wastes half a class per grade, as it would with any broad
distribution, and a small one runs one class per grade. Schools are as large on average in every
year: their number follows the pupils.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.stages import STAGE_BY_CODE
from data.reference.school_sizes import national_school_sizes
from data.schools import schools_today
from features.arrays import FloatArray
from models.stage_pupils import StagePupils

SOMEBODY = 0.5  # pupils of a draw; fewer are nobody and open no class


class ClassRounding(Protocol):
    """Number of classes that pupils fill."""

    def classes(self, pupils: FloatArray, class_size: FloatArray) -> FloatArray:
        """Return classes as (area, stage, year, draw).

        Parameters
        ----------
        pupils : (area, stage, year, draw) pupils to be housed, reserve included
        class_size : (area, stage, year, 1) pupils per class
        """
        ...


@dataclass(frozen=True)
class ExpectedRounding:
    """Expected classes from the mean size of schools.

    Parameters
    ----------
    per_school : (area, stage) pupils per school
    groups : (stage,) grades of a school that do not share classes
    stated : (area, stage) True where the county's own number of schools is stated
    """

    per_school: FloatArray
    groups: FloatArray
    stated: npt.NDArray[np.bool_]

    def classes(self, pupils: FloatArray, class_size: FloatArray) -> FloatArray:
        """Return expected classes, rounded up to a whole number per area, stage and year."""
        groups = self.groups[:, None, None]
        mean = expected_classes(pupils, class_size, self.per_school[:, :, None, None], groups)
        # A millionth of a class is a rounding error and must not open one.
        return np.ceil(mean - 1e-6)


def expected_classes(
    pupils: npt.ArrayLike,
    class_size: npt.ArrayLike,
    per_school: npt.ArrayLike,
    groups: npt.ArrayLike,
) -> FloatArray:
    """Return the expected number of classes; the arguments broadcast.

    Parameters
    ----------
    pupils : pupils of all schools together
    class_size : most pupils in a class
    per_school : pupils per school
    groups : grades of a school that do not share classes

    Two schools with three grades of 150 pupils fill 18 classes of 50; on average over schools of
    all sizes around that, half a class per grade is added:

    >>> float(expected_classes(900, 50, 450, 3).round(2))
    21.17
    """
    size = np.asarray(class_size, dtype=float)
    persons = np.asarray(pupils, dtype=float)
    taught = persons >= SOMEBODY
    grades = np.maximum(persons / per_school, 1.0) * groups
    occupied = np.where(taught, persons, 1.0)
    return np.where(taught, grades / -np.expm1(-grades * size / occupied), 0.0)


def stated_schools(capacity: pd.DataFrame | None, schools: pd.DataFrame | None) -> pd.DataFrame:
    """Return ``adcode, stage, year, schools``: the number of schools that the planner states.

    The list of schools takes precedence over ``capacity``, of which the latest year counts in which
    every row of the county and stage states its schools.
    """
    columns = ["adcode", "stage", "year", "schools"]
    found = []
    if schools is not None:
        today = schools_today(schools)
        listed = today.groupby(["adcode", "stage"]).agg(
            year=("year", "max"), schools=("id", "nunique")
        )
        found.append(listed.reset_index())
    if capacity is not None:
        summed = capacity.groupby(["adcode", "stage", "year"])["schools"].agg(
            ["sum", "count", "size"]
        )
        complete = summed[(summed["count"] == summed["size"]) & (summed["sum"] > 0)].reset_index()
        latest = complete.sort_values("year").groupby(["adcode", "stage"]).last().reset_index()
        found.append(latest.rename(columns={"sum": "schools"}))
    if not found:
        return pd.DataFrame(columns=columns)
    both = pd.concat([table[columns] for table in found])
    return both.drop_duplicates(["adcode", "stage"], keep="first")


def expected_rounding(pupils: StagePupils, stated: pd.DataFrame, now: int) -> ExpectedRounding:
    """Return the rounding by each county's own mean school, else by the national one.

    Parameters
    ----------
    pupils : pupils by draw
    stated : result of :func:`stated_schools`
    now : school year of a number of schools without a year
    """
    nation = national_school_sizes()["pupils_per_school"]
    cells = len(pupils.areas), len(pupils.stages)
    per_school = np.tile([float(nation[stage]) for stage in pupils.stages], (cells[0], 1))
    own = np.zeros(cells, dtype=bool)
    for row in stated.to_dict("records"):
        if row["adcode"] in pupils.areas:
            cell = pupils.areas.index(row["adcode"]), pupils.stages.index(row["stage"])
            first, last = pupils.years[0], pupils.years[-1]
            year = int(np.clip(now if pd.isna(row["year"]) else row["year"], first, last))
            persons = pupils.pupils[cell][pupils.years.index(year)].mean()
            if persons > 0:
                per_school[cell], own[cell] = persons / row["schools"], True
    groups = np.array([float(STAGE_BY_CODE[stage].class_groups) for stage in pupils.stages])
    return ExpectedRounding(per_school, groups, own)
