"""``xuewei population``: projection of school-age population from one census."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from data.area_files import read_attributes, read_census, read_county_births
from data.checks.enrolment_notices import outlier_notices
from data.checks.outliers import outliers
from data.findings import Findings
from data.language import Language, Text
from data.problems import DataError, DataProblem
from experiments.results.csv_file import write_atomically
from features.arrays import Births, FloatArray
from features.births.newborn import persons_aged_zero
from features.migration.learned_change import LearnedChange, learn_change
from features.projection.census_only import AGES, resident_population

DRAWS = 1000
BLOCK = 16
QUANTILES = {"lo80": 0.1, "hi80": 0.9, "lo95": 0.025, "hi95": 0.975}


def run(
    census: Path,
    attributes: Path | None,
    births: Path | None,
    years: tuple[int, int],
    out: Path,
    seed: int,
    language: Language,
) -> None:
    """Write ``adcode,year,age,mean,lo80,hi80,lo95,hi95`` for each year after the census.

    Raises
    ------
    DataError : files that cannot be used, or years that do not follow the census
    """
    origin, until = years
    if until <= origin:
        expected = Text(f"晚于 {origin} 的年份", f"a year after {origin}")
        how_to_fix = Text("请加大 --to", "choose a later --to")
        raise DataError([DataProblem("--to", expected, how_to_fix, value=str(until))])
    findings = Findings()
    table = read_census(census, origin, findings)
    codes = table["adcode"].unique()
    known = read_attributes(attributes, origin, findings, codes) if attributes else None
    given = read_county_births(births, findings, codes) if births else None
    change = learn_change(table, known, DRAWS, seed)
    tables = (
        _summary(block, resident_population(block, until - origin, newborn), origin)
        for block, newborn in _blocks(change, given, range(origin + 1, until + 1))
    )
    write_atomically(tables, out)
    counties = len(change.groups)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    if births is not None and given is not None:
        for notice in outlier_notices(given, ["adcode"], "births", births.name, closing=False):
            console.print(notice.line(language))
    done = Text(
        f"已写出 {counties} 个区县 {origin + 1}-{until} 年 0-19 岁人口：{out}",
        f"wrote ages 0-19 of {counties} counties, {origin + 1}-{until}: {out}",
    )
    for notice in findings.notices:
        console.print(notice.line(language))
    console.print(done.within(language))


def _blocks(
    change: LearnedChange, births: pd.DataFrame | None, years: range
) -> Iterator[tuple[LearnedChange, FloatArray | None]]:
    """Yield blocks of counties, so that memory does not grow with their number."""
    table = None if births is None else _births_table(births)
    for first in range(0, len(change.groups), BLOCK):
        part = slice(first, first + BLOCK)
        block = replace(
            change,
            groups=change.groups.iloc[part],
            draws=change.draws[part],
        )
        areas = tuple(block.groups.index)
        yield block, None if table is None else persons_aged_zero(table, areas, years)


def _births_table(births: pd.DataFrame) -> Births:
    wide = births.pivot_table(index="adcode", columns="year", values="births")
    values = wide.to_numpy(dtype=float)
    values = np.where(outliers(values, closing=False), np.nan, values)
    years = tuple(int(year) for year in wide.columns)
    return Births(tuple(wide.index), years, values[:, :, None], ~np.isnan(values))


def _summary(change: LearnedChange, persons: FloatArray, origin: int) -> pd.DataFrame:
    """Return one row per county, year and age with mean and interval limits."""
    later = persons[:, 1:]
    areas, years = change.groups.index, range(origin + 1, origin + 1 + later.shape[1])
    index = pd.MultiIndex.from_product([areas, years, AGES], names=["adcode", "year", "age"])
    limits = np.quantile(later, list(QUANTILES.values()), axis=-1)
    columns = {"mean": later.mean(axis=-1).ravel()}
    columns |= {name: limit.ravel() for name, limit in zip(QUANTILES, limits, strict=True)}
    return pd.DataFrame(columns, index=index).reset_index()
