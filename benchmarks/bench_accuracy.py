"""Score our forecasts and every peer on every bundled set, and renew ``docs/accuracy.md``.

Run ``make bench-accuracy``. statsforecast fits thousands of series for minutes; it is run on a
seeded sample of areas at every second origin, on which all methods are compared. Methods that are
quick are scored on all areas too. All of them always see all areas. A second run takes
statsforecast's answers from ``benchmarks/cache``.
"""

import time
from pathlib import Path

import numpy as np
import pandas as pd
from accuracy_page import page
from peers_beside import statsforecast_outcomes

from data.benchmark_sets import BENCHMARK_SETS, BenchmarkSet
from experiments.outcomes import MODELS, levels_of, outcomes_of
from experiments.scores import score_table
from models.history import EnrolmentHistory, build_history

ROOT = Path(__file__).resolve().parent.parent
HORIZONS = (1, 3, 5, 10)
SEED = 1
SAMPLED_AREAS = 25
ORIGINS_APART = 2
SCORES = ROOT / "docs" / "accuracy.csv"
PAGE = ROOT / "docs" / "accuracy.md"


def sampled(areas: tuple[str, ...]) -> list[str]:
    """Return the areas that every method is compared on.

    Many areas at some origins tell more than few at all: neighbouring origins repeat one another.
    """
    random = np.random.default_rng(SEED)
    count = min(SAMPLED_AREAS, len(areas))
    return sorted(random.choice(sorted(areas), count, replace=False))


def sampled_origins(which: BenchmarkSet) -> list[int]:
    """Return every second origin, the last one among them."""
    return list(range(which.last_origin, which.first_origin - 1, -ORIGINS_APART))[::-1]


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
        cells = outcomes_of(MODELS[name], history, levels, origins, HORIZONS, SEED)
        parts.append(cells.assign(model=name))
        print(f"  {name} {time.perf_counter() - start:.0f} s", flush=True)
    return pd.concat(parts, ignore_index=True)


def set_scores(which: BenchmarkSet, peers: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the scores of one set, on the sample and on all areas; keep ``peers`` by file."""
    print(which.label, flush=True)
    history = build_history(*which.read())
    cells = quick_outcomes(which, history)
    areas, origins = sampled(history.areas), sampled_origins(which)
    if which.name not in peers:
        start = time.perf_counter()
        levels = levels_of(history.grades, which.stages)
        peers[which.name] = statsforecast_outcomes(history, levels, origins, HORIZONS, areas)
        print(f"  statsforecast {time.perf_counter() - start:.0f} s", flush=True)
    beside = peers[which.name]
    sample = pd.concat([cells[cells["area_id"].isin(areas)], beside])
    sample = sample[sample["origin"].isin(origins)]
    scopes = {"all areas": cells, "sample": sample}
    return pd.concat(scored(part, which, scope) for scope, part in scopes.items())


def scored(cells: pd.DataFrame, which: BenchmarkSet, scope: str) -> pd.DataFrame:
    """Return the scores by level, and of each stage apart (column group)."""
    if not which.stages:
        cells = cells.assign(level=cells["level"].replace("grade", "stage"))
    by = ["model", "horizon", "level"]
    stages = score_table(cells[cells["level"] == "stage"], [*by, "group"])
    whole = score_table(cells, by).assign(group="")
    return pd.concat([whole, stages]).assign(set=which.label, scope=scope)


def main() -> None:
    """Write the table and the page."""
    start = time.perf_counter()
    peers: dict[str, pd.DataFrame] = {}
    scores = pd.concat([set_scores(which, peers) for which in BENCHMARK_SETS], ignore_index=True)
    front = ["set", "scope", "model", "horizon", "level", "group"]
    scores = scores[front + [c for c in scores.columns if c not in front]]
    scores.to_csv(SCORES, index=False, float_format="%.4f", lineterminator="\n")
    PAGE.write_text(page(scores), encoding="utf-8", newline="\n")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
