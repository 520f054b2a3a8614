"""Children, schools and sites of one stage, and the trips between them."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from features.arrays import FloatArray

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SitingCase:
    """Children, remaining schools and candidate sites of one stage in one admission district.

    Parameters
    ----------
    places, schools, sites : (place, 2), (school, 2), (site, 2) planar metres
    children : (place,) to be seated
    radius : (place,) longest way, in metres or minutes
    seats : (school,) seats of existing schools
    least, most : (site,) bounds on the classes of a school there
    class_size : pupils per class
    seats_wanted : maximum of new seats in total
    fixed : (site,) cost of opening a site, in new seats; empty: none
    ways : known ways in the unit of ``radius``; straight lines in metres otherwise
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
    fixed: FloatArray = field(default_factory=lambda: np.zeros(0))
    ways: "Trips | None" = None

    def __post_init__(self) -> None:
        """Check that all arrays have the same places, schools and sites."""
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
        """True for sites large enough for the smallest school, (site,)."""
        return self.most >= np.maximum(self.least, 1)


@dataclass(frozen=True)
class Trips:
    """Possible trips of children.

    Parameters
    ----------
    place, school : (trip,) indices; an index beyond the schools is a site
    way : (trip,) metres or minutes
    """

    place: IntArray
    school: IntArray
    way: FloatArray


def possible_trips(case: SitingCase) -> Trips:
    """Return all trips to schools and usable sites within each place's radius."""
    ways = case.ways or straight_ways(case)
    beyond = ways.school - len(case.schools)
    usable = np.ones(len(beyond), dtype=bool)
    usable[beyond >= 0] = case.usable[beyond[beyond >= 0]]
    kept = usable & (ways.way <= case.radius[ways.place])
    return Trips(ways.place[kept], ways.school[kept], ways.way[kept])


def straight_ways(case: SitingCase) -> Trips:
    """Return the straight-line trips from each place to schools and sites within its radius."""
    points = np.concatenate([case.schools, case.sites])
    if not len(points) or not len(case.places):
        none = np.zeros(0, dtype=np.int64)
        return Trips(none, none, np.zeros(0))
    near = KDTree(points).query_ball_point(case.places, case.radius * (1 + 1e-12))
    place = np.repeat(np.arange(len(near)), [len(one) for one in near])
    school = np.concatenate([np.asarray(one, dtype=np.int64) for one in near])
    metres = np.hypot(*(case.places[place] - points[school]).T)
    return Trips(place.astype(np.int64), school, metres)
