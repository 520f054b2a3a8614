"""Small cases of a layout plan, made up."""

from dataclasses import replace

import numpy as np
import pandas as pd

from data.bundle import load_bundle
from data.contract.stages import PLANNED_CODES
from forecasting.plan.case import PlanCase, PlanTerms, stage_norms
from forecasting.plan.plan_table import PLAN_COLUMNS

NOW = 2026
STANDARDS = load_bundle(None).table("standards")
NORMS = stage_norms(STANDARDS, PLANNED_CODES)


def small_case(
    gap: np.ndarray, stock: float = 40.0, norms: pd.DataFrame = NORMS, **terms: float
) -> PlanCase:
    """Return counties with ``gap`` (area, stage, year, draw) and as many classes a stage."""
    areas, stages, years = gap.shape[:3]
    classes = np.full((areas, stages), stock)
    size = np.broadcast_to(norms["class_size"].to_numpy()[None, :, None], gap.shape[:3])
    return PlanCase(
        areas=tuple(f"4503{place:02d}" for place in range(1, areas + 1)),
        stages=PLANNED_CODES,
        years=tuple(range(NOW + 1, NOW + 1 + years)),
        now=NOW,
        gap=gap.astype(np.float32),
        size=size.astype(float),
        stock=classes,
        floor=np.minimum(classes, 18.0),
        public=np.full(areas, np.nan),
        norms=norms,
        lenders=(),
        apart_km=np.zeros(0),
        campus=(),
        campus_by=2030,
        terms=replace(PlanTerms(), **terms),
        weight=np.ones(areas),
    )


def random_case(seed: int, areas: int = 2, years: int = 5, draws: int = 20) -> PlanCase:
    """Return counties whose gap drifts up or down, with a bus between the first two."""
    generator = np.random.default_rng(seed)
    drift = generator.normal(0, 120, (areas, 4, 1, 1)) * np.arange(years)[:, None]
    shape = areas, 4, years, draws
    noise = generator.normal(0, 200, shape).cumsum(axis=2)
    case = small_case(np.round(drift + noise + generator.normal(200, 400, (areas, 4, 1, 1))))
    if areas < 2:
        return case
    return replace(case, lenders=((0, 1), (1, 0)), apart_km=np.array([9.0, 9.0]), campus=(0,))


def small_plan(scenario: str = "baseline") -> pd.DataFrame:
    """Return rows of ``plan.csv`` of two counties, made up."""
    steps = [
        # adcode, county, stage, year, action, from, decide, schools, classes, seats, given, cny, m2
        ("450312", "临桂区", "primary", 2030, "close", "", 2029, 0, 4, -180, 0, 2e7, 0),
        ("450312", "临桂区", "primary", 2031, "close", "", 2030, 0, 6, -270, 0, 3e7, 0),
        ("450312", "临桂区", "junior", 2028, "convert", "primary", 2027, 0, 5, 250, 225, 25e5, 0),
        ("450312", "临桂区", "general_senior", 2030, "build", "", 2027, 1, 18, 900, 0, 1e8, 40_000),
        ("450324", "全州县", "primary", 2027, "lease", "", 2026, 0, 4, 180, 0, 1e6, 0),
        ("450324", "全州县", "primary", 2028, "lease", "", 2027, 0, 2, 90, 0, 1e6, 0),
    ]
    norms = {
        "close": "close_cny_per_seat: assumption",
        "convert": "convert_cny_per_seat: assumption",
        "build": "cost_cny_per_seat: estimate",
        "lease": "lease_cny_per_seat_year: assumption",
    }
    table = pd.DataFrame(steps, columns=PLAN_COLUMNS[1:-4]).assign(
        scenario=scenario, floor_m2=0.0, teachers=0.0, reason=""
    )
    basis = table["action"].map(norms) + "; seats today: estimate"
    return table.assign(basis=basis)[PLAN_COLUMNS]
