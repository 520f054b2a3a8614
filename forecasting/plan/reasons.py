"""What people read about a plan: names of actions, the reason for each step, what it rests on."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from data.contract.columns import STANDARD_MEASURE
from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.plan.case import PlanCase

ACTION_TITLES = {
    "build": Text("新建", "build"),
    "campus": Text("全学段学校", "all-stage school"),
    "expand": Text("扩建", "expand"),
    "convert": Text("改建转用", "convert"),
    "lease": Text("租用周转", "lease"),
    "bus": Text("跨区接送", "bus"),
    "close": Text("撤并", "close or merge"),
}
GROUP_TITLES = {
    "plan": Text("方案", "plan"),
    "fresh_draws": Text("新抽样上的比较", "on fresh draws"),
    "other_scenario": Text("换一个情景", "another scenario"),
    "sensitivity": Text("敏感性", "sensitivity"),
    "waiting": Text("等待", "waiting"),
    "limits": Text("限额", "limits"),
}
# Words that the measures of plan_check.csv are made of.
FIGURE_WORDS = {
    "objective": "总代价",
    "bound": "总代价下界",
    "optimality_gap": "最优性差距",
    "missing_seat_years": "短缺学位·年",
    "idle_seat_years": "空置学位·年",
    "value_of_waiting": "等待价值",
    "decided_now": "现在全部定下的总代价",
    "decided_in_two_steps": "分两步定的总代价",
    "signal_year": "信号年度",
    "enough_budget": "不受限制的每学年预算",
    "enough_land": "不受限制的用地",
    "seats built": "新建学位",
    "regret_of": "多花的代价",
    "regret_if": "多花的代价：实际为",
    "decisions": "措施费用",
    "shortage": "短缺代价",
    "missing": "短缺学位·年",
    "total": "总代价",
    "idle": "空置学位·年",
    "distribution": "本方案",
    "mean": "按均值",
    "peak": "按峰值新建",
    "none": "不行动",
    "as_planned": "本方案",
    "shortage_years": "缺一个学位相当于几年经费",
    "discount_rate": "折现率",
    "convert_cost_threefold": "改建费用三倍",
    "no_junior_to_senior": "初中不改高中",
    "no_all_stage_school": "不建全学段学校",
    "infeasible": "无解",
}
UNIT_WORDS = {
    "CNY": "元",
    "CNY a year": "元/年",
    "seats": "学位",
    "seat-years": "学位·年",
    "m2": "平方米",
    "m": "米",
    "km": "公里",
    "classes": "班",
    "schools": "所",
    "pupils": "人",
    "pupils per class": "人/班",
    "fraction": "比例",
    "years": "年",
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


def norm_title(code: str) -> Text:
    """Return what a norm is called."""
    return Text(STANDARD_MEASURE[code][0], code.replace("_", " "))


def assumed_norms(basis: Iterable[str]) -> list[str]:
    """Return the norms without a source in texts of ``basis_of``, in order of appearance.

    >>> assumed_norms(["land_m2_per_pupil: norm; build_years: assumption; seats today: estimate"])
    ['build_years']
    """
    stated = [pair.partition(": ") for text in basis for pair in text.split("; ")]
    return list(dict.fromkeys(norm for norm, _, rank in stated if rank == "assumption"))


def rests_on(basis: str) -> Text:
    """Return a text of ``basis_of`` as people read it: what has no source, and today's seats.

    >>> rests_on("build_years: assumption; bus_km_most: norm; seats today: estimate").zh
    '新建年数；现有学位为估算'
    """
    titles = [norm_title(code) for code in assumed_norms([basis])]
    zh, en = "、".join(t.zh for t in titles) or "无", ", ".join(t.en for t in titles) or "none"
    if basis.endswith("seats today: estimate"):
        return Text(f"{zh}；现有学位为估算", f"{en}; today's seats estimated")
    return Text(zh, en)


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


def figure_title(group: str, measure: str, scenarios: Mapping[str, str]) -> str:
    """Return a measure of ``plan_check.csv`` in Chinese, scenarios by their titles.

    >>> figure_title("fresh_draws", "total_mean", {})
    '总代价：按均值'
    >>> figure_title("sensitivity", "discount_rate=0.04: idle", {})
    '折现率=0.04：空置学位·年'
    """
    if group == "plan" and measure == "idle":
        return "空置代价"
    words = {**FIGURE_WORDS, **scenarios}
    case, colon, figure = measure.partition(": ")
    if colon:
        name, equals, value = case.partition("=")
        return f"{words.get(name, name)}{equals}{value}：{words.get(figure, figure)}"
    for start in ("regret_of", "regret_if", "total", "decisions", "missing", "idle"):
        rest = measure.removeprefix(f"{start}_")
        if rest in words and rest != measure:
            return f"{words[start]}：{words[rest]}"
    return words.get(measure, measure)


def rounded_up(value: float) -> float:
    """Return a count away from zero: a part of a teacher is a teacher."""
    return float(np.sign(value) * np.ceil(abs(value) - 1e-6))
