"""Accessibility of seats: two-step floating catchment areas, share within the radius."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from features.arrays import FloatArray


@dataclass(frozen=True)
class KnownWays:
    """Ways that are known; elsewhere straight lines hold.

    Parameters
    ----------
    measured : (place,) places whose ways are all known; others have none in the next three
    place, school, way : (trip,) indices, and metres or minutes as in the radius of the place
    """

    measured: np.ndarray
    place: np.ndarray
    school: np.ndarray
    way: FloatArray


@dataclass(frozen=True)
class Access:
    """Accessibility of schools of one stage by place.

    Parameters
    ----------
    seats_per_child : (place,) reachable seats per child, shared with all others who reach them
    nearest : (place,) metres or minutes to the nearest school, infinite if there is none at all
    within : (place,) whether a school lies within the radius
    """

    seats_per_child: FloatArray
    nearest: FloatArray
    within: np.ndarray

    def of(self, chosen: np.ndarray) -> "Access":
        """Return the places selected by ``chosen`` (place,)."""
        return Access(self.seats_per_child[chosen], self.nearest[chosen], self.within[chosen])

    def share_within(self, children: FloatArray) -> float:
        """Return the share of ``children`` (place,) who have a school within their radius."""
        total = float(children.sum())
        return float(children[self.within].sum()) / total if total else 0.0

    def longest(self, children: FloatArray) -> float:
        """Return the longest way of any child to the nearest school."""
        ways = self.nearest[children > 0]
        return float(ways.max()) if len(ways) else 0.0

    def mean_seats(self, children: FloatArray) -> float:
        """Return reachable seats per child, averaged over ``children`` (place,)."""
        total = float(children.sum())
        return float(self.seats_per_child @ children) / total if total else 0.0


def access(
    places: FloatArray,
    children: FloatArray,
    radius: FloatArray,
    schools: FloatArray,
    seats: FloatArray,
    known: KnownWays | None = None,
) -> Access:
    r"""Return the access of every place by the two-step floating catchment area.

    .. math:: R_j=\frac{S_j}{\sum_{i:\,d_{ij}\le r_i}P_i},\qquad A_i=\sum_{j:\,d_{ij}\le r_i}R_j

    with seats :math:`S`, children :math:`P`, the way :math:`d` (a straight line, or known) and the
    radius :math:`r` of the place, which differs between urban and rural. A place that reaches no
    school has 0.

    Parameters
    ----------
    places, schools : (place, 2), (school, 2) planar metres
    children : (place,) persons
    radius : (place,) metres, or minutes where the known ways are times
    known : known ways; None: straight lines everywhere
    seats : (school,)

    References
    ----------
    Luo and Wang (2003), Environ. Plann. B 30, 865-884.
    """
    if not len(schools) or not len(places):
        return Access(
            np.zeros(len(places)), np.full(len(places), np.inf), np.zeros(len(places), dtype=bool)
        )
    tree = KDTree(schools)
    straight = np.arange(len(places)) if known is None else np.flatnonzero(~known.measured)
    pairs = pairs_within(places[straight], radius[straight], tree)
    place, school = straight[pairs["i"]], pairs["j"]
    nearest = np.full(len(places), np.inf)
    nearest[straight] = tree.query(places[straight])[0]
    if known is not None:
        near = known.way <= radius[known.place]
        place = np.concatenate([place, known.place[near]])
        school = np.concatenate([school, known.school[near]])
        np.minimum.at(nearest, known.place, known.way)
    reach = csr_array((np.ones(len(place)), (place, school)), shape=(len(places), len(schools)))
    wanted = reach.T @ children
    ratio = np.divide(seats, wanted, out=np.zeros(len(schools)), where=wanted > 0)
    return Access(reach @ ratio, nearest, nearest <= radius)


def pairs_within(places: FloatArray, radius: FloatArray, schools: KDTree) -> np.ndarray:
    """Return the pairs within the radius of the place as records ``i, j, v`` (place, school, m).

    Places of one radius are queried together, so that the long rural radius does not produce
    needless pairs in towns.
    """
    found = [np.zeros(0, dtype=[("i", np.intp), ("j", np.intp), ("v", float)])]
    for metres in np.unique(radius):
        of_radius = np.flatnonzero(radius == metres)
        near = KDTree(places[of_radius]).sparse_distance_matrix(
            schools, float(metres), output_type="ndarray"
        )
        near["i"] = of_radius[near["i"]]
        found.append(near)
    return np.concatenate(found)
