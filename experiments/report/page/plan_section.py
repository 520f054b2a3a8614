"""The section on the layout plan: actions, locations, quality and assumptions."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from data.contract.stages import PLANNED, PLANNED_CODES, STAGE_TITLES
from experiments.report.page.contents import Page
from experiments.report.page.page_tables import NOTHING, Row
from experiments.results.plan_file import PlanTables
from forecasting.plan.case.actions import TEMPORARY
from forecasting.plan.project_list.gap_words import is_demonstration
from forecasting.plan.project_list.layout_plan import CNY_A_YI, plan_conclusion
from forecasting.plan.project_list.reasons import (
    ACTION_TITLES,
    assumed_norms,
    norm_title,
    shown_actions,
)
from forecasting.plan.project_list.summary import M2_A_MU, WAN, net_seats
from forecasting.plan.rule_costs import RULES
from forecasting.wording.comparison_text import signed
from forecasting.wording.forecast_text import LIST


def plan_section(page: Page, standards: pd.DataFrame) -> dict[str, Any] | None:
    """Return the template variables of the main scenario's plan, or None without a plan.

    Parameters
    ----------
    page : all scenarios, the main one first
    standards : table of norms (class size, land and cost per seat)
    """
    tables = page.plan
    if tables is None:
        return None
    main = page.scenarios[0].name
    own, outlook = (
        table[table["scenario"] == main] for table in (tables.plan, tables.plan_outlook)
    )
    check = tables.plan_check
    figures = check[check["scenario"] == main].set_index(["group", "measure"])["value"]
    lead = next(iter(page.areas.values()))
    return {
        "answer": page.say_all(
            plan_conclusion(own, outlook, lead, page.areas, page.now, page.until)
        ),
        "map": _map_rows(page, own, standards),
        "map_reading": page.say("plan_map_reading", until=page.until, now=page.now),
        "step_headings": [
            page.say(k)
            for k in ("action", "schools", "seats", "opens", "decide", "cost", "land", "reason")
        ],
        "steps": _step_rows(page, shown_actions(own)),
        **_priority(page, tables, main),
        **_common(page, tables),
        **_rules(page, figures),
        "unmet": _unmet_rows(page, tables, main),
        **_assumed(page, shown_actions(own), standards),
        **_scenarios(page, tables),
    }


def _map_rows(page: Page, own: pd.DataFrame, standards: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of the map: one per county and stage."""
    sizes = standards[standards["measure"] == "class_size"].set_index("stage")["value"]
    net = net_seats(own, sizes)
    now = page.demand[page.demand["year"] == page.now]
    rows = []
    for row in now.to_dict("records"):
        seats = round(float(net.get((row["adcode"], row["stage"]), 0.0)))
        held = round(float(row["seats_available"]))
        rows.append(
            {key: row[key] for key in ("adcode", "county", "stage")}
            | {"seats": seats, "available": held, "share": seats / held if held else 0.0}
        )
    return rows


def _step_rows(page: Page, own: pd.DataFrame) -> dict[str, list[Row]]:
    """Return stage → one row per decision, with its reason."""
    return {
        code: [
            Row(str(row["county"]), _step(page, row))
            for row in own[own["stage"] == code].to_dict("records")
        ]
        for code in STAGE_TITLES
    }


def _step(page: Page, row: Mapping[Hashable, Any]) -> list[str]:
    return [
        ACTION_TITLES[row["action"]].within(page.language),
        f"{row['schools']:,.0f}" if row["schools"] else NOTHING,
        _seats(page, row["action"], row["seats"]),
        f"{row['year']}",
        f"{row['decide_in']}",
        f"{row['cost_cny'] / WAN:,.0f}",
        f"{row['land_m2'] / M2_A_MU:,.1f}" if row["land_m2"] else NOTHING,
        str(row["reason"]),
    ]


def _seats(page: Page, action: str, seats: float) -> str:
    if not seats:
        return NOTHING
    return f"{seats:,.0f} {page.say('rented')}" if action in TEMPORARY else signed(seats)


def _priority(page: Page, tables: PlanTables, main: str) -> dict[str, Any]:
    """Return the priority order of counties for land."""
    table = tables.plan_priority
    titles = [
        page.say("need", stage=title.within(page.language))
        for title in (one.title for one in PLANNED)
    ]
    rows = [
        Row(
            str(row["county"]),
            [
                row["rank"],
                *(f"{row[f'need_{stage}']:,.0f}" for stage in PLANNED_CODES),
                f"{row['need_land_m2'] / M2_A_MU:,.0f}",
                f"{row['quota_share']:.1%}",
                f"{row['land_in_plan_m2'] / M2_A_MU:,.1f}" if row["land_in_plan_m2"] else NOTHING,
            ],
        )
        for row in table[table["scenario"] == main].to_dict("records")
    ]
    ends = [page.say(key) for key in ("need_land", "quota", "land_in_plan")]
    return {"priority": rows, "priority_headings": [page.say("rank"), *titles, *ends]}


def _common(page: Page, tables: PlanTables) -> dict[str, Any]:
    """Return the actions common to all scenarios and those that wait for a signal.

    Empty for a page with a single scenario.
    """
    table = tables.plan_common
    if len(page.scenarios) == 1 or table.empty:
        return {"common": {}}
    until, year = int(table["decide_until"].iloc[0]), int(table["signal_year"].iloc[0])
    titles = {one.name: one.title.within(page.language) for one in page.scenarios}
    headings = ["action", "in_all", "at_most", "most_in", "sign"]
    return {
        "common": {
            code: [
                Row(str(row["county"]), _shared(page, row, titles))
                for row in table[table["stage"] == code].to_dict("records")
            ]
            for code in STAGE_TITLES
        },
        "common_headings": [page.say(key, year=year) for key in headings],
        "common_caption": page.say("common_table", until=until),
        "common_counts": page.say(
            "common_counts",
            until=until,
            year=year,
            steps=len(table),
            shared=int((table["classes_common"] > 0).sum()),
            waits=int(table["signal_pupils"].notna().sum()),
        ),
    }


def _shared(page: Page, row: Mapping[Hashable, Any], titles: Mapping[str, str]) -> list[str]:
    amounts = [f"{row[key]:,.0f}" for key in ("classes_common", "classes_most")]
    differs = row["classes_most"] > row["classes_common"]
    sign = page.say("no_sign") if differs else NOTHING
    if pd.notna(row["signal_pupils"]):
        side = "above" if row["signal_above"] else "below"
        sign = page.say(side, pupils=f"{row['signal_pupils']:,.0f}")
    title = ACTION_TITLES[row["action"]].within(page.language)
    giver = row["taken_from"]
    names = page.areas | {code: text.within(page.language) for code, text in STAGE_TITLES.items()}
    action = f"{title} ← {names[giver]}" if giver and row["action"] == "convert" else title
    return [action, *amounts, titles[row["scenario_most"]] if differs else NOTHING, sign]


def _rules(page: Page, figures: "pd.Series[float]") -> dict[str, Any]:
    """Return costs on new draws of this plan and of simpler rules, if they were computed."""
    if "fresh_draws" not in figures.index:
        return {"rules": []}
    fresh = figures["fresh_draws"]
    headings = ("total_cost", "steps_cost", "missing", "idle_years", "more")
    ours = fresh["total_distribution"]
    return {
        "rules": [
            Row(
                page.say(rule),
                [
                    *(
                        f"{fresh[f'{part}_{rule}'] / CNY_A_YI:,.1f}"
                        for part in ("total", "decisions")
                    ),
                    *(f"{fresh[f'{part}_{rule}']:,.0f}" for part in ("missing", "idle")),
                    NOTHING
                    if rule == RULES[0]
                    else f"{(fresh[f'total_{rule}'] - ours) / CNY_A_YI:+,.1f}",
                ],
            )
            for rule in RULES
        ],
        "rule_headings": [page.say(key) for key in headings],
    }


def _unmet_rows(page: Page, tables: PlanTables, main: str) -> list[Row]:
    """Return where limits leave seats missing; known for the first scenario only."""
    if main != page.results.scenarios[0].name:
        return []
    return [
        Row(
            str(row["county"]),
            [
                STAGE_TITLES[str(row["stage"])].within(page.language),
                f"{row['missing_seat_years'] - row['missing_without_limits']:,.0f}",
                row["worst_year"],
            ],
        )
        for row in tables.plan_unmet.to_dict("records")
    ]


def _assumed(page: Page, own: pd.DataFrame, standards: pd.DataFrame) -> dict[str, Any]:
    """Return the norms without a source by action, and the share of the plan's cost using them."""
    if own.empty:
        return {"assumed": []}
    pairs = own[["action", "stage"]].drop_duplicates().itertuples(index=False)
    norms = {pair: assumed_norms([pair[0]], pair[1], standards) for pair in map(tuple, pairs)}
    held: dict[str, dict[str, None]] = {}
    for (action, _), codes in norms.items():
        held.setdefault(action, {}).update(dict.fromkeys(codes))
    cells = own.drop_duplicates(["adcode", "stage"])
    all_cells, part = len(cells), int(cells["basis"].map(is_demonstration).sum())
    resting = [bool(norms[pair]) for pair in zip(own["action"], own["stage"], strict=True)]
    total, joint = own["cost_cny"].sum(), LIST.within(page.language)
    return {
        "assumed": [
            Row(
                title.within(page.language),
                [joint.join(page.say_all([norm_title(code) for code in held[action]]))],
            )
            for action, title in ACTION_TITLES.items()
            if held.get(action)
        ],
        "assumed_reading": page.say(
            "assumed_reading",
            cost=own.loc[resting, "cost_cny"].sum() / total if total else 0.0,
            cells=page.say("assumed_cells", total=all_cells, part=part),
        ),
    }


def _scenarios(page: Page, tables: PlanTables) -> dict[str, Any]:
    """Return seats by action and cost, one row per scenario."""
    plan = shown_actions(tables.plan)
    seats = plan.pivot_table("seats", "scenario", "action", aggfunc="sum").fillna(0.0)
    actions = [action for action in ACTION_TITLES if action in seats and seats[action].any()]
    cost = plan.groupby("scenario")["cost_cny"].sum()
    rows = [
        Row(
            one.title.within(page.language),
            [
                *(_seats(page, action, seats[action].get(one.name, 0.0)) for action in actions),
                f"{cost.get(one.name, 0.0) / WAN:,.0f}",
            ],
        )
        for one in page.scenarios
    ]
    titles = [ACTION_TITLES[action].within(page.language) for action in actions]
    return {"plans": rows, "plans_headings": [*titles, page.say("cost")]}
