"""What one wrong figure does to a forecast, and what not believing it costs where all is right.

Run ``make bench-outliers``. On the bundled histories a tenth of the areas, chosen by a seed, get a
figure ten times too large, or a tenth: every grade of a year, or one grade. Errors (WAPE, per cent)
are those of these areas against what came.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from data.benchmark_sets import BENCHMARK_SETS, BenchmarkSet
from features.population import FloatArray
from models import fit as fitting
from models.fit import fit
from models.gaps import without_outliers
from models.history import EnrolmentHistory, build_history

HORIZONS = (1, 3, 5)
SEED = 1
MOST_AREAS = 200
LAST, MIDDLE = -1, None
FAULTS = {
    "none": (LAST, False, 1.0),
    "middle year ×10": (MIDDLE, False, 10.0),
    "one grade of the middle year ×10": (MIDDLE, True, 10.0),
    "last year ×10": (LAST, False, 10.0),
    "last year ÷10": (LAST, False, 0.1),
    "one grade of the last year ×10": (LAST, True, 10.0),
}
Guard = Callable[[EnrolmentHistory], EnrolmentHistory]


def spoilt(history: EnrolmentHistory, areas: FloatArray, fault: str) -> EnrolmentHistory:
    """Return ``history`` with a fault in each of ``areas``."""
    year, one, factor = FAULTS[fault]
    at = len(history.years) // 2 if year is MIDDLE else year
    random = np.random.default_rng(SEED)
    pupils = history.pupils.copy()
    for area in areas:
        grades = random.integers(pupils.shape[2]) if one else slice(None)
        pupils[area, at, grades] = np.round(pupils[area, at, grades] * factor)
    return replace(history, pupils=pupils)


def errors(
    history: EnrolmentHistory, origin: int, areas: FloatArray, fault: str, guard: Guard
) -> list[float]:
    """Return the WAPE of ``areas`` at each of ``HORIZONS``."""
    fitting.without_outliers = guard
    last = history.years.index(origin)
    median = fit(spoilt(history.until(origin), areas, fault), max(HORIZONS)).median
    found = []
    for step in HORIZONS:
        came, told = history.pupils[areas, last + step], median[areas, step - 1]
        known = np.isfinite(came)
        found.append(100 * np.abs(came - told)[known].sum() / came[known].sum())
    return found


def sample(which: BenchmarkSet) -> tuple[EnrolmentHistory, FloatArray]:
    """Return a set, of at most ``MOST_AREAS`` areas, and the areas that get a fault."""
    history = build_history(*which.read())
    random = np.random.default_rng(SEED)
    kept = np.sort(random.permutation(len(history.areas))[:MOST_AREAS])
    names = tuple(history.areas[area] for area in kept)
    history = replace(
        history, areas=names, pupils=history.pupils[kept], births=history.births[kept]
    )
    count = max(3, len(kept) // 10)
    return history, np.sort(random.choice(len(kept), count, replace=False))


def rows() -> Iterator[str]:
    """Yield the lines of the table in ``docs/reliability.md``."""
    yield "| set, origin | fault | believed: 1/3/5 years ahead | not believed |"
    yield "|---|---|---|---|"
    for which in BENCHMARK_SETS:
        if which.births:
            continue
        history, areas = sample(which)
        origin = history.years[-1] - max(HORIZONS)
        for fault in FAULTS:
            pair = [
                "/".join(f"{error:.1f}" for error in errors(history, origin, areas, fault, guard))
                for guard in (lambda known: known, without_outliers)
            ]
            yield f"| {which.name} {origin} | {fault} | {' | '.join(pair)} |"


if __name__ == "__main__":
    for line in rows():
        print(line, flush=True)
