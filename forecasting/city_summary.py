"""Summary of the city by scenario and stage: present, peak, seats by year, counties short."""

from collections.abc import Sequence

import pandas as pd

from forecasting.headline import lead_area, total_area
from forecasting.idle import SHORT

KEYS = ["scenario", "stage"]
FIGURES = ("gap", "gap_lo80", "gap_hi80", "shortage_probability")


def city_summary(ordered: pd.DataFrame, now: int, years: Sequence[int]) -> pd.DataFrame:
    """Return one row per scenario and stage of the city, with the number of counties short.

    Parameters
    ----------
    ordered : demand table in reading order
    now : school year that counts as the present
    years : future school years to show
    """
    lead = lead_area(ordered)
    ahead = lead[lead["year"] >= now]
    peak = ahead.loc[ahead.groupby(KEYS, sort=False)["pupils"].idxmax()].set_index(KEYS)
    present = ahead[ahead["year"] == now].set_index(KEYS)
    table = pd.DataFrame(
        {
            "adcode": peak["adcode"],
            "pupils": present["pupils"],
            "peak_year": peak["year"],
            "peak_pupils": peak["pupils"],
            "seats_available": present["seats_available"],
        }
    )
    counties = ordered[ordered["adcode"] != total_area(ordered["adcode"])]
    likely = counties[counties["shortage_probability"] >= SHORT]
    for year in years:
        then = lead[lead["year"] == year].set_index(KEYS)
        table[f"required_{year}"] = then["seats_required"]
        for figure in ("gap", "gap_lo80", "gap_hi80", "shortage_probability"):
            table[f"{figure}_{year}"] = then[figure]
        count = likely[likely["year"] == year].groupby(KEYS).size()
        table[f"counties_{year}"] = count.reindex(table.index, fill_value=0)
    return table.reset_index()
