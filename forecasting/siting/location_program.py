"""The location problem of ``forecasting.siting.location`` and its program in array form."""

from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import block_array, coo_array, csc_array, diags_array, eye_array

from features.arrays import FloatArray

IntArray = npt.NDArray[np.int64]
SMALLEST_PART = 1e-3  # below it the rounded row would have coefficients out of all proportion


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
    seat_cost : cost of a new seat, the same everywhere or (site,)
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
    seat_cost: float | FloatArray
    fixed: FloatArray
    unseated: float
    seats_most: float


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
class Cover:
    r"""Least number of classes: the mixed-integer rounding of "seats and unseated cover all".

    .. math:: \sum_k a_k x_k + w\sum_i n_i \ge \lceil\beta\rceil,\quad
              \beta=\Big(\sum_i P_i-\sum_j S_j\Big)/b,\quad
              a_k=\lfloor b_k/b\rfloor+\min(1,\varphi(b_k/b)/\varphi(\beta)),\quad
              w=1/(b\,\varphi(\beta))

    with the largest class :math:`b` and the fractional part :math:`\varphi`. It follows from the
    other rows for integers, not for fractions: seven schools where 6.4 would hold everybody.

    References
    ----------
    Marchand and Wolsey (2001), Aggregation and mixed integer rounding, Operations Research 49(3).
    """

    classes: FloatArray
    unseated: float
    least: float


def cover(problem: Location) -> Cover:
    """Return the row of least classes; 0 >= 0 where existing schools hold everybody."""
    largest = float(problem.size.max(initial=0.0))
    short = float(problem.demand.sum() - problem.room.sum())
    needed = short / largest if largest > 0 and short > 0 else 0.0
    part = needed - np.floor(needed)
    if part < SMALLEST_PART:
        return Cover(np.zeros(len(problem.size)), 0.0, 0.0)
    classes = problem.size / largest
    rounded = np.floor(classes) + np.minimum(1.0, (classes - np.floor(classes)) / part)
    return Cover(rounded, 1.0 / (largest * part), float(np.ceil(needed)))


def location_program(
    problem: Location, kept: IntArray, strong: IntArray | None = None
) -> LocationProgram:
    """Return the program of the module's equations for the trips ``kept``, rows in that order.

    The last rows are those of the trips ``strong``; None: of all trips to sites.
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
    own = np.ones(trip, dtype=bool) if strong is None else np.isin(kept, strong)
    to_site = np.flatnonzero(own & (facility >= schools))
    rows = np.arange(len(to_site))
    new = coo_array((np.ones(len(to_site)), (rows, to_site)), shape=(len(to_site), trip))
    all_of_it = coo_array(
        (-problem.demand[place[to_site]], (rows, facility[to_site] - schools)),
        shape=(len(to_site), sites),
    )
    least_classes = cover(problem)
    blocks = [
        [leaves, eye_array(places), None, None],
        [enters[:schools], None, None, None],
        [enters[schools:], None, diags_array(-problem.size), None],
        [None, None, coo_array(problem.size[None, :]), None],
        [
            None,
            coo_array(np.full((1, places), -least_classes.unseated)),
            coo_array(-least_classes.classes[None, :]),
            None,
        ],
        [None, None, eye_array(sites), diags_array(-most)],
        [None, None, -eye_array(sites), diags_array(least)],
        [new, None, None, all_of_it],
    ]
    zeros = np.zeros(3 * sites + len(to_site))
    limit = [
        problem.room, zeros[:sites], [max(problem.seats_most, 0.0), -least_classes.least],
        zeros[sites:],
    ]  # fmt: skip
    free = np.full(schools + 3 * sites + 2 + len(to_site), -np.inf)
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


def highs_model(program: LocationProgram, *, relaxed: bool = False) -> highspy.HighsLp:
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
