"""Where the pupils of merged schools go: named schools nearby, or a number of schools."""

from collections.abc import Set

import numpy as np

from data.language import Text
from features.arrays import FloatArray
from forecasting.plan.case.planning_case import PlanCase
from forecasting.plan.project_list.steps import Step

NAMED_MOST = 3


def receiving_schools(case: PlanCase, step: Step, leaving: Set[int]) -> Text:
    """Return in words which schools receive the pupils.

    Parameters
    ----------
    case, step : case of the plan, and a merger
    leaving : schools that the plan merges or converts in any year; they receive nobody
    """
    units = case.units
    named = [unit for unit, _ in step.units if units.ids[unit]]
    if named:
        room = free_seats(case)
        pairs = [(units.names[unit], receivers(case, unit, leaving, room)) for unit in named]
        said = [(name, _listed([units.names[one] for one in to])) for name, to in pairs]
        return Text(
            "；".join(f"{name}并入{to.zh}" for name, to in said),
            "; ".join(f"{name} into {to.en}" for name, to in said),
        )
    own = (units.area == step.area) & (units.stage == step.stage)
    left = float(units.count[own].sum()) - step.schools
    return Text(
        f"学生并入本县区其余约{left:.0f}所",
        f"pupils go to the about {left:.0f} other schools of the county",
    )


def _listed(names: list[str]) -> Text:
    """Return the first of the receiving schools by name, and how many there are.

    >>> _listed(["甲", "乙"]).zh, _listed(["甲", "乙", "丙", "丁"]).zh
    ('甲、乙', '甲、乙、丙等4所')
    """
    if not names:
        return Text(
            "本学段其余学校（按现在的学生数空位不足，届时按实有空位安排）",
            "the other schools (too few free seats at present enrolment; to be settled then)",
        )
    zh, en = "、".join(names[:NAMED_MOST]), ", ".join(names[:NAMED_MOST])
    if len(names) <= NAMED_MOST:
        return Text(zh, en)
    return Text(f"{zh}等{len(names)}所", f"{en} and others, {len(names)} in all")


def free_seats(case: PlanCase) -> FloatArray:
    """Return seats less present pupils by school, (unit,); 0 where pupils are not known."""
    units = case.units
    seats = units.classes * case.size[units.area, units.stage, 0]
    return np.nan_to_num(seats - units.pupils, nan=0.0)


def receivers(case: PlanCase, unit: int, leaving: Set[int], room: FloatArray) -> list[int]:
    """Return the nearest schools of the stage that together have room for a school's pupils.

    They are at least as large as the school; an empty list means that they do not have enough
    ``room``. Seats that are taken are subtracted from ``room``, so
    that two schools do not share them.
    """
    units = case.units
    seats = units.classes * case.size[units.area, units.stage, 0]
    others = [
        one
        for one in np.flatnonzero(
            (units.area == units.area[unit]) & (units.stage == units.stage[unit])
        )
        if one != unit
        and one not in leaving
        and units.ids[one]
        and room[one] > 0
        and units.classes[one] >= units.classes[unit]
    ]
    if np.isfinite(units.point[unit]).all():
        scale = np.array([np.cos(np.radians(units.point[unit, 1])), 1.0])
        apart = np.nan_to_num(
            np.hypot(*((units.point[others] - units.point[unit]) * scale).T), nan=np.inf
        )
        others = [others[place] for place in np.argsort(apart, kind="stable")]
    else:
        others.sort(key=lambda one: -room[one])
    wanted = seats[unit] if np.isnan(units.pupils[unit]) else units.pupils[unit]
    chosen: dict[int, float] = {}
    for one in others:
        if wanted <= 0:
            break
        chosen[int(one)] = min(float(room[one]), float(wanted))
        wanted -= room[one]
    if wanted > 0:
        return []
    for school, taken in chosen.items():
        room[school] -= taken
    return list(chosen)
