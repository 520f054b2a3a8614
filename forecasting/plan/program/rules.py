"""Constraints of a layout plan beyond the stock balance of classes."""

import numpy as np

from features.arrays import FloatArray
from forecasting.plan.case.actions import Action
from forecasting.plan.case.costs import (
    lease_years,
    most_given,
    most_schools,
    prices,
    still_possible,
)
from forecasting.plan.case.planning_case import WATCH_YEARS, PlanCase
from forecasting.plan.program.milp import IndexArray, Program

DECISIONS_MOST = 3  # in a county and stage over all years
EACH_MOST = {Action.BUILD: 1, Action.EXPAND: 1, Action.LEASE: 1, Action.MERGE: 1, Action.CONVERT: 1}
APART_YEARS = 3  # least interval between rented seats and seats given up
Columns = dict[str, IndexArray]


def add_rules(program: Program, case: PlanCase, columns: Columns) -> None:
    """Add every rule to ``program``."""
    _schools_once(program, case, columns)
    _flags(program, case, columns)
    _few_decisions(program, case, columns)
    _one_direction(program, case, columns)
    _give_only_what_is_spare(program, case, columns)
    _campuses(program, case, columns)
    _public_kindergartens(program, case, columns)
    if case.terms.budget_cny is not None:
        _budget(program, case, columns, case.terms.budget_cny)
    if case.terms.land_m2 is not None:
        rows = program.rows((1,), upper=case.terms.land_m2)
        for block in ("build", "part", "moved"):
            program.put(rows, columns[block], school_land(case))


def school_land(case: PlanCase) -> FloatArray:
    """Return the land of a school of the usual size, (area, stage, year), in m2."""
    land: FloatArray = (
        case.norm("land_m2_per_pupil") * case.norm("school_classes_usual") * case.size
    )
    return land


def _schools_once(program: Program, case: PlanCase, columns: Columns) -> None:
    """Allow each existing school to be merged or converted once."""
    rows = program.rows((len(case.units),), upper=case.units.count)
    for block in ("merge", "convert"):
        program.put(rows[:, None], columns[block], 1.0)


def _flags(program: Program, case: PlanCase, columns: Columns) -> None:
    """Link actions to binary decisions: no action in a year without its decision."""
    units = case.units
    most = {
        "build": most_schools(case),
        "expand": np.maximum(0, _upper(program, columns["expand"])).max(axis=-1),
        "lease": np.maximum(0, _upper(program, columns["lease"])).max(axis=-1),
    }
    for block, limit in most.items():
        rows = program.rows(case.cells, upper=0.0)
        program.put(rows, columns[block], 1.0)
        program.put(rows, columns[f"do_{block}"], -limit[..., None])
    # Rented rooms form a temporary school, at least of the smallest permitted size.
    rows = program.rows(case.cells, lower=0.0)
    program.put(rows, columns["lease"], 1.0)
    program.put(rows, columns["do_lease"], -case.norm("school_classes_least"))
    for block, measure in (("merge", "close_share_a_year"), ("convert", "convert_share_a_year")):
        rows = program.rows(case.cells, upper=0.0)
        program.put(rows[units.area, units.stage], columns[block], units.classes[:, None])
        program.put(rows, columns[f"do_{block}"], -most_given(case, measure)[..., None])


def _upper(program: Program, columns: IndexArray) -> FloatArray:
    upper: FloatArray = program.bounds[1][columns]
    return upper


def _few_decisions(program: Program, case: PlanCase, columns: Columns) -> None:
    """Limit decisions per county and stage, with one permanent addition per year at most."""
    to = case.receiver
    in_all = program.rows(case.stock.shape, upper=DECISIONS_MOST)
    adding = program.rows(case.cells, upper=1.0)
    for action in (Action.BUILD, Action.EXPAND, Action.LEASE, Action.MERGE):
        program.put(in_all[..., None], columns[f"do_{action}"], 1.0)
    for action in (Action.BUILD, Action.EXPAND):
        program.put(adding, columns[f"do_{action}"], 1.0)
    giving = np.flatnonzero(to >= 0)
    turned = columns[f"do_{Action.CONVERT}"][:, giving]
    program.put(in_all[:, to[giving], None], turned, 1.0)
    program.put(adding[:, to[giving]], turned, 1.0)
    for action, most in EACH_MOST.items():
        once = program.rows(case.stock.shape, upper=most)
        program.put(once[..., None], columns[f"do_{action}"], 1.0)


def _one_direction(program: Program, case: PlanCase, columns: Columns) -> None:
    """Let a stage only gain or only give up seats over the years of the plan.

    ``given`` is 1 from the first year on in which a stage gives. Rooms may be rented before, if the
    lease ended more than ``APART_YEARS`` years earlier.
    """
    stages = np.arange(case.cells[1])
    given = columns["given"][case.host, stages]
    last = given[..., -1:]
    rising = program.rows((*case.stock.shape, case.cells[2] - 1), lower=0.0)
    program.put(rising, columns["given"][..., 1:], 1.0)
    program.put(rising, columns["given"][..., :-1], -1.0)
    for block in ("do_merge", "do_convert"):
        rows = program.rows(case.cells, upper=0.0)
        program.put(rows, columns[block], 1.0)
        program.put(rows, given, -1.0)
    for block in ("do_build", "do_expand"):
        _never_both(program, columns[block], last)
    giving = np.flatnonzero(case.receiver >= 0)
    _never_both(program, columns["do_convert"][:, giving], last[:, case.receiver[giving]])
    for stage in stages:
        ends = [lease_years(case, int(stage), start)[-1] for start in range(case.cells[2])]
        apart = np.minimum(np.array(ends) + APART_YEARS, case.cells[2] - 1)
        _never_both(program, columns["do_lease"][:, stage], given[:, stage][:, apart])


def _never_both(program: Program, one: IndexArray, other: IndexArray) -> None:
    rows = program.rows(one.shape, upper=1.0)
    program.put(rows, one, 1.0)
    program.put(rows, np.broadcast_to(other, one.shape), 1.0)


def _give_only_what_is_spare(program: Program, case: PlanCase, columns: Columns) -> None:
    """Let a stage give up seats only if a shortage stays unlikely during the years of watch.

    Added seats are at least 0 before a stage gives, at least ``case.spare`` in the year of giving
    and the years of watch after it, and otherwise limited by the floor.
    """
    host, stage = case.host, np.arange(case.cells[1])
    watched = columns["watched"]
    for later in range(min(WATCH_YEARS + 1, case.cells[2])):
        years = case.cells[2] - later
        for block in ("do_merge", "do_convert"):
            rows = program.rows((*case.stock.shape, years), lower=0.0)
            program.put(rows, watched[host, stage][..., later:], 1.0)
            program.put(rows, columns[block][..., :years], -1.0)
    once = program.rows(case.cells, upper=0.0)
    program.put(once, watched, 1.0)
    program.put(once, columns["given"], -1.0)
    least = case.pooled((case.floor - case.stock)[..., None] * case.size)
    spare = np.maximum(np.minimum(case.spare(), 0.0), least)
    rows = program.rows(case.cells, lower=0.0)
    program.put(rows[host, stage[None]], columns["added"], case.size)
    program.put(rows, columns["given"], -np.minimum(least, 0.0))
    program.put(rows, watched, np.minimum(least, 0.0) - spare)


def _campuses(program: Program, case: PlanCase, columns: Columns) -> None:
    """Require one or two all-stage schools in the New District.

    A section adds seats at a stage that gains, and receives an existing school at a stage that
    gives. The first one opens by ``campus_by``, or as soon as possible.
    """
    rows = program.rows(case.cells, 0.0, 0.0)
    program.put(rows, columns["part"], 1.0)
    program.put(rows, columns["moved"], 1.0)
    program.put(rows, columns["campus"][:, None, :], -1.0)
    given = columns["given"][case.host, np.arange(case.cells[1])][..., -1:]
    for block, sign, upper in (("part", 1.0, 2.0), ("moved", -1.0, 0.0)):
        linked = program.rows(case.cells, upper=upper)
        program.put(linked, columns[block], 1.0)
        program.put(linked, np.broadcast_to(given, case.cells), 2.0 * sign)
    opens = still_possible(case, Action.BUILD).all(axis=0)
    in_time = opens & (np.array(case.years) <= case.campus_by)
    due = in_time if in_time.any() else opens & (np.cumsum(opens) == 1)
    for county in case.campus:
        program.put(program.rows((1,), upper=2.0), columns["campus"][county], 1.0)
        if due.any():
            program.put(program.rows((1,), 1.0), columns["campus"][county, due], 1.0)


def public_floor(case: PlanCase) -> tuple[FloatArray, float]:
    """Return where ownership is known, (area,), and the least public share there.

    The share is that of the action plan, or the present share if lower, since no plan can reach
    the target immediately.
    """
    known = np.isfinite(case.public)
    total = case.stock[known, 0].sum()
    today = float(case.public[known].sum() / total) if total else 0.0
    return known, min(case.public_share, today)


def _public_kindergartens(program: Program, case: PlanCase, columns: Columns) -> None:
    """Keep the minimum public share of kindergarten classes, counting each merged class once."""
    known, share = public_floor(case)
    years = case.cells[2]
    units = case.units
    children = np.flatnonzero(units.stage == 0)
    rows = program.rows((case.cells[0], years), upper=0.0)
    program.put(rows, columns["merge_public"], 1.0)
    program.put(
        rows[units.area[children]], columns["merge"][children], -units.classes[children, None]
    )
    if not known.any():
        return
    gone = program.rows(
        (case.cells[0],), upper=np.where(known, case.stock[:, 0] - case.public, np.inf)
    )
    program.put(
        gone[units.area[children], None], columns["merge"][children], units.classes[children, None]
    )
    program.put(gone[:, None], columns["merge_public"], -1.0)
    kept = program.rows((years,), share * case.stock[known, 0].sum() - case.public[known].sum())
    until = np.tri(years)
    program.put(kept, columns["added"][known, 0], -share)
    school = float(case.norms["school_classes_usual"].iloc[0])
    block = float(case.norms["expand_block_classes"].iloc[0])
    for name, classes in (("build", school), ("part", school), ("expand", block)):
        program.put(kept[:, None], columns[name][known, 0][:, None, :], classes * until)
    program.put(kept[:, None], columns["merge_public"][known][:, None, :], -until)


def _budget(program: Program, case: PlanCase, columns: Columns, most: float) -> None:
    """Keep the commitments of a school year within the budget, whenever they take effect."""
    price, units = prices(case), case.units
    rows = program.rows((case.years[-1] - case.now,), upper=most)

    def due(action: Action) -> IndexArray:
        # Openings that would have required a decision in the past are impossible anyway.
        return rows[np.maximum(case.decided_in(action) - case.now, 0)]

    for block in ("build", "part", "moved"):
        program.put(due(Action.BUILD)[None], columns[block], price.build)
    program.put(due(Action.EXPAND)[None], columns["expand"], price.expand)
    program.put(due(Action.MERGE)[units.stage], columns["merge"], price.merge)
    program.put(due(Action.CONVERT)[units.stage], columns["convert"], price.convert)
    for stage in range(case.cells[1]):
        for start in range(case.cells[2]):
            # Rent is committed yearly.
            for year in lease_years(case, stage, start):
                program.put(
                    due(Action.LEASE)[stage, year],
                    columns["lease"][:, stage, start],
                    price.lease_year[:, stage, year],
                )
    for action in (Action.BUILD, Action.EXPAND, Action.LEASE, Action.MERGE, Action.CONVERT):
        fixed = price.decision[case.receiver] if action == Action.CONVERT else price.decision
        program.put(due(action)[None], columns[f"do_{action}"], fixed[None, :, None])
