"""Pupils of 2020 by county, each province predicted from the census and the other provinces.

Run ``make bench-ratios``. Next to the learned ratios stands the constant, the median ratio of the
other provinces. Then some counties of each city report and pull the others: one, three, twelve.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from data.contract.rungs import Rung
from data.reference.china_panel import PUPILS_YEAR, county_age_sex, county_pupils
from features.ageing.census_table import group_table
from features.projection.base_census import known_attributes
from features.ratios.learned_ratio import TARGETS, child_residents
from features.ratios.predicted_ratio import draw_ratios, predict_ratios

DRAWS, SEED = 1000, 1
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
SIBLINGS = (0, 1, 3, 12)
DISTRICT = 20
RUNG_ERRORS = Path(__file__).resolve().parent.parent / "data/reference/benchmark/rung_errors.csv"


def held_out(province: str, truth: pd.DataFrame) -> pd.DataFrame:
    """Return a row per county, target and number of reporting siblings, nothing learned there."""
    panel = county_age_sex(PUPILS_YEAR)
    census = panel[panel["adcode"].str.startswith(province)]
    census = census.assign(persons=census["persons"].astype(float))
    areas = tuple(census["adcode"].unique())
    predicted = predict_ratios(census, known_attributes(PUPILS_YEAR, areas), (province,))
    mine = truth[truth.index.str.startswith(province)]
    others = truth.index.difference(mine.index)
    residents = pd.DataFrame(
        child_residents(group_table(census)), index=predicted.expected.index, columns=list(TARGETS)
    )
    rows = []
    for city, counties in mine.groupby(mine.index.str[:4]):
        inside = group_table(census[census["adcode"].str.startswith(str(city))])
        order = np.random.default_rng(int(city)).permutation(len(counties))
        for number in SIBLINGS:
            if number >= len(counties) and number != SIBLINGS[0]:
                continue
            reported = counties.iloc[order[:number]]
            found = draw_ratios(inside, predicted, reported, DRAWS, SEED)
            there = residents.loc[inside.index]
            persons = there.to_numpy()[:, :, None] * np.exp(found)
            unknown = counties.index.difference(reported.index)
            wanted = there.index.get_indexer(unknown)
            for column, target in enumerate(TARGETS):
                drawn = persons[wanted, column]
                limits = np.quantile(drawn, LEVELS, axis=1)
                total = np.quantile(drawn.sum(axis=0), LEVELS)
                table = {f"at_{level}": row for level, row in zip(LEVELS, limits, strict=True)}
                table |= {
                    f"city_{level}": limit for level, limit in zip(LEVELS, total, strict=True)
                }
                actual = counties.loc[unknown, target]
                table |= {"mean": drawn.mean(axis=1), "actual": actual, "total": actual.sum()}
                ratio = truth.loc[others, target] / truth.loc[others, f"{target}_residents"]
                table["constant"] = there.loc[unknown, target] * ratio.median()
                keys = {"target": target, "siblings": number, "city": city, "province": province}
                rows.append(pd.DataFrame(table | keys))
    return pd.concat(rows)


def line(name: str, rows: pd.DataFrame) -> str:
    """Return a Markdown row of errors and of how often intervals held."""
    actual = rows["actual"]
    cells = [f"{len(rows):,}"]
    for column in ("constant", "mean"):
        error = rows[column] - actual
        cells += [
            f"{100 * error.abs().sum() / actual.sum():.1f}",
            f"{100 * error.sum() / actual.sum():+.1f}",
        ]
    for low, high in ((0.1, 0.9), (0.025, 0.975)):
        cells.append(f"{100 * actual.between(rows[f'at_{low}'], rows[f'at_{high}']).mean():.0f}")
    cities = rows.drop_duplicates("city")
    for low, high in ((0.1, 0.9), (0.025, 0.975)):
        held = cities["total"].between(cities[f"city_{low}"], cities[f"city_{high}"])
        cells.append(f"{100 * held.mean():.0f}")
    return f"| {name} | " + " | ".join(cells) + " |"


def main() -> None:
    """Print a table per target."""
    truth = county_pupils().set_index("adcode")[list(TARGETS)]
    panel = group_table(county_age_sex(PUPILS_YEAR))
    truth = truth[truth.index.isin(panel.index)]
    residents = child_residents(panel.loc[truth.index])
    truth = truth.assign(**{f"{t}_residents": residents[:, i] for i, t in enumerate(TARGETS)})
    provinces = sorted(truth.index.str[:2].unique())
    table = pd.concat([held_out(province, truth) for province in provinces])
    for target, rows in table.groupby("target", sort=False):
        print(
            f"\n| {target} | counties | constant: error % | bias | learned: error % | bias "
            "| 80 % held | 95 % | city sum: 80 % | 95 % |\n|---|" + "---:|" * 9
        )
        alone = rows[rows["siblings"] == 0]
        district = alone.index.str[4:6].astype(int) < DISTRICT
        print(line("all", alone))
        print(line("districts", alone[district]))
        print(line("other counties", alone[~district]))
        for number in SIBLINGS[1:]:
            print(line(f"with {number} reporting", rows[rows["siblings"] == number]))
    renew(table[table["siblings"] == 0])


def renew(alone: pd.DataFrame) -> None:
    """Put the errors of counties without reports where the forecast states them."""
    errors = (alone["mean"] - alone["actual"]).abs().groupby(alone["target"]).sum()
    wape = 100 * errors / alone["actual"].groupby(alone["target"]).sum()
    rows = {
        "rung": str(Rung.LEARNED),
        "set": ["china_primary", "china_secondary"],
        "first_origin": PUPILS_YEAR,
        "last_origin": PUPILS_YEAR,
        "horizon": 0,
        "cells": alone.index.nunique(),
        "wape": wape[list(TARGETS)].to_numpy(),
    }
    others = pd.read_csv(RUNG_ERRORS).query(f"rung != '{Rung.LEARNED}'")
    pd.concat([others, pd.DataFrame(rows)]).to_csv(
        RUNG_ERRORS, index=False, float_format="%.3f", lineterminator="\n"
    )


if __name__ == "__main__":
    main()
