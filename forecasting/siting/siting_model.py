"""Where new schools of one stage serve best, as a problem of capacitated location.

A trip costs its share of the radius, a child without a seat in reach 2, a new seat 1: a full class
for children without a seat is always worth building, one less than half full never. Children
without a seat are reported and never make the problem infeasible. See
``forecasting.siting.location`` for the program, and for the bound, which holds for all trips
within the radius.
"""

from dataclasses import dataclass

import numpy as np

from features.arrays import FloatArray
from forecasting.siting.location import IntArray, Location, locate
from forecasting.siting.siting_case import SitingCase, Trips, possible_trips

# A trip as long as the radius counts 1. A class is then worth building if it is at least half
# filled by children who had no seat in reach, whatever their trips.
UNSEATED, SEAT = 2.0, 1.0
RELATIVE_GAP = 5e-3
NODES = 500
GAP_MOST = 0.05  # a siting further from the best than this is not shown


class SitingGapError(ValueError):
    """The best siting found may be too far from the best there is."""


@dataclass(frozen=True)
class Siting:
    """What was decided.

    Parameters
    ----------
    classes : (site,) classes to build
    trips : ways that were considered to the end
    going : (trip,) children
    unseated : (place,) children without a seat in reach
    objective, gap : value found, and how far the bound for all ways is below it, as a share
    """

    classes: IntArray
    trips: Trips
    going: FloatArray
    unseated: FloatArray
    objective: float
    gap: float


def location_problem(case: SitingCase, trips: Trips) -> Location:
    """Return the case as a problem of location over ``trips``."""
    return Location(
        demand=case.children,
        place=trips.place,
        facility=trips.school,
        cost=trips.metres / case.radius[trips.place],
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
    """Return where to build and who goes where.

    Raises
    ------
    SitingGapError
        After ``nodes`` of the search the true gap is still above ``gap_most``.
    """
    trips = possible_trips(case)
    found = locate(location_problem(case, trips), gap, nodes)
    if found.gap > gap_most:
        raise SitingGapError(f"{found.gap:.1%}")
    used = found.trips
    kept = Trips(trips.place[used], trips.school[used], trips.metres[used])
    return Siting(found.classes, kept, found.going, found.unseated, found.objective, found.gap)
