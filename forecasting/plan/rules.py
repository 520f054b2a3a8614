"""Rules of a layout plan beyond the counting of classes: sizes, quotas, what must be kept."""

import numpy as np

from features.arrays import FloatArray
from forecasting.plan.case import PUBLIC_SHARE, PlanCase
from forecasting.plan.milp import IndexArray, Program
from forecasting.plan.options import action_cost, decided_in

CAMPUSES = (1, 2)
Columns = dict[str, IndexArray]


def add_rules(program: Program, case: PlanCase, columns: Columns) -> None:
    """Add every rule to ``program``."""
    _school_sizes(program, case, columns)
    _campuses(program, case, columns)
    _share_of_expansion(program, case, columns)
    _public_kindergartens(program, case, columns)
    budget = case.terms.budget_cny
    if budget is not None:
        _budget(program, case, columns, budget)
    land_m2 = case.terms.land_m2
    if land_m2 is not None:
        rows = program.rows((1,), upper=land_m2)
        land = case.norm("land_m2_per_pupil") * case.size * case.grades[None, :, None]
        for block in ("track", "campus"):
            program.put(rows, columns[block], land)


def _school_sizes(program: Program, case: PlanCase, columns: Columns) -> None:
    """Let new schools have from the least to the most classes each."""
    for measure, low, high in (
        ("school_classes_least", 0.0, np.inf),
        ("school_classes_most", -np.inf, 0.0),
    ):
        rows = program.rows(case.cells, low, high)
        program.put(rows, columns["track"], case.grades[None, :, None])
        program.put(rows, columns["school"], -case.norm(measure))


def _campuses(program: Program, case: PlanCase, columns: Columns) -> None:
    """Let the New District get one or two schools with every stage in them, each as a new school.

    The first opens by ``campus_by``.
    """
    sites = columns["sites"][:, None, :]
    for tracks, low, high in (
        (campus_tracks(case, "least"), 0.0, np.inf),
        (campus_tracks(case, "most"), -np.inf, 0.0),
    ):
        rows = program.rows(case.cells, low, high)
        program.put(rows, columns["campus"], 1.0)
        program.put(rows, sites, -tracks)
    opens = (decided_in(case, "campus") >= case.now).all(axis=0)
    in_time = opens & (np.array(case.years) <= case.campus_by)
    for county in case.campus:
        program.put(program.rows((1,), upper=CAMPUSES[1]), columns["sites"][county], 1.0)
        # Where none can open by then, the first year in which one can is soon enough.
        due = in_time if in_time.any() else opens & (np.cumsum(opens) == 1)
        if due.any():
            program.put(program.rows((1,), CAMPUSES[0]), columns["sites"][county, due], 1.0)


def _share_of_expansion(program: Program, case: PlanCase, columns: Columns) -> None:
    """Let all expansions together stay within the room on present campuses."""
    most = np.floor(case.stock * case.norms["expand_share_most"].to_numpy())
    rows = program.rows(case.stock.shape, upper=most)
    program.put(rows[:, :, None], columns["expand"], 1.0)


def campus_tracks(case: PlanCase, bound: str) -> FloatArray:
    """Return the ``least`` or ``most`` tracks of a stage in an all-stage school, (1, stage, 1)."""
    tracks: FloatArray = np.ceil(case.norm(f"school_classes_{bound}") / case.grades[None, :, None])
    return tracks


def public_floor(case: PlanCase) -> tuple[FloatArray, float]:
    """Return where ownership is known, (area,), and the least public share there.

    The share is the present one of the plan, or today's own if that is lower: no plan of ours can
    mend at once what is not met today.
    """
    known = np.isfinite(case.public)
    total = case.stock[known, 0].sum()
    today = float(case.public[known].sum() / total) if total else 0.0
    return known, min(PUBLIC_SHARE, today)


def _public_kindergartens(program: Program, case: PlanCase, columns: Columns) -> None:
    """Keep the public share of kindergarten classes, and close no private class twice."""
    known, share = public_floor(case)
    years = len(case.years)
    rows = program.rows((len(case.areas), years), upper=0.0)
    program.put(rows, columns["close_public"], 1.0)
    program.put(rows, columns["close"][:, 0], -1.0)
    if not known.any():
        return
    private = (case.stock[:, 0] - case.public)[known]
    closed = program.rows((int(known.sum()),), upper=private)
    program.put(closed[:, None], columns["close"][known, 0], 1.0)
    program.put(closed[:, None], columns["close_public"][known], -1.0)
    kept = program.rows((years,), share * case.stock[known, 0].sum() - case.public[known].sum())
    grades = case.grades[0]
    until = np.tri(years)
    program.put(kept, columns["added"][known, 0], -share)
    for block, gain in (("track", grades), ("campus", grades), ("expand", 1), ("convert", -1)):
        program.put(kept[:, None], columns[block][known, 0][:, None, :], gain * until)
    program.put(kept[:, None], columns["close_public"][known][:, None, :], -until)


def _budget(program: Program, case: PlanCase, columns: Columns, most: float) -> None:
    """Keep what is committed in a school year within the budget, whenever it opens."""
    cost = action_cost(case)
    riders = [county for county, _ in case.lenders]
    grades = case.grades[None, :, None]
    paid = {
        "track": ("build", cost["build"] * grades),
        "campus": ("campus", cost["campus"] * grades),
        "bus": ("bus", cost["bus"][riders]),
    } | {action: (action, cost[action]) for action in ("expand", "convert", "lease", "close")}
    rows = program.rows((case.years[-1] - case.now,), upper=most)
    for block, (action, each) in paid.items():
        # What would have had to be decided before the present cannot open anyway.
        year = np.maximum(decided_in(case, action) - case.now, 0)
        program.put(rows[year][None], columns[block], each)
