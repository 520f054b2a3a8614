r"""Bound on the location problem over all trips, from prices of places and seats.

With prices :math:`u_i` of the places and :math:`\lambda\le0` of the new seats, the problem falls
apart into schools and sites, each a knapsack filled with its cheapest trips first:

.. math:: L = \sum_i u_i P_i + \lambda N + \mu\lceil\beta\rceil + \sum_j K_j(S_j)
          + \min_{y,n}\Big\{\sum_k v_k y_k + \sum_i (u-u_i-\mu w)\,n_i\Big\}

.. math:: v_k = F_k + \min_{\underline x_k\le x\le\bar x_k}
          \big[(s\,b_k-\lambda b_k-\mu a_k)x + K_k(b_k x)\big]

:math:`K` is the least sum of :math:`(c_{ij}-u_i)f_{ij}` in the room given. The last minimum keeps
the row of least classes, :math:`\sum_k a_k\bar x_k y_k + w\sum_i n_i\ge\lceil\beta\rceil`, with
fractions allowed: what pays for itself is taken, then the cheapest for its classes. ``L`` never
exceeds the optimum; at the duals of the relaxation, :math:`\mu` among them, it is the relaxation's
value.

References
----------
Beasley (1988), An algorithm for solving large capacitated warehouse location problems, European
Journal of Operational Research 33(3).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.arrays import FloatArray
from forecasting.siting.location_program import IntArray, Location, cover


@dataclass(frozen=True)
class Prices:
    """Prices of the rows that are relaxed.

    Parameters
    ----------
    place : (place,) per child
    seats : per new seat, at most 0
    classes : per class of the row of least classes, at least 0
    """

    place: FloatArray
    seats: float
    classes: float = 0.0


@dataclass(frozen=True)
class Lagrangian:
    """Solution of the relaxed problem.

    Parameters
    ----------
    bound : lower bound on the value of the complete problem
    opening : (site,) what opening the site adds to the bound; negative for one that is open,
        infinite where none may open
    open_share : (site,) how far the site is open, between 0 and 1
    missing : (place,) children for whom the relaxed problem has no trip; negative: too many trips
    seats_left : seats of the limit that the relaxed problem leaves
    """

    bound: float
    opening: FloatArray
    open_share: FloatArray
    missing: FloatArray
    seats_left: float


@dataclass(frozen=True)
class _Filled:
    """Facilities filled with their cheapest trips: value and seats of each, and the trips."""

    value: FloatArray
    seats: FloatArray
    trips: IntArray
    going: FloatArray


def lagrangian(
    problem: Location, prices: Prices, forced: npt.NDArray[np.bool_] | None = None
) -> Lagrangian:
    """Return the relaxed problem's solution at ``prices`` with the sites ``forced`` open."""
    row, schools, demand = cover(problem), len(problem.room), problem.demand
    usable = problem.most >= np.maximum(problem.least, 1)
    least, most = (np.where(usable, count, 0) for count in (problem.least, problem.most))
    each = problem.seat_cost - prices.seats - prices.classes * row.classes / problem.size
    first = np.concatenate([problem.room, problem.size * least])
    last = np.concatenate([problem.room, problem.size * most])
    filled = _filled(problem, prices.place, first, last, np.r_[np.zeros(schools), each])
    cost = np.where(usable, problem.fixed + each * first[schools:] + filled.value[schools:], np.inf)
    left = problem.unseated - prices.place - prices.classes * row.unseated
    open_share, staying, worth = _cheapest(
        np.concatenate([cost, left * demand]),
        np.concatenate([row.classes * most, np.full(len(demand), row.unseated) * demand]),
        row.least,
        np.zeros(len(cost), dtype=bool) if forced is None else forced,
    )
    limit = max(problem.seats_most, 0.0)
    paid = np.where(open_share > 0, cost, 0.0) @ open_share + (left * demand) @ staying
    bound = (
        float(demand @ prices.place + paid + filled.value[:schools].sum())
        + prices.classes * row.least
        + (prices.seats * limit if prices.seats < 0 else 0.0)
    )
    share = np.r_[np.ones(schools), open_share][problem.facility[filled.trips]]
    going = np.bincount(problem.place[filled.trips], filled.going * share, minlength=len(demand))
    return Lagrangian(
        bound,
        cost - worth * row.classes * most,
        open_share,
        demand * (1 - staying) - going,
        limit - float(filled.seats[schools:] @ open_share),
    )


def _cheapest(
    cost: FloatArray, classes: FloatArray, least: float, forced: npt.NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray, float]:
    """Return how much of each site and of each place's children is taken, and a class's worth.

    What costs less than nothing is taken and so is what is forced, then the cheapest per class
    until ``least`` classes are reached.
    """
    sites = len(forced)
    taken = (cost < 0).astype(float)
    taken[:sites][forced] = 1.0
    short, worth = least - float(classes @ taken), 0.0
    offered = np.flatnonzero((taken == 0) & (classes > 0) & np.isfinite(cost))
    if short > 0 and len(offered):
        ratio = cost[offered] / classes[offered]
        order = offered[np.argsort(ratio)]
        reached = np.cumsum(classes[order])
        taken[order] = np.clip((short - reached + classes[order]) / classes[order], 0.0, 1.0)
        last = min(int(np.searchsorted(reached, short)), len(order) - 1)
        worth = float(cost[order[last]] / classes[order[last]])
    return taken[:sites], taken[sites:], worth


def _filled(
    problem: Location, of_place: FloatArray, first: FloatArray, last: FloatArray, seat: FloatArray
) -> _Filled:
    """Return facilities filled at least cost.

    Room up to ``first`` is there anyway, each seat beyond it up to ``last`` costs ``seat``.
    """
    price = problem.cost - of_place[problem.place]
    paying = np.flatnonzero(price < 0)
    order = paying[np.lexsort((price[paying], problem.facility[paying]))]
    facility, price = problem.facility[order], price[order]
    children = problem.demand[problem.place[order]]
    ends = np.cumsum(children)
    before = np.r_[0.0, ends][np.searchsorted(facility, np.arange(len(first)))]
    ends = ends - before[facility]
    room = np.where(price + seat[facility] < 0, last[facility], first[facility])
    going = np.clip(room - ends + children, 0.0, children)
    free = np.clip(first[facility] - ends + children, 0.0, children)
    paid = going - np.minimum(free, going)
    value = np.bincount(facility, going * price + paid * seat[facility], len(first))
    taken = np.bincount(facility, going, len(first))
    seats = np.maximum(first, np.where(seat < 0, last, np.minimum(taken, last)))
    # A seat that costs less than nothing is built even if nobody takes it.
    unused = np.maximum(last - np.maximum(first, taken), 0.0)
    return _Filled(value + np.minimum(seat, 0.0) * unused, seats, order, going)
