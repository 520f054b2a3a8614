"""How oversize classes of general senior schools can be removed, and what relaxing them saves."""

import numpy as np
import pandas as pd

from data.contract.bases import SEATS_STATED
from forecasting.indicators.case import IndicatorCase

STAGE = "general_senior"
COLUMNS = [
    "adcode", "county", "year", "pupils", "classes", "classes_plan", "mean_size", "classes_norm",
    "short_norm", "short_norm_plan", "classes_relaxed", "short_relaxed", "short_relaxed_plan",
    "peak_year",
]  # fmt: skip


def class_path(case: IndicatorCase) -> pd.DataFrame:
    """Return the classes that senior schools have and need, county by county and year by year.

    ``classes_norm`` holds every year at the norm of 50. ``classes_relaxed`` is the scenario in
    which classes may have 55 pupils, the limit of the entry grade, through the peak of the county's
    pupils, and the norm after it. ``short_…`` are the classes missing, 0 where there are enough;
    ``…_plan`` with the classes of the plan. Only where present seats are stated.
    """
    rows = case.cells(STAGE)
    rows = rows[rows["supply_basis"] == SEATS_STATED]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    norm, relaxed = case.class_size[STAGE], case.figure("entry_class_size", STAGE)
    pupils = rows["pupils"].astype(float)
    top = pupils.groupby(rows["adcode"]).idxmax()
    peak = rows["adcode"].map(dict(zip(top.index, rows.loc[top, "year"], strict=True)))
    size = np.where(rows["year"] <= peak, relaxed, norm)
    has, planned = rows["seats_available"] / norm, rows["seats_plan"] / norm
    table = rows.assign(
        county=rows["adcode"].map(case.names), pupils=pupils, classes=has, classes_plan=planned,
        mean_size=pupils / has.where(has > 0), classes_norm=np.ceil(pupils / norm - 1e-9),
        classes_relaxed=np.ceil(pupils / size - 1e-9), peak_year=peak,
    )  # fmt: skip
    for name in ("norm", "relaxed"):
        need = table[f"classes_{name}"]
        table[f"short_{name}"] = (need - has).clip(lower=0)
        table[f"short_{name}_plan"] = (need - planned).clip(lower=0)
    return table[COLUMNS].reset_index(drop=True)
