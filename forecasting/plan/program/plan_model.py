r"""The layout plan as a mixed-integer program over schools.

Classes of county ``a`` and stage ``s`` in year ``y``, relative to the existing ones:

.. math:: K_y = K_{y-1} + u\,build + b\,expand + \sum_k (turned\ to\ s - turned\ away - merged)

(``u`` classes in a school of the usual size, ``b`` in a block, ``k`` the existing schools),
seats added :math:`x = size \cdot (K + leased)`, summed over the counties of a pool, and the cost

.. math:: \min \sum cost(actions) + \sum fixed \cdot decisions + \sum f_{sy}(x_{sy}),

``f`` the expected cost of shortage and idle seats over all draws
(``forecasting.plan.program.expected_cost``). A decision is paid, at its present value, in the
school year in which it is taken, and takes effect a lead time later. Buildings have no residual
value at the end of the horizon: they must pay for themselves within it.
"""

from dataclasses import dataclass

import numpy as np

from features.arrays import FloatArray
from forecasting.plan.case.actions import Action
from forecasting.plan.case.costs import (
    gained_classes,
    lease_years,
    leased,
    most_blocks,
    most_given,
    most_leased,
    most_schools,
    prices,
    still_possible,
)
from forecasting.plan.case.planning_case import WATCH_YEARS, PlanCase
from forecasting.plan.program.expected_cost import segments
from forecasting.plan.program.milp import IndexArray, Program, Solution
from forecasting.plan.program.rules import add_rules

CAMPUSES_MOST = 2


@dataclass(frozen=True)
class Decisions:
    """Columns of the decisions, or their values, by the year in which they take effect.

    Parameters
    ----------
    build : (area, stage, year) schools of the usual size
    expand : (area, stage, year) blocks of classes added to existing schools
    lease : (area, stage, year) classes rented from that year on
    merge : (unit, year) schools merged into others of their stage
    convert : (unit, year) schools converted to the next stage
    campus : (area, year) all-stage schools of the New District
    part : (area, stage, year) their sections that add seats
    moved : (area, stage, year) their sections into which an existing school moves
    merge_public : (area, year) public kindergarten classes merged
    added : (area, stage, year) classes relative to the existing ones, without rented ones
    """

    build: FloatArray
    expand: FloatArray
    lease: FloatArray
    merge: FloatArray
    convert: FloatArray
    campus: FloatArray
    part: FloatArray
    moved: FloatArray
    merge_public: FloatArray
    added: FloatArray


def seats_added(case: PlanCase, decided: Decisions) -> FloatArray:
    """Return seats that a plan adds, (area, stage, year)."""
    return case.size * (decided.added + leased(case, decided.lease))


def unit_flags(case: PlanCase, of_units: FloatArray) -> FloatArray:
    """Return 1 where any school of a county and stage is affected, (area, stage, year)."""
    flags = np.zeros(case.cells)
    np.add.at(flags, (case.units.area, case.units.stage), of_units)
    return (flags > 0.5).astype(float)


def payments(case: PlanCase, decided: Decisions) -> list[tuple[FloatArray, np.ndarray]]:
    """Return amounts in CNY, not discounted, each with the school year of the decision.

    Rent is paid yearly in advance. Both arrays of a pair have the same shape.
    """
    price, units = prices(case), case.units
    years = {action: case.decided_in(action)[None] for action in Action if action != Action.CLOSE}
    fixed = price.decision[None, :, None]
    given = unit_flags(case, decided.convert)
    amounts = [
        (price.build * (decided.build + decided.part + decided.moved), years[Action.BUILD]),
        (fixed * (decided.build > 0), years[Action.BUILD]),
        (price.expand * decided.expand + fixed * (decided.expand > 0), years[Action.EXPAND]),
        (price.lease_year * leased(case, decided.lease), years[Action.LEASE]),
        (fixed * (decided.lease > 0), years[Action.LEASE]),
        (price.merge * decided.merge, years[Action.MERGE][0][units.stage]),
        (fixed * unit_flags(case, decided.merge), years[Action.MERGE]),
        (price.convert * decided.convert, years[Action.CONVERT][0][units.stage]),
        (price.decision[case.receiver][None, :, None] * given, years[Action.CONVERT]),
    ]
    return [(amount, np.broadcast_to(year, amount.shape)) for amount, year in amounts]


def decision_cost(case: PlanCase, decided: Decisions) -> float:
    """Return the present value of the decisions, in CNY."""
    return float(
        sum((amount * case.discount(year)).sum() for amount, year in payments(case, decided))
    )


def build_program(case: PlanCase) -> tuple[Program, dict[str, IndexArray]]:
    """Return the program of ``case`` and the numbers of its columns by field of ``Decisions``."""
    program = Program()
    columns = _decision_columns(program, case)
    columns |= _flag_columns(program, case, columns)
    _stand(program, case, columns)
    _expected_cost(program, case, columns)
    add_rules(program, case, columns)
    return program, columns


def decisions_of(columns: dict[str, IndexArray], solution: Solution) -> Decisions:
    """Return the values of the decisions, integers rounded exactly."""
    fields = Decisions.__dataclass_fields__
    values = {name: solution.values[columns[name]] for name in fields}
    # Adding 0 converts -0 to 0.
    return Decisions(**{name: value.round(0) + 0.0 for name, value in values.items()})


def _decision_columns(program: Program, case: PlanCase) -> dict[str, IndexArray]:
    """Add the columns of the decisions, each with its cost and upper bound."""
    price, units = prices(case), case.units
    worth = {
        action: case.discount(case.decided_in(action)) for action in Action if action != "close"
    }
    can = {action: still_possible(case, action) for action in worth}
    gained = gained_classes(case)
    to_stage = units.stage
    rent = np.zeros(case.cells)
    for stage in range(case.cells[1]):
        for start in range(case.cells[2]):
            covered = list(lease_years(case, stage, start))
            each = price.lease_year[:, stage, covered] * worth[Action.LEASE][stage, covered]
            rent[:, stage, start] = each.sum(axis=-1)
    here = np.isin(np.arange(case.cells[0]), case.campus)[:, None]
    campuses = CAMPUSES_MOST * here * can[Action.BUILD].all(axis=0)
    parts = np.broadcast_to(campuses[:, None], case.cells)
    school = price.build * worth[Action.BUILD]

    def limited(most: FloatArray, action: Action) -> FloatArray:
        return most[..., None] * can[action]

    merged, turned = (
        np.minimum(
            units.count,
            np.floor(most_given(case, measure)[units.area, units.stage] / units.classes + 1e-6),
        )
        for measure in ("close_share_a_year", "convert_share_a_year")
    )
    shape = len(units), case.cells[2]
    spare = case.may_give()[units.area, units.stage]
    return {
        "build": program.columns(case.cells, school, limited(most_schools(case), Action.BUILD)),
        "expand": program.columns(
            case.cells, price.expand * worth[Action.EXPAND],
            limited(most_blocks(case), Action.EXPAND),
        ),
        "lease": program.columns(case.cells, rent, limited(most_leased(case), Action.LEASE)),
        "merge": program.columns(
            shape, price.merge * worth[Action.MERGE][units.stage],
            (merged * units.mergeable())[:, None] * can[Action.MERGE][units.stage] * spare,
        ),
        "convert": program.columns(
            shape, price.convert * worth[Action.CONVERT][to_stage],
            np.where(gained > 0, turned, 0.0)[:, None] * can[Action.CONVERT][to_stage] * spare,
        ),
        "campus": program.columns(campuses.shape, 0.0, campuses),
        "part": program.columns(case.cells, school, parts),
        "moved": program.columns(case.cells, school, parts),
        "merge_public": program.columns(campuses.shape, 0.0, case.stock[:, :1]),
    }  # fmt: skip


def _flag_columns(
    program: Program, case: PlanCase, columns: dict[str, IndexArray]
) -> dict[str, IndexArray]:
    """Add a binary column for each possible decision, with its fixed cost."""
    fixed = prices(case).decision
    flags = {}
    for action in (Action.BUILD, Action.EXPAND, Action.LEASE, Action.MERGE, Action.CONVERT):
        own = fixed[case.receiver] if action == Action.CONVERT else fixed
        cost = own[None, :, None] * case.discount(case.decided_in(action))
        cost = cost + case.terms.least_gain_cny
        used = _possible(program, case, columns[action])
        flags[f"do_{action}"] = program.columns(case.cells, cost, used)
    may = case.may_give() & case.is_host[..., None]
    flags["given"] = program.columns(case.cells, 0.0, np.maximum.accumulate(may, axis=-1))
    flags["watched"] = program.columns(case.cells, 0.0, may_be_watched(may), integer=False)
    return flags


def may_be_watched(may: np.ndarray) -> np.ndarray:
    """Return the years in which a stage may be under watch, given those in which it may give."""
    watched = may.copy()
    for later in range(1, min(WATCH_YEARS + 1, may.shape[-1])):
        watched[..., later:] |= may[..., :-later]
    return watched


def _possible(program: Program, case: PlanCase, block: IndexArray) -> FloatArray:
    """Return 1 for each county, stage and year in which any column of ``block`` may be positive."""
    upper = program.bounds[1][block]
    return unit_flags(case, upper) if upper.ndim == 2 else (upper > 0).astype(float)


def _stand(program: Program, case: PlanCase, columns: dict[str, IndexArray]) -> None:
    """Add the balance of classes: those of the previous year plus openings minus closures."""
    least = np.broadcast_to((case.floor - case.stock)[:, :, None], case.cells)
    # Where too few classes exist, the floor applies only once a school could have been built.
    reachable = still_possible(case, Action.BUILD) | (least <= 0)
    added = program.columns(
        case.cells, lower=np.where(reachable, least, np.minimum(least, 0.0)), integer=False
    )
    columns["added"] = added
    rows = program.rows(case.cells, 0.0, 0.0)
    program.put(rows, added, 1.0)
    program.put(rows[:, :, 1:], added[:, :, :-1], -1.0)
    for name in ("build", "part"):
        program.put(rows, columns[name], -case.norm("school_classes_usual"))
    program.put(rows, columns["expand"], -case.norm("expand_block_classes"))
    units, to = case.units, case.receiver[case.units.stage]
    own = rows[units.area, units.stage]
    program.put(own, columns["merge"], units.classes[:, None])
    program.put(own, columns["convert"], units.classes[:, None])
    taken = to >= 0
    program.put(
        rows[units.area[taken], to[taken]],
        columns["convert"][taken],
        -gained_classes(case)[taken, None],
    )


def _expected_cost(program: Program, case: PlanCase, columns: dict[str, IndexArray]) -> None:
    """Add the expected cost of missing and idle seats, one column per linear segment."""
    hosts = np.argwhere(case.is_host)
    number = np.zeros(case.stock.shape, dtype=int)
    number[hosts[:, 0], hosts[:, 1]] = np.arange(len(hosts))
    own = number[case.host, np.arange(case.cells[1])]
    cut = segments(
        case.pooled(case.gap)[hosts[:, 0], hosts[:, 1]],
        case.missing_cost()[hosts[:, 0], hosts[:, 1]],
        case.idle_cost()[hosts[:, 0], hosts[:, 1]],
    )
    # The first segment runs to the left: cost rises with fewer seats.
    sign = np.ones(cut.slope.shape[-1])
    sign[0] = -1.0
    fill = program.columns(cut.slope.shape, cut.slope * sign, cut.width, integer=False)
    program.constant += float(cut.cost.sum())
    rows = program.rows(cut.start.shape, cut.start, cut.start)
    program.put(rows[own], columns["added"], case.size)
    program.put(rows[..., None], fill, -sign)
    for stage in range(case.cells[1]):
        for start in range(case.cells[2]):
            covered = list(lease_years(case, stage, start))
            program.put(
                rows[own[:, stage]][:, covered],
                columns["lease"][:, stage, start, None],
                case.size[:, stage][:, covered],
            )
