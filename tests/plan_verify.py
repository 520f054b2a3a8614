"""What a plan does, worked out from the rows of plan.csv alone: rules, money and seats."""

from collections import defaultdict

import numpy as np
import pandas as pd

from forecasting.plan.case import PlanCase

GRADES = {"kindergarten": 3, "primary": 6, "junior": 3, "general_senior": 3}


def classes_by_year(rows: pd.DataFrame, case: PlanCase) -> tuple[dict, dict]:
    """Return (adcode, stage, year) → classes that stand, and seats with leases and buses."""
    change, extra = defaultdict(float), defaultdict(float)
    for row in rows.to_dict("records"):
        key = row["adcode"], row["stage"], row["year"]
        if row["action"] in ("build", "campus", "expand", "convert"):
            change[key] += row["classes"]
        if row["action"] == "convert":
            change[row["adcode"], row["taken_from"], row["year"]] -= row["classes"]
        if row["action"] == "close":
            change[key] -= row["classes"]
        if row["action"] in ("lease", "bus"):
            extra[key] += row["seats"]
        if row["action"] == "bus":
            extra[row["taken_from"], row["stage"], row["year"]] -= row["seats"]
    standing, seats = {}, {}
    for a, area in enumerate(case.areas):
        for s, stage in enumerate(case.stages):
            held = case.stock[a, s]
            for y, year in enumerate(case.years):
                held += change[area, stage, year]
                standing[area, stage, year] = held
                more = (held - case.stock[a, s]) * case.size[a, s, y]
                seats[area, stage, year] = more + extra[area, stage, year]
    return standing, seats


def broken_rules(rows: pd.DataFrame, case: PlanCase) -> list[str]:
    """Return a line a rule that the rows break."""
    norms = case.norms
    standing, _ = classes_by_year(rows, case)
    wrong = []
    for (area, stage, year), classes in standing.items():
        a, s = case.areas.index(area), case.stages.index(stage)
        if classes < min(case.floor[a, s], case.stock[a, s]) - 1e-6:
            wrong.append(f"{area} {stage} {year}: {classes} classes, floor {case.floor[a, s]}")
    leads = {"campus": "build_years", "bus": "lease_years"}
    campus = rows[rows["action"] == "campus"]
    near = {(case.areas[county], case.areas[other]) for county, other in case.lenders}
    sites_in = campus.groupby(["adcode", "year"])["schools"].sum()
    for row in rows.to_dict("records"):
        a, stage = case.areas.index(row["adcode"]), row["stage"]
        paying = row["taken_from"] if row["action"] == "convert" else stage
        lead_stage = stage if row["action"] == "convert" else paying
        lead = norms.loc[lead_stage, leads.get(row["action"], f"{row['action']}_years")]
        stock = case.stock[a, case.stages.index(paying)]
        most = {
            "close": norms.loc[stage, "close_share_a_year"] * stock,
            "lease": norms.loc[stage, "lease_share_most"] * stock,
            "convert": norms.loc[paying, "convert_share_a_year"] * stock,
        }.get(row["action"], np.inf)
        checks = {
            "decided in the past": row["decide_in"] >= case.now,
            "lead time": row["year"] - row["decide_in"] == lead,
            "whole classes": row["classes"] == round(row["classes"]) >= 0,
            "share": row["classes"] <= most + 1e-6,
            "near": row["action"] != "bus" or (row["adcode"], row["taken_from"]) in near,
        }
        if row["action"] in ("build", "campus"):
            schools = row["schools"]
            if row["action"] == "campus":
                schools = sites_in[row["adcode"], row["year"]]
            least, largest = norms.loc[stage, ["school_classes_least", "school_classes_most"]]
            checks["whole tracks"] = row["classes"] % GRADES[stage] == 0
            checks["school size"] = least * schools <= row["classes"] <= largest * schools
        wrong += [f"{row}: {name}" for name, right in checks.items() if not right]
    expanded = rows[rows["action"] == "expand"].groupby(["adcode", "stage"])["classes"].sum()
    for (area, stage), classes in expanded.items():
        stock = case.stock[case.areas.index(area), case.stages.index(stage)]
        if classes > norms.loc[stage, "expand_share_most"] * stock:
            wrong.append(f"{area} {stage}: {classes} classes on present campuses")
    return wrong + campus_faults(rows, case)


def campus_faults(rows: pd.DataFrame, case: PlanCase) -> list[str]:
    """Return what is wrong with the all-stage schools."""
    wrong = []
    for place in case.campus:
        sites = rows[(rows["action"] == "campus") & (rows["adcode"] == case.areas[place])]
        if not 1 <= sites["schools"].sum() <= 2:
            wrong.append("all-stage schools")
        if set(sites["stage"]) != set(case.stages):
            wrong.append("an all-stage school lacks a stage")
    return wrong


def row_cost(row: dict, case: PlanCase) -> float:
    """Return what a row costs, from its seats and the norms."""
    measure = {
        "build": "cost_cny_per_seat",
        "campus": "cost_cny_per_seat",
        "expand": "expand_cny_per_seat",
        "convert": "convert_cny_per_seat",
        "lease": "lease_cny_per_seat_year",
        "bus": "bus_cny_per_pupil_year",
        "close": "close_cny_per_seat",
    }[row["action"]]
    return abs(row["seats"]) * case.norms.loc[row["stage"], measure]


def total_cost(rows: pd.DataFrame, case: PlanCase) -> float:
    """Return the present value of all that the plan costs, draw by draw."""
    rate = 1 + case.terms.discount_rate
    total = sum(
        row_cost(row, case) / rate ** (row["decide_in"] - case.now)
        for row in rows.to_dict("records")
    )
    _, seats = classes_by_year(rows, case)
    for (area, stage, year), added in seats.items():
        place = case.areas.index(area), case.stages.index(stage), case.years.index(year)
        spending = case.norms.loc[stage, "running_cny_per_pupil_year"]
        idle = case.norms.loc[stage, "idle_running_share"]
        for gap in case.gap[place]:
            left = float(gap) - added
            weight = case.terms.shortage_years if left > 0 else -idle
            total += weight * spending * left / rate ** (year - case.now) / case.gap.shape[-1]
    return total
