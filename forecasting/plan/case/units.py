"""The schools that a plan acts on: named ones where known, else standard ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.arrays import FloatArray


@dataclass(frozen=True)
class Units:
    """Existing schools, one entry per named school or kind of standard school.

    Parameters
    ----------
    area, stage : (unit,) indices of county and stage in the case
    classes : (unit,) classes of one school
    count : (unit,) schools of this kind; 1 for a named school
    ids, names : (unit,) empty for standard schools
    pupils : (unit,) present pupils of a named school; NaN where not known
    point : (unit, 2) longitude and latitude of a named school; NaN where not known
    kept : (unit,) True for a named school that is not merged
    """

    area: npt.NDArray[np.int64]
    stage: npt.NDArray[np.int64]
    classes: FloatArray
    count: FloatArray
    ids: tuple[str, ...]
    names: tuple[str, ...]
    pupils: FloatArray
    point: FloatArray
    kept: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.area)

    def mergeable(self) -> npt.NDArray[np.bool_]:
        """Return (unit,) True for schools that may be merged into others.

        A named school needs another of its county and stage that is at least as large, and no more
        pupils for its classes than the mean of them; standard schools are alike.
        """
        allowed = ~self.kept
        for unit in np.flatnonzero([bool(one) for one in self.ids]):
            peers = (self.area == self.area[unit]) & (self.stage == self.stage[unit])
            others = peers & (np.arange(len(self)) != unit)
            known = peers & np.isfinite(self.pupils)
            mean = self.pupils[known].sum() / max(self.classes[known].sum(), 1.0)
            crowded = self.pupils[unit] > mean * self.classes[unit]
            allowed[unit] &= (self.classes[others] >= self.classes[unit]).any() and not crowded
        return allowed


def standard_units(
    stock: FloatArray, usual: FloatArray, grades: npt.NDArray[np.int64], towns: FloatArray
) -> Units:
    """Return schools of the usual size, or smaller ones where the towns need more of them.

    Parameters
    ----------
    stock : (area, stage) existing classes
    usual : (stage,) classes of a school of the usual size
    grades : (stage,) classes of one track, one class per grade
    towns : (area, stage) minimum number of schools, one per town

    Returns
    -------
    One entry per county and stage; a school has complete tracks, and a county has no more schools
    than its classes fill.
    """
    # Classes of a primary school also form complete tracks of a junior school: 6 is twice 3.
    most = np.floor(stock / np.maximum(towns, 1) / grades) * grades
    size = np.maximum(np.minimum(usual, most), grades)
    area, stage = (axis.ravel() for axis in np.indices(stock.shape))
    count = np.floor(stock / size)
    none = ("",) * stock.size
    return Units(
        area,
        stage,
        size.ravel(),
        count.ravel(),
        none,
        none,
        np.full(stock.size, np.nan),
        np.full((stock.size, 2), np.nan),
        np.zeros(stock.size, dtype=bool),
    )


def named_units(
    schools: pd.DataFrame, areas: Sequence[str], stages: Sequence[str], size: FloatArray
) -> Units:
    """Return the named schools of ``areas``, with the complete classes that their seats form.

    Parameters
    ----------
    schools : id, name, adcode, stage, seats, pupils, lon, lat, kept; one row per school and stage
    areas, stages : labels of the case
    size : (area, stage) pupils per class
    """
    own = schools[schools["adcode"].isin(areas) & schools["stage"].isin(stages)]
    area = own["adcode"].map({code: place for place, code in enumerate(areas)}).to_numpy(int)
    stage = own["stage"].map({code: place for place, code in enumerate(stages)}).to_numpy(int)
    seats = own["seats"].astype(float).to_numpy()
    classes = np.floor(seats / size[area, stage] + 1e-6)
    kept = classes > 0
    return Units(
        area[kept],
        stage[kept],
        classes[kept],
        np.ones(kept.sum()),
        tuple(own["id"].astype(str)[kept]),
        tuple(own["name"].astype(str)[kept]),
        own["pupils"].astype(float).to_numpy()[kept],
        own[["lon", "lat"]].astype(float).to_numpy()[kept],
        own["kept"].to_numpy(dtype=bool)[kept],
    )


def all_units(parts: Sequence[Units]) -> Units:
    """Return the entries of all ``parts``."""
    return Units(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in ("area", "stage", "classes", "count", "pupils", "point", "kept")
        },
        ids=tuple(one for part in parts for one in part.ids),
        names=tuple(one for part in parts for one in part.names),
    )
