"""The census from which a forecast starts, in the groups of the bundled panel."""

from functools import cache

import numpy as np
import pandas as pd

from data.language import Text
from data.problems import DataError, DataProblem
from data.reference.china_panel import (
    ATTRIBUTE_COLUMNS,
    CENSUS_YEARS,
    county_age_sex,
    county_attributes,
    nearest_census,
)
from features.ageing.census_table import GROUPS

SEXES = {"male": "M", "female": "F"}  # a row of both becomes one of each
OLDEST = 120
YEARS_BETWEEN = 10


def jump_off_year(population: pd.DataFrame, areas: tuple[str, ...]) -> int:
    """Return the latest year in which every area has its children by age group.

    Parameters
    ----------
    population : ``adcode, year, sex, age_lower, age_upper, persons``
    areas : adcodes

    Raises
    ------
    DataError
        No year has all areas; the areas that the latest year lacks are named.
    """
    children = population[population["age_lower"] < 20]
    held = children.groupby("year")["adcode"].agg(set)
    complete = [year for year, adcodes in held.items() if adcodes.issuperset(areas)]
    if complete:
        return int(max(complete))
    latest = int(held.index.max())
    lacking = "、".join(sorted(set(areas) - held[latest]))
    expected = Text(
        f"同一年份所有县区的分年龄人口（{latest}年缺 {lacking}）",
        f"population by age of every county in one year ({latest} lacks {lacking})",
    )
    how_to_fix = Text("补齐这些县区，或从 areas 表中删去", "add them, or take them out of areas")
    raise DataError([DataProblem("population", expected, how_to_fix, column="adcode")])


def panel_censuses(population: pd.DataFrame, year: int, areas: tuple[str, ...]) -> pd.DataFrame:
    """Return the census of ``year`` and, if it has every area, that of ten years before."""
    earlier = year - YEARS_BETWEEN
    held = set(population.loc[population["year"] == earlier, "adcode"])
    years = (earlier, year) if held.issuperset(areas) else (year,)
    return pd.concat([panel_census(population, one, areas) for one in years], ignore_index=True)


def panel_census(population: pd.DataFrame, year: int, areas: tuple[str, ...]) -> pd.DataFrame:
    """Return one census as ``adcode, year, sex (M/F), age_lower, age_upper, persons``.

    Groups that cross the panel's (0-4, 5-9 … 85+), and tables without sex, are divided in
    proportion to the national census nearest in time; groups inside the panel's stay as they are.
    """
    table = population[(population["year"] == year) & population["adcode"].isin(areas)].copy()
    table["age_upper"] = table["age_upper"].astype("Float64").fillna(OLDEST).astype(int)
    table["row"] = np.arange(len(table))
    both = table["sex"] == "all"
    sexed = table.assign(to=table["sex"].map(SEXES))
    if both.any():
        halves = [table[both].assign(to=sex) for sex in SEXES.values()]
        sexed = pd.concat([sexed[~both], *halves])
    group = np.minimum(sexed["age_lower"] // 5 * 5, GROUPS[-1])
    inside = (sexed["sex"] != "all") & ((sexed["age_upper"] <= group + 4) | (group == GROUPS[-1]))
    divided = sexed if inside.all() else _cut_to_groups(sexed, nearest_census(year))
    return (
        divided.assign(sex=divided["to"])[
            ["adcode", "year", "sex", "age_lower", "age_upper", "persons"]
        ]
        .astype({"persons": float})
        .sort_values(["adcode", "sex", "age_lower"], ignore_index=True)
    )


def _cut_to_groups(sexed: pd.DataFrame, census: int) -> pd.DataFrame:
    """Return the rows divided by sex and by the panel's age groups."""
    national = _national_profile(census)
    divided = pd.concat([_cut(sexed, group) for group in GROUPS])
    divided["weight"] = [
        national.loc[sex, lower : min(upper, OLDEST)].sum()
        for sex, lower, upper in zip(
            divided["to"], divided["age_lower"], divided["age_upper"], strict=True
        )
    ]
    share = divided["weight"] / divided.groupby("row")["weight"].transform("sum")
    return divided.assign(persons=divided["persons"] * share)


def has_attributes(year: int, areas: tuple[str, ...]) -> bool:
    """Return whether the census of ``year`` has attributes of any of ``areas``."""
    return year in CENSUS_YEARS and not _codes_with_attributes(year).isdisjoint(areas)


@cache
def _codes_with_attributes(year: int) -> frozenset[str]:
    return frozenset(county_attributes(year)["adcode"])


def known_attributes(year: int, areas: tuple[str, ...]) -> pd.DataFrame | None:
    """Return the census attributes of ``areas`` in ``year``, None where there are none."""
    if year not in CENSUS_YEARS:
        return None
    table = county_attributes(year)
    known = table.loc[table["adcode"].isin(areas), ["adcode", *ATTRIBUTE_COLUMNS]]
    return known.dropna(axis=1, how="all") if len(known) else None


def _cut(table: pd.DataFrame, group: int) -> pd.DataFrame:
    """Return the parts of the rows of ``table`` that lie in one of the panel's age groups."""
    top = OLDEST if group == max(GROUPS) else group + 4
    inside = table[(table["age_lower"] <= top) & (table["age_upper"] >= group)].copy()
    inside["age_lower"] = inside["age_lower"].clip(lower=group)
    inside["age_upper"] = inside["age_upper"].clip(upper=top)
    return inside


@cache
def _national_profile(year: int) -> pd.DataFrame:
    """Return persons of the panel by sex (row) and single age (column), even within a group."""
    panel = county_age_sex(year)
    top = panel["age_upper"].fillna(OLDEST).astype(int)
    totals = panel.assign(top=top).groupby(["sex", "age_lower", "top"])["persons"].sum()
    profile = pd.DataFrame(0.0, index=["M", "F"], columns=range(OLDEST + 1))
    for (sex, low, high), persons in totals.items():
        profile.loc[sex, low:high] = persons / (high - low + 1)
    return profile
