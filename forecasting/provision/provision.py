"""What pupils need besides seats: teachers by the norm, those who stay, and boarding places."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.data_folder import Tables
from data.schools import schools_today
from features.arrays import FloatArray
from forecasting.provision.pupil_groups import boarder_shares
from forecasting.provision.retirement import teachers_staying
from models.stage_pupils import StagePupils, over_stages


@dataclass(frozen=True)
class Provision:
    """Means over (area, stage, year); NaN where the tables say nothing.

    Parameters
    ----------
    teachers_required : teachers by the staffing norm
    teachers_staying : present teachers who have not retired, by the earlier age where the table
        does not state the sex
    boarding_required : boarding places, at each county's last reported share of boarders
    boarding_beds : beds of the latest table
    """

    teachers_required: FloatArray
    teachers_staying: FloatArray
    boarding_required: FloatArray
    boarding_beds: FloatArray

    @property
    def teachers_short(self) -> FloatArray:
        """Teachers required less those who stay; negative: more than required."""
        return self.teachers_required - self.teachers_staying

    def total(self) -> "Provision":
        """Return the sum of all areas as one area; unknown if one of them is."""
        return Provision(*(part.sum(axis=0, keepdims=True) for part in self._arrays()))

    def append_areas(self, other: "Provision") -> "Provision":
        """Return the areas of both along one axis."""
        pairs = zip(self._arrays(), other._arrays(), strict=True)
        return Provision(*(np.concatenate(pair) for pair in pairs))

    def columns(self) -> dict[str, FloatArray]:
        """Return the columns of the demand table, rounded."""
        names = [*(one.name for one in fields(self)), "teachers_short"]
        return {name: getattr(self, name).round().ravel() for name in names}

    def _arrays(self) -> tuple[FloatArray, ...]:
        return tuple(getattr(self, one.name) for one in fields(self))


def provision_for(
    pupils: StagePupils, tables: Tables, pupils_per_teacher: Mapping[str, npt.ArrayLike]
) -> Provision:
    """Return teachers and boarding places for ``pupils``.

    Parameters
    ----------
    pupils : pupils by draw
    tables : tables of the data folder
    pupils_per_teacher : stage → pupils per teacher; broadcasts to (area, year)
    """
    mean = pupils.pupils.mean(axis=-1)
    stay = teachers_staying(tables.teachers, pupils.areas, pupils.years)
    shares, beds = _boarding(pupils, tables)
    return Provision(
        teachers_required=mean / over_stages(pupils, pupils_per_teacher),
        teachers_staying=_placed(stay.set_index(["adcode", "stage", "year"])["staying"], pupils),
        boarding_required=mean * shares[..., None],
        boarding_beds=np.broadcast_to(beds[..., None], mean.shape).copy(),
    )


def _placed(values: "pd.Series[float]", pupils: StagePupils) -> FloatArray:
    """Return values by adcode, stage and year as (area, stage, year)."""
    axes = pupils.areas, pupils.stages, pupils.years
    cells = pd.MultiIndex.from_product(axes)
    placed = values.reindex(cells).to_numpy(dtype=float)
    return np.asarray(placed.reshape(*map(len, axes)), dtype=float)


def _boarding(pupils: StagePupils, tables: Tables) -> tuple[FloatArray, FloatArray]:
    """Return the share of boarders and the beds of each county, (area, stage)."""
    cells = len(pupils.areas), len(pupils.stages)
    shares, beds = np.full(cells, np.nan), np.full(cells, np.nan)
    schools = None if tables.schools is None else schools_today(tables.schools)
    if schools is None and tables.capacity is None and not _states_boarders(tables.enrolment):
        return shares, beds
    for place, stage in enumerate(pupils.stages):
        own = boarder_shares(tables.enrolment, schools, pupils.areas, stage).set_index("adcode")
        shares[:, place] = own["share"].reindex(list(pupils.areas)).to_numpy(dtype=float)
        given = beds_of(tables.capacity, stage)
        beds[:, place] = given.reindex(list(pupils.areas)).to_numpy(dtype=float)
    return shares, beds


def _states_boarders(enrolment: pd.DataFrame | None) -> bool:
    if enrolment is None or "boarders" not in enrolment:
        return False
    return bool(enrolment["boarders"].notna().any())


def beds_of(capacity: pd.DataFrame | None, stage: str) -> "pd.Series[float]":
    """Return adcode → boarding beds of the latest year that states any."""
    if capacity is None:
        return pd.Series(dtype=float, index=pd.Index([], name="adcode", dtype="str"))
    rows = capacity[capacity["stage"] == stage].dropna(subset=["boarding_beds"])
    rows = rows[rows["year"] == rows.groupby("adcode")["year"].transform("max")]
    return rows.groupby("adcode")["boarding_beds"].sum().astype(float)
