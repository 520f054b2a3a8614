r"""Two forecasts of the same areas made at different times: what moved, and through which factors.

The seats required in a year, less those of the base year, are the sum of the factors of ``why``.
Subtracting the two forecasts gives

.. math:: S'_y - S_y = (S'_0 - S_0) + \sum_p (p'_y - p_y)

with :math:`p` the factors since the base year. The first term, ``start``, is the change of the base
year itself: its count, or the norms and rounding. Draws of two forecasts are not paired, so there
is no interval of the difference; a figure has clearly moved if it leaves the earlier 80 % interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data.contract.bases import PupilsBasis
from forecasting.why import PARTS

AREA = ["adcode", "county", "stage"]
KEY = ["adcode", "stage", "year"]
FIGURES = ["pupils", "seats_required", "seats_required_lo80", "seats_required_hi80", "gap", "rung"]


@dataclass(frozen=True)
class Vintage:
    """Main scenario of one forecast.

    Parameters
    ----------
    demand : its rows of ``demand.csv``
    changes : its rows of ``why.csv``
    """

    demand: pd.DataFrame
    changes: pd.DataFrame


def vintage_table(before: Vintage, after: Vintage, years: Sequence[int]) -> pd.DataFrame:
    """Return what both forecasts say, one row per area × stage × year known to both.

    Parameters
    ----------
    before, after : the earlier and the present forecast
    years : school years to compare

    Returns
    -------
    adcode, county, stage, year; the figures of the present forecast and, with ``_before``, those of
    the earlier one; ``moved``, seats required now less before; ``outside``, whether they lie
    outside the earlier 80 % interval; ``start`` and the factors, which add up to ``moved``.
    """
    now, then = (
        one.demand[one.demand["year"].isin(years)].set_index(KEY) for one in (after, before)
    )
    table = now[["county", *FIGURES]].join(then[FIGURES], suffixes=("", "_before"), how="inner")
    required = table["seats_required"]
    moved = required - table["seats_required_before"]
    outside = ~required.between(
        table["seats_required_lo80_before"], table["seats_required_hi80_before"]
    )
    parts = (factors_since_base(after.changes) - factors_since_base(before.changes)).reindex(
        table.index, fill_value=0.0
    )
    table = table.assign(moved=moved, outside=outside, start=moved - parts.sum(axis=1))
    return table.join(parts).reset_index()


def factors_since_base(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the factors of seats required since the base year: (adcode, stage, year) × ``PARTS``.

    ``why.csv`` has them from the base year to the present, and from there to each later year.
    """
    key = ["adcode", "stage", "from_year", "to_year"]
    wide = changes.pivot_table("seats", key, "part", aggfunc="sum", observed=True)
    wide = wide.reindex(columns=list(PARTS)).fillna(0.0).reset_index()
    first = wide["from_year"] == wide["from_year"].min()
    past = wide[first].rename(columns={"to_year": "year"}).set_index(KEY)[list(PARTS)]
    later = wide[~first].rename(columns={"to_year": "year"}).set_index(KEY)[list(PARTS)]
    until_now = past.droplevel("year").reindex(later.index.droplevel("year"))
    return pd.concat([past, later + until_now.to_numpy()])


def observed_since(before: Vintage, after: Vintage) -> pd.DataFrame:
    """Return pupils counted since the earlier forecast next to what it had expected.

    Returns
    -------
    adcode, county, stage, year, pupils, pupils_before, pupils_lo80_before, pupils_hi80_before,
    inside (whether the count lies in the earlier 80 % interval).
    """
    estimated = before.demand["pupils_basis"] != PupilsBasis.OBSERVED
    counted = after.demand["pupils_basis"] == PupilsBasis.OBSERVED
    columns = ["pupils", "pupils_lo80", "pupils_hi80"]
    then = before.demand[estimated].set_index(KEY)[columns].add_suffix("_before")
    table = after.demand[counted].set_index(KEY)[["county", "pupils"]].join(then, how="inner")
    inside = table["pupils"].between(table["pupils_lo80_before"], table["pupils_hi80_before"])
    return table.assign(inside=inside).reset_index()
