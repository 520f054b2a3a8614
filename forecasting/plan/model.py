r"""The layout plan as a mixed-integer program.

Classes of county ``a``, stage ``s`` that stand in year ``y`` beyond today's:

.. math:: K_y = K_{y-1} + g\,(track + campus) + expand + convert_{s-1} - convert_s - close

(``g`` grades; a track is one class a grade), seats added
``x = size · (K + lease) + bus out - bus in``, and the cost

.. math:: \min \sum cost(decisions) + \sum f_{asy}(x_{asy}),

``f`` the expected cost of shortage and idle seats over all draws
(``forecasting.plan.expected_cost``).
A decision is paid, at its present value, in the school year in which it is taken, and opens a
lead time later. What is built keeps no value at the end of the horizon: it has to pay for itself
within it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.arrays import FloatArray
from forecasting.plan.case import PlanCase
from forecasting.plan.expected_cost import pieces
from forecasting.plan.milp import IndexArray, Program, Solution
from forecasting.plan.options import action_cost, decided_in, most_of, paid
from forecasting.plan.rules import add_rules


@dataclass(frozen=True)
class Decisions:
    """Columns of the decisions, or their values: all (area, stage, year of opening).

    Parameters
    ----------
    track : tracks of new ordinary schools
    school : new ordinary schools
    campus : tracks of all-stage schools
    sites : all-stage schools, (area, year)
    expand : classes added to schools that stand
    convert : classes handed to the next stage, (area, stage but the last, year)
    close : classes closed
    close_public : of them in public kindergartens, (area, year)
    lease : classes rented in that year
    bus : seats used in a neighbour county, (pair, stage, year)
    added : classes beyond today's, leased ones not counted
    """

    track: FloatArray
    school: FloatArray
    campus: FloatArray
    sites: FloatArray
    expand: FloatArray
    convert: FloatArray
    close: FloatArray
    close_public: FloatArray
    lease: FloatArray
    bus: FloatArray
    added: FloatArray


def seats_added(case: PlanCase, decided: Decisions) -> FloatArray:
    """Return seats that a plan adds, (area, stage, year)."""
    seats = case.size * (decided.added + decided.lease)
    for pair, (county, neighbour) in enumerate(case.lenders):
        seats[county] += decided.bus[pair]
        seats[neighbour] -= decided.bus[pair]
    return seats


def amounts(case: PlanCase, decided: Decisions) -> dict[str, FloatArray]:
    """Return classes (``bus``: pupils) by action, (area or pair, stage, year)."""
    grades = case.grades[None, :, None]
    return {
        "build": decided.track * grades,
        "campus": decided.campus * grades,
        "expand": decided.expand,
        "convert": decided.convert,
        "lease": decided.lease,
        "close": decided.close,
        "bus": decided.bus,
    }


def of_actors(case: PlanCase, action: str, cost: FloatArray) -> FloatArray:
    """Return ``cost`` by area as cost by those who act: a bus is paid by the county it leaves."""
    return cost[[county for county, _ in case.lenders]] if action == "bus" else cost


def decision_cost(case: PlanCase, decided: Decisions) -> dict[str, float]:
    """Return the present value of what is decided, by action, weighted, in CNY."""
    return {
        action: float((of_actors(case, action, paid(case, action)) * many).sum())
        for action, many in amounts(case, decided).items()
    }


def committed(case: PlanCase, decided: Decisions) -> FloatArray:
    """Return what is committed in each school year from the present one on, (year,), in CNY."""
    spent = np.zeros(case.years[-1] - case.now + 1)
    cost = action_cost(case)
    for action, many in amounts(case, decided).items():
        yearly = (of_actors(case, action, cost[action]) * many).sum(axis=0)
        np.add.at(spent, np.maximum(decided_in(case, action) - case.now, 0), yearly)
    return spent


def build_program(case: PlanCase) -> tuple[Program, dict[str, IndexArray]]:
    """Return the program of ``case`` and the numbers of its columns by field of ``Decisions``."""
    program = Program()
    columns = _decision_columns(program, case)
    _stand(program, case, columns)
    _expected_cost(program, case, columns)
    add_rules(program, case, columns)
    return program, columns


def decisions_of(columns: dict[str, IndexArray], solution: Solution) -> Decisions:
    """Return the values of the decisions; whole numbers are whole."""
    values = {name: solution.values[numbers] for name, numbers in columns.items()}
    # Adding 0 turns -0 into 0.
    kept = {name: value.round(0) + 0.0 for name, value in values.items()}
    return Decisions(**kept)


def _decision_columns(program: Program, case: PlanCase) -> dict[str, IndexArray]:
    """Add the columns of the decisions, each with its cost and the most there may be of it."""
    areas, stages, years = case.cells
    most = most_of(case)

    def add(action: str, scale: float | npt.NDArray[np.int64] = 1.0) -> IndexArray:
        return program.columns(most[action].shape, paid(case, action) * scale, most[action])

    grades = case.grades[None, :, None]
    riders = np.array([county for county, _ in case.lenders], dtype=int)
    near = case.apart_km[:, None, None] <= case.norm("bus_km_most")
    return {
        "track": add("build", grades),
        "school": program.columns(case.cells, 0.0, most["build"]),
        "campus": add("campus", grades),
        "sites": program.columns((areas, years), 0.0, most["campus"].min(axis=1)),
        "expand": add("expand"),
        "convert": add("convert"),
        "close": add("close"),
        "close_public": program.columns((areas, years), 0.0, most["close"][:, 0]),
        "lease": add("lease"),
        "bus": program.columns(
            (len(riders), stages, years),
            paid(case, "bus")[riders],
            np.where(near, np.inf, 0.0),
            whole=False,
        ),
    }


def _stand(program: Program, case: PlanCase, columns: dict[str, IndexArray]) -> None:
    """Let the classes of a year be those of the year before and what opens, less what goes."""
    least = np.broadcast_to((case.floor - case.stock)[:, :, None], case.cells)
    # Where too few stand today, what is missing can only come once a school has been built.
    reachable = (decided_in(case, "build") >= case.now) | (least <= 0)
    added = program.columns(
        case.cells, lower=np.where(reachable, least, np.minimum(least, 0.0)), whole=False
    )
    columns["added"] = added
    rows = program.rows(case.cells, 0.0, 0.0)
    grades = case.grades[None, :, None]
    program.put(rows, added, 1.0)
    program.put(rows[:, :, 1:], added[:, :, :-1], -1.0)
    program.put(rows, columns["track"], -grades)
    program.put(rows, columns["campus"], -grades)
    program.put(rows, columns["expand"], -1.0)
    program.put(rows, columns["close"], 1.0)
    program.put(rows[:, 1:], columns["convert"], -1.0)
    program.put(rows[:, :-1], columns["convert"], 1.0)


def _expected_cost(program: Program, case: PlanCase, columns: dict[str, IndexArray]) -> None:
    """Add the expected cost of shortage and idle seats, a column a straight piece."""
    cut = pieces(case.gap, case.missing_cost(), case.idle_cost())
    # The first piece runs to the left: fewer seats, more cost.
    sign = np.ones(cut.slope.shape[-1])
    sign[0] = -1.0
    fill = program.columns(cut.slope.shape, cut.slope * sign, cut.width, whole=False)
    program.constant += float(cut.cost.sum())
    rows = program.rows(case.cells, cut.start, cut.start)
    program.put(rows, columns["added"], case.size)
    program.put(rows, columns["lease"], case.size)
    program.put(rows[..., None], fill, -sign)
    for pair, (county, neighbour) in enumerate(case.lenders):
        program.put(rows[county], columns["bus"][pair], 1.0)
        program.put(rows[neighbour], columns["bus"][pair], -1.0)
