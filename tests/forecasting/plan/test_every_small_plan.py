"""Small layout plans against all plans that the rules allow, one by one."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from forecasting.plan.case.planning_case import PlanCase, Pool
from forecasting.plan.program.solve import solve_plan
from tests.plan_verify import broken_rules, total_cost
from tests.synthetic_plan import NORMS, small_case

COLUMNS = ["adcode", "stage", "year", "action", "taken_from", "schools", "classes", "seats"]
Row = tuple[str, str, int, str, str, int, float, float]


def cheapest(case: PlanCase, plans: Iterable[list[Row]]) -> tuple[float, list[Row]]:
    """Return the least cost of the plans that keep to the rules, and its rows."""
    best: tuple[float, list[Row]] = (np.inf, [])
    for rows in plans:
        table = pd.DataFrame(rows, columns=COLUMNS)
        lead = table["action"].map({"expand": 2}).fillna(1).astype(int)
        # An infinite cost marks no part of an all-stage school.
        table = table.assign(decide_in=table["year"] - lead, cost_cny=np.inf)
        cost = total_cost(table, case)
        if cost < best[0] and not broken_rules(table, case):
            best = cost, rows
    return best


def only(**shares: dict[str, float]) -> pd.DataFrame:
    """Return norms that leave no action but those of ``shares``: measure → stage → share."""
    norms = NORMS.copy()
    every = ("expand_share_most", "close_share_a_year", "convert_share_a_year", "lease_share_most")
    for measure in every:
        norms[measure] = [shares.get(measure, {}).get(stage, 0.0) for stage in norms.index]
    return norms


def plans_of_a_county(case: PlanCase) -> Iterable[list[Row]]:
    """Give every plan that merges primary schools, turns them into junior ones or rents rooms."""
    (area,), years = case.areas, case.years
    merges = [None, *product(years, (1, 2))]
    turns = [None, *product(years, (1, 2))]
    leases = [None, *product(years, range(12, 15))]
    for merged, turned, leased in product(merges, turns, leases):
        rows: list[Row] = []
        if merged:
            year, many = merged
            rows.append((area, "primary", year, "merge", "", many, 24 * many, -24 * 45 * many))
        if turned:
            year, many = turned
            moved = area, "junior", year, "convert", "primary"
            rows.append((*moved, many, 24 * many, 24 * 50 * many))
        if leased:
            rows.append((area, "junior", leased[0], "lease", "", 0, leased[1], 50 * leased[1]))
        yield rows


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_of_a_small_case_is_cheaper(seed: int):
    generator = np.random.default_rng(seed)
    gap = np.zeros((1, 4, 2, 4))
    gap[0, 1] = generator.integers(-2600, 200, (1, 1)) + generator.integers(-150, 150, (2, 4))
    gap[0, 2] = generator.integers(-200, 1500, (1, 1)) + generator.integers(-150, 150, (2, 4))
    norms = only(
        close_share_a_year={"primary": 0.5},
        convert_share_a_year={"primary": 0.5},
        lease_share_most={"junior": 14.5 / 96},
    )
    case = small_case(gap, norms=norms)
    least, _ = cheapest(case, plans_of_a_county(case))
    assert solve_plan(case).objective == pytest.approx(least, rel=2e-3)


def plans_of_a_pool(case: PlanCase) -> Iterable[list[Row]]:
    """Give every plan of two counties that share their senior schools.

    What the pool adds is written for the first county: pupils may sit in any of its schools.
    """
    stage, years, first = "general_senior", case.years, case.areas[0]
    merges = [None, *product(years, (1,))]
    leases = [None, *product(years, (18, 19))]
    blocks = [None, (years[-1], 1), (years[-1], 2)]
    for own, other, leased, added in product(merges, merges, leases, blocks):
        rows: list[Row] = []
        for area, merged in zip(case.areas, (own, other), strict=True):
            if merged:
                year, many = merged
                rows.append((area, stage, year, "merge", "", many, 30 * many, -1500 * many))
        if leased:
            rows.append((first, stage, leased[0], "lease", "", 0, leased[1], 50 * leased[1]))
        if added:
            rows.append((first, stage, added[0], "expand", "", 0, 6 * added[1], 300 * added[1]))
        yield rows


@pytest.mark.parametrize(
    ("gaps", "expected"),
    [
        ((1500, -900), {"lease"}),  # short together, so neither gives
        ((700, -4200), {"merge"}),  # the first is short alone, the pool is not
        ((700, -900), set()),
    ],
)
def test_no_plan_of_a_small_pool_is_cheaper(gaps: tuple[int, int], expected: set[str]):
    gap = np.zeros((2, 4, 2, 4))
    drawn = np.random.default_rng(1).integers(-100, 100, (2, 2, 4))
    gap[:, 3] = np.array(gaps)[:, None, None] + drawn
    norms = only(
        close_share_a_year={"general_senior": 0.4},
        lease_share_most={"general_senior": 19.5 / 180},
        expand_share_most={"general_senior": 12.5 / 180},
    )
    case = small_case(gap, stock=90.0, norms=norms)
    pooled = replace(case, pools=(Pool(3, (0, 1)),))
    least, rows = cheapest(pooled, plans_of_a_pool(pooled))
    assert solve_plan(pooled).objective == pytest.approx(least, rel=2e-3)
    assert {row[3] for row in rows} == expected
