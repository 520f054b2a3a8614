"""Children, schools and sites of one stage, and the ways between them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from features.arrays import FloatArray

IntArray = npt.NDArray[np.int64]
NEAREST = 5


@dataclass(frozen=True)
class SitingCase:
    """Children, schools that stay, and sites of one stage in one district of admission.

    Parameters
    ----------
    places, schools, sites : (place, 2), (school, 2), (site, 2) planar metres
    children : (place,) to be seated
    radius : (place,) metres
    seats : (school,) of schools that stand
    least, most : (site,) classes a school there must and may have
    class_size : pupils a class
    seats_wanted : seats that may be built in all
    """

    places: FloatArray
    children: FloatArray
    radius: FloatArray
    schools: FloatArray
    seats: FloatArray
    sites: FloatArray
    least: IntArray
    most: IntArray
    class_size: int
    seats_wanted: float

    def __post_init__(self) -> None:
        """Check that all parts speak of the same places, schools and sites."""
        shapes = {
            "places": (self.places, (len(self.children), 2)),
            "radius": (self.radius, (len(self.children),)),
            "schools": (self.schools, (len(self.seats), 2)),
            "sites": (self.sites, (len(self.most), 2)),
            "least": (self.least, (len(self.most),)),
        }
        for name, (array, shape) in shapes.items():
            if array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}, expected {shape}")

    @property
    def usable(self) -> npt.NDArray[np.bool_]:
        """Which sites hold the smallest school, (site,)."""
        return self.most >= np.maximum(self.least, 1)


@dataclass(frozen=True)
class Trips:
    """Ways that children may go, the nearest few within the radius.

    Parameters
    ----------
    place, school : (trip,) numbers; a number beyond the schools is a site
    metres : (trip,)
    """

    place: IntArray
    school: IntArray
    metres: FloatArray


def possible_trips(case: SitingCase) -> Trips:
    """Return ways to the nearest schools and usable sites within each place's radius."""
    parts = [(case.schools, np.arange(len(case.schools)))]
    parts.append((case.sites[case.usable], len(case.schools) + np.flatnonzero(case.usable)))
    places, schools, metres = [], [], []
    for points, numbers in parts:
        if not len(points) or not len(case.places):
            continue
        k = np.arange(1, min(NEAREST, len(points)) + 1)
        ways, found = KDTree(points).query(case.places, k=k)
        place, rank = np.nonzero(ways <= case.radius[:, None])
        places.append(place)
        schools.append(numbers[found[place, rank]])
        metres.append(ways[place, rank])
    if not places:
        none = np.zeros(0, dtype=np.int64)
        return Trips(none, none, np.zeros(0))
    return Trips(np.concatenate(places), np.concatenate(schools), np.concatenate(metres))
