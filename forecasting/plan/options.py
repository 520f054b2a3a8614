"""What a planner can do about a gap: what each action costs, when it opens, how much there may be.

========  ===================================================  =====================
build     new schools of whole tracks (one class a grade)       land, floor, teachers
campus    all-stage school in the New District                  likewise
expand    classes on present campuses, within a share           no land
convert   classes of a stage handed to the next stage           rooms that exist
lease     rented rooms, year by year, within a share
bus       seats used in a near neighbour county, year by year
close     classes given up or merged, at a pace
========  ===================================================  =====================
"""

import numpy as np
import numpy.typing as npt

from features.arrays import FloatArray
from forecasting.plan.case import PlanCase

# More tracks or classes than a county could ever want: no limit, yet a bound for the solver.
MANY = 400.0


def action_cost(case: PlanCase) -> dict[str, FloatArray]:
    """Return the CNY of a class (``bus``: of a pupil) by action, (area, stage, year).

    Of ``convert`` the stages are those that hand over; the cost is that of seats of the next one.
    """
    seat = {
        "build": case.norm("cost_cny_per_seat"),
        "campus": case.norm("cost_cny_per_seat"),
        "expand": case.norm("expand_cny_per_seat"),
        "convert": case.norm("convert_cny_per_seat"),
        "lease": case.norm("lease_cny_per_seat_year"),
        "close": case.norm("close_cny_per_seat"),
    }
    cost = {action: each * case.size for action, each in seat.items()}
    bus = np.broadcast_to(case.norm("bus_cny_per_pupil_year"), case.cells)
    return {**cost, "convert": cost["convert"][:, 1:], "bus": bus}


def decided_in(case: PlanCase, action: str) -> npt.NDArray[np.int64]:
    """Return the school year in which an opening has to be decided, (stage, year)."""
    lead = case.lead(action)[1:] if action == "convert" else case.lead(action)
    return np.array(case.years)[None] - lead[:, None]


def paid(case: PlanCase, action: str) -> FloatArray:
    """Return the present value of what an action costs, weighted, (area, stage, year)."""
    cost = action_cost(case)[action]
    worth: FloatArray = case.discount(decided_in(case, action)) * cost
    return worth * case.weight[:, None, None]


def most_of(case: PlanCase) -> dict[str, FloatArray]:
    """Return the most tracks (``build``, ``campus``) or classes of an action, (area, stage, year).

    Nothing opens before what is decided now can.
    """
    areas = len(case.areas)
    stock = case.stock[:, :, None]
    here = np.isin(np.arange(areas), case.campus)[:, None, None]
    most = {
        "build": np.full(case.cells, MANY),
        "campus": np.broadcast_to(np.where(here, MANY, 0.0), case.cells),
        "expand": np.floor(stock * case.norm("expand_share_most")),
        "convert": np.floor(stock * case.norm("convert_share_a_year"))[:, :-1],
        "lease": np.floor(stock * case.norm("lease_share_most")),
        "close": np.floor(stock * case.norm("close_share_a_year")),
    }
    return {
        action: np.where(decided_in(case, action) >= case.now, limit, 0.0)  # broadcasts to years
        for action, limit in most.items()
    }
