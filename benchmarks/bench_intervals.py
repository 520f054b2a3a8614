"""How many outcomes the intervals hold, the first grade apart; renews docs/accuracy-intervals.md.

Run ``make bench-intervals``, or with ``FOLDER=…`` that of sets that are not bundled, for those too.
Scored by kind of cell: the first grade, the grades that its entrants after
the origin have reached, the grades whose pupils were in school, stages, totals.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from conformal_peer import peer_cells, peer_of
from development_sets import DEVELOPMENT_SETS

from data.reference.benchmark_sets import BENCHMARK_SETS
from experiments.evaluation.rolling_origin import KEY, backtest_cells, levels_of
from models.history import EnrolmentHistory, build_history
from models.registry import MODELS, OURS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "accuracy-intervals.md"
STEPS, SEED = (1, 3, 5), 1
OUTSIDE = 2 / 0.2  # penalty of the interval score: 2 over the share outside
KINDS = ("first grade", "its later grades", "in school", "stage", "total")
INTRODUCTION = """# Coverage of the intervals

Written by `make bench-intervals`; do not edit. Rolling origins as in [accuracy](accuracy.md), all
areas. *First grade*: no other grade feeds it. *Its later grades*: those that a class which enters
after the origin has reached by then. *In school*: the others, whose pupils were counted at the
origin. Each cell of the first table is the share of outcomes inside the 80 % / 95 % interval one,
three and five years ahead. The second gives the interval score of the 80 % interval (Winkler 1972:
its width, plus ten times what an outcome lies outside), over that of three-year ratios (of stages:
three years' growth) with a conformal interval; below 1 is better. A class of the peer
is at most three times the largest seen. A mean over sets is geometric.
"""


def kind_of(cells: pd.DataFrame, grades: tuple[str, ...], graded: bool) -> pd.Series:
    """Return the kind of each cell."""
    if not graded:
        return cells["level"].replace("grade", "stage")
    place = cells["group"].map({code: at for at, code in enumerate(grades)})
    names = np.select([place == 0, place < cells["horizon"]], KINDS[:2], KINDS[2])
    return pd.Series(np.where(cells["level"] == "grade", names, cells["level"]), cells.index)


def interval_score(cells: pd.DataFrame) -> pd.Series:
    """Return the score of the 80 % interval of each cell."""
    low, high, actual = cells["lo80"], cells["hi80"], cells["actual"]
    missed = (low - actual).clip(lower=0) + (actual - high).clip(lower=0)
    return high - low + OUTSIDE * missed


def scored(
    title: str,
    history: EnrolmentHistory,
    graded: bool,
    origins: Sequence[int],
    steps: Sequence[int],
) -> pd.DataFrame:
    """Return set, kind, horizon, coverage and interval score over the peer's."""
    levels = levels_of(history.grades, {})
    ours = backtest_cells(MODELS[OURS], history, levels, origins, steps, SEED)
    peer = peer_cells(history, levels, origins, steps, peer_of(graded))
    cells = ours.merge(peer[[*KEY, "lo80", "hi80"]], on=KEY, suffixes=("", "_peer"))
    cells = cells[cells["actual"] > 0]
    bounds = cells[["actual", "lo80_peer", "hi80_peer"]]
    parts = pd.DataFrame(
        {
            "kind": kind_of(cells, history.grades, graded),
            "horizon": cells["horizon"],
            "inside80": cells["actual"].between(cells["lo80"], cells["hi80"]),
            "inside95": cells["actual"].between(cells["lo95"], cells["hi95"]),
            "score": interval_score(cells),
            "peer": interval_score(bounds.set_axis(["actual", "lo80", "hi80"], axis=1)),
        }
    )
    groups = parts.groupby(["kind", "horizon"])
    found = groups[["inside80", "inside95"]].mean() * 100
    found["over_peer"] = groups["score"].sum() / groups["peer"].sum()
    return found.reset_index().assign(set=title)


def table(scores: pd.DataFrame, cell: str) -> str:
    """Return a table of sets by kinds; ``cell`` is coverage or over_peer."""
    lines = ["| | " + " | ".join(KINDS) + " |", "|---" * (len(KINDS) + 1) + "|"]
    for title, rows in [*scores.groupby("set", sort=False), ("**all sets**", scores)]:
        values = [_cell(rows[rows["kind"] == kind], cell) for kind in KINDS]
        lines.append(f"| {title} | " + " | ".join(values) + " |")
    return "\n".join(lines)


def _cell(rows: pd.DataFrame, cell: str) -> str:
    if rows.empty:
        return ""
    steps = rows.groupby("horizon")
    if cell == "over_peer":
        return f"{np.exp(np.log(rows['over_peer']).mean()):.2f}"
    inside = steps[["inside80", "inside95"]].mean()
    return " ".join(f"{row.inside80:.0f}/{row.inside95:.0f}" for row in inside.itertuples())


def main() -> None:
    """Write the page."""
    start, parts = time.perf_counter(), []
    for which in BENCHMARK_SETS:
        origins = range(which.first_origin, which.last_origin + 1)
        parts.append(
            scored(which.label, build_history(*which.read()), bool(which.stages), origins, STEPS)
        )
        print(f"{which.label} {time.perf_counter() - start:.0f} s", flush=True)
    for one in DEVELOPMENT_SETS if sys.argv[1:] else ():
        history = one.read(Path(sys.argv[1]))
        parts.append(scored(one.title, history, True, one.origins, one.horizons))
        print(f"{one.title} {time.perf_counter() - start:.0f} s", flush=True)
    scores = pd.concat(parts, ignore_index=True)
    text = [INTRODUCTION.rstrip(), "## Outcomes inside the interval", table(scores, "coverage")]
    text += ["## Interval score over the peer's", table(scores, "over_peer")]
    PAGE.write_text("\n\n".join(text) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
