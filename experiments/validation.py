"""Checks of the base year against every published total, written as ``docs/validation.md``.

Run ``make validation``.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from data.bundle import DataBundle, load_bundle
from data.scenario import load_scenario
from data.stages import STAGES
from experiments.forecast import base_inputs, stage_pupils
from features.population import Population
from models.gross_ratio import pooled_log_ratio, stage_population
from models.stage_pupils import StagePupils

DRAWS = 1000
SEED = 1
TOLERANCE = 0.03


def census_groups(bundle: DataBundle, population: Population) -> pd.DataFrame:
    """Compare the city's single ages of the base year with its census age groups."""
    year = population.years[0]
    census = bundle.tables.population
    groups = census[(census["adcode"] == bundle.city) & (census["year"] == year)]
    groups = groups[groups["age_upper"] <= max(population.ages)]
    totals = groups.groupby(["age_lower", "age_upper"])["persons"].sum()
    rows = []
    for (lower, upper), published in totals.items():
        ours = np.median(population.between(int(lower), int(upper))[:, 0].sum(axis=0))
        rows.append((f"census {year}, ages {lower:.0f}-{upper:.0f}", published, ours))
    return _compare(rows)


def primary_left_out(pupils: StagePupils, residents: np.ndarray, known: pd.Series) -> pd.DataFrame:
    """Foresee each county's primary pupils from the other counties' ratios alone."""
    rows = []
    for adcode in known.index:
        place = pupils.areas.index(adcode)
        others = known.drop(adcode)
        ratio = pooled_log_ratio(others, residents, pupils.areas, SEED, "left out").value[place]
        rows.append((adcode, known[adcode], float(np.median(residents[place] * np.exp(ratio)))))
    return _compare(rows)


def regular_secondary(bundle: DataBundle, pupils: StagePupils, general: float) -> pd.DataFrame:
    """Compare junior plus general senior pupils of the base year with the yearbook."""
    published = bundle.context.regular_secondary.set_index("adcode")["pupils"]
    middle = np.median(pupils.pupils[:, :, 0], axis=-1)
    ours = pd.Series(middle[:, 2] + general * middle[:, 3], index=list(pupils.areas))
    return _compare([(code, published[code], ours[code]) for code in published.index])


def _compare(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["figure", "published", "ours"])
    table["difference"] = table["ours"] / table["published"] - 1
    return table


def _markdown(table: pd.DataFrame, names: dict[str, str]) -> str:
    lines = ["| figure | published | ours | difference |", "|---|---:|---:|---:|"]
    for row in table.to_dict("records"):
        name = names.get(row["figure"], row["figure"])
        mark = " **" if abs(row["difference"]) > TOLERANCE else ""
        lines.append(
            f"| {name} | {row['published']:,.0f} | {row['ours']:,.0f} "
            f"| {row['difference']:+.1%}{mark} |"
        )
    return "\n".join(lines)
