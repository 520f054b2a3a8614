"""Summary of a plan in a few sentences."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.plan.case.actions import GIVING, Action
from forecasting.plan.common import YEARS_AHEAD
from forecasting.plan.project_list.gap_words import IN_USE, STATED, GapWords, is_demonstration
from forecasting.plan.project_list.reasons import (
    ACTION_TITLES,
    LIKELY,
    RELOCATE,
    shared_title,
    shown_actions,
)
from forecasting.plan.project_list.summary import M2_A_MU
from forecasting.wording.forecast_text import BREAK, LIST, PLACES, chance, join_texts
from forecasting.wording.why_text import count_words

CNY_A_YI = 1e8
DEMONSTRATION = Text(
    "这是演示，不是规划：现有学位不清楚，以在用学位代替，不能据此立项；"
    "填好学位表（capacity）或学校表（schools）后重编，才是方案。",
    "This is a demonstration, not a plan: current seats are not known and those in use are "
    "taken instead, so it is no basis for approval; fill in the table capacity or schools and "
    "plan again.",
)
ADDING = (str(Action.BUILD), str(Action.EXPAND), str(Action.CONVERT))
OTHERS = (RELOCATE, *map(str, (Action.MERGE, Action.CLOSE, Action.LEASE)))
NOTHING = Text("", "")


def plan_conclusion(
    plan: pd.DataFrame,
    outlook: pd.DataFrame,
    name: str,
    names: Mapping[str, str],
    now: int,
    until: int,
) -> tuple[Text, ...]:
    """Return the summary of the plan of one scenario; the first line marks a demonstration.

    Parameters
    ----------
    plan, outlook : rows of ``plan.csv`` and ``plan_outlook.csv`` of the scenario
    name : of the city, or of the only county
    names : adcode → name
    now, until : present school year and last one
    """
    if plan.empty:
        return (
            Text(f"到{until}年，{name}不需要任何措施。", f"{name} needs no action to {until}."),
        )
    plan = shown_actions(plan)
    demonstrates = plan["basis"].map(is_demonstration).any()
    words = IN_USE if demonstrates else STATED
    lines = [
        _said(plan, ADDING, Text(f"到{until}年，{name}", f"{name} to {until}: ")),
        _said(plan, OTHERS, Text("同时", "Also: ")),
        _when(plan, now),
        _needs(plan),
        _uncertain(plan, outlook, names, words),
    ]
    kept = tuple(line for line in lines if line.zh)
    return (DEMONSTRATION, *kept) if demonstrates else kept


def _said(plan: pd.DataFrame, actions: Sequence[str], lead: Text) -> Text:
    """Return the amount of each action by stage."""
    parts = [
        _amount(action, rows) for action in actions if len(rows := plan[plan["action"] == action])
    ]
    if not parts:
        return NOTHING
    amounts = join_texts(parts, BREAK)
    return Text(f"{lead.zh}{amounts.zh}。", f"{lead.en}{amounts.en}.")


def _amount(action: str, rows: pd.DataFrame) -> Text:
    stages = [
        Text(f"{title.zh}{many.zh}", f"{title.en} {many.en}")
        for code, title in STAGE_TITLES.items()
        if len(own := rows[rows["stage"] == code])
        for many in [_many(action, own)]
    ]
    listed = join_texts(stages, LIST)
    title = ACTION_TITLES[action]
    if action == RELOCATE:
        return Text(
            f"{title.zh}{listed.zh}（新区，不增学位）", f"{title.en} {listed.en} (no seat added)"
        )
    seats = count_words(rows["seats"].abs().sum())
    unit = Text("个学位", " seats")
    sign = Text("减少", "fewer by ") if action in GIVING else Text("共", "")
    return Text(
        f"{title.zh}{listed.zh}（{sign.zh}{seats.zh}{unit.zh}）",
        f"{title.en} {listed.en} ({sign.en}{seats.en}{unit.en})",
    )


def _many(action: str, rows: pd.DataFrame) -> Text:
    if action in (Action.EXPAND, Action.LEASE):
        classes = f"{rows['classes'].sum():,.0f}"
        return Text(f"{classes}班", f"{classes} classes")
    schools = f"{rows['schools'].sum():,.0f}"
    return Text(f"{schools}所", schools)


def _when(plan: pd.DataFrame, now: int) -> Text:
    soon = plan[plan["decide_in"] == now]
    later = plan[(plan["decide_in"] > now) & (plan["decide_in"] <= now + YEARS_AHEAD)]
    opens = f"{plan['year'].min()}—{plan['year'].max()}"
    money = soon["cost_cny"].sum() / CNY_A_YI
    most = soon["cost_cny"].sum() > plan["cost_cny"].sum() / 2
    limit = Text(
        "每学年资金有限的，给出上限重编。", " Plan again with a yearly budget if it is limited."
    )
    ending = limit if most else NOTHING
    return Text(
        f"共{len(plan)}项：{now}学年就要定{len(soon)}项（{money:.1f}亿元），"
        f"其后两年定{len(later)}项；{opens}年陆续见效。{ending.zh}",
        f"{len(plan)} decisions: {len(soon)} in {now} (CNY {money:.1f}e8), {len(later)} in the two "
        f"years after; they take effect in {opens}.{ending.en}",
    )


def _needs(plan: pd.DataFrame) -> Text:
    cost, land = plan["cost_cny"].sum() / CNY_A_YI, plan["land_m2"].sum() / M2_A_MU
    teachers = plan["teachers"].groupby(plan["stage"]).sum()
    more, fewer = teachers.clip(lower=0).sum(), -teachers.clip(upper=0).sum()
    return Text(
        f"投资{cost:.1f}亿元（不折现），新增用地{land:,.0f}亩；"
        f"按满班配备，缺人的学段要增教师{more:,.0f}人，富余的学段可转出{fewer:,.0f}人。",
        f"It costs CNY {cost:.1f}e8 (not discounted) and takes {land:,.0f} mu of new land; full "
        f"classes need {more:,.0f} more teachers at some stages and {fewer:,.0f} fewer at others.",
    )


def _uncertain(
    plan: pd.DataFrame, outlook: pd.DataFrame, names: Mapping[str, str], words: GapWords
) -> Text:
    """Return where seats may still be short with the plan, and which data would clarify it."""
    own = outlook[(outlook["pool"] == "") | (outlook["pool"] == outlook["adcode"])]
    own = own.reset_index(drop=True)
    worst = own.loc[own.groupby(["adcode", "stage"])["gap_with_plan"].idxmax()]
    short = worst[worst["shortage_probability_with_plan"] >= LIKELY]
    most = short.nlargest(PLACES, "gap_with_plan")
    settle = Text(
        "先核实现有学位和在建项目的启用时间，再看当年小学、初中招生数",
        "count today's seats and the opening of projects first, then each year's entrants",
    )
    if short.empty:
        return Text(
            f"按方案，各县区各学段任何一年的{words.chance.zh}都不到一半；最不确定的是远年的出生。{settle.zh}。",
            f"With the plan the {words.chance.en} is below one half everywhere in any year; "
            f"births of later years are the least certain. To settle it: {settle.en}.",
        )
    listed = join_texts([_worst(row, names, words) for row in most.to_dict("records")], LIST)
    return Text(
        f"按方案仍可能不够的有{len(short)}处，差得最多的是{listed.zh}。要定下来，{settle.zh}。",
        f"Seats may still be short at {len(short)} counties and stages, most at {listed.en}. To "
        f"settle it: {settle.en}.",
    )


def _worst(row: Mapping[Hashable, Any], names: Mapping[str, str], words: GapWords) -> Text:
    """Return the worst year of a county and stage with the plan, in words."""
    place, title = str(names[row["adcode"]]), STAGE_TITLES[row["stage"]]
    where = Text(f"{place}{title.zh}", f"{place} {title.en}")
    if row["pool"]:
        where = shared_title(title)
    likely = chance(row["shortage_probability_with_plan"])
    mean = words.balance(row["gap_with_plan"])
    return Text(
        f"{where.zh}（{row['year']}年{words.chance.zh}{likely.zh}，平均{mean.zh}）",
        f"{where.en} ({row['year']}: {words.chance.en} {likely.en}, on average {mean.en})",
    )
