"""Effect of one wrong figure on a forecast, and the cost of the outlier rule on correct data.

Run ``make bench-outliers``. On the bundled histories a tenth of the areas, chosen by a seed, get a
figure ten times too large, or a tenth: every grade of a year, or one grade. Errors (WAPE, per cent)
are those of these areas against actual enrolment.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from data.checks.outliers import FEWEST, HALF
from data.reference.benchmark_sets import BENCHMARK_SETS, BenchmarkSet
from features.arrays import FloatArray
from models.history import EnrolmentHistory, build_history
from models.progression import model as fitting
from models.progression.rows.gaps import without_outliers
from models.registry import DEFAULT_MODEL

HORIZONS = (1, 3, 5)
SEED = 1
MOST_AREAS = 200
THREEFOLD = 3.0
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


def point(history: EnrolmentHistory, horizon: int) -> FloatArray:
    """Return pupils (area, step, grade) forecast from the end of ``history``."""
    return DEFAULT_MODEL.fit(history).forecast(horizon, 1, np.random.default_rng(SEED)).median


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
    median = point(spoilt(history.until(origin), areas, fault), max(HORIZONS))
    found = []
    for step in HORIZONS:
        actual, predicted = history.pupils[areas, last + step], median[areas, step - 1]
        known = np.isfinite(actual)
        found.append(100 * np.abs(actual - predicted)[known].sum() / actual[known].sum())
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


def jumps(which: BenchmarkSet) -> str:
    """Return how often area totals and single grades of a set changed threefold within a year."""
    pupils = build_history(*which.read()).pupils
    totals = np.where(np.isfinite(pupils).all(axis=2), pupils.sum(axis=2), np.nan)
    parts = []
    for name, counts in (("areas", totals[:, :, None]), ("grades", pupils)):
        before, after = counts[:, :-1], counts[:, 1:]
        seen = (before >= FEWEST) & np.isfinite(after)
        ratio = np.maximum(after[seen], HALF) / before[seen]
        times = np.maximum(ratio, 1 / ratio) > THREEFOLD
        parts.append(
            f"{name}: {times.sum()} of {seen.sum()}, {(after[seen][times] == 0).sum()} to 0"
        )
    return f"{which.name}, threefold within a year: {'; '.join(parts)}"


def cost(which: BenchmarkSet) -> str:
    """Return how many right counts are not believed, at all origins, and the errors."""
    history = build_history(*which.read())
    marked, misses = 0, np.zeros((2, 2))
    for origin in range(which.first_origin, history.years[-1]):
        past = history.until(origin)
        odd = np.isfinite(past.pupils) & np.isnan(without_outliers(past).pupils)
        marked += int(odd.sum())
        actual = history.pupils[:, history.years.index(origin) + 1]
        known = np.isfinite(actual)
        for row, guard in enumerate((lambda past: past, without_outliers) if odd.any() else ()):
            fitting.without_outliers = guard
            miss = np.abs(actual - point(past, 1)[:, 0])[known].sum()
            misses[row] += miss, actual[known].sum()
    errors_ahead = [f"{100 * miss / total:.3f} %" for miss, total in misses if total]
    return (
        f"{which.name}, not believed: {marked}; a year ahead {' / '.join(errors_ahead) or 'same'}"
    )


def main() -> None:
    """Print how often real figures jump, the cost of the rule on them, and the effect of errors."""
    for which in BENCHMARK_SETS:
        if not which.births:
            print(jumps(which), flush=True)
            print(cost(which), flush=True)
    for line in rows():
        print(line, flush=True)


if __name__ == "__main__":
    main()
