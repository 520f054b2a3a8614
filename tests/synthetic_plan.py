"""Small cases of a layout plan, made up."""

from dataclasses import replace

import numpy as np
import pandas as pd

from data.bundle import load_bundle
from data.stages import STAGE_CODES
from forecasting.plan_case import PlanCase, PlanTerms, stage_norms

NOW = 2026
STANDARDS = load_bundle(None).table("standards")
NORMS = stage_norms(STANDARDS, STAGE_CODES)


def small_case(
    gap: np.ndarray, stock: float = 40.0, norms: pd.DataFrame = NORMS, **terms: float
) -> PlanCase:
    """Return counties with ``gap`` (area, stage, year, draw) and as many classes a stage."""
    areas, stages, years = gap.shape[:3]
    classes = np.full((areas, stages), stock)
    size = np.broadcast_to(norms["class_size"].to_numpy()[None, :, None], gap.shape[:3])
    return PlanCase(
        areas=tuple(f"4503{place:02d}" for place in range(1, areas + 1)),
        stages=STAGE_CODES,
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
