"""School-age population ten years ahead in held-out provinces, compared with simple methods.

Run ``make bench-population``; it writes ``docs/accuracy-population.md`` and its map. Six folds of
complete provinces: everything that is learned, weights and intervals included, is refitted on
the other folds.
"""

from pathlib import Path

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd
from population_folds import DRAWS, GROUPS, evaluate_fold, fit_digest
from population_timing import timing_table

from data.reference.china_panel import ATTRIBUTE_COLUMNS, county_age_sex
from experiments.charts.render import FONT, png
from experiments.evaluation.metrics import BOUNDS, crps_of_draws, score_table
from features.arrays import FloatArray
from features.migration.change_errors import are_districts
from features.migration.cohort_change import (
    FOLDS,
    TARGETS,
    panel_change,
)

PAGE = Path("docs") / "accuracy-population.md"
MAP = Path("docs") / "images" / "population-error-guilin.png"
BOUNDARIES = Path("data") / "reference" / "guilin" / "boundaries.geojson"
THIRDS = ("small", "middle", "large")
OURS = "xuewei"


def evaluate(columns: tuple[str, ...]) -> tuple[pd.DataFrame, dict[str, FloatArray], FloatArray]:
    """Return one row per county and group, the points of every method, and our draws."""
    predictors, log_change, persons = panel_change(columns)
    base = persons[:, [0 if old == 0 else 1 for _, old in TARGETS.values()]]
    wanted = [list(TARGETS).index(group) for group in GROUPS]
    actual = (base * np.exp(log_change))[:, wanted]
    draws = np.empty((*actual.shape, DRAWS), dtype=np.float32)
    points: dict[str, FloatArray] = {}
    for fold in range(FOLDS):
        test, changes, drawn = evaluate_fold(columns, fold, fit_digest())
        draws[test] = drawn
        for name, change in changes.items():
            found = points.setdefault(name, np.empty_like(actual))
            found[test] = (base[test] * np.exp(change))[:, wanted]
    points[OURS] = draws.mean(axis=-1)
    third = pd.qcut(np.log(persons.sum(axis=1)), 3, labels=list(THIRDS))
    table = pd.DataFrame(actual, index=predictors.index, columns=list(GROUPS)).assign(third=third)
    return table, points, draws


def accuracy_rows(
    table: pd.DataFrame, points: dict[str, FloatArray], draws: FloatArray, areas: FloatArray
) -> list[str]:
    """Return a Markdown row a method: WAPE and bias by group, for the areas marked."""
    lines = []
    for name, point in points.items():
        cells = []
        for column, group in enumerate(GROUPS):
            drawn = draws[areas, column] if name == OURS else np.empty((int(areas.sum()), 0))
            got = scores(table.loc[areas, group].to_numpy(), point[areas, column], drawn)
            cells.append(f"{got['wape']:.1f} ({got['bias']:+.1f})")
        label = f"**{name}**" if name == OURS else name
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return lines


def scores(actual: FloatArray, point: FloatArray, draws: FloatArray) -> "pd.Series[float]":
    """Return the scores of forecasts of some areas; without draws those of the points alone."""
    cells = pd.DataFrame({"actual": actual, "point": point, "crps": np.nan, "all": "all"})
    cells[list(BOUNDS)] = np.nan
    if draws.shape[1]:
        cells["crps"] = crps_of_draws(actual, draws)
        cells[list(BOUNDS)] = np.quantile(draws, list(BOUNDS.values()), axis=1).T
    return score_table(cells, ["all"]).iloc[0]


def coverage_rows(table: pd.DataFrame, draws: FloatArray) -> list[str]:
    """Return a Markdown row per third of the counties and for districts: coverage and CRPS."""
    lines = []
    chosen = {third: (table["third"] == third).to_numpy() for third in THIRDS}
    chosen["districts"] = are_districts(list(table.index))
    chosen["all"] = np.ones(len(table), bool)
    for third, areas in chosen.items():
        cells = []
        for column, group in enumerate(GROUPS):
            drawn = draws[areas, column].astype(float)
            got = scores(table.loc[areas, group].to_numpy(), drawn.mean(axis=1), drawn)
            cells.append(f"{got['coverage80']:.1f} / {got['coverage95']:.1f} / {got['crps']:.1f}")
        lines.append(f"| {third} | {' | '.join(cells)} |")
    return lines


def sums_rows(table: pd.DataFrame, draws: FloatArray) -> list[str]:
    """Return coverage of the sums over prefectures and over provinces."""
    lines = []
    for level, digits in (("prefectures", 4), ("provinces", 2)):
        key = table.index.str[:digits]
        code, areas = pd.factorize(key)
        cells = []
        for column, group in enumerate(GROUPS):
            total = np.zeros((len(areas), DRAWS))
            np.add.at(total, code, draws[:, column])
            actual = table.groupby(code)[group].sum().to_numpy()
            got = scores(actual, total.mean(axis=1), total)
            cells.append(f"{got['coverage80']:.0f} / {got['coverage95']:.0f}")
        lines.append(f"| {len(areas)} {level} | {' | '.join(cells)} |")
    return lines


def guilin_rows(
    table: pd.DataFrame, points: dict[str, FloatArray]
) -> tuple[list[str], pd.DataFrame]:
    """Return one Markdown row per county of Guilin, and the errors in per cent for the map."""
    names = county_age_sex(2010).drop_duplicates("adcode").set_index("adcode")["county"]
    own = np.flatnonzero(table.index.str.startswith("4503"))
    lines, errors = [], []
    for row in own:
        code = table.index[row]
        cells = []
        for column, group in enumerate(GROUPS):
            actual, point = table[group].iloc[row], points[OURS][row, column]
            cells.append(f"{actual:,.0f} | {point:,.0f} | {100 * (point / actual - 1):+.0f}")
            errors.append((code, group, 100 * (point / actual - 1)))
        lines.append(f"| {names[code]} | {' | '.join(cells)} |")
    return lines, pd.DataFrame(errors, columns=["adcode", "group", "error"])


def draw_map(errors: pd.DataFrame) -> None:
    """Write the map of Guilin's errors, a panel an age group."""
    shapes = gpd.read_file(BOUNDARIES)
    shapes.geometry = shapes.geometry.orient_polygons(exterior_cw=True)
    changed = {"450322": "450312", "450331": "450381"}
    panels = []
    for group in GROUPS:
        rows = errors[errors["group"] == group].replace({"adcode": changed})
        joined = shapes.merge(rows, on="adcode", how="left")
        panels.append(
            alt.Chart(joined, title=f"{group} 岁")
            .mark_geoshape(stroke="white")
            .encode(
                color=alt.Color(
                    "error:Q",
                    title="误差 %",
                    scale=alt.Scale(scheme="purplegreen", domain=[-60, 60], clamp=True),
                )
            )
            .project("mercator")
            .properties(width=240, height=260)
        )
    chart = alt.hconcat(
        *panels, title="由2010年普查预测2020年人口的误差（预测时未用广西数据）"
    ).configure(font=FONT)
    MAP.write_bytes(png(chart.to_dict()))


def main() -> None:
    """Evaluate with and without attributes, time the command and write the page."""
    heading = f"| | {' | '.join(GROUPS)} |\n|---|{'---:|' * len(GROUPS)}"
    timing = timing_table()
    known, points, draws = evaluate(ATTRIBUTE_COLUMNS)
    alone, alone_points, alone_draws = evaluate(())
    everywhere = np.ones(len(known), bool)
    guilin = np.asarray(known.index.str.startswith("4503"))
    county_lines, errors = guilin_rows(known, points)
    draw_map(errors)
    three = " | | ".join(f"{group} | ours" for group in GROUPS)
    sections = [
        INTRODUCTION.format(counties=len(known)),
        f"## Census and attributes known\n\n{heading}",
        *accuracy_rows(known, points, draws, everywhere),
        f"\n## Census alone known\n\n{heading}",
        *accuracy_rows(alone, alone_points, alone_draws, everywhere),
        f"\n## Coverage of 80 % / coverage of 95 % / CRPS, by size of county\n\n{heading}",
        *coverage_rows(known, draws),
        f"\n## Coverage of 80 % / 95 % intervals of sums\n\n{heading}",
        *sums_rows(known, draws),
        f"\n## Guilin's 17 counties\n\nGuangxi is in none of the training folds.\n\n{heading}",
        *accuracy_rows(known, points, draws, guilin),
        f"\n![map](images/{MAP.name})\n\n| | {three} | % |\n|---|{'---:|' * 9}",
        *county_lines,
        "\n## Time and memory of `xuewei population`, 10 years, 1,000 draws\n",
        *timing,
    ]
    PAGE.write_text("\n".join(sections) + "\n", encoding="utf-8")


INTRODUCTION = """# How well 2010 predicts 2020

Written by `make bench-population`; do not edit. {counties} counties of 24 provinces with both
censuses; six folds of whole provinces, everything learned anew from the other folds. Weighted
absolute percentage error by county, bias in brackets, both per cent. Counties whose borders changed
are in it: nobody can predict them.
"""


if __name__ == "__main__":
    main()
