"""Allocation of the schools booked at a pool's first county to its counties."""

from dataclasses import replace

import numpy as np

from features.arrays import FloatArray
from forecasting.plan.case.planning_case import PlanCase, Pool
from forecasting.plan.program.plan_model import Decisions


def spread_over_pools(case: PlanCase, decided: Decisions) -> Decisions:
    """Return the decisions with the additions of each pool allocated to the neediest counties.

    The program books the additions of a pool at its first county, since pupils may attend any
    school of the pool. Each school goes to the county with the greatest remaining need; blocks of
    classes and rented rooms of a year go to one county together.
    """
    blocks = {name: getattr(decided, name).copy() for name in ("build", "expand", "lease")}
    added = decided.added.copy()
    for pool in case.pools:
        _spread(case, pool, blocks, added)
    return replace(decided, **blocks, added=added)


def _spread(case: PlanCase, pool: Pool, blocks: dict[str, FloatArray], added: FloatArray) -> None:
    stage, places = pool.stage, list(pool.areas)
    need = case.gap[places, stage].mean(axis=-1).max(axis=-1).astype(float)
    classes = {
        "build": float(case.norms["school_classes_usual"].iloc[stage]),
        "expand": float(case.norms["expand_block_classes"].iloc[stage]),
        "lease": 1.0,
    }
    for name in ("build", "expand", "lease"):
        moved = blocks[name][places[0], stage].copy()
        blocks[name][places[0], stage] = 0.0
        for year in np.flatnonzero(moved):
            for amount in np.ones(int(moved[year])) if name == "build" else moved[year : year + 1]:
                taker = int(need.argmax())
                seats = amount * classes[name] * case.size[places[taker], stage, year]
                blocks[name][places[taker], stage, year] += amount
                need[taker] -= seats
                if name != "lease":
                    added[places[0], stage, year:] -= amount * classes[name]
                    added[places[taker], stage, year:] += amount * classes[name]
