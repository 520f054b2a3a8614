"""Text on a plan: display names, the reason for each step, and its data basis."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from data.contract.columns import STANDARD_MEASURE
from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.plan.case.actions import Action, Reason
from forecasting.plan.case.costs import lease_years
from forecasting.plan.case.planning_case import PlanCase
from forecasting.plan.project_list.outlook import PlanOutlook
from forecasting.plan.project_list.receiving import receiving_schools
from forecasting.plan.project_list.steps import Step

ACTION_TITLES = {str(action): action.words for action in Action}
GROUP_TITLES = {
    "plan": Text("方案", "plan"),
    "fresh_draws": Text("新抽样上的比较", "on fresh draws"),
    "other_scenario": Text("换一个情景", "another scenario"),
    "sensitivity": Text("敏感性", "sensitivity"),
    "limits": Text("限额", "limits"),
}
# Vocabulary of the measures of plan_check.csv.
FIGURE_WORDS = {
    "objective": "总代价",
    "bound": "总代价下界",
    "optimality_gap": "最优性差距",
    "missing_seat_years": "短缺学位·年",
    "idle_seat_years": "空置学位·年",
    "enough_budget": "不受限制的每学年预算",
    "enough_land": "不受限制的用地",
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
    "list": "措施条数",
    "no_conversion": "不改办",
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
    "decisions": "项",
    "pupils per class": "人/班",
    "fraction": "比例",
    "years": "年",
}


def norm_title(code: str) -> Text:
    """Return the display name of a norm."""
    return Text(STANDARD_MEASURE[code][0], code.replace("_", " "))


def assumed_norms(actions: Iterable[str], stage: str, standards: pd.DataFrame) -> list[str]:
    """Return the measures without a source that ``actions`` at a stage depend on."""
    guessed = standards[(standards["stage"] == stage) & (standards["basis"] == "assumption")]
    used = [norm for action in actions for norm in Action(action).norms]
    return [norm for norm in dict.fromkeys(used) if norm in set(guessed["measure"])]


def rests_on(action: str, stage: str, basis: str, standards: pd.DataFrame) -> Text:
    """Return the unsourced basis of a row of ``plan.csv``: norms, and existing seats."""
    titles = [norm_title(code) for code in assumed_norms([action], stage, standards)]
    zh, en = "、".join(t.zh for t in titles) or "无", ", ".join(t.en for t in titles) or "none"
    if is_demonstration(basis):
        return Text(f"{zh}；现有学位按在用推算", f"{en}; existing seats are those in use")
    return Text(zh, en)


def is_demonstration(basis: str) -> bool:
    """Return whether existing seats are unknown, so that a plan is only a demonstration."""
    return basis.startswith("in_use")


def reason_text(case: PlanCase, found: PlanOutlook, step: Step) -> Text:
    """Return why a step is taken: the situation without and with the plan."""
    if step.action == Action.MERGE and step.reason == Reason.NEW_DISTRICT:
        return Text(
            "行动计划要求新区建设全学段学校；本学段学位有余，由一所现有学校迁入，不增学位",
            "the action plan requires an all-stage school in the New District; this stage has "
            "spare seats, so an existing school moves in and no seat is added",
        )
    if step.action == Action.CLOSE:
        return Text("学校已无学生", "the school has no pupils left")
    situation = (
        _surplus(case, found, step) if step.reason == Reason.SURPLUS else _lack(case, found, step)
    )
    lead = _LEADS.get(step.reason)
    return Text(f"{lead.zh}；{situation.zh}", f"{lead.en}; {situation.en}") if lead else situation


_LEADS = {
    Reason.NEW_DISTRICT: Text(
        "行动计划要求新区建设全学段学校，这是其中一部",
        "a section of the all-stage school that the action plan requires in the New District",
    ),
    Reason.LAST_SCHOOL: Text(
        "每个县区至少有一所普通高中", "every county has one general senior school"
    ),
}
_WITHOUT = {
    Action.BUILD: Text("不建", "not built"),
    Action.EXPAND: Text("不扩", "not added"),
    Action.CONVERT: Text("不改", "not changed"),
    Action.LEASE: Text("不租", "not rented"),
}


def _lack(case: PlanCase, found: PlanOutlook, step: Step) -> Text:
    """Return the shortage without and with the plan in the worst year that the step affects."""
    covered = range(step.year, len(case.years))
    if step.action == Action.LEASE:
        covered = lease_years(case, step.stage, step.year)
    cell = step.area, step.stage
    year = max(covered, key=lambda one: found.gap[*cell, one])
    title = _stage_title(case, step)
    before, after = _state(found, (*cell, year)), _state(found, (*cell, year), planned=True)
    without, when = _WITHOUT[step.action], case.years[year]
    parts = [
        Text(
            f"{without.zh}：{when}年{title.zh}{before.zh}；按方案：{after.zh}",
            f"{without.en}: {title.en} in {when} {before.en}; with the plan {after.en}",
        )
    ]
    if step.action == Action.LEASE:
        parts.insert(0, _term(case, found, step, covered))
    if step.giver >= 0:
        parts.append(_given(case, found, step))
    return Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))


def _surplus(case: PlanCase, found: PlanOutlook, step: Step) -> Text:
    """Return the idle seats without and with the plan, and where the pupils go."""
    cell = step.area, step.stage
    last = len(case.years) - 1
    worst = float(found.chance_with[*cell, step.year :].max())
    title = _stage_title(case, step)
    before, after = (balance(float(gap[*cell, last])) for gap in (found.gap, found.gap_with))
    year = case.years[last]
    outcome = Text(
        f"不并：{year}年{title.zh}平均{before.zh}；按方案：{after.zh}，各年短缺概率不超过{worst:.0%}",
        f"kept: {title.en} in {year} on average {before.en}; with the plan {after.en}, chance of a "
        f"shortage {worst:.0%} at most in any year",
    )
    places = receiving_schools(case, step)
    return Text(f"{outcome.zh}；{places.zh}", f"{outcome.en}; {places.en}")


def _term(case: PlanCase, found: PlanOutlook, step: Step, covered: range) -> Text:
    """Return for how long rooms are rented and the situation afterwards."""
    first, last = case.years[covered[0]], case.years[covered[-1]]
    after = covered[-1] + 1
    if after >= len(case.years):
        return Text(f"租用{first}—{last}学年", f"rented {first} to {last}")
    chance = float(found.chance_with[step.area, step.stage, after])
    return Text(
        f"租用{first}—{last}学年过渡，退租时短缺概率{chance:.0%}",
        f"rented {first} to {last} as a bridge; chance of a shortage when it ends {chance:.0%}",
    )


def _given(case: PlanCase, found: PlanOutlook, step: Step) -> Text:
    """Return the situation of the stage whose schools are converted."""
    worst = float(found.chance_with[step.area, step.giver, step.year :].max())
    title = STAGE_TITLES[case.stages[step.giver]]
    many = f"{step.schools:.0f}"
    return Text(
        f"取自{title.zh}{many}所，其后{title.zh}各年短缺概率不超过{worst:.0%}",
        f"taken from {many} schools of {title.en}, whose chance of a shortage then stays within "
        f"{worst:.0%}",
    )


def _stage_title(case: PlanCase, step: Step) -> Text:
    title = STAGE_TITLES[case.stages[step.stage]]
    if any(pool.stage == step.stage and step.area in pool.areas for pool in case.pools):
        return Text(f"城区统筹的{title.zh}", f"{title.en} of the city's common pool")
    return title


def _state(found: PlanOutlook, cell: tuple[int, int, int], *, planned: bool = False) -> Text:
    """Return the shortage probability and the mean gap in words."""
    chance, gap = (found.chance_with, found.gap_with) if planned else (found.chance, found.gap)
    mean = balance(float(gap[cell]))
    return Text(
        f"短缺概率{chance[cell]:.0%}、平均{mean.zh}",
        f"is short with a chance of {chance[cell]:.0%}, on average {mean.en}",
    )


def balance(gap: float) -> Text:
    """Return a mean gap in words, without negative numbers.

    >>> [balance(gap).zh for gap in (1240.2, -310.0, 0.3)]
    ['缺1,240个学位', '富余310个学位', '供需相抵']
    """
    seats = f"{abs(gap):,.0f}"
    if seats == "0":
        return Text("供需相抵", "balanced")
    if gap > 0:
        return Text(f"缺{seats}个学位", f"{seats} seats short")
    return Text(f"富余{seats}个学位", f"{seats} seats to spare")


def figure_title(group: str, measure: str, scenarios: Mapping[str, str]) -> str:
    """Return the Chinese name of a measure of ``plan_check.csv``, with scenario titles.

    >>> figure_title("fresh_draws", "total_mean", {})
    '总代价：按均值'
    >>> figure_title("sensitivity", "shortage_years=1: idle", {})
    '缺一个学位相当于几年经费=1：空置学位·年'
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
    """Return a count rounded away from zero, as for teachers."""
    return float(np.sign(value) * np.ceil(abs(value) - 1e-6))
