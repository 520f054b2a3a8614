r"""Capacitated facility location with a bound valid for all possible trips.

.. math:: \min \sum_{ij} c_{ij} f_{ij} + \sum_i u\,n_i + \sum_k (s\,b\,x_k + F_k y_k)

subject to

.. math:: \sum_j f_{ij} + n_i = P_i,\quad \sum_i f_{ij}\le S_j,\quad \sum_i f_{ik}\le b_k x_k,\quad
          \sum_k b_k x_k\le N,\quad \underline x_k y_k\le x_k\le\bar x_k y_k,\quad f_{ik}\le P_i y_k

with demand :math:`P_i`, room :math:`S_j` of existing schools, classes :math:`x_k` of :math:`b_k`
seats on a site that is opened or not (:math:`y_k`). The last rows are redundant for integers but
tighten the relaxation.

These last rows, most of which never bind, are added to the relaxation as they are violated. It
starts with the cheapest trips of each place and takes in those of negative reduced cost
``c - dual of the place - dual of the school`` until there are none (column generation), so its
value is a bound for the complete problem, whatever trips the search is restricted to. If the best
solution over these trips is not within the requested gap of that bound, all trips are searched,
starting from that solution, but for those to sites that the bound excludes; with more than ``ALL``
of them it stands as it is.

Where no school exists yet and there are more than ``ALL`` trips, this relaxation is slow, and sites
are branched on instead (``forecasting.siting.branching``).

References
----------
Daskin and Dean (2005), Location of health care facilities, in Operations Research and Health Care.
Barnhart et al. (1998), Branch-and-price: column generation, Operations Research 46(3).
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np
import numpy.typing as npt

from features.arrays import FloatArray
from forecasting.plan.program.solver import silent_solver
from forecasting.siting.branching import branch
from forecasting.siting.lagrangian import Prices, lagrangian
from forecasting.siting.location_program import (
    IntArray,
    Located,
    Location,
    highs_model,
    location_program,
)

FIRST = 8  # least trips of each place to schools, and to sites, at the start
START = 20_000  # trips at the start, as far as each place has more than the least
ALL = 65_000  # largest number of trips in one search
ROUNDS = 60
EPSILON = 1e-7
SECONDS = 3600.0  # far longer than gap and nodes allow; never the stopping criterion


@dataclass(frozen=True)
class Relaxation:
    """Solution of the relaxation.

    Parameters
    ----------
    bound : lower bound on the value of the complete problem
    opening : (site,) what opening the site adds to the bound
    kept : trips in it
    strong : trips to sites whose row ``f <= P y`` is in it
    """

    bound: float
    opening: FloatArray
    kept: IntArray
    strong: IntArray


def locate(problem: Location, gap: float, nodes: int) -> Located:
    """Return a solution within ``gap`` of the optimum, or the best found in ``nodes`` nodes.

    Raises
    ------
    RuntimeError
        HiGHS found no solution although leaving everyone unseated is feasible: a programming error.
    """
    if len(problem.cost) > ALL and not len(problem.room):
        return _branched(problem, gap, nodes)
    relaxed = relaxation(problem)
    best = _searched(problem, relaxed.kept, relaxed.strong, gap, nodes)
    if len(relaxed.kept) == len(problem.cost):
        return replace(best, bound=max(best.bound, relaxed.bound))
    best = replace(best, bound=relaxed.bound)
    every = _not_excluded(problem, relaxed, best)
    if best.gap <= gap or len(every) > ALL:
        return best
    found = _searched(problem, every, relaxed.strong, gap, nodes, best)
    # A site left out opens in no better solution than ``best``.
    bound = max(min(found.bound, best.objective), relaxed.bound)
    return replace(min(found, best, key=lambda one: one.objective), bound=bound)


def _branched(problem: Location, gap: float, nodes: int) -> Located:
    """Return the best solution found by branching on the sites, and its bound."""
    every, none = np.arange(len(problem.cost)), np.zeros(0, dtype=np.int64)
    schools = len(problem.room)

    def search(sites: npt.NDArray[np.bool_]) -> Located:
        to_open = np.concatenate([np.full(schools, True), sites])[problem.facility]
        return _searched(problem, every[to_open], none, gap, nodes)

    return branch(problem, search, gap, nodes)


def _not_excluded(problem: Location, relaxed: Relaxation, best: Located) -> IntArray:
    """Return the trips to schools and to sites that may be open in a solution as good as ``best``.

    Opening any other site adds more to the bound than the distance to ``best``.
    """
    open_ = (relaxed.bound + relaxed.opening <= best.objective) | (best.classes > 0)
    worth = np.concatenate([np.full(len(problem.room), True), open_])
    return np.flatnonzero(worth[problem.facility])


def first_trips(problem: Location) -> IntArray:
    """Return the indices of the cheapest trips of each place, to schools and to sites."""
    to_site = problem.facility >= len(problem.room)
    count = max(FIRST, START // max(len(problem.demand), 1))
    return np.sort(_first_of_each(problem.place * 2 + to_site, problem.cost, count))


def _first_of_each(place: IntArray, cost: FloatArray, count: int) -> IntArray:
    """Return the positions of the ``count`` cheapest entries of each place."""
    order = np.lexsort((cost, place))
    own = place[order]
    start = np.r_[True, own[1:] != own[:-1]] if len(own) else np.zeros(0, bool)
    begun = np.maximum.accumulate(np.where(start, np.arange(len(own)), 0))
    return order[np.arange(len(own)) - begun < count]


def relaxation(problem: Location) -> Relaxation:
    """Return the relaxation over all trips, with those that it needs."""
    places = len(problem.demand)
    seats_row = places + len(problem.room) + len(problem.most)
    best, kept = lagrangian(problem, Prices(np.zeros(places), 0.0)), first_trips(problem)
    solved = kept
    strong = np.zeros(0, dtype=np.int64)
    for _ in range(ROUNDS):
        solved = kept
        dual, strong = _cut(problem, kept, strong)
        of_place, of_school = dual[:places], dual[places:seats_row]
        # The dual of the least classes is that of the row written with "at most".
        prices = Prices(of_place, min(dual[seats_row], 0.0), max(-dual[seats_row + 1], 0.0))
        best = max(best, lagrangian(problem, prices), key=lambda one: one.bound)
        price = problem.cost - of_place[problem.place] - of_school[problem.facility]
        price[kept] = 0.0
        new = np.flatnonzero(price < -EPSILON)
        if not len(new):
            break
        kept = np.union1d(kept, new[_first_of_each(problem.place[new], price[new], FIRST)])
    return Relaxation(best.bound, best.opening, solved, strong)


def _cut(problem: Location, kept: IntArray, strong: IntArray) -> tuple[FloatArray, IntArray]:
    """Return the duals of the relaxation over the trips ``kept``, and its last rows."""
    solver = silent_solver(0.0, SECONDS)
    solver.passModel(highs_model(location_program(problem, kept, strong), relaxed=True))
    solver.run()
    site = problem.facility[kept] - len(problem.room)
    demand = problem.demand[problem.place[kept]]
    opened = len(kept) + len(problem.demand) + len(problem.most) + site
    missing = (site >= 0) & ~np.isin(kept, strong)
    for _ in range(ROUNDS):
        solution = np.asarray(solver.getSolution().col_value)
        share = solution[np.where(site >= 0, opened, 0)]
        over = solution[: len(kept)] - demand * share
        new = np.flatnonzero(missing & (over > 1e-6 * np.maximum(demand, 1.0)))
        if not len(new):
            break
        missing[new] = False
        strong = np.union1d(strong, kept[new])
        count = len(new)
        columns = np.stack([new, opened[new]], axis=1).ravel().astype(np.int32)
        entries = np.stack([np.ones(count), -demand[new]], axis=1).ravel()
        starts = np.arange(0, 2 * count, 2, dtype=np.int32)
        least, most = np.full(count, -np.inf), np.zeros(count)
        solver.addRows(count, least, most, 2 * count, starts, columns, entries)
        solver.run()
    dual = np.asarray(solver.getSolution().row_dual)
    return dual, strong


def _searched(
    problem: Location,
    kept: IntArray,
    strong: IntArray,
    gap: float,
    nodes: int,
    start: Located | None = None,
) -> Located:
    """Return the best solution using only the trips ``kept``, with the bound for these trips."""
    solver = silent_solver(gap, SECONDS)
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.passModel(highs_model(location_program(problem, kept, strong)))
    if start is not None:
        going = np.zeros(len(kept))
        used = start.going > 0
        going[np.searchsorted(kept, start.trips[used])] = start.going[used]
        opened = (start.classes > 0).astype(float)
        known = highspy.HighsSolution()
        known.col_value = np.concatenate([going, start.unseated, start.classes, opened])
        solver.setSolution(known)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise RuntimeError(f"no siting found: {solver.getModelStatus()}")
    solution = np.asarray(solver.getSolution().col_value)
    trip, places, sites = len(kept), len(problem.demand), len(problem.most)
    going, unseated, classes, _ = np.split(solution, [trip, trip + places, trip + places + sites])
    value = float(info.objective_function_value)
    return Located(
        np.rint(classes).astype(np.int64),
        kept,
        np.maximum(going, 0.0),
        np.maximum(unseated, 0.0),
        value,
        float(info.mip_dual_bound) if sites else value,
    )
