"""Which of the present teachers are still in post in later years: statutory retirement ages."""

from collections.abc import Collection, Hashable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from data.reference.indicator_norms import retirement_rules
from features.arrays import FloatArray

COLUMNS = ["adcode", "stage", "year", "staying", "staying_most"]
LAST_AGE = 64  # an open age group of teachers ends here: nobody is bound to stay longer
SEXES = ("male", "female")


def retirement_age(sex: str, born: FloatArray) -> FloatArray:
    """Return the statutory retirement age of people born at ``born``, years with a fraction.

    The age rises by one month for every ``months_born_a_step`` months of birth from the first year
    of birth on, up to the age after the reform.

    >>> retirement_age("male", np.array([1960.0, 1965.0, 1970.0, 1980.0])).round(3)
    array([60.   , 60.083, 61.333, 63.   ])
    """
    rule = retirement_rules().set_index("sex").loc[sex]
    months = np.floor((born - rule["first_birth_year"]) * 12 + 1e-6)
    steps = np.floor(months / rule["months_born_a_step"]) + 1
    later = np.where(months < 0, 0.0, np.minimum(steps, rule["most_months_later"]))
    return np.asarray(rule["age_before"] + later / 12, dtype=float)


@cache
def staying_share(sex: str, low: int, high: int, year: int, later: int) -> float:
    """Return the share of teachers aged ``low`` to ``high`` in ``year`` still in post in ``later``.

    Ages are spread evenly over the group; a teacher leaves at the start of the school year after
    the statutory age is reached. Leaving for other reasons is not counted.
    """
    ages = low + (np.arange((high - low + 1) * 12) + 0.5) / 12
    born = year + 2 / 3 - ages  # 1 September
    return float(np.mean(later + 2 / 3 - born < retirement_age(sex, born)))


def teachers_staying(
    teachers: pd.DataFrame | None, counties: Collection[str], years: Sequence[int]
) -> pd.DataFrame:
    """Return the present teachers who stay, by county, stage and year, in the columns ``COLUMNS``.

    The latest year of each county and stage counts; in that year all of its teachers are in post.
    Where the table does not state the sex, ``staying`` takes the earlier age of women and
    ``staying_most`` that of men; with the sex stated they are equal. Without age groups nothing is
    known of later years.

    Parameters
    ----------
    teachers : table ``teachers``
    counties : adcodes
    years : school years
    """
    if teachers is None:
        return pd.DataFrame(columns=COLUMNS)
    cell = ["adcode", "stage"]
    own = teachers[teachers["adcode"].isin(counties)]
    own = own[own["year"] == own.groupby(cell)["year"].transform("max")]
    aged = (own["age_lower"].astype(float) > 0).groupby([own[one] for one in cell]).transform("all")
    rows = [
        (row["adcode"], row["stage"], year, *_stay(row, year))
        for row, known in zip(own.to_dict("records"), aged, strict=True)
        for year in years
        if year == row["year"] or (known and year > row["year"])
    ]
    found = pd.DataFrame(rows, columns=COLUMNS)
    return found.groupby(COLUMNS[:3], sort=False).sum().reset_index()


def _stay(row: dict[Hashable, Any], year: int) -> tuple[float, float]:
    """Return how many teachers of one row stay until ``year``, at least and at most."""
    count, given = float(row["teachers"]), int(row["year"])
    if year == given:
        return count, count
    low, high = int(row["age_lower"]), row["age_upper"]
    high = max(low, LAST_AGE if pd.isna(high) else int(high))
    sexes = SEXES if row["sex"] == "all" else (row["sex"],)
    shares = [staying_share(sex, low, high, given, year) for sex in sexes]
    return count * min(shares), count * max(shares)
