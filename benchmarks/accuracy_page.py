"""The scores of ``bench_accuracy.py`` as a page that a person can read."""

import numpy as np
import pandas as pd

from models.registry import OURS

ALL_AREAS, COMMON = "all areas", "next to statsforecast"
LEVELS = ("grade", "stage", "total")
GOALS = {"planner": 0.90, "best": 0.95, "worst": 1.02}
INTRODUCTION = """# Accuracy of the enrolment forecasts

Written by `make bench-accuracy`; do not edit. All figures, with median errors, CRPS and every
horizon, are in [accuracy.csv](accuracy.csv).

Rolling origins: each method forecasts from the end of each school year as if it were the last, sees
nothing counted after it, and is scored 1, 3, 5 and 10 years ahead where the outcome is known. WAPE
is the sum of absolute errors over the sum of pupils, in per cent. Births of a year count as known
when its school year has begun. statsforecast (AutoETS, AutoARIMA, AutoTheta, defaults, yearly
series) is fitted to each grade, stage and total apart. That takes minutes, so it forecasts every
stage and total of the sets of up to 100 areas at every origin, but of grades 13 areas a set, and of
the larger sets 25 areas, drawn with a seed, at every second origin. Methods are compared with it
there alone (*next to statsforecast*), with each other on *all areas* and origins. Our model and the
ratios always see all areas. Origins overlap, so that neighbouring errors repeat one another.
"""
GOAL_NOTE = """*planner* is progression by the ratios of three years, with entry by births
where the set has them; for rows that are stages, growth at the mean rate of three years. *quick* is
the best of last value, drift and all ratios in that very cell, chosen with hindsight, on all areas
and origins; *statsforecast* the best of its methods and their mean, on all that they forecast;
*best* the better of the two. A ratio below 1 means that we err less."""


def ratios(scores: pd.DataFrame) -> pd.DataFrame:
    """Return our WAPE divided by that of the peers, one row per cell, one column per kind of peer.

    Each peer is compared on all that it forecast: the quick ones need not be judged by a sample.
    """
    rows = scores[scores["group"] == ""]
    keys = ["scope", "set", "level", "horizon"]
    wape = rows.pivot_table(index=keys, columns="model", values="wape")
    everywhere, common = wape.loc[ALL_AREAS], wape.loc[COMMON]
    slow = everywhere.columns[everywhere.isna().all()]
    planner = ["progression_3y_births", "progression_3y", "stage_growth_3y"]
    found = pd.DataFrame(
        {
            "planner": everywhere[OURS] / everywhere[planner].bfill(axis=1).iloc[:, 0],
            "quick": everywhere[OURS] / everywhere.drop(columns=[OURS, *slow]).min(axis=1),
            "statsforecast": common[OURS] / common[slow].min(axis=1),
        }
    )
    return found.assign(best=found[["quick", "statsforecast"]].max(axis=1))


def geometric_mean(values: pd.Series) -> float:
    """Return the geometric mean."""
    return float(np.exp(np.log(values).mean()))


def goals(scores: pd.DataFrame) -> str:
    """Return the table of geometric means by level with the targets."""
    found = ratios(scores)
    lines = [
        f"| WAPE of ours over that of | {' | '.join(found.columns)} |",
        "|---" + "|---:" * len(found.columns) + "|",
    ]
    for level in LEVELS:
        means = found.xs(level, level="level").apply(geometric_mean)
        lines.append(f"| {level} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |")
    means = found.apply(geometric_mean)
    lines.append("| all | " + " | ".join(f"**{mean:.3f}**" for mean in means) + " |")
    goal = [f"{GOALS[name]:.2f}" if name in GOALS else "" for name in found]
    lines.append(f"| goal | {' | '.join(goal)} |")
    worst = ["{1}, {2}, {3} years: {0:.2f}".format(r.max(), *r.idxmax()) for _, r in found.items()]
    lines.append(f"| worst cell (goal {GOALS['worst']}) | " + " | ".join(worst) + " |")
    above = [f"{(r > GOALS['worst']).sum()} of {len(r)}" for _, r in found.items()]
    lines.append(f"| cells above {GOALS['worst']} | " + " | ".join(above) + " |")
    return "\n".join(lines)


def coverage(scores: pd.DataFrame) -> str:
    """Return how many outcomes our intervals covered, by set and level, and over all sets."""
    ours = scores[(scores["model"] == OURS) & (scores["scope"] == ALL_AREAS)]
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
    """Return the complete page."""
    parts = [INTRODUCTION, "## Against the goals", goals(scores), GOAL_NOTE]
    parts += ["## Our intervals", coverage(scores)]
    overall = scores[scores["group"] == ""]
    for name, rows in overall.groupby("set", sort=False):
        everywhere, common = (rows[rows["scope"] == scope] for scope in (ALL_AREAS, COMMON))
        parts += [f"## {name}", "All areas:", set_table(everywhere)]
        parts += ["Next to statsforecast:", set_table(common)]
        parts.append(distribution_table(common))
    return "\n\n".join(parts) + "\n"
