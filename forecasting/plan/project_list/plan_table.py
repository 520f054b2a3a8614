"""The plan as a table: action, place and time, with land, cost and staff."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from data.language import Language
from forecasting.plan.case.actions import GIVING, Action
from forecasting.plan.case.planning_case import PlanCase
from forecasting.plan.program.solve import LayoutPlan
from forecasting.plan.project_list.gap_words import gap_words
from forecasting.plan.project_list.outlook import outlook
from forecasting.plan.project_list.reasons import reason_text, rounded_up
from forecasting.plan.project_list.steps import Step, steps_of

PLAN_COLUMNS = [
    "scenario",
    "adcode",
    "county",
    "stage",
    "year",
    "action",
    "taken_from",
    "schools",
    "school_ids",
    "classes",
    "seats",
    "cost_cny",
    "land_m2",
    "floor_m2",
    "teachers",
    "decide_in",
    "basis",
    "reason",
]
ID_BREAK = ";"


def plan_table(
    plan: LayoutPlan,
    scenario: str,
    names: Mapping[str, str],
    supply_basis: Mapping[tuple[str, str], str],
    language: Language,
) -> pd.DataFrame:
    """Return one row per decision in the columns of ``plan.csv``.

    ``year`` is the school year in which it takes effect; rooms are rented from then on for
    ``lease_years_most`` years. ``seats`` are negative where seats are given up. ``taken_from`` is
    the stage whose schools are converted. ``schools`` counts complete schools (a section of an
    all-stage school counts at its stage); ``school_ids`` lists the named ones. ``basis`` is the
    code of the data basis of the existing seats of the county and stage.
    """
    found = outlook(plan)
    handed = plan.decided.merge + plan.decided.convert
    leaving = set(np.flatnonzero(handed.sum(axis=1) > 0).tolist())
    rows = []
    for step in steps_of(plan):
        row = _row(plan.case, step, names, supply_basis)
        words = gap_words(row["basis"])
        reason = reason_text(plan.case, found, step, leaving, words)
        rows.append({**row, "reason": reason.within(language)})
    table = pd.DataFrame(rows, columns=PLAN_COLUMNS).assign(scenario=scenario)
    places = {stage: place for place, stage in enumerate(plan.case.stages)}
    ordered = table.sort_values(
        ["adcode", "year", "stage", "action", "taken_from"],
        key=lambda column: column.map(places) if column.name == "stage" else column,
        kind="stable",
    )
    return ordered.reset_index(drop=True)


def _row(
    case: PlanCase,
    step: Step,
    names: Mapping[str, str],
    supply_basis: Mapping[tuple[str, str], str],
) -> dict[str, Any]:
    area, stage = case.areas[step.area], case.stages[step.stage]
    norm = case.norms.iloc[step.stage]
    signed = -step.seats if step.action in GIVING else step.seats
    # A school that moves into an all-stage school needs land and floor area of the new building.
    moves = (
        step.schools * norm["school_classes_usual"] * case.size[step.area, step.stage, step.year]
    )
    placed = moves if step.action == Action.MERGE and step.new_land else step.seats
    rooms = step.new_land or step.action == Action.EXPAND
    decider = step.giver if step.action == Action.CONVERT else step.stage
    action = Action.MERGE if step.action == Action.CLOSE else step.action
    if step.new_land:
        action = Action.BUILD
    return {
        "adcode": area,
        "county": names[area],
        "stage": stage,
        "year": case.years[step.year],
        "action": str(step.action),
        "taken_from": case.stages[step.giver] if step.giver >= 0 else "",
        "schools": step.schools,
        "school_ids": ID_BREAK.join(i for unit, _ in step.units if (i := case.units.ids[unit])),
        "classes": step.classes,
        "seats": signed + 0.0,
        "cost_cny": step.cost_cny,
        "land_m2": placed * norm["land_m2_per_pupil"] if step.new_land else 0.0,
        "floor_m2": placed * norm["floor_m2_per_pupil"] if rooms else 0.0,
        "teachers": _teachers(case, step, signed),
        "decide_in": int(case.decided_in(action)[decider, step.year]),
        "basis": supply_basis[area, stage],
    }


def _teachers(case: PlanCase, step: Step, signed: float) -> float:
    """Return the change in teachers required by full classes."""
    ratio = case.norms["pupils_per_teacher"].to_numpy(dtype=float)
    needed = signed / ratio[step.stage]
    if step.giver >= 0:
        size = float(case.size[step.area, step.giver, step.year])
        needed -= step.classes_given * size / ratio[step.giver]
    return rounded_up(needed)


def priority_table(plan: LayoutPlan, scenario: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the priority of counties in the allocation of land.

    ``need_land_m2`` is the land that new schools would take for the total expected shortage before
    the plan: the sum over stages of the highest expected shortage of a year × land per pupil.
    ``quota_share`` is its share in the city; ``land_in_plan_m2`` the land used by the plan, which
    takes cheaper actions first.
    """
    case, decided = plan.case, plan.decided
    short = np.maximum(case.gap, 0).mean(axis=-1).max(axis=-1)
    land = case.norms["land_m2_per_pupil"].to_numpy(dtype=float)
    schools = decided.build + decided.part + decided.moved
    seats = schools * case.norm("school_classes_usual") * case.size
    table = pd.DataFrame(
        {
            "scenario": scenario,
            "adcode": case.areas,
            "county": [names[area] for area in case.areas],
            **{f"need_{stage}": short[:, place] for place, stage in enumerate(case.stages)},
            "need_land_m2": short @ land,
            "land_in_plan_m2": (seats.sum(axis=-1) * land).sum(axis=-1),
        }
    )
    table["quota_share"] = table["need_land_m2"] / max(table["need_land_m2"].sum(), 1e-9)
    table = table.sort_values("need_land_m2", ascending=False, kind="stable")
    table.insert(1, "rank", np.arange(1, len(table) + 1))
    return table.reset_index(drop=True)
