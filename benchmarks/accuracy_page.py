"""The scores of ``bench_accuracy.py`` as a page that a person can read."""

import numpy as np
import pandas as pd

from experiments.outcomes import OURS

LEVELS = ("grade", "stage", "total")
GOALS = {"planner": 0.90, "best": 0.95, "worst": 1.02}
INTRODUCTION = """# Accuracy of the enrolment forecasts

Written by `make bench-accuracy`; do not edit. All figures, with median errors, CRPS and every
horizon, are in [accuracy.csv](accuracy.csv).

Rolling origins: each method forecasts from the end of each school year as if it were the last, sees
nothing counted after it, and is scored 1, 3, 5 and 10 years ahead where the outcome is known. WAPE
is the sum of absolute errors over the sum of pupils, in per cent. Births of a year count as known
when its school year has begun. statsforecast (AutoETS, AutoARIMA, AutoTheta, defaults, yearly
series) is fitted to each grade, stage and total apart, on a seeded sample of 25 areas a set
at every second origin because it takes minutes; methods are compared with it there alone
(*sample*), with each other on *all areas* and origins. Our model and the ratios always see all
areas. Origins overlap, so that neighbouring errors repeat one another.
"""
GOAL_NOTE = """*planner* is progression by the ratios of three years, with entry by births
where the set has them; for rows that are stages, growth at the mean rate of three years. *best*
is the best of all peers scored there (statsforecast on the sample only) in that very cell, chosen
with hindsight. A ratio below 1 means that
we err less."""


def ratios_to(scores: pd.DataFrame, scope: str, against: str) -> pd.Series:
    """Return WAPE of ours over that of the planner's method or the best peer, a value a cell."""
    rows = scores[(scores["scope"] == scope) & (scores["group"] == "")]
    wape = rows.pivot_table(index=["set", "level", "horizon"], columns="model", values="wape")
    peers = wape.drop(columns=OURS)
    if against == "planner":
        order = ["progression_3y_births", "progression_3y", "stage_growth_3y"]
        return wape[OURS] / peers[order].bfill(axis=1).iloc[:, 0]
    return wape[OURS] / peers.min(axis=1)


def geometric_mean(values: pd.Series) -> float:
    """Return the geometric mean."""
    return float(np.exp(np.log(values).mean()))


def goals(scores: pd.DataFrame) -> str:
    """Return the table of geometric means by level beside what was aimed at."""
    columns = (
        ("all areas", "planner"),
        ("all areas", "best"),
        ("sample", "planner"),
        ("sample", "best"),
    )
    heads = " | ".join(f"{against}, {scope}" for scope, against in columns)
    lines = [f"| WAPE of ours over that of | {heads} |", "|---|---:|---:|---:|---:|"]
    found = [ratios_to(scores, *column) for column in columns]
    for level in LEVELS:
        means = [geometric_mean(r[r.index.get_level_values("level") == level]) for r in found]
        lines.append(f"| {level} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |")
    lines.append("| all | " + " | ".join(f"**{geometric_mean(r):.3f}**" for r in found) + " |")
    goal = [f"{GOALS[against]:.2f}" for _, against in columns]
    lines.append(f"| goal | {' | '.join(goal)} |")
    worst = ["{1}, {2}, {3} years: {0:.2f}".format(r.max(), *r.idxmax()) for r in found]
    lines.append(f"| worst cell (goal {GOALS['worst']}) | " + " | ".join(worst) + " |")
    above = [f"{(r > GOALS['worst']).sum()} of {len(r)}" for r in found]
    lines.append(f"| cells above {GOALS['worst']} | " + " | ".join(above) + " |")
    return "\n".join(lines)


def coverage(scores: pd.DataFrame) -> str:
    """Return how many outcomes our intervals covered, by set and level, and over all sets."""
    ours = scores[(scores["model"] == OURS) & (scores["scope"] == "all areas")]
    ours = ours[ours["group"] == ""]
    lines = [
        "| outcomes inside the 80 % / 95 % interval | grade | stage | total |",
        "|---|---|---|---|",
    ]
    for name, rows in [*ours.groupby("set", sort=False), ("mean of the sets' cells", ours)]:
        cells = []
        for level in LEVELS:
            part = rows[rows["level"] == level]
            inside = [f"{part[f'coverage{share}'].mean():.0f}" for share in (80, 95)]
            cells.append(" / ".join(inside) if len(part) else "")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def set_table(scores: pd.DataFrame) -> str:
    """Return WAPE of each model at each level, horizons with slashes between."""
    horizons = sorted(scores["horizon"].unique())
    levels = [level for level in LEVELS if (scores["level"] == level).any()]
    wape = scores.set_index(["model", "level", "horizon"])["wape"]
    best = wape.groupby(level=["level", "horizon"]).min()

    def cell(model: str, level: str, step: int) -> str:
        text = f"{wape[model, level, step]:.2f}"
        return f"**{text}**" if wape[model, level, step] == best[level, step] else text

    heads = " | ".join(f"{level}, {'/'.join(map(str, horizons))} years" for level in levels)
    lines = [f"| WAPE, % | {heads} |", "|---" * (1 + len(levels)) + "|"]
    for model in scores["model"].unique():
        cells = [" / ".join(cell(model, level, step) for step in horizons) for level in levels]
        lines.append(f"| {model} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def distribution_table(scores: pd.DataFrame) -> str:
    """Return median error, bias, CRPS and coverage of the methods that give a distribution."""
    rows = scores[scores["coverage80"].notna() & (scores["level"] == "total")]
    lines = [
        "| totals | years | median APE | bias | CRPS | 80 % | 95 % |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.model} | {row.horizon} | {row.median_ape:.2f} | {row.bias:+.2f} | "
        f"{row.crps:.2f} | {row.coverage80:.0f} | {row.coverage95:.0f} |"
        for row in rows.itertuples()
    ]
    return "\n".join(lines)


def page(scores: pd.DataFrame) -> str:
    """Return the whole page."""
    parts = [INTRODUCTION, "## Against the goals", goals(scores), GOAL_NOTE]
    parts += ["## Our intervals", coverage(scores)]
    whole = scores[scores["group"] == ""]
    for name, rows in whole.groupby("set", sort=False):
        everywhere, sample = (rows[rows["scope"] == scope] for scope in ("all areas", "sample"))
        parts += [f"## {name}", "All areas:", set_table(everywhere), "Sample:", set_table(sample)]
        parts.append(distribution_table(sample))
    return "\n\n".join(parts) + "\n"
