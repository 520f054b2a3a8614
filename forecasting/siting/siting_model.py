r"""Where new schools of one stage serve best: capacitated location solved by HiGHS.

.. math:: \min \sum_{ij} \frac{d_{ij}}{r_i} f_{ij} + u \sum_i n_i + s \sum_k b\,x_k

subject to

.. math:: \sum_j f_{ij} + n_i = P_i,\quad \sum_i f_{ij}\le S_j,\quad \sum_i f_{ik}\le b\,x_k,\quad
          \sum_k b\,x_k\le N,\quad \underline x_k y_k\le x_k\le\bar x_k y_k,\quad f_{ik}\le P_i y_k

Children :math:`f_{ij}` of place :math:`i` go to school :math:`j` or site :math:`k` within the
radius :math:`r_i`; :math:`n_i` find no seat in reach, which is told and never makes the problem
infeasible.
A site is opened (:math:`y_k`) with :math:`x_k` whole classes of :math:`b` seats, or not. The last
rows say nothing new but make the relaxation tight: a hundredth is reached several times as fast.

References
----------
Daskin and Dean (2005), Location of health care facilities, in Operations Research and Health Care.
"""

from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import block_array, coo_array, csc_array, diags_array, eye_array

from features.arrays import FloatArray
from forecasting.plan.solver import silent_solver
from forecasting.siting.siting_case import IntArray, SitingCase, Trips, possible_trips

# A trip as long as the radius counts 1. A class is then worth building if it is at least half
# filled by children who had no seat in reach, whatever their trips.
UNSEATED, SEAT = 2.0, 1.0
# Children by place are known to no hundredth either.
RELATIVE_GAP = 0.01
SECONDS = 60.0


@dataclass(frozen=True)
class Siting:
    """What was decided.

    Parameters
    ----------
    classes : (site,) classes to build
    trips : ways that may be gone
    going : (trip,) children
    unseated : (place,) children without a seat in reach
    objective, gap : value found, and how far the bound is below it, as a share
    """

    classes: IntArray
    trips: Trips
    going: FloatArray
    unseated: FloatArray
    objective: float
    gap: float


@dataclass(frozen=True)
class Program:
    """A mixed-integer program as whole arrays.

    Columns are trips, unseated children, classes, and whether a site is opened; ``whole`` tells
    which are whole numbers.
    """

    cost: FloatArray
    upper: FloatArray
    matrix: csc_array
    row_lower: FloatArray
    row_upper: FloatArray
    whole: npt.NDArray[np.bool_]


def site_program(case: SitingCase, trips: Trips) -> Program:
    """Return the program of the module's equations, its rows in their order.

    Sites that do not hold the smallest school have no trips and no classes.
    """
    trip, places, schools, sites = (
        len(trips.place), len(case.children), len(case.seats), len(case.most),
    )  # fmt: skip
    size, most = float(case.class_size), np.where(case.usable, case.most, 0).astype(float)
    least = np.where(case.usable, case.least, 0).astype(float)
    every = np.arange(trip)
    leaves = coo_array((np.ones(trip), (trips.place, every)), shape=(places, trip))
    enters = coo_array(
        (np.ones(trip), (trips.school, every)), shape=(schools + sites, trip)
    ).tocsr()
    to_site = np.flatnonzero(trips.school >= schools)
    new = coo_array((np.ones(len(to_site)), (np.arange(len(to_site)), to_site)),
                    shape=(len(to_site), trip))  # fmt: skip
    all_of_it = coo_array(
        (-case.children[trips.place[to_site]],
         (np.arange(len(to_site)), trips.school[to_site] - schools)),
        shape=(len(to_site), sites),
    )  # fmt: skip
    eye = eye_array(sites)
    blocks = [
        [leaves, eye_array(places), None, None],
        [enters[:schools], None, None, None],
        [enters[schools:], None, -size * eye, None],
        [None, None, coo_array(np.full((1, sites), size)), None],
        [None, None, eye, diags_array(-most)],
        [None, None, -eye, diags_array(least)],
        [new, None, None, all_of_it],
    ]
    nought = np.zeros(3 * sites + len(to_site))
    limit = [case.seats, nought[:sites], [max(case.seats_wanted, 0.0)], nought[sites:]]
    free = np.full(schools + 3 * sites + 1 + len(to_site), -np.inf)
    walk = trips.metres / case.radius[trips.place]
    return Program(
        cost=np.concatenate(
            [walk, np.full(places, UNSEATED), np.full(sites, SEAT * size), np.zeros(sites)]
        ),
        upper=np.concatenate([np.full(trip, np.inf), case.children, most, np.ones(sites)]),
        matrix=block_array(blocks).tocsc(),
        row_lower=np.concatenate([case.children, free]),
        row_upper=np.concatenate([case.children, *limit]),
        whole=np.arange(trip + places + 2 * sites) >= trip + places,
    )


def site_schools(case: SitingCase) -> Siting:
    """Return where to build and who goes where.

    Raises
    ------
    RuntimeError
        HiGHS found no solution, though building nothing is one: a fault of ours.
    """
    trips = possible_trips(case)
    model = silent_solver(RELATIVE_GAP, SECONDS)
    model.passModel(_highs(site_program(case, trips)))
    model.run()
    info = model.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise RuntimeError(f"no siting found: {model.getModelStatus()}")
    solution = np.asarray(model.getSolution().col_value)
    trip, places = len(trips.place), len(case.children)
    going, unseated, classes, _ = np.split(
        solution, [trip, trip + places, trip + places + len(case.most)]
    )
    return Siting(
        np.rint(classes).astype(np.int64),
        trips,
        np.maximum(going, 0.0),
        np.maximum(unseated, 0.0),
        float(info.objective_function_value),
        float(info.mip_gap) if len(case.most) else 0.0,
    )


def _highs(program: Program) -> highspy.HighsLp:
    """Return the program as HiGHS takes it, all arrays at once."""
    kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, 0 * program.cost, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = program.matrix.indptr
    lp.a_matrix_.index_ = program.matrix.indices
    lp.a_matrix_.value_ = program.matrix.data
    lp.integrality_ = [kinds[int(whole)] for whole in program.whole]
    return lp
