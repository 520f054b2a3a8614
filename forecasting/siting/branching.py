"""Branch and bound on the sites, with Lagrangian bounds instead of the relaxation's.

A node has sites that must open, sites that may, and prices of the places. A few steps of
subgradient ascent raise its bound, sites whose opening (or closing) would lift the bound above the
best known solution are closed (or must open), and the most promising of the others is branched on.
The sites that a relaxed problem opens are searched exactly by HiGHS for a better solution, with all
trips to them. No program with all trips is ever solved.

References
----------
Beasley (1988), European Journal of Operational Research 33(3).
Held, Wolfe and Crowder (1974), Validation of subgradient optimization, Mathematical Programming 6.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count

import numpy as np
import numpy.typing as npt

from forecasting.siting.lagrangian import Lagrangian, Prices, lagrangian
from forecasting.siting.location_program import Located, Location

ROOT_STEPS, NODE_STEPS = 500, 60
STEP, PATIENCE, SHORTER = 0.8, 10, 0.6
BEYOND = 1.0005  # aimed at, relative to the best known solution
FARTHEST = 0.1  # and at most this far above the bound, relative to it
HALF = 0.5
NEAREST = 4  # a place's first price is the cost of its trip of this rank
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Node:
    """Part of the solutions: ``forced`` sites are open, those not ``allowed`` are closed."""

    allowed: BoolArray
    forced: BoolArray
    prices: Prices
    bound: float = -np.inf


def branch(
    problem: Location, search: Callable[[BoolArray], Located], gap: float, nodes: int
) -> Located:
    """Return the best solution found, with a lower bound on the value of any.

    Parameters
    ----------
    problem : the complete problem
    search : sites → the best solution that opens none but them
    gap : relative gap to stop at
    nodes : maximum of nodes
    """
    usable = problem.most >= np.maximum(problem.least, 1)
    root = Node(usable, np.zeros(len(usable), dtype=bool), _first_prices(problem))
    waiting, number, lowest = [(-np.inf, 0, root)], count(1), np.inf
    best, searched = _nobody_seated(problem), set()
    for visited in range(nodes):
        if not waiting or waiting[0][0] >= best.objective * (1 - gap):
            break
        steps = NODE_STEPS if visited else ROOT_STEPS
        node, relaxed = _ascend(problem, heappop(waiting)[-1], best.objective, gap, steps)
        leaf = not (node.allowed & ~node.forced).any()
        opened = node.forced if leaf else relaxed.open_share >= HALF
        limit = best.objective * (1 - gap)
        if opened.tobytes() not in searched:
            searched.add(opened.tobytes())
            own = Node(opened, opened, node.prices)
            own, _ = _ascend(problem, own, best.objective, gap, NODE_STEPS)
            if own.bound < limit:
                found = search(opened)
                best = min(best, found, key=lambda one: one.objective)
                limit = best.objective * (1 - gap)
                lowest = min(lowest, found.bound)
        if not leaf and node.bound < limit:
            for child in _children(_narrowed(node, relaxed, limit), relaxed):
                heappush(waiting, (child.bound, next(number), child))
    left = waiting[0][0] if waiting else np.inf
    return replace(best, bound=min(left, lowest, best.objective * (1 - gap)))


def _children(node: Node, relaxed: Lagrangian) -> tuple[Node, ...]:
    """Return the node with its most promising site open, and with it closed."""
    free = node.allowed & ~node.forced
    if not free.any():
        return (node,)
    site = int(np.where(free, relaxed.opening, np.inf).argmin())
    chosen = np.arange(len(free)) == site
    return (
        replace(node, forced=node.forced | chosen),
        replace(node, allowed=node.allowed & ~chosen),
    )


def _nobody_seated(problem: Location) -> Located:
    """Return the solution without a trip."""
    none = np.zeros(0)
    value = problem.unseated * float(problem.demand.sum())
    classes = np.zeros(len(problem.most), dtype=np.int64)
    return Located(classes, none.astype(np.int64), none, problem.demand, value, -np.inf)


def _first_prices(problem: Location) -> Prices:
    """Return as price of each place the cost of one of its cheapest trips."""
    order = np.lexsort((problem.cost, problem.place))
    start = np.searchsorted(problem.place[order], np.arange(len(problem.demand)))
    end = np.searchsorted(problem.place[order], np.arange(len(problem.demand)), side="right")
    rank = np.minimum(start + NEAREST - 1, np.maximum(end - 1, 0))
    known = end > start
    price = np.full(len(problem.demand), problem.unseated)
    price[known] = np.minimum(problem.cost[order[rank[known]]], problem.unseated)
    return Prices(price, 0.0)


def _ascend(
    problem: Location, node: Node, best: float, gap: float, steps: int
) -> tuple[Node, Lagrangian]:
    """Return the node with its highest bound and the prices that give it.

    The steps aim a little above ``best``, the value of the best known solution, or above the bound
    while nothing near it is known.
    """
    to_site = problem.facility - len(problem.room)
    near = (to_site < 0) | node.allowed[np.maximum(to_site, 0)]
    own = replace(
        problem,
        place=problem.place[near],
        facility=problem.facility[near],
        cost=problem.cost[near],
        most=np.where(node.allowed, problem.most, 0),
    )
    limited = np.isfinite(problem.seats_most)
    prices, step, waited = node.prices, STEP, 0
    top = found = lagrangian(own, prices, node.forced)
    for _ in range(steps):
        if top.bound >= best * (1 - gap):
            break
        uphill = np.r_[found.missing, -found.seats_left if limited else 0.0]
        length = float(uphill @ uphill)
        if length == 0:
            break
        aim = min(best * BEYOND, top.bound + FARTHEST * abs(top.bound))
        move = step * max(aim - found.bound, 0.0) / length * uphill
        prices = Prices(prices.place + move[:-1], min(prices.seats + move[-1], 0.0))
        found = lagrangian(own, prices, node.forced)
        if found.bound > top.bound:
            top, node, waited = found, replace(node, prices=prices), 0
            continue
        waited += 1
        if waited >= PATIENCE:
            step, waited = step * SHORTER, 0
            prices, found = node.prices, top
    return replace(node, bound=max(node.bound, top.bound)), top


def _narrowed(node: Node, relaxed: Lagrangian, limit: float) -> Node:
    """Return the node without the sites that may not, and with those that must, open."""
    room = limit - relaxed.bound
    shut = node.allowed & ~node.forced & (relaxed.opening > room)
    must = node.allowed & (relaxed.opening < -room)
    return replace(node, allowed=node.allowed & ~shut, forced=node.forced | must)
