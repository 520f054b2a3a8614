r"""Differences in seats between two scenarios, paired by draw: size, probability and reasons.

Draw k uses the same random numbers in every scenario, so that in each draw

.. math:: d_k = S^B_k - S^A_k

is the effect of the assumptions alone. Its quantiles are far closer together than those of either
scenario, and the share of draws with :math:`d_k > 0` is the probability that B needs more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.arrays import FloatArray
from forecasting.seat_draws import SeatArray, SeatDraws
from forecasting.why import PARTS

KEY = ["scenario", "compared_with", "adcode", "county", "stage", "year"]
MEASURES = ("required", "gap")
FIGURES = ("difference", "difference_lo80", "difference_hi80", "above", "equal")
COMPARISON_COLUMNS = [*KEY, *(f"{m}_{figure}" for m in MEASURES for figure in FIGURES), *PARTS]


@dataclass(frozen=True)
class Contrast:
    """Difference of two scenarios, every field (area, stage, year).

    Parameters
    ----------
    mean, low, high : seats, the mean difference and its 80 % range
    above, equal : share of draws in which the difference is positive, and zero
    """

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    above: FloatArray
    equal: FloatArray

    @property
    def below(self) -> FloatArray:
        """Share of draws in which the difference is negative."""
        return 1 - self.above - self.equal


def contrast(difference: FloatArray) -> Contrast:
    """Return mean, 80 % interval and probabilities of a difference (…, draw), in seats.

    >>> one = contrast(np.array([-10.0, 0.0, 0.0, 30.0]))
    >>> float(one.mean), float(one.above), float(one.equal), float(one.below)
    (5.0, 0.25, 0.5, 0.25)
    """
    low, high = np.percentile(difference, (10, 90), axis=-1)
    return Contrast(
        difference.mean(axis=-1),
        low,
        high,
        (difference > 0).mean(axis=-1),
        (difference == 0).mean(axis=-1),
    )


def comparison_table(
    draws: Mapping[str, SeatDraws],
    differences: pd.DataFrame,
    names: Mapping[str, str],
    city: str | None,
    years: Sequence[int],
) -> pd.DataFrame:
    """Return the rows of ``compare.csv``: each scenario minus the first, the city before counties.

    Parameters
    ----------
    draws : scenario → seats, all with the same labels; the first is the reference
    differences : rows of ``why_scenarios.csv``
    names : adcode → name
    city : adcode of the city if all its counties are included; None otherwise
    years : school years to compare in

    Raises
    ------
    KeyError
        A year outside the forecast.
    """
    first, *others = draws
    labels = draws[first]
    at = [labels.years.index(year) for year in years]
    areas = ((city,) if city else ()) + labels.areas
    index = pd.MultiIndex.from_product(
        [areas, labels.stages, years], names=["adcode", "stage", "year"]
    )
    tables = []
    for other in others:
        required = _difference(draws[other].required, labels.required, at, city)
        available = _difference(draws[other].available, labels.available, at, city)
        found = dict(zip(MEASURES, map(contrast, (required, required - available)), strict=True))
        table = pd.DataFrame(_columns(found), index=index)
        table = table.join(parts_apart(differences, first, other)).reset_index()
        table["county"] = table["adcode"].map(names)
        tables.append(table.assign(scenario=other, compared_with=first))
    return pd.concat(tables, ignore_index=True)[COMPARISON_COLUMNS]


def parts_apart(differences: pd.DataFrame, first: str, other: str) -> pd.DataFrame:
    """Return the difference in required seats by factor: (adcode, stage, year) × ``PARTS``.

    Both scenarios are decomposed against the main scenario and the parts are subtracted. They add
    up to the mean difference; between two scenarios neither of which is the main one, a factor that
    is the same in both may keep a small part.
    """
    key = ["scenario", "adcode", "stage", "year"]
    table = differences.pivot_table("seats", key, "part", observed=True).reindex(columns=PARTS)
    nothing = 0 * table.groupby(level=key[1:]).first()
    decomposed = set(differences["scenario"])
    one, two = (table.loc[name] if name in decomposed else nothing for name in (first, other))
    return two - one


def _difference(other: SeatArray, first: SeatArray, at: list[int], city: str | None) -> FloatArray:
    """Return differences in seats in the years ``at``; the sum over counties comes first."""
    apart = other[:, :, at].astype(np.float64) - first[:, :, at]
    return np.concatenate([apart.sum(axis=0, keepdims=True), apart]) if city else apart


def _columns(found: Mapping[str, Contrast]) -> dict[str, FloatArray]:
    columns: dict[str, FloatArray] = {}
    for measure, one in found.items():
        figures = (one.mean, one.low, one.high, one.above, one.equal)
        columns |= {
            f"{measure}_{name}": figure.ravel()
            for name, figure in zip(FIGURES, figures, strict=True)
        }
    return columns
