"""The plan as rows: what, where, when, and the land, money and staff that follow."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from data.language import Language
from forecasting.plan.options import action_cost, decided_in
from forecasting.plan.reasons import basis_of, reason_of, rounded_up
from forecasting.plan.solve import LayoutPlan

PLAN_COLUMNS = [
    "scenario",
    "adcode",
    "county",
    "stage",
    "year",
    "action",
    "taken_from",
    "decide_in",
    "schools",
    "classes",
    "seats",
    "seats_given",
    "cost_cny",
    "land_m2",
    "floor_m2",
    "teachers",
    "basis",
    "reason",
]
NEW_ROOMS = ("build", "campus", "expand")
NEW_LAND = ("build", "campus")


def plan_table(
    plan: LayoutPlan,
    scenario: str,
    names: Mapping[str, str],
    standards: pd.DataFrame,
    seats_basis: Mapping[tuple[str, str], str],
    language: Language,
) -> pd.DataFrame:
    """Return one row a county × stage × year × action in the columns of ``plan.csv``.

    ``year`` is the school year in which the seats open (a lease, a bus: in which they are used).
    ``taken_from`` is the stage that hands classes over, or the county that takes the pupils.
    ``seats`` are negative where they go; ``seats_given`` are those that the stage which hands rooms
    over loses. ``seats_basis`` tells of (adcode, stage) whether the seats of today are observed.
    """
    rows = pd.DataFrame(
        [_row(plan, step, names, language) for step in _steps(plan)],
        columns=[column for column in PLAN_COLUMNS if column not in ("scenario", "basis")],
    )
    keys = list(zip(rows["action"], rows["adcode"], rows["stage"], strict=True))
    known = {key: basis_of(key[0], key[2], standards, seats_basis[key[1:]]) for key in set(keys)}
    rows["basis"] = [known[key] for key in keys]
    rows["scenario"] = scenario
    order = ["adcode", "year", "stage", "action", "taken_from"]
    places = {stage: place for place, stage in enumerate(plan.case.stages)}
    ordered = rows.sort_values(
        order, key=lambda column: column.map(places) if column.name == "stage" else column
    )
    return ordered[PLAN_COLUMNS].reset_index(drop=True)


def _steps(plan: LayoutPlan) -> Iterator[tuple[str, tuple[int, int, int], float, float, int]]:
    """Give action, cell, schools, classes (``bus``: seats) and the giver of every step."""
    case, decided = plan.case, plan.decided
    grades = case.grades[None, :, None]
    nothing = np.zeros(case.cells)
    # A school of every stage is one school: it counts with its first stage.
    sites = nothing.copy()
    sites[:, 0] = decided.sites
    counted = {
        "build": (decided.school, decided.track * grades),
        "campus": (sites, decided.campus * grades),
        "expand": (nothing, decided.expand),
        "lease": (nothing, decided.lease),
        "close": (nothing, decided.close),
    }
    for action, (schools, classes) in counted.items():
        for cell in zip(*np.nonzero(classes), strict=True):
            yield action, cell, float(schools[cell]), float(classes[cell]), -1
    for area, giving, year in zip(*np.nonzero(decided.convert), strict=True):
        handed = float(decided.convert[area, giving, year])
        yield "convert", (area, giving + 1, year), 0.0, handed, int(giving)
    for pair, stage, year in zip(*np.nonzero(decided.bus), strict=True):
        county, neighbour = case.lenders[pair]
        used = float(decided.bus[pair, stage, year])
        yield "bus", (county, stage, year), 0.0, used, neighbour


def _row(
    plan: LayoutPlan,
    step: tuple[str, tuple[int, int, int], float, float, int],
    names: Mapping[str, str],
    language: Language,
) -> dict[str, Any]:
    case = plan.case
    action, cell, schools, classes, giver = step
    area, stage, year = (int(place) for place in cell)
    column = giver if action == "convert" else stage
    seats = classes if action == "bus" else classes * case.size[cell]
    signed = -seats if action == "close" else seats
    norm = case.norms.iloc[stage]
    given = classes * case.size[area, giver, year] if action == "convert" else 0.0
    givers = {"convert": case.stages, "bus": case.areas}
    taken_from = givers[action][giver] if action in givers else ""
    return {
        "adcode": case.areas[area],
        "county": names[case.areas[area]],
        "stage": case.stages[stage],
        "year": case.years[year],
        "action": action,
        "taken_from": taken_from,
        "decide_in": int(decided_in(case, action)[column, year]),
        "schools": schools,
        "classes": 0.0 if action == "bus" else classes,
        "seats": signed,
        "seats_given": given,
        "cost_cny": classes * float(action_cost(case)[action][area, column, year]),
        "land_m2": seats * norm["land_m2_per_pupil"] if action in NEW_LAND else 0.0,
        "floor_m2": seats * norm["floor_m2_per_pupil"] if action in NEW_ROOMS else 0.0,
        "teachers": _teachers(case.norms, action, (stage, signed), (column, given)),
        "reason": reason_of(
            case, action, (area, stage, year), giver if action == "convert" else None
        ).within(language),
    }


def _teachers(
    norms: pd.DataFrame, action: str, opened: tuple[int, float], given: tuple[int, float]
) -> float:
    """Return teachers that full classes need beyond those there are; a neighbour's are its own.

    ``opened`` and ``given`` are place of the stage and seats.
    """
    if action == "bus":
        return 0.0
    ratio = norms["pupils_per_teacher"].to_numpy(dtype=float)
    return rounded_up(opened[1] / ratio[opened[0]] - given[1] / ratio[given[0]])


def priority_table(plan: LayoutPlan, scenario: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return which county's new need comes first when land is shared out.

    ``need_land_m2`` is the land that new schools for the whole expected shortage before the plan
    would take: the sum over stages of the highest expected shortage of a year × land a pupil.
    ``quota_share`` is its share of the city; ``land_in_plan_m2`` what the plan asks for after
    every cheaper step.
    """
    case = plan.case
    short = np.maximum(case.gap, 0).mean(axis=-1).max(axis=-1)
    land = case.norms["land_m2_per_pupil"].to_numpy(dtype=float)
    tracks = (plan.decided.track + plan.decided.campus) * case.grades[None, :, None] * case.size
    table = pd.DataFrame(
        {
            "scenario": scenario,
            "adcode": case.areas,
            "county": [names[area] for area in case.areas],
            **{f"need_{stage}": short[:, place] for place, stage in enumerate(case.stages)},
            "need_land_m2": short @ land,
            "land_in_plan_m2": (tracks.sum(axis=-1) * land).sum(axis=-1),
        }
    )
    table["quota_share"] = table["need_land_m2"] / max(table["need_land_m2"].sum(), 1e-9)
    table = table.sort_values("need_land_m2", ascending=False, kind="stable")
    table.insert(1, "rank", np.arange(1, len(table) + 1))
    return table.reset_index(drop=True)
