"""学位预警 by stage: near and long, the peak, and the nation's peak as a check."""

import pandas as pd

from data.contract.bases import SEATS_STATED
from data.contract.stages import STAGE_CODES
from forecasting.demand import NO_WARNING, warning_level
from forecasting.indicators.case import IndicatorCase

COLUMNS = [
    "adcode", "county", "stage", "near_level", "near_year", "near_short", "long_level",
    "long_year", "long_short", "near_level_plan", "long_level_plan", "peak_year", "peak_pupils",
    "national_peak_year", "years_after_nation", "supply_basis",
]  # fmt: skip


def warning_table(case: IndicatorCase) -> pd.DataFrame:
    """Return one row per county and stage.

    ``near`` is the present year and the years of ``warning_near_years`` after it, ``long`` all
    until ``warning_long_year``. The level is that of the highest probability of a shortage,
    ``…_year`` its year and ``…_short`` the mean seats short in it; empty where the present seats
    are not stated. ``…_level_plan`` is that of the last year, with the plan: what is decided now
    opens years later. The peak is of all years from the first of the forecast on.
    """
    near = case.now + int(case.figure("warning_near_years", "all"))
    long = int(case.figure("warning_long_year", "all"))
    rows = [
        {
            "adcode": code, "county": name, "stage": stage,
            **_worst(case.cells(stage), code, near, "near"),
            **_worst(case.cells(stage), code, long, "long"),
            **_peak(case, code, stage),
        }
        for code, name in case.counties.items()
        for stage in STAGE_CODES
        if stage in set(case.demand["stage"])
    ]  # fmt: skip
    return pd.DataFrame(rows)[COLUMNS]


def _worst(cells: pd.DataFrame, adcode: str, until: int, prefix: str) -> dict[str, object]:
    """Return the highest probability of a shortage until a year, and that with the plan."""
    own = cells[(cells["adcode"] == adcode) & (cells["year"] <= until)]
    stated = own["supply_basis"].eq(SEATS_STATED).all()
    empty: dict[str, object] = {
        f"{prefix}_level": NO_WARNING,
        f"{prefix}_year": None,
        f"{prefix}_short": None,
    }
    empty |= {f"{prefix}_level_plan": NO_WARNING}
    if own.empty or not stated:
        return empty
    worst = own.loc[own["shortage_probability"].idxmax()]
    planned = own.loc[own["year"].idxmax(), "shortage_plan"]
    return {
        f"{prefix}_level": str(warning_level(float(worst["shortage_probability"]))),
        f"{prefix}_year": int(worst["year"]),
        f"{prefix}_short": max(0.0, float(worst["seats_required"] - worst["seats_available"])),
        f"{prefix}_level_plan": NO_WARNING
        if pd.isna(planned)
        else str(warning_level(float(planned))),
    }


def _peak(case: IndicatorCase, adcode: str, stage: str) -> dict[str, object]:
    demand = case.demand
    own = demand[(demand["adcode"] == adcode) & (demand["stage"] == stage)]
    top = own.loc[own["pupils"].astype(float).idxmax()]
    nation = case.norms.get(("national_peak_year", stage))
    year = int(nation.threshold) if nation else None
    return {
        "peak_year": int(top["year"]),
        "peak_pupils": float(top["pupils"]),
        "national_peak_year": year,
        "years_after_nation": None if year is None else int(top["year"]) - year,
        "supply_basis": str(top["supply_basis"]),
    }
