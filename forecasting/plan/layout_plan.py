"""A plan in three sentences: what opens, what closes, and what it costs."""

from collections.abc import Mapping

import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.plan.common import YEARS_AHEAD
from forecasting.plan.reasons import ACTION_TITLES
from forecasting.plan.summary import YEARLY
from forecasting.wording.forecast_text import BREAK, LIST, PLACES, joined, span
from forecasting.wording.why_text import count_words

CNY_A_YI = 1e8
M2_A_HECTARE = 1e4
THINGS = {
    "build": Text("新建", "new schools"),
    "campus": Text("全学段学校", "all-stage schools"),
    "expand": Text("扩建", "extensions"),
    "convert": Text("改建转给下一学段", "rooms turned over to the next stage"),
    "lease": Text("租用周转", "leases"),
    "bus": Text("跨区接送", "buses to a neighbour"),
    "close": Text("撤并", "closures"),
}


def plan_answer(
    plan: pd.DataFrame, name: str, names: Mapping[str, str], now: int, until: int
) -> tuple[Text, ...]:
    """Return sentences on the plan of one scenario.

    Parameters
    ----------
    plan : rows of ``plan.csv`` of the scenario
    name : of the city, or of the county alone
    names : adcode → name
    now, until : present school year and last one
    """
    if plan.empty:
        return (Text(f"到{until}年，{name}不需要任何措施。", f"{name} needs no step to {until}."),)
    several = len(set(plan["adcode"])) > 1
    held = {action: rows for action, rows in plan.groupby("action") if len(rows)}
    said = {
        action: _said(action, held[action], names if several else {})
        for action in ACTION_TITLES
        if action in held
    }
    opened = [text for action, text in said.items() if action not in (*YEARLY, "close")]
    others = [text for action, text in said.items() if action in (*YEARLY, "close")]
    sentences = []
    if opened:
        parts = joined(opened, BREAK)
        sentences.append(
            Text(f"到{until}年，{name}增加学位：{parts.zh}。", f"{name} to {until}: {parts.en}.")
        )
    if others:
        parts = joined(others, BREAK)
        sentences.append(Text(f"同时，{parts.zh}。", f"Beside that: {parts.en}."))
    return (*sentences, _costs(plan, now))


def _said(action: str, rows: pd.DataFrame, names: Mapping[str, str]) -> Text:
    """Return how much of an action is done at which stages, when, and where most of it."""
    seats = rows["seats"].abs()
    total = count_words(seats.sum())
    unit = Text("学位·年", " seat-years") if action in YEARLY else Text("个学位", " seats")
    stages = [
        _of_stage(title, seats[rows["stage"] == code]) for code, title in STAGE_TITLES.items()
    ]
    told = [
        joined([text for text in stages if text.zh], LIST),
        span(rows["year"].min(), rows["year"].max()),
    ]
    most = seats.groupby(rows["adcode"]).sum().nlargest(PLACES)
    if names:
        places = joined([Text(names[code], names[code]) for code in most.index], LIST)
        told.append(
            Text(f"最多的是{places.zh}", f"most in {places.en}")
            if rows["adcode"].nunique() > PLACES
            else Text(f"在{places.zh}", f"in {places.en}")
        )
    thing, inside = THINGS[action], joined(told, BREAK)
    schools = int(rows["schools"].sum())
    number = Text(f"{schools}所，", f"{schools} with ") if schools else Text("", "")
    return Text(
        f"{thing.zh}{number.zh}{total.zh}{unit.zh}（{inside.zh}）",
        f"{thing.en}, {number.en}{total.en}{unit.en} ({inside.en})",
    )


def _of_stage(title: Text, seats: "pd.Series[float]") -> Text:
    """Return the seats of a stage, or nothing where there are none."""
    count = count_words(seats.sum())
    return Text(f"{title.zh}{count.zh}", f"{title.en} {count.en}") if len(seats) else Text("", "")


def _costs(plan: pd.DataFrame, now: int) -> Text:
    cost = plan["cost_cny"].sum() / CNY_A_YI
    until = now + YEARS_AHEAD
    soon = plan.loc[plan["decide_in"] <= until, "cost_cny"].sum() / CNY_A_YI
    land = plan["land_m2"].sum() / M2_A_HECTARE
    need = (
        Text(f"新增用地{land:.1f}公顷", f"{land:.1f} ha of new land")
        if land
        else Text("不需新增用地", "no new land")
    )
    return Text(
        f"费用合计{cost:.1f}亿元（不折现），其中{soon:.1f}亿元要在{now}—{until}学年决定；{need.zh}。",
        f"It costs CNY {cost:.1f}e8 (not discounted), of which {soon:.1f}e8 is to be decided in "
        f"the school years {now} to {until}, and takes {need.en}.",
    )
