"""What people read about a plan: names of actions, the reason for each step, what it rests on."""

import numpy as np
import pandas as pd

from data.language import Text
from forecasting.plan_case import PlanCase
from forecasting.workbook_summary import STAGE_TITLES

ACTION_TITLES = {
    "build": Text("新建", "build"),
    "campus": Text("全学段学校", "all-stage school"),
    "expand": Text("扩建", "expand"),
    "convert": Text("改建转用", "convert"),
    "lease": Text("租用周转", "lease"),
    "bus": Text("跨区接送", "bus"),
    "close": Text("撤并", "close or merge"),
}
# Norms that a step rests on, beside the seats.
MEASURES = {
    "build": ("cost_cny_per_seat", "land_m2_per_pupil", "build_years"),
    "campus": ("cost_cny_per_seat", "land_m2_per_pupil", "build_years"),
    "expand": ("expand_cny_per_seat", "expand_share_most", "expand_years"),
    "convert": ("convert_cny_per_seat", "convert_share_a_year", "convert_years"),
    "lease": ("lease_cny_per_seat_year", "lease_share_most"),
    "bus": ("bus_cny_per_pupil_year", "bus_km_most"),
    "close": ("close_cny_per_seat", "close_share_a_year", "idle_running_share"),
}


def basis_of(action: str, stage: str, standards: pd.DataFrame, seats: str) -> str:
    """Return what the norms of a step rest on, and the seats of today."""
    rows = standards[standards["stage"] == stage].set_index("measure")["basis"]
    told = [f"{measure}: {rows.get(measure)}" for measure in MEASURES[action]]
    return "; ".join([*told, f"seats today: {seats}"])


def reason_of(
    case: PlanCase, action: str, cell: tuple[int, int, int], giving: int | None = None
) -> Text:
    """Return why a step is taken, from the gap that there would be without any plan.

    Parameters
    ----------
    cell : place of area, stage and year
    giving : stage that hands rooms over
    """
    gap = case.gap[cell]
    title = STAGE_TITLES[case.stages[cell[1]]]
    year = case.years[cell[2]]
    mean, short = float(gap.mean()), float((gap > 0).mean())
    if action == "campus":
        return Text(
            "行动计划要求桂林新区建设1—2所全学段学校",
            "the action plan asks for one or two all-stage schools in the New District",
        )
    if action == "close":
        return Text(
            f"不撤并则{year}年{title.zh}平均富余{-mean:,.0f}个学位，短缺概率{short:.0%}",
            f"kept open, {-mean:,.0f} {title.en} seats stand empty on average in {year}, "
            f"chance of a shortage {short:.0%}",
        )
    lack = Text(
        f"不行动则{year}年{title.zh}短缺概率{short:.0%}，平均{_balance(mean).zh}",
        f"without it the chance that {title.en} seats are short in {year} is {short:.0%}, "
        f"on average {_balance(mean).en}",
    )
    if giving is None:
        return lack
    spare = float(case.gap[cell[0], giving, cell[2]].mean())
    other = STAGE_TITLES[case.stages[giving]]
    return Text(
        f"{lack.zh}；{other.zh}平均{_balance(spare).zh}",
        f"{lack.en}; {other.en}: {_balance(spare).en}",
    )


def _balance(gap: float) -> Text:
    seats = f"{abs(gap):,.0f}"
    if gap > 0:
        return Text(f"缺{seats}个学位", f"{seats} seats short")
    return Text(f"富余{seats}个学位", f"{seats} seats to spare")


def rounded_up(value: float) -> float:
    """Return a count away from zero: a part of a teacher is a teacher."""
    return float(np.sign(value) * np.ceil(abs(value) - 1e-6))
