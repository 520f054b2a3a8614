"""Score our forecasts and every peer on every bundled set, and renew ``docs/accuracy.md``.

Run ``make bench-accuracy``. statsforecast fits thousands of series for minutes. Stages and totals
are few, so it is run on all of them at every origin; for grades, and for sets of hundreds of areas,
on a seeded sample of areas at every second origin. There all methods are compared; those that are
quick are scored on all areas too. All of them always see all areas. A second run takes
statsforecast's answers from ``benchmarks/cache``. With ``--ours`` only our model is scored anew, in
about a minute; the rows of the peers stay as they are.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from accuracy_page import ALL_AREAS, COMMON, page
from peer_results import MEAN, statsforecast_outcomes
from peer_results import MODELS as PEERS

from data.reference.benchmark_sets import BENCHMARK_SETS, BenchmarkSet
from experiments.evaluation.metrics import score_table
from experiments.evaluation.rolling_origin import backtest_cells, levels_of
from models.history import EnrolmentHistory, build_history
from models.registry import MODELS, OURS

ROOT = Path(__file__).resolve().parent.parent
HORIZONS = (1, 3, 5, 10)
SEED = 1
MOST_AREAS = 100  # of a set whose stages and totals statsforecast fits all
SAMPLED_AREAS = 25
ORIGINS_APART = 2
SCORES = ROOT / "docs" / "accuracy.csv"
PAGE = ROOT / "docs" / "accuracy.md"


def compared(
    which: BenchmarkSet, areas: tuple[str, ...], level: str
) -> tuple[list[str], list[int]]:
    """Return the areas and origins of a level at which every method is compared.

    A few areas say little of a total, whose error is that of the largest among them. Grades are
    most of the series, and there statsforecast trails furthest: half of the sample will do.
    """
    if len(areas) <= MOST_AREAS and (level != "grade" or not which.stages):
        return list(areas), list(range(which.first_origin, which.last_origin + 1))
    random = np.random.default_rng(SEED)
    count = min(SAMPLED_AREAS, len(areas))
    chosen = sorted(random.choice(sorted(areas), count, replace=False))
    origins = list(range(which.last_origin, which.first_origin - 1, -ORIGINS_APART))[::-1]
    return chosen[:: 2 if level == "grade" else 1], origins


def models_for(which: BenchmarkSet) -> list[str]:
    """Return the methods that a planner would use on such rows: grades progress, stages grow."""
    unfit = "stage_growth" if which.stages else "progression"
    return [
        name
        for name in MODELS
        if unfit not in name and (which.births or not name.endswith("_births"))
    ]


def quick_outcomes(which: BenchmarkSet, history: EnrolmentHistory) -> pd.DataFrame:
    """Return the outcomes of our model and of the peers that need no other package."""
    levels = levels_of(history.grades, which.stages)
    origins = range(which.first_origin, which.last_origin + 1)
    parts = []
    for name in models_for(which):
        start = time.perf_counter()
        cells = backtest_cells(MODELS[name], history, levels, origins, HORIZONS, SEED)
        parts.append(cells.assign(model=name))
        print(f"  {name} {time.perf_counter() - start:.0f} s", flush=True)
    return pd.concat(parts, ignore_index=True)


def common_cells(
    which: BenchmarkSet,
    history: EnrolmentHistory,
    cells: pd.DataFrame,
    peers: dict[tuple[str, str], pd.DataFrame],
) -> pd.DataFrame:
    """Return ``cells`` where statsforecast forecasts too, and its own; keep ``peers`` by level."""
    parts = []
    for level, groups in levels_of(history.grades, which.stages).items():
        areas, origins = compared(which, history.areas, level)
        key = (which.name, level)
        if key not in peers:
            start = time.perf_counter()
            only = {level: groups}
            peers[key] = statsforecast_outcomes(history, only, origins, HORIZONS, areas)
            print(f"  statsforecast {level} {time.perf_counter() - start:.0f} s", flush=True)
        both = pd.concat([cells[cells["level"] == level], peers[key]])
        parts.append(both[both["area_id"].isin(areas) & both["origin"].isin(origins)])
    return pd.concat(parts)


def set_scores(which: BenchmarkSet, peers: dict[tuple[str, str], pd.DataFrame]) -> pd.DataFrame:
    """Return the scores of one set, on all areas and where statsforecast forecasts too."""
    print(which.label, flush=True)
    history = build_history(*which.read())
    cells = quick_outcomes(which, history)
    scopes = {ALL_AREAS: cells, COMMON: common_cells(which, history, cells, peers)}
    return pd.concat(scored(part, which, scope) for scope, part in scopes.items())


def scored(cells: pd.DataFrame, which: BenchmarkSet, scope: str) -> pd.DataFrame:
    """Return the scores by level, and of each stage apart (column group)."""
    if not which.stages:
        cells = cells.assign(level=cells["level"].replace("grade", "stage"))
    by = ["model", "horizon", "level"]
    stages = score_table(cells[cells["level"] == "stage"], [*by, "group"])
    overall = score_table(cells, by).assign(group="")
    return pd.concat([overall, stages]).assign(set=which.label, scope=scope)


def our_scores(which: BenchmarkSet) -> pd.DataFrame:
    """Return the scores of our model alone, in the scopes of :func:`set_scores`."""
    history = build_history(*which.read())
    levels = levels_of(history.grades, which.stages)
    origins = range(which.first_origin, which.last_origin + 1)
    cells = backtest_cells(MODELS[OURS], history, levels, origins, HORIZONS, SEED)
    cells = cells.assign(model=OURS)
    both = []
    for level in levels:
        areas, shared = compared(which, history.areas, level)
        mine = cells[cells["level"] == level]
        both.append(mine[mine["area_id"].isin(areas) & mine["origin"].isin(shared)])
    scopes = {ALL_AREAS: cells, COMMON: pd.concat(both)}
    return pd.concat(scored(part, which, scope) for scope, part in scopes.items())


def renewed() -> pd.DataFrame:
    """Return the scores of all models, only ours measured anew."""
    known = pd.read_csv(SCORES, dtype={"group": str})
    known["group"] = known["group"].fillna("")
    ours = [our_scores(which) for which in BENCHMARK_SETS]
    found = pd.concat([*ours, known[known["model"] != OURS]], ignore_index=True)
    orders = {"set": [which.label for which in BENCHMARK_SETS], "model": [*MODELS, *PEERS, MEAN]}
    return found.sort_values(
        ["set", "model"],
        key=lambda column: column.map(orders[str(column.name)].index),
        kind="stable",
    )


def measured() -> pd.DataFrame:
    """Return the scores of all models, all measured anew."""
    peers: dict[tuple[str, str], pd.DataFrame] = {}
    return pd.concat([set_scores(which, peers) for which in BENCHMARK_SETS], ignore_index=True)


def main() -> None:
    """Write the table and the page."""
    start = time.perf_counter()
    scores = renewed() if "--ours" in sys.argv[1:] else measured()
    front = ["set", "scope", "model", "horizon", "level", "group"]
    scores = scores[front + [c for c in scores.columns if c not in front]]
    # Series that were kept come in another order than those forecast anew.
    in_order = scores.sort_values(front)
    in_order.to_csv(SCORES, index=False, float_format="%.4f", lineterminator="\n")
    PAGE.write_text(page(scores), encoding="utf-8", newline="\n")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
