r"""Capacitated facility location with a bound valid for all possible trips.

.. math:: \min \sum_{ij} c_{ij} f_{ij} + \sum_i u\,n_i + \sum_k (s\,b\,x_k + F_k y_k)

subject to

.. math:: \sum_j f_{ij} + n_i = P_i,\quad \sum_i f_{ij}\le S_j,\quad \sum_i f_{ik}\le b_k x_k,\quad
          \sum_k b_k x_k\le N,\quad \underline x_k y_k\le x_k\le\bar x_k y_k,\quad f_{ik}\le P_i y_k

with demand :math:`P_i`, room :math:`S_j` of existing schools, classes :math:`x_k` of :math:`b_k`
seats on a site that is opened or not (:math:`y_k`). The last rows are redundant for integers but
tighten the relaxation.

With more than ``ALL`` possible trips, most are never used, so the program starts with the
cheapest few of each place (column generation). Duals of the relaxation without its last rows give
the reduced cost of omitted trips, ``c - dual of the place - dual of the school``; trips with
negative reduced cost are added until there are none, and the value of the relaxation is a bound for
the complete problem. The reported gap is relative to that bound, and trips are added as long as it
is wider than requested.

References
----------
Daskin and Dean (2005), Location of health care facilities, in Operations Research and Health Care.
Barnhart et al. (1998), Branch-and-price: column generation, Operations Research 46(3).
"""

from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import block_array, coo_array, csc_array, diags_array, eye_array

from features.arrays import FloatArray
from forecasting.plan.program.solver import silent_solver

IntArray = npt.NDArray[np.int64]
FIRST = 8  # trips of each place to schools, and to sites, at the start
ALL = 65_000  # number of possible trips up to which all are included
WIDER = (
    1.0,
    4.0,
)  # reduced cost per child, relative to the remaining gap, up to which trips are added
ROUNDS = 60
EPSILON = 1e-7
SECONDS = 3600.0  # far longer than gap and nodes allow; never the stopping criterion


@dataclass(frozen=True)
class Location:
    """Input of the location problem.

    Parameters
    ----------
    demand : (place,) children
    place, facility, cost : (trip,) possible trips and the cost per child; facilities are first
        the existing schools, then the sites
    room : (school,) seats of existing schools
    size : (site,) seats per class
    least, most : (site,) bounds on the classes of a school; none if ``most < least``
    seat_cost : cost of a new seat
    fixed : (site,) cost of opening a site
    unseated : cost of a child without a seat
    seats_most : maximum of new seats in total
    """

    demand: FloatArray
    place: IntArray
    facility: IntArray
    cost: FloatArray
    room: FloatArray
    size: FloatArray
    least: IntArray
    most: IntArray
    seat_cost: float
    fixed: FloatArray
    unseated: float
    seats_most: float


@dataclass(frozen=True)
class LocationProgram:
    """A mixed-integer program in array form.

    Columns are trips, unseated children, classes, and whether a site is opened; ``integer`` marks
    integer columns.
    """

    cost: FloatArray
    upper: FloatArray
    matrix: csc_array
    row_lower: FloatArray
    row_upper: FloatArray
    integer: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Located:
    """A solution with a bound on the optimum.

    Parameters
    ----------
    classes : (site,) classes
    trips : (used,) indices of the trips in the problem
    going : (used,) children
    unseated : (place,) children
    objective : value
    bound : lower bound on the value of the complete problem
    """

    classes: IntArray
    trips: IntArray
    going: FloatArray
    unseated: FloatArray
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """Distance to the bound as a share of the value."""
        return max(self.objective - self.bound, 0.0) / max(abs(self.objective), 1e-9)


def locate(problem: Location, gap: float, nodes: int) -> Located:
    """Return a solution within ``gap`` of the optimum, or the best found in ``nodes`` nodes.

    Raises
    ------
    RuntimeError
        HiGHS found no solution although leaving everyone unseated is feasible: a programming error.
    """
    if len(problem.cost) <= ALL:
        return _searched(problem, np.arange(len(problem.cost)), gap, nodes)
    floor, price, kept = _relaxed(problem, first_trips(problem))
    best = _with_bound(_searched(problem, kept, gap, nodes), floor)
    for share in WIDER:
        if best.gap <= gap:
            break
        slack = (best.objective - floor) * share / problem.demand.sum()
        wider = np.union1d(kept, np.flatnonzero(price <= slack))
        if len(wider) > ALL:
            break
        found = _with_bound(_searched(problem, wider, gap, nodes), floor)
        best = min(found, best, key=lambda one: one.objective)
    return best


def _with_bound(found: Located, bound: float) -> Located:
    return Located(found.classes, found.trips, found.going, found.unseated, found.objective, bound)


def first_trips(problem: Location, count: int = FIRST) -> IntArray:
    """Return the indices of the cheapest ``count`` trips of each place, to schools and to sites."""
    to_site = problem.facility >= len(problem.room)
    order = np.lexsort((problem.cost, to_site, problem.place))
    group = problem.place[order] * 2 + to_site[order]
    start = np.r_[True, group[1:] != group[:-1]] if len(group) else np.zeros(0, bool)
    begun = np.maximum.accumulate(np.where(start, np.arange(len(group)), 0))
    return np.sort(order[np.arange(len(group)) - begun < count])


def _relaxed(problem: Location, kept: IntArray) -> tuple[float, FloatArray, IntArray]:
    """Return the value of the relaxation, the reduced cost of all trips, and the trips kept."""
    places, schools = len(problem.demand), len(problem.room)
    lowest = -np.inf
    price = np.zeros(len(problem.cost))
    for _ in range(ROUNDS):
        program = location_program(problem, kept, tight=False)
        solver = silent_solver(0.0, SECONDS)
        solver.passModel(_highs(program, relaxed=True))
        solver.run()
        dual = np.asarray(solver.getSolution().row_dual)
        of_place, of_school = dual[:places], dual[places : places + schools + len(problem.most)]
        price = problem.cost - of_place[problem.place] - of_school[problem.facility]
        value = float(solver.getInfo().objective_function_value)
        out = np.ones(len(price), dtype=bool)
        out[kept] = False
        # Reduced cost times the children an omitted trip could carry bounds the fall of the value.
        gain = np.zeros(places)
        np.minimum.at(gain, problem.place[out], price[out])
        lowest = max(lowest, value + float(gain @ problem.demand))
        new = np.flatnonzero(out & (price < -EPSILON))
        if not len(new):
            return value, price, kept
        ranked = new[np.lexsort((price[new], problem.place[new]))]
        own = problem.place[ranked]
        begun = np.maximum.accumulate(
            np.where(np.r_[True, own[1:] != own[:-1]], np.arange(len(own)), 0)
        )
        kept = np.union1d(kept, ranked[np.arange(len(own)) - begun < FIRST])
    return lowest, price, kept


def _searched(problem: Location, kept: IntArray, gap: float, nodes: int) -> Located:
    """Return the best solution using only the trips ``kept``, with the bound for these trips."""
    program = location_program(problem, kept)
    solver = silent_solver(gap, SECONDS)
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.passModel(_highs(program))
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


def location_program(problem: Location, kept: IntArray, *, tight: bool = True) -> LocationProgram:
    """Return the program of the module's equations for the trips ``kept``, rows in that order.

    Without ``tight`` the last rows are omitted.
    """
    place, facility = problem.place[kept], problem.facility[kept]
    trip, places = len(kept), len(problem.demand)
    schools, sites = len(problem.room), len(problem.most)
    usable = problem.most >= np.maximum(problem.least, 1)
    most = np.where(usable, problem.most, 0).astype(float)
    least = np.where(usable, problem.least, 0).astype(float)
    every = np.arange(trip)
    leaves = coo_array((np.ones(trip), (place, every)), shape=(places, trip))
    enters = coo_array((np.ones(trip), (facility, every)), shape=(schools + sites, trip)).tocsr()
    to_site = np.flatnonzero(facility >= schools) if tight else np.zeros(0, dtype=np.int64)
    strong = np.arange(len(to_site))
    new = coo_array((np.ones(len(to_site)), (strong, to_site)), shape=(len(to_site), trip))
    all_of_it = coo_array(
        (-problem.demand[place[to_site]], (strong, facility[to_site] - schools)),
        shape=(len(to_site), sites),
    )
    blocks = [
        [leaves, eye_array(places), None, None],
        [enters[:schools], None, None, None],
        [enters[schools:], None, diags_array(-problem.size), None],
        [None, None, coo_array(problem.size[None, :]), None],
        [None, None, eye_array(sites), diags_array(-most)],
        [None, None, -eye_array(sites), diags_array(least)],
        [new, None, None, all_of_it],
    ]
    zeros = np.zeros(3 * sites + len(to_site))
    limit = [problem.room, zeros[:sites], [max(problem.seats_most, 0.0)], zeros[sites:]]
    free = np.full(schools + 3 * sites + 1 + len(to_site), -np.inf)
    seats = problem.seat_cost * problem.size
    return LocationProgram(
        cost=np.concatenate(
            [problem.cost[kept], np.full(places, problem.unseated), seats, problem.fixed]
        ),
        upper=np.concatenate([np.full(trip, np.inf), problem.demand, most, np.ones(sites)]),
        matrix=block_array(blocks).tocsc(),
        row_lower=np.concatenate([problem.demand, free]),
        row_upper=np.concatenate([problem.demand, *limit]),
        integer=np.arange(trip + places + 2 * sites) >= trip + places,
    )


def _highs(program: LocationProgram, *, relaxed: bool = False) -> highspy.HighsLp:
    """Return the program as a HiGHS model."""
    kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, 0 * program.cost, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = program.matrix.indptr
    lp.a_matrix_.index_ = program.matrix.indices
    lp.a_matrix_.value_ = program.matrix.data
    if not relaxed:
        lp.integrality_ = [kinds[int(integer)] for integer in program.integer]
    return lp
