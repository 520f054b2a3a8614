"""Forecasts of 2021-2025 from data up to 2020, compared with actual figures."""

from pathlib import Path

import numpy as np
import pandas as pd

from data.bundle import DataBundle
from data.contract.stages import STAGE_BY_CODE
from data.reference.china_panel import county_age_sex
from data.reference.fertility import FOLDER
from features.arrays import FloatArray
from features.births.childbearing import national_women
from features.births.city_births import nowcast_births, women_of_births
from features.births.national import NATION, future_levels, log_births_per_woman
from features.projection.base_census import panel_census
from features.randomness import balanced_normal, named_generator

ORIGIN, LAST, DRAWS, SEED = 2020, 2025, 4000, 1
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
PUBLISHED = Path(FOLDER) / "published_pupils.csv"
# Yearly step of pupils per resident: the spread between counties, 4 %, within fifteen years.
RATIO_STEP = 0.04 / np.sqrt(15)
NOTE = """\
Births of the nation are predicted from its births to 2020, those of Guangxi and Guilin from
these and their census alone. Pupils are children of the stage's ages, of the national births and
those predicted, at the ratio of 2020 with the random walk of the main job; 100 is 2020. No target
and no later figure enters. The series of births is the one revised later, and the widths of the
births were chosen on origins that include 2020, so births are not a blind test; pupils are."""
REASONS = """\
What lies outside is a ratio that moved: the national gross ratio of kindergartens rose
from 85.2 to 92 % in four years, and general senior schools took a larger part of an age group while
vocational ones lost pupils. The walk of the ratio, drawn from the spread between counties, is too
narrow for such a policy. The main job therefore takes kindergartens towards the plan's targets and
senior schools at the pace that the nation has had since, with its spread."""


def births_rows(bundle: DataBundle) -> list[tuple[str, float, FloatArray]]:
    """Return figure, published value and draws of births."""
    above = bundle.context.births_above
    national = above[above["adcode"] == NATION]
    known = national[national["year"] <= ORIGIN]
    born = national.set_index("year")["births"]
    predicted = _national(known)
    rows = [
        (f"births, China {year}, million", born[year] / 1e6, predicted[year - ORIGIN - 1] / 1e6)
        for year in range(ORIGIN + 1, LAST + 1)
    ]
    panel = county_age_sex(ORIGIN)
    rates = bundle.context.vital_rates
    guangxi = above[above["adcode"] == "450000"].set_index("year")["births"]
    census = panel[panel["adcode"].str.startswith("45")]
    region = _area("450000", census, known, rates)
    rows += [
        (f"births, 广西 {year}, thousand", guangxi[year] / 1e3, region[year] / 1e3)
        for year in guangxi.index
    ]
    own = panel_census(bundle.tables.population, ORIGIN, bundle.counties)
    city = _area(bundle.city, own, known, rates)
    stated = rates[
        (rates["adcode"] == bundle.city)
        & (rates["measure"] == "birth_rate_permille")
        & (rates["year"] > ORIGIN)
    ]
    persons = float(own["persons"].sum())
    for year, rate in zip(stated["year"], stated["value"], strict=True):
        label = f"births, {bundle.names[bundle.city]} {year} by its rate, thousand"
        rows.append((label, rate * persons / 1e6, city[year] / 1e3))
    return rows


def pupil_rows(bundle: DataBundle) -> list[tuple[str, float, FloatArray]]:
    """Return figure, published index and draws of the pupils of the nation, 2020 = 100."""
    above = bundle.context.births_above
    known = above[(above["adcode"] == NATION) & (above["year"] <= ORIGIN)]
    born = {
        int(y): np.full(DRAWS, float(b))
        for y, b in zip(known["year"], known["births"], strict=True)
    }
    born |= {ORIGIN + 1 + step: row for step, row in enumerate(_national(known))}
    published = pd.read_csv(PUBLISHED)
    rows = []
    for code, table in published.groupby("stage", sort=False):
        stage = STAGE_BY_CODE[str(code)]
        pupils = table.set_index("year")["pupils"]
        steps = balanced_normal(named_generator(SEED, "walk", stage.code), (LAST - ORIGIN, DRAWS))
        walk = RATIO_STEP * steps.cumsum(axis=0)
        first = _children(born, ORIGIN, stage.first_age, stage.last_age)
        for year in range(ORIGIN + 1, LAST + 1):
            children = _children(born, year, stage.first_age, stage.last_age)
            index = 100 * children / first * np.exp(walk[year - ORIGIN - 1])
            rows.append((f"{stage.title.en} {year}", 100 * pupils[year] / pupils[ORIGIN], index))
    return rows


def _national(known: pd.DataFrame) -> FloatArray:
    levels = future_levels(log_births_per_woman(known), LAST - ORIGIN, DRAWS, SEED)
    return national_women(range(ORIGIN + 1, LAST + 1))[:, None] * np.exp(levels)


def _area(
    code: str, census: pd.DataFrame, known: pd.DataFrame, rates: pd.DataFrame
) -> dict[int, FloatArray]:
    women = women_of_births(census, LAST)
    found = nowcast_births(code, known, rates.iloc[:0], census, women, DRAWS, SEED)
    return dict(zip(found.years, found.births[0], strict=True))


def _children(born: dict[int, FloatArray], year: int, youngest: int, oldest: int) -> FloatArray:
    """Return those born who are of the ages at 31 August; deaths among children are left out."""
    complete = sum(born[year - age] for age in range(youngest + 1, oldest + 1))
    return np.asarray(complete + born[year - oldest - 1] * 4 / 12 + born[year - youngest] * 8 / 12)


def out_of_time(bundle: DataBundle) -> str:
    """Return the section of the page."""
    parts = [f"## Figures of {ORIGIN + 1}-{LAST} predicted from {ORIGIN}", NOTE]
    for title, rows in (
        ("births", births_rows(bundle)),
        ("pupils, 2020 = 100", pupil_rows(bundle)),
    ):
        lines = [f"| {title} | published | median | 80 % | 95 % | |", "|---|---:|---:|---|---|---|"]
        held = np.zeros(2, dtype=int)
        for name, actual, draws in rows:
            low95, low80, middle, high80, high95 = np.quantile(draws, LEVELS)
            inside = np.array([low80 <= actual <= high80, low95 <= actual <= high95])
            held += inside
            where = "inside 80 %" if inside[0] else "inside 95 %" if inside[1] else "**outside**"
            lines.append(
                f"| {name} | {actual:.1f} | {middle:.1f} | {low80:.1f} - {high80:.1f} "
                f"| {low95:.1f} - {high95:.1f} | {where} |"
            )
        parts += ["\n".join(lines), f"Inside: {held[0]} and {held[1]} of {len(rows)}."]
    return "\n\n".join([*parts, REASONS])
