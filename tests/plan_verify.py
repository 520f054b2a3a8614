"""What a plan does, worked out from the rows of plan.csv alone: rules, money and seats."""

from collections import Counter, defaultdict

import numpy as np
import pandas as pd

from forecasting.plan.case.planning_case import PlanCase

GRADES = {"kindergarten": 3, "primary": 6, "junior": 3, "general_senior": 3}
ADDING, GIVING = ("build", "expand", "convert"), ("merge", "close")
MOST = {"build": 1, "expand": 1, "convert": 1, "merge": 1, "close": 1, "lease": 1}
LEASE_YEARS, WATCHED, APART = 3, 3, 3


def pool_of(case: PlanCase, area: str, stage: str) -> tuple[str, ...]:
    """Return the counties whose pupils share the schools of a stage."""
    for pool in case.pools:
        members = tuple(case.areas[place] for place in pool.areas)
        if case.stages[pool.stage] == stage and area in members:
            return members
    return (area,)


def changes(rows: pd.DataFrame) -> dict:
    """Return (adcode, stage, year) → classes gained for good in that year."""
    change: dict = defaultdict(float)
    for row in rows.to_dict("records"):
        key = row["adcode"], row["stage"], row["year"]
        if row["action"] in ADDING:
            change[key] += row["classes"]
        if row["action"] == "convert":
            change[row["adcode"], row["taken_from"], row["year"]] -= row["classes"]
        if row["action"] in GIVING:
            change[key] -= row["classes"]
    return change


def classes_by_year(rows: pd.DataFrame, case: PlanCase) -> tuple[dict, dict]:
    """Return (adcode, stage, year) → classes that stand, and seats added with rented ones."""
    change = changes(rows)
    rented: dict = defaultdict(float)
    for row in rows[rows["action"] == "lease"].to_dict("records"):
        for year in range(row["year"], row["year"] + LEASE_YEARS):
            rented[row["adcode"], row["stage"], year] += row["classes"]
    standing, seats = {}, {}
    for a, area in enumerate(case.areas):
        for s, stage in enumerate(case.stages):
            held = case.stock[a, s]
            for y, year in enumerate(case.years):
                held += change[area, stage, year]
                standing[area, stage, year] = held
                more = held - case.stock[a, s] + rented[area, stage, year]
                seats[area, stage, year] = more * case.size[a, s, y]
    return standing, seats


def shortage(rows: pd.DataFrame, case: PlanCase, area: str, stage: str, year: int) -> float:
    """Return the share of draws in which the pool of a county and stage is short with the plan."""
    _, seats = classes_by_year(rows, case)
    y, s = case.years.index(year), case.stages.index(stage)
    members = pool_of(case, area, stage)
    added = sum(seats[member, stage, year] for member in members)
    gap = sum(case.gap[case.areas.index(member), s, y].astype(float) for member in members)
    return float((gap > added + 1e-2).mean())


def is_part(row: dict, case: PlanCase) -> bool:
    """Return whether a row belongs to the all-stage school: no decision of its own is paid."""
    return row["cost_cny"] < row_cost(row, case) - 1 or (
        row["action"] == "merge" and row["classes"] == 0
    )


def parts_of(rows: pd.DataFrame, case: PlanCase) -> np.ndarray:
    """Return which rows belong to the all-stage school."""
    return np.array([is_part(row, case) for row in rows.to_dict("records")], dtype=bool)


def broken_rules(rows: pd.DataFrame, case: PlanCase) -> list[str]:
    """Return a line for each rule that the rows break."""
    return [
        *_floors(rows, case),
        *(line for row in rows.to_dict("records") for line in _row_faults(row, case)),
        *_too_many(rows, case),
        *_both_ways(rows, case),
        *_given_while_short(rows, case),
        *_campus_faults(rows, case),
    ]


def _floors(rows: pd.DataFrame, case: PlanCase) -> list[str]:
    standing, _ = classes_by_year(rows, case)
    wrong = []
    for (area, stage, year), classes in standing.items():
        a, s = case.areas.index(area), case.stages.index(stage)
        if classes < min(case.floor[a, s], case.stock[a, s]) - 1e-6:
            wrong.append(f"{area} {stage} {year}: {classes} classes, floor {case.floor[a, s]}")
    return wrong


def _row_faults(row: dict, case: PlanCase) -> list[str]:
    action, stage, norms = row["action"], row["stage"], case.norms
    giver = row["taken_from"] if action == "convert" else stage
    relocated = action == "merge" and row["classes"] == 0
    lead = "build" if relocated else {"merge": "close"}.get(action, action)
    usual = norms.loc[stage, "school_classes_usual"]
    members = pool_of(case, row["adcode"], stage)
    stock = {
        name: sum(case.stock[case.areas.index(m), case.stages.index(name)] for m in members)
        for name in (stage, giver)
    }
    largest = case.units.classes.max()
    share = {
        "expand": norms.loc[stage, "expand_share_most"] * stock[stage],
        "lease": norms.loc[stage, "lease_share_most"] * stock[stage],
        "merge": max(norms.loc[stage, "close_share_a_year"] * stock[stage], largest),
        "convert": max(norms.loc[giver, "convert_share_a_year"] * stock[giver], largest),
    }
    checks = {
        "decided in the past": row["decide_in"] >= case.now,
        "lead time": row["year"] - row["decide_in"] == norms.loc[giver, f"{lead}_years"],
        "complete classes": row["classes"] == round(row["classes"]) >= 0,
        "complete schools": row["schools"] > 0 or action in ("expand", "lease"),
        "usual size": action != "build" or row["classes"] == usual * row["schools"],
        "complete tracks": action not in ("build", "convert")
        or row["classes"] % GRADES[stage] == 0,
        "complete blocks": action != "expand"
        or row["classes"] % norms.loc[stage, "expand_block_classes"] == 0,
        "a school's worth of rooms": action != "lease"
        or row["classes"] >= norms.loc[stage, "school_classes_least"],
        "share": row["classes"] <= share.get(action, np.inf) + 1e-6,
    }
    return [f"{row}: {name}" for name, right in checks.items() if not right]


def _too_many(rows: pd.DataFrame, case: PlanCase) -> list[str]:
    own = rows[~parts_of(rows, case)]
    each = Counter(zip(own["adcode"], own["stage"], own["action"], strict=True))
    total = Counter(zip(own["adcode"], own["stage"], strict=True))
    wrong = [f"{key}: {n} times" for key, n in each.items() if n > MOST[key[2]]]
    return wrong + [f"{key}: {n} decisions" for key, n in total.items() if n > 3]


def _gives(rows: pd.DataFrame) -> list[tuple[str, str, int]]:
    """Return county, stage and year of everything that goes."""
    gone = rows[rows["action"].isin(GIVING) & (rows["classes"] > 0)]
    turned = rows[rows["action"] == "convert"]
    return [
        *zip(gone["adcode"], gone["stage"], gone["year"], strict=True),
        *zip(turned["adcode"], turned["taken_from"], turned["year"], strict=True),
    ]


def _both_ways(rows: pd.DataFrame, case: PlanCase) -> list[str]:
    wrong = []
    for area, stage, year in _gives(rows):
        members = pool_of(case, area, stage)
        own = rows[rows["adcode"].isin(members) & (rows["stage"] == stage)]
        if own["action"].isin(ADDING).any():
            wrong.append(f"{area} {stage}: gains and gives")
        ends = own.loc[own["action"] == "lease", "year"] + LEASE_YEARS - 1
        ends = ends.clip(upper=case.years[-1])
        if ((ends + APART).clip(upper=case.years[-1]) >= year).any():
            wrong.append(f"{area} {stage}: gives while rooms are rented")
    return wrong


def _given_while_short(rows: pd.DataFrame, case: PlanCase) -> list[str]:
    return [
        f"{area} {stage} {year}: gives in {given}, short with {chance:.0%}"
        for area, stage, given in _gives(rows)
        for year in range(given, min(given + WATCHED, case.years[-1]) + 1)
        if (chance := shortage(rows, case, area, stage, year)) > 0.2 + 1e-9
    ]


def _campus_faults(rows: pd.DataFrame, case: PlanCase) -> list[str]:
    """Return what is wrong with the all-stage schools: every stage has a part of each."""
    wrong = []
    for place in case.campus:
        own = rows[rows["adcode"] == case.areas[place]]
        parts = own[parts_of(own, case)]
        schools = parts.groupby("stage")["schools"].sum()
        if set(schools.index) != set(case.stages) or not schools.between(1, 2).all():
            wrong.append(f"all-stage school: {schools.to_dict()}")
    return wrong


def row_cost(row: dict, case: PlanCase) -> float:
    """Return what a row costs, from its seats and the norms, the decision included."""
    norm, area = case.norms.loc[row["stage"]], case.areas.index(row["adcode"])
    size = case.size[area, case.stages.index(row["stage"]), case.years.index(row["year"])]
    if row["action"] == "merge" and row["classes"] == 0:
        return row["schools"] * norm["school_classes_usual"] * size * norm["cost_cny_per_seat"]
    each = {
        "build": "cost_cny_per_seat",
        "expand": "expand_cny_per_seat",
        "convert": "convert_cny_per_seat",
        "lease": "lease_cny_per_seat_year",
        "merge": "close_cny_per_seat",
        "close": "close_cny_per_seat",
    }[row["action"]]
    years = min(LEASE_YEARS, case.years[-1] - row["year"] + 1) if row["action"] == "lease" else 1
    return abs(row["seats"]) * norm[each] * years + norm["decision_cny"]


def total_cost(rows: pd.DataFrame, case: PlanCase) -> float:
    """Return all that the program minimises, draw by draw: present values and a short list."""
    rate = 1 + case.terms.discount_rate
    total = 0.0
    for row in rows.to_dict("records"):
        paid = row_cost(row, case) / rate ** (row["decide_in"] - case.now)
        if row["action"] == "lease":
            fixed = case.norms.loc[row["stage"], "decision_cny"]
            years = min(LEASE_YEARS, case.years[-1] - row["year"] + 1)
            rent = (row_cost(row, case) - fixed) / years
            paid = fixed / rate ** (row["decide_in"] - case.now) + sum(
                rent / rate ** (row["decide_in"] + later - case.now) for later in range(years)
            )
        if is_part(row, case):
            paid = row["cost_cny"] / rate ** (row["decide_in"] - case.now)
        else:
            total += case.terms.least_gain_cny
        total += paid
    return total + waiting_cost(rows, case)


def waiting_cost(rows: pd.DataFrame, case: PlanCase) -> float:
    """Return what seats missing and seats idle cost, draw by draw; a pool is one."""
    rate = 1 + case.terms.discount_rate
    _, seats = classes_by_year(rows, case)
    total = 0.0
    for stage in case.stages:
        spending = case.norms.loc[stage, "running_cny_per_pupil_year"]
        idle = case.norms.loc[stage, "idle_running_share"]
        pools = {pool_of(case, area, stage) for area in case.areas}
        for members in pools:
            places = [case.areas.index(member) for member in members]
            for y, year in enumerate(case.years):
                added = sum(seats[member, stage, year] for member in members)
                gap = case.gap[places, case.stages.index(stage), y].astype(float).sum(axis=0)
                left = gap - added
                weight = np.where(left > 0, case.terms.shortage_years, -idle)
                total += float((weight * spending * left).mean()) / rate ** (year - case.now)
    return total
