"""Forecasts of 2021-2025 from data up to 2020, compared with actual figures."""

import numpy as np
import pandas as pd

from data.bundle import DataBundle
from data.contract.stages import STAGES, Stage
from data.reference.china_panel import county_age_sex
from data.reference.national_pupils import national_pupils
from features.arrays import FloatArray
from features.births.childbearing import national_women
from features.births.city_births import nowcast_births, women_of_births
from features.births.national import NATION, future_levels, log_births_per_woman
from features.births.national_cohorts import national_cohorts
from features.projection.base_census import panel_census
from features.randomness import balanced_normal, named_generator
from models.census_ratio.national_ratio import national_step

ORIGIN, LAST, DRAWS, SEED = 2020, 2025, 4000, 1
LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
NOTE = """\
Births of the nation are predicted from its births to 2020, those of Guangxi and Guilin from
these and their census alone. Pupils are the children of the stage's ages whom the census of 2020
counted, and births predicted after it, at the ratio of 2020 with the national random walk of the
main job, its step taken from the years 2014-2020 alone; 100 is 2020. No target and no later figure
enters. The series of births is the one revised later, and the widths of the births were chosen on
origins that include 2020, so births are not a blind test; pupils are."""
REASONS = """\
The steps of a ratio are not independent: that of kindergartens rose by 1 to 3 % in each year from
2015 to 2022, that of junior schools fell by 6 % between 2019 and 2022, so that several years in a
row lie on one side. No city publishes its pupils by stage in these years, and Guangxi none that
was found, so pupils of Guangxi and Guilin are not in the table."""


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
    rows = []
    for stage in STAGES:
        pupils = national_pupils()[stage.code]
        if not pupils.loc[ORIGIN:LAST].notna().all():
            continue
        random = named_generator(SEED, "walk", stage.code)
        steps = balanced_normal(random, (LAST - ORIGIN, DRAWS))
        walk = national_step(stage.code, ORIGIN) * steps.cumsum(axis=0)
        first = _children(born, ORIGIN, stage)
        for year in range(ORIGIN + 1, LAST + 1):
            index = 100 * _children(born, year, stage) / first * np.exp(walk[year - ORIGIN - 1])
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


def _children(born: dict[int, FloatArray], year: int, stage: Stage) -> FloatArray:
    """Return children of the stage's ages: counted by the census, or born after it."""
    kept = national_cohorts([ORIGIN], 0, 2)[0] / sum(
        _cohort(born, ORIGIN - age) for age in range(3)
    )
    total = np.zeros(DRAWS)
    for age in range(stage.first_age, stage.last_age + 1):
        counted = national_cohorts([year], age, age)[0]
        total += kept * _cohort(born, year - age) if np.isnan(counted) else counted
    return total


def _cohort(born: dict[int, FloatArray], year: int) -> FloatArray:
    """Return those born from September of the year before to August of ``year``."""
    return np.asarray(born[year - 1] * 4 / 12 + born[year] * 8 / 12)


def out_of_time(bundle: DataBundle) -> str:
    """Return the section of the page."""
    parts = [f"## Figures of {ORIGIN + 1}-{LAST} predicted from {ORIGIN}", NOTE]
    for title, rows in (
        ("births", births_rows(bundle)),
        ("pupils, 2020 = 100", pupil_rows(bundle)),
    ):
        lines = [f"| {title} | published | median | 80 % | 95 % | |", "|---|---:|---:|---|---|---|"]
        held = {}
        for name, actual, draws in rows:
            low95, low80, middle, high80, high95 = np.quantile(draws, LEVELS)
            inside = np.array([low80 <= actual <= high80, low95 <= actual <= high95])
            group = name[: name.index(" 20")]
            held[group] = held.get(group, 0) + np.array([*inside, 1])
            where = "inside 80 %" if inside[0] else "inside 95 %" if inside[1] else "**outside**"
            lines.append(
                f"| {name} | {actual:.1f} | {middle:.1f} | {low80:.1f} - {high80:.1f} "
                f"| {low95:.1f} - {high95:.1f} | {where} |"
            )
        counts = [f"{name} {one[0]} and {one[1]} of {one[2]}" for name, one in held.items()]
        total = sum(held.values())
        summary = f"Inside 80 and 95 %: {total[0]} and {total[1]} of {total[2]}"
        parts += ["\n".join(lines), f"{summary} ({', '.join(counts)})."]
    return "\n\n".join([*parts, REASONS])
