"""Shortage probability and mean gap by year, with and without the plan."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.arrays import FloatArray
from forecasting.plan.program.solve import LayoutPlan


@dataclass(frozen=True)
class PlanOutlook:
    """Figures by county, stage and year; each county of a pool has the figures of the pool.

    Parameters
    ----------
    chance, chance_with : (area, stage, year) probability of a shortage without and with the plan
    gap, gap_with : (area, stage, year) mean seats short (negative: idle) without and with it
    """

    chance: FloatArray
    chance_with: FloatArray
    gap: FloatArray
    gap_with: FloatArray


def outlook(plan: LayoutPlan) -> PlanOutlook:
    """Return shortage probability and mean gap over all draws."""
    case = plan.case
    gap = case.pooled(case.gap)
    left = gap - case.pooled(plan.seats)[..., None]
    stage = np.arange(case.cells[1])
    before, after, mean, mean_left = (
        values[case.host, stage]
        for values in ((gap > 0).mean(-1), (left > 1e-3).mean(-1), gap.mean(-1), left.mean(-1))
    )
    return PlanOutlook(before, after, mean.astype(float), mean_left.astype(float))


def outlook_table(plan: LayoutPlan, scenario: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return ``plan_outlook.csv``: one row per county, stage and year.

    Counties that share schools all show the figures of their ``pool``, the code of its first one.
    """
    case, found = plan.case, outlook(plan)
    index = pd.MultiIndex.from_product(
        [case.areas, case.stages, case.years], names=["adcode", "stage", "year"]
    )
    table = pd.DataFrame(
        {
            "gap": found.gap.round().ravel(),
            "gap_with_plan": found.gap_with.round().ravel(),
            "shortage_probability": found.chance.round(4).ravel(),
            "shortage_probability_with_plan": found.chance_with.round(4).ravel(),
        },
        index=index,
    ).reset_index()
    table.insert(0, "scenario", scenario)
    table.insert(2, "county", table["adcode"].map(dict(names)))
    shared = {
        (case.areas[area], case.stages[pool.stage]): case.areas[pool.areas[0]]
        for pool in case.pools
        for area in pool.areas
    }
    cells = zip(table["adcode"], table["stage"], strict=True)
    table["pool"] = [shared.get(cell, "") for cell in cells]
    return table
