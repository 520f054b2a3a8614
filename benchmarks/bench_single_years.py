"""Single years from groups where the single years are known: two tables of errors.

Run ``make bench-single-years``. The peers stand here because the product ships the best alone:
the monotone cubic through the cumulative (Fritsch and Carlson 1980, SIAM J. Numer. Anal. 17) and
the least squares of first differences (Boot, Feibes and Lisman 1967, Appl. Stat. 16).
"""

from collections.abc import Iterator
from importlib.resources import files

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from data.bundle import load_bundle
from data.reference.china_panel import CENSUS_YEARS, county_age_sex
from features.ageing.single_years import split_groups
from features.births.birth_cohorts import SHARE_OF_LATER_YEAR

FIVES = np.arange(0.0, 25.0, 5.0)
YOUNG = FIVES[:3]
YOUNG_AND_INFANTS = np.array([0.0, 1.0, 5.0, 10.0])
BANDS = {f"{low}-{low + 4}": slice(low, low + 5) for low in range(0, 20, 5)} | {"0-19": slice(20)}


def members(edges: np.ndarray) -> np.ndarray:
    width = np.diff(edges).astype(int)
    return np.repeat(np.eye(len(width)), width, axis=1)


def monotone_cubic(groups: np.ndarray, clock: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Split by a cubic through the cumulative against ``clock``: ages, or births cumulated."""
    cumulative = np.concatenate([np.zeros((len(groups), 1)), groups.cumsum(axis=1)], axis=1)
    knots = edges.astype(int)
    return np.array(
        [np.diff(PchipInterpolator(t[knots], c)(t)) for t, c in zip(clock, cumulative, strict=True)]
    )


def least_squares(groups: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Split by the least sum of squared first differences, negative ages cut off."""
    member = members(edges)
    ages, count = member.shape[1], len(member)
    steps = np.diff(np.eye(ages), axis=0)
    system = np.block([[steps.T @ steps, member.T], [member, np.zeros((count, count))]])
    right = np.vstack([np.zeros((ages, count)), np.eye(count)])
    single = np.maximum(groups @ np.linalg.solve(system, right)[:ages].T, 0)
    return single * ((groups / (single @ member.T)) @ member)


def proportional(groups: np.ndarray, births: np.ndarray, edges: np.ndarray) -> np.ndarray:
    member = members(edges)
    return births * ((groups / (births @ member.T)) @ member)


def smooth_methods(groups: np.ndarray, edges: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    clock = np.tile(np.arange(edges[-1] + 1), (len(groups), 1))
    yield "equal parts", proportional(groups, np.ones((len(groups), int(edges[-1]))), edges)
    yield "monotone cubic", monotone_cubic(groups, clock, edges)
    yield "least squares", least_squares(groups, edges)
    yield "composite link", split_groups(groups, edges)


def birth_methods(
    groups: np.ndarray, births: np.ndarray, edges: np.ndarray
) -> Iterator[tuple[str, np.ndarray]]:
    clock = np.concatenate([np.zeros((len(births), 1)), births.cumsum(axis=1)], axis=1)
    yield "in proportion to births", proportional(groups, births, edges)
    yield "monotone cubic over births", monotone_cubic(groups, clock, edges)
    yield "composite link with births", split_groups(groups, edges, births)


def row(name: str, errors: list[float]) -> None:
    print(f"| {name} | " + " | ".join(f"{error:.2f}" for error in errors) + " |")


def by_band(single: np.ndarray, known: np.ndarray) -> list[float]:
    """Return the weighted absolute percentage error of single ages, by band."""
    ages = single.shape[1]
    wanted = [band for band in BANDS.values() if band.stop <= ages]
    return [100 * abs(single[:, b] - known[:, b]).sum() / known[:, b].sum() for b in wanted]


def american_states() -> None:
    folder = files("data").joinpath("reference", "benchmark")
    ages = pd.read_parquet(folder / "us_states_ages.parquet")
    births = pd.read_parquet(folder / "us_states_births.parquet")
    known = ages.pivot_table(index=["area_id", "year"], columns="age", values="persons")[range(20)]
    for first, last in ((2000, 2009), (2010, 2010), (2011, 2019)):
        part = known.loc[known.index.get_level_values("year").isin(range(first, last + 1))]
        print(f"\n| {first}-{last}, {len(part)} state-years | " + " | ".join(BANDS) + " |")
        print("|---|" + "---:|" * len(BANDS))
        single = part.to_numpy(dtype=float)
        for name, split in smooth_methods(single @ members(FIVES).T, FIVES):
            row(name, by_band(split, single))
    series = births.pivot_table(index="area_id", columns="year", values="births")
    single = known.xs(2019, level="year").to_numpy(dtype=float)
    # Counted on 1 July: half of those aged x were born in the year x before, half a year earlier.
    cohort = np.stack([(series[2019 - a] + series[2018 - a]) / 2 for a in range(10)], axis=1)
    for edges, title in ((YOUNG, "0-4 and 5-9"), (YOUNG_AND_INFANTS, "0, 1-4 and 5-9")):
        print(f"\n| 2019, 51 states, from {title} | 0-4 | 5-9 |\n|---|---:|---:|")
        groups = single[:, :10] @ members(edges).T
        upper = single @ members(FIVES).T[:, 2:]
        groups_to_top, to_twenty = np.hstack([groups, upper]), np.append(edges, FIVES[3:])
        for name, split in smooth_methods(groups_to_top, to_twenty):
            row(name, by_band(split[:, :10], single[:, :10]))
        for name, split in birth_methods(groups, cohort, edges):
            row(name, by_band(split, single[:, :10]))


def chinese_infants() -> None:
    above = load_bundle(None).context.births_above
    births = above[above["adcode"] == "000000"].set_index("year")["births"].astype(float)
    for year in CENSUS_YEARS:
        panel = county_age_sex(year)
        counts = panel.pivot_table("persons", "adcode", "age_lower", aggfunc="sum")
        infants = counts[0].to_numpy(dtype=float)
        groups = np.stack([counts[0] + counts[1], *(counts[a] for a in (5, 10, 15))], axis=1)
        cohort = np.array(
            [
                SHARE_OF_LATER_YEAR * births[year - age]
                + (1 - SHARE_OF_LATER_YEAR) * births[year - age - 1]
                for age in range(10)
            ]
        )
        births_here = np.tile(cohort, (len(groups), 1))
        print(f"\n| {year}, age 0 of {len(groups)} counties from 0-4 | error | bias |")
        print("|---|---:|---:|")
        for name, split in [
            *smooth_methods(groups, FIVES),
            *birth_methods(groups[:, :2], births_here, YOUNG),
        ]:
            error = 100 * abs(split[:, 0] - infants).sum() / infants.sum()
            row(name, [error, 100 * (split[:, 0].sum() / infants.sum() - 1)])


if __name__ == "__main__":
    american_states()
    chinese_infants()
