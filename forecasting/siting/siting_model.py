"""Siting of new schools of one stage as a capacitated facility location problem.

The cost of a trip is its distance as a share of the radius, that of a child without a reachable
seat 2 and of a new seat 1: a full class for unseated children is always worth building, one that is
less than half full never. Children without a seat are reported and never make the problem
infeasible. See ``forecasting.siting.location`` for the program and its bound, which holds for all
trips within the radius.
"""

from dataclasses import dataclass

import numpy as np

from features.arrays import FloatArray
from forecasting.siting.location import locate
from forecasting.siting.location_program import IntArray, Location
from forecasting.siting.siting_case import SitingCase, Trips, possible_trips

# A trip as long as the radius costs 1. A class is then worth building if at least half of it is
# filled by children without a reachable seat, whatever the length of their trips.
UNSEATED, SEAT = 2.0, 1.0
RELATIVE_GAP = 5e-3
NODES = 500
GAP_MOST = 0.05  # a siting with a larger optimality gap is not shown


class SitingGapError(ValueError):
    """The optimality gap of the siting found is too large."""


@dataclass(frozen=True)
class Siting:
    """Result of a siting.

    Parameters
    ----------
    classes : (site,) classes to build
    trips : trips in the final program
    going : (trip,) children
    unseated : (place,) children without a seat in reach
    objective, gap : value found, and its relative gap to the bound for all trips
    """

    classes: IntArray
    trips: Trips
    going: FloatArray
    unseated: FloatArray
    objective: float
    gap: float


def location_problem(case: SitingCase, trips: Trips) -> Location:
    """Return the case as a location problem over ``trips``."""
    return Location(
        demand=case.children,
        place=trips.place,
        facility=trips.school,
        cost=trips.way / case.radius[trips.place],
        room=case.seats,
        size=np.full(len(case.most), float(case.class_size)),
        least=case.least,
        most=case.most,
        seat_cost=SEAT,
        fixed=case.fixed if len(case.fixed) else np.zeros(len(case.most)),
        unseated=UNSEATED,
        seats_most=case.seats_wanted,
    )


def site_schools(
    case: SitingCase, gap: float = RELATIVE_GAP, nodes: int = NODES, gap_most: float = GAP_MOST
) -> Siting:
    """Return where to build and which children attend which school.

    Parameters
    ----------
    case : children, schools and sites
    gap : relative optimality gap to stop at
    nodes : maximum of nodes of the search
    gap_most : largest acceptable gap

    Raises
    ------
    SitingGapError
        After ``nodes`` nodes of the search the gap is still above ``gap_most``.
    """
    trips = possible_trips(case)
    found = locate(location_problem(case, trips), gap, nodes)
    if found.gap > gap_most:
        raise SitingGapError(f"{found.gap:.1%}")
    used = found.trips
    kept = Trips(trips.place[used], trips.school[used], trips.way[used])
    return Siting(found.classes, kept, found.going, found.unseated, found.objective, found.gap)
