"""Teachers who stay, teachers needed, recruitment, and transfers between stages."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from data.contract.stages import STAGES
from data.reference.indicator_norms import retirement_rules
from features.arrays import FloatArray
from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.measured import measured, nothing

STAFF_COLUMNS = [
    "adcode", "county", "stage", "year", "required", "staying", "staying_most", "short",
    "short_least", "moved_in", "moved_out", "recruited",
]  # fmt: skip
LAST_AGE = 64  # an open age group of teachers ends here: nobody is bound to stay longer
SEXES = ("male", "female")
# Teachers of kindergartens hold another certificate and do not move up.
SCHOOL_STAGES = ("primary", "junior", "general_senior")


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


def staying_share(sex: str, low: int, high: int, year: int, later: int) -> float:
    """Return the share of teachers aged ``low`` to ``high`` in ``year`` still in post in ``later``.

    Ages are spread evenly over the group; a teacher leaves at the start of the school year after
    the statutory age is reached. Leaving for other reasons is not counted.
    """
    ages = low + (np.arange((high - low + 1) * 12) + 0.5) / 12
    born = year + 2 / 3 - ages  # 1 September
    return float(np.mean(later + 2 / 3 - born < retirement_age(sex, born)))


def teachers_staying(case: IndicatorCase) -> pd.DataFrame:
    """Return adcode, stage, year, ``staying`` and ``staying_most``: present teachers who stay.

    Where the table does not state the sex, ``staying`` takes the earlier age of women and
    ``staying_most`` that of men; with the sex stated they are equal. Rows without age groups have
    no answer for later years and are left out.
    """
    columns = ["adcode", "stage", "year", "staying", "staying_most"]
    table = case.tables.teachers
    if table is None:
        return pd.DataFrame(columns=columns)
    own = table[table["adcode"].isin(case.counties)]
    own = own[own["year"] == own.groupby(["adcode", "stage"])["year"].transform("max")]
    aged = own[own["age_lower"].astype(float) > 0]
    years = sorted(set(case.seats["year"]))
    rows = [
        (row["adcode"], row["stage"], year, *_stay(row, year))
        for row in aged.to_dict("records")
        for year in years
    ]
    found = pd.DataFrame(rows, columns=columns)
    return found.groupby(columns[:3], sort=False).sum().reset_index()


def _stay(row: dict[Hashable, Any], year: int) -> tuple[float, float]:
    """Return how many teachers of one row stay until ``year``, at least and at most."""
    low, high = int(row["age_lower"]), row["age_upper"]
    high = LAST_AGE if pd.isna(high) else int(high)
    sexes = SEXES if row["sex"] == "all" else (row["sex"],)
    shares = [staying_share(sex, low, max(low, high), int(row["year"]), year) for sex in sexes]
    count = float(row["teachers"])
    return count * min(shares), count * max(shares)


def staff_table(case: IndicatorCase) -> pd.DataFrame:
    """Return the teachers of each county, stage and year.

    Returns
    -------
    adcode, county, stage, year; ``required`` by the staffing norm; ``staying``, ``staying_most``;
    ``short`` (negative: surplus) and ``short_least`` if the later retirement age held;
    ``moved_in`` from the stage before and ``moved_out`` to the stage after (跨学段调配);
    ``recruited``: those to be recruited in that year so that nobody is missing, transfers first
    """
    stay = teachers_staying(case)
    need = case.demand[case.demand["year"] >= case.now]
    need = need[["adcode", "stage", "year", "teachers_required"]].dropna()
    rows = need.merge(stay, on=["adcode", "stage", "year"])
    rows = rows.rename(columns={"teachers_required": "required"}).astype({"required": float})
    rows["short"] = rows["required"] - rows["staying"]
    rows["short_least"] = rows["required"] - rows["staying_most"]
    if rows.empty:
        return pd.DataFrame(columns=STAFF_COLUMNS)
    found = _transfers(rows)
    return found.assign(county=found["adcode"].map(case.counties))[STAFF_COLUMNS]


def _transfers(rows: pd.DataFrame) -> pd.DataFrame:
    """Add transfers from each stage's surplus to the stage that follows it, and recruitment."""
    cells = rows.set_index(["adcode", "stage", "year"])
    short = cells["short"].to_dict()
    moved_in, moved_out = dict.fromkeys(short, 0.0), dict.fromkeys(short, 0.0)
    for adcode, stage, year in short:
        giver = next(one.fed_by for one in STAGES if one.code == stage)
        from_cell = (adcode, giver, year)
        if giver not in SCHOOL_STAGES or from_cell not in short:
            continue
        spare = -short[from_cell] - moved_out[from_cell]
        moved = max(0.0, min(short[adcode, stage, year], spare))
        moved_in[adcode, stage, year] += moved
        moved_out[from_cell] += moved
    cells["moved_in"], cells["moved_out"] = pd.Series(moved_in), pd.Series(moved_out)
    left = (cells["short"] - cells["moved_in"]).clip(lower=0).reset_index(name="left")
    left = left.sort_values("year", kind="stable")
    most = left.groupby(["adcode", "stage"])["left"].cummax()
    before = most.groupby([left["adcode"], left["stage"]]).shift(fill_value=0.0)
    recruited = (most - before).set_axis(
        pd.MultiIndex.from_frame(left[["adcode", "stage", "year"]])
    )
    return cells.assign(recruited=recruited).reset_index()


def pupils_a_teacher(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Pupils per present teacher: all teachers in the table's year, later those who stay."""
    table = case.tables.teachers
    if table is None:
        return nothing()
    own = table[(table["stage"] == stage) & table["adcode"].isin(case.counties)]
    own = own[own["year"] == own.groupby("adcode")["year"].transform("max")]
    posts = own.groupby(["adcode", "year"], sort=False)["teachers"].sum().reset_index()
    pupils = case.demand[case.demand["stage"] == stage][["adcode", "year", "pupils"]]
    stay = teachers_staying(case)
    stay = stay[stay["stage"] == stage].rename(columns={"staying": "teachers"})
    given = set(zip(posts["adcode"], posts["year"], strict=True))
    later = [cell not in given for cell in zip(stay["adcode"], stay["year"], strict=True)]
    both = pd.concat([posts, stay.loc[later, ["adcode", "year", "teachers"]]], ignore_index=True)
    rows = both.merge(pupils, on=["adcode", "year"])
    rows = rows[rows["teachers"] > 0]
    return measured(rows.assign(numerator=rows["pupils"], denominator=rows["teachers"]), "forecast")
