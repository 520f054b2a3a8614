"""Where the pupils of merged schools go: named schools nearby, or a number of schools."""

import numpy as np

from data.language import Text
from forecasting.plan.case.planning_case import PlanCase
from forecasting.plan.project_list.steps import Step

NAMED_MOST = 3


def receiving_schools(case: PlanCase, step: Step) -> Text:
    """Return in words which schools receive the pupils."""
    units = case.units
    named = [unit for unit, _ in step.units if units.ids[unit]]
    if named:
        pairs = [(units.names[unit], receivers(case, unit, set(named))) for unit in named]
        zh = "；".join(
            f"{name}并入{'、'.join(units.names[one] for one in to) or '本学段其余学校'}"
            for name, to in pairs
        )
        en = "; ".join(
            f"{name} into {', '.join(units.names[one] for one in to) or 'the other schools'}"
            for name, to in pairs
        )
        return Text(zh, en)
    own = (units.area == step.area) & (units.stage == step.stage)
    left = float(units.count[own].sum()) - step.schools
    return Text(
        f"学生并入本县区其余约{left:.0f}所",
        f"pupils go to the about {left:.0f} other schools of the county",
    )


def receivers(case: PlanCase, unit: int, leaving: set[int]) -> list[int]:
    """Return the nearest schools of the stage that together have room for a school's pupils.

    They are at least as large as the school. Room is seats minus present pupils; a school with
    unknown pupils counts as full. At most ``NAMED_MOST`` are named; an empty list means that they
    do not have enough room.
    """
    units = case.units
    seats = units.classes * case.size[units.area, units.stage, 0]
    room = np.nan_to_num(seats - units.pupils, nan=0.0)
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
    chosen: list[int] = []
    for one in others[:NAMED_MOST]:
        if wanted <= 0:
            break
        chosen.append(int(one))
        wanted -= room[one]
    return chosen if wanted <= 0 else []
