"""Small cases of a layout plan, made up."""

from dataclasses import replace

import numpy as np
import pandas as pd

from data.bundle import load_bundle
from data.contract.stages import PLANNED_CODES
from forecasting.plan.case.planning_case import PlanCase, PlanTerms, stage_norms
from forecasting.plan.case.units import standard_units
from forecasting.plan.project_list.plan_table import PLAN_COLUMNS

NOW = 2026
STANDARDS = load_bundle(None).table("standards")
NORMS = stage_norms(STANDARDS, PLANNED_CODES)


def small_case(
    gap: np.ndarray, stock: float = 96.0, norms: pd.DataFrame = NORMS, **terms: float
) -> PlanCase:
    """Return counties with ``gap`` (area, stage, year, draw) and as many classes a stage."""
    areas, stages, years = gap.shape[:3]
    classes = np.full((areas, stages), stock)
    size = np.broadcast_to(norms["class_size"].to_numpy()[None, :, None], gap.shape[:3])
    case = PlanCase(
        areas=tuple(f"4503{place:02d}" for place in range(1, areas + 1)),
        stages=PLANNED_CODES[:stages],
        years=tuple(range(NOW + 1, NOW + 1 + years)),
        now=NOW,
        gap=gap.astype(np.float32),
        size=size.astype(float),
        stock=classes,
        floor=np.minimum(classes, 18.0),
        public=np.full(areas, np.nan),
        norms=norms,
        units=standard_units(classes, np.ones(stages), np.ones(stages, int), np.ones((areas, 1))),
        pools=(),
        campus=(),
        campus_by=2030,
        terms=replace(PlanTerms(least_gain_cny=1e6), **terms),
    )
    return with_units(case)


def with_units(case: PlanCase) -> PlanCase:
    """Return the case with standard schools for its classes."""
    usual = case.norms["school_classes_usual"].to_numpy(dtype=float)
    towns = np.ones(case.stock.shape)
    return replace(case, units=standard_units(case.stock, usual, case.grades, towns))


def random_case(seed: int, areas: int = 2, years: int = 6, draws: int = 20) -> PlanCase:
    """Return counties whose gap drifts up or down; the first one gets an all-stage school."""
    generator = np.random.default_rng(seed)
    drift = generator.normal(0, 240, (areas, 4, 1, 1)) * np.arange(years)[:, None]
    shape = areas, 4, years, draws
    noise = generator.normal(0, 150, shape).cumsum(axis=2)
    case = small_case(np.round(drift + noise + generator.normal(100, 700, (areas, 4, 1, 1))))
    return replace(case, campus=(0,)) if areas > 1 else case


def small_plan(scenario: str = "baseline") -> pd.DataFrame:
    """Return rows of ``plan.csv`` of two counties, made up."""
    steps = [
        # adcode, county, stage, year, action, from, schools, ids, classes, seats, cny, m2
        ("450312", "临桂区", "primary", 2031, "merge", "", 1, "", 10, -450, 5e7, 0, 2030),
        ("450312", "临桂区", "junior", 2028, "convert", "primary", 1, "", 6, 300, 3e6, 0, 2027),
        (
            "450312",
            "临桂区",
            "general_senior",
            2030,
            "build",
            "",
            1,
            "",
            18,
            900,
            1e8,
            40_000,
            2027,
        ),
        ("450324", "全州县", "primary", 2027, "lease", "", 0, "", 12, 540, 1e7, 0, 2026),
    ]
    columns = ["adcode", "county", "stage", "year", "action", "taken_from", "schools",
               "school_ids", "classes", "seats", "cost_cny", "land_m2", "decide_in"]  # fmt: skip
    table = pd.DataFrame(steps, columns=columns).assign(
        scenario=scenario, floor_m2=0.0, teachers=0.0, basis="in_use_2020", reason="理由"
    )
    return table[PLAN_COLUMNS]


def small_outlook(scenario: str = "baseline") -> pd.DataFrame:
    """Return rows of ``plan_outlook.csv`` for the stages of :func:`small_plan`."""
    rows = [
        ("450312", "临桂区", "primary", 2031, -800.0, -350.0, 0.05, 0.1),
        ("450312", "临桂区", "general_senior", 2029, 700.0, 650.0, 0.9, 0.85),
        ("450324", "全州县", "primary", 2027, 600.0, 60.0, 0.9, 0.55),
    ]
    columns = ["adcode", "county", "stage", "year", "gap", "gap_with_plan",
               "shortage_probability", "shortage_probability_with_plan"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table.insert(0, "scenario", scenario)
    return table.assign(pool="")
