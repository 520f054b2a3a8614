"""Figures far from the neighbouring years: a typing error, another unit, other borders.

In the bundled histories no area grew or shrank threefold within a year (10,663 area-years of US
states, New York's counties and districts), and of 124,000 grades of 20 pupils or more 20 did, six
of them by closing; ``docs/reliability.md`` has what a guard gains and costs.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

FACTOR = 4.0
FEWEST = 20  # persons in the year before; fewer jump by chance
HALF = 0.5  # person, so that nobody has a logarithm

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def outliers(counts: FloatArray, *, closing: bool) -> BoolArray:
    """Return (row, year) True where a count is ``FACTOR`` times off its neighbours.

    The last one has one neighbour. A level that changed for good is no outlier once a second year
    shows it.

    Parameters
    ----------
    counts : (row, year) persons, NaN where not known
    closing : True if a last count of 0 means that nobody comes any more
    """
    logs = np.log(np.maximum(counts, HALF))
    up, down = logs - _before(logs), logs - _before(logs[:, ::-1])[:, ::-1]
    both = np.minimum(np.abs(up), np.abs(down)) > np.log(FACTOR)
    inside = both & (np.sign(up) == np.sign(down)) & (logs - up >= np.log(FEWEST))
    rest = np.where(inside, np.nan, logs)
    change = rest - _before(rest)
    last = np.isfinite(logs) & np.isnan(down) & ((counts > 0) | (not closing))
    far = (np.abs(change) > np.log(FACTOR)) & (rest - change >= np.log(FEWEST))
    return np.asarray(inside | (last & far))


def factors(counts: FloatArray) -> FloatArray:
    """Return (row, year) how many times larger or smaller a count is than the one before it."""
    logs = np.log(np.maximum(counts, HALF))
    return np.exp(np.abs(logs - _before(logs)))


def outlying(table: pd.DataFrame, row: Sequence[str], value: str, *, closing: bool) -> pd.Series:
    """Return how many times off each outlier of a long table is, indexed as its rows are.

    Parameters
    ----------
    table : year, ``row`` columns that identify a series, and ``value``
    """
    if table["year"].nunique() < 2:  # nothing to compare with
        return table["year"].iloc[:0].astype(float).rename("off")
    keys = [*row, "year"]
    wide = table.pivot_table(index=list(row), columns="year", values=value, dropna=False)
    counts = wide.to_numpy(dtype=float)
    off = np.where(outliers(counts, closing=closing), factors(counts), np.nan)
    long = pd.DataFrame(off, wide.index, wide.columns).melt(ignore_index=False, value_name="off")
    return table[keys].join(long.set_index("year", append=True), on=keys)["off"].dropna()


def _before(values: FloatArray) -> FloatArray:
    """Return (row, year) the latest value known before each year, NaN where there is none."""
    known = np.isfinite(values)
    latest = np.maximum.accumulate(np.where(known, np.arange(values.shape[1]), -1), axis=1)
    earlier = np.pad(latest, ((0, 0), (1, 0)), constant_values=-1)[:, :-1]
    found = np.take_along_axis(values, np.maximum(earlier, 0), axis=1)
    return np.where(earlier >= 0, found, np.nan)
