"""Indicators of 优质均衡: schools of compulsory education, and migrant children."""

import numpy as np
import pandas as pd

from data.contract.bases import SEATS_STATED
from data.contract.indicator_codes import COMPULSORY
from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.measures.measured import by_county, carried, counted, measured, meets
from forecasting.indicators.measures.preschool import owners_share
from forecasting.indicators.school_years import OBSERVED, school_years

SEVERAL_STAGES = ("nine_year", "twelve_year")


def mean_class_size(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Pupils per present class of the county: pupils × class size / seats, where seats are stated.

    With the plan the classes are those that it leaves.
    """
    rows = case.cells(stage)
    rows = rows[(rows["supply_basis"] == SEATS_STATED) & (rows["seats_available"] > 0)]
    size = case.class_size[stage]
    return measured(
        rows.assign(
            numerator=rows["pupils"],
            denominator=rows["seats_available"] / size,
            plan_numerator=rows["pupils"].where(rows["seats_plan"].notna()),
            plan_denominator=(rows["seats_plan"] / size).where(rows["seats_plan"] > 0),
        ),
        "forecast",
    )


def class_size(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Schools whose classes are within the norm: the largest class where stated, else the mean."""
    norm = case.norms["class_size", stage]
    rows = school_years(case, stage)
    classes = rows["classes"].astype(float).where(rows["classes"] > 0)
    largest = rows["largest_class"].astype(float).where(rows["basis"] == OBSERVED)
    size = largest.fillna(rows["pupils"] / classes)
    planned = rows["plan_pupils"].where(rows["plan_pupils"] > 0) / classes
    planned = largest.where(rows["plan_pupils"].notna()).fillna(planned)
    limit = norm.threshold, norm.sense
    return counted(rows, meets(size, *limit), meets(planned, *limit))


def school_size(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Schools with at most as many pupils as the norm allows, schools of several stages apart."""
    code = "senior_school_size" if stage == "general_senior" else "school_size"
    norm = case.norms[code, stage]
    rows = school_years(case, stage)
    rows = rows[~rows["kind"].isin(SEVERAL_STAGES)]
    planned = rows["plan_pupils"].where(rows["plan_pupils"] > 0)
    limit = norm.threshold, norm.sense
    return counted(rows, meets(rows["pupils"], *limit), meets(planned, *limit))


def nine_year_size(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Schools of nine or twelve years whose pupils of compulsory education are within the norm."""
    norm = case.norms["nine_year_size", stage]
    both = pd.concat([school_years(case, one) for one in COMPULSORY], ignore_index=True)
    both = both[both["kind"].isin(SEVERAL_STAGES)]
    keys = ["id", "adcode", "year"]
    groups = both.groupby(keys, sort=False)
    rows = groups.agg(pupils=("pupils", "sum"), basis=("basis", "first")).reset_index()
    planned = groups["plan_pupils"].sum(min_count=1).to_numpy(dtype=float)
    rows["plan_pupils"] = np.where(planned > 0, planned, np.nan)
    limit = norm.threshold, norm.sense
    return counted(rows, meets(rows["pupils"], *limit), meets(rows["plan_pupils"], *limit))


def teaching_area(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Schools with enough teaching rooms per pupil."""
    return _enough(case, stage, "teaching")


def sports_area(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Schools with enough sports ground per pupil."""
    return _enough(case, stage, "sports")


def teaching_area_cv(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Coefficient of variation between schools of teaching rooms per pupil."""
    return _variation(case, stage, "teaching")


def sports_area_cv(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Coefficient of variation between schools of sports ground per pupil."""
    return _variation(case, stage, "sports")


def migrants_public(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Migrant children in public schools or at places that the state pays for, of all of them.

    In later years both are the same share of the pupils as last reported.
    """
    given = case.latest("migrants_public", COMPULSORY, of="migrants")
    if case.schools is not None:
        own = case.schools[case.schools["stage"].isin(COMPULSORY)].dropna(subset=["migrants"])
        public = own["ownership"] == "public"
        given = by_county(given, owners_share(case, own, own["migrants"], public))
    return carried(given, case.pupils(COMPULSORY))


def _assessed(case: IndicatorCase, stage: str, kind: str) -> pd.DataFrame:
    """Return schools with a stated area; teaching points with few pupils are not assessed."""
    rows = school_years(case, stage).dropna(subset=f"{kind}_m2")
    least = case.figure("small_point_left_out", "compulsory")
    small = (rows["kind"] == "teaching_point") & (rows["pupils"] < least)
    return rows[~small & (rows["pupils"] > 0)]


def _enough(case: IndicatorCase, stage: str, kind: str) -> pd.DataFrame:
    norm = case.norms[f"{kind}_area", stage]
    rows = _assessed(case, stage, kind)
    area = rows[f"{kind}_m2"].astype(float)
    planned = rows["plan_pupils"].where(rows["plan_pupils"] > 0)
    limit = norm.threshold, norm.sense
    return counted(rows, meets(area / rows["pupils"], *limit), meets(area / planned, *limit))


def _variation(case: IndicatorCase, stage: str, kind: str) -> pd.DataFrame:
    """Return standard deviation and mean of area per pupil, both weighted by pupils."""
    rows = _assessed(case, stage, kind)
    found = []
    for (adcode, year), own in rows.groupby(["adcode", "year"], sort=False):
        area = own[f"{kind}_m2"].astype(float)
        before = spread_and_mean(area, own["pupils"])
        planned = own["plan_pupils"].where(own["plan_pupils"] > 0).dropna()
        after = spread_and_mean(area[planned.index], planned) if len(planned) else (np.nan, np.nan)
        found.append((adcode, year, *before, *after, own["basis"].iloc[0]))
    columns = ["adcode", "year", "numerator", "denominator", "plan_numerator", "plan_denominator"]
    return measured(pd.DataFrame(found, columns=[*columns, "basis"]))


def spread_and_mean(area: "pd.Series[float]", pupils: "pd.Series[float]") -> tuple[float, float]:
    """Return the standard deviation of area per pupil between schools, and its mean.

    Both are weighted by pupils; their ratio is the coefficient of variation (差异系数).

    >>> spread, mean = spread_and_mean(pd.Series([600.0, 400.0]), pd.Series([100.0, 100.0]))
    >>> spread, mean
    (1.0, 5.0)
    """
    weight = pupils.to_numpy(dtype=float)
    each = area.to_numpy(dtype=float) / weight
    mean = float(area.sum() / weight.sum())
    return float(np.sqrt((weight / weight.sum()) @ (each - mean) ** 2)), mean
