"""Data of the report's charts: one table in columns for the complete page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from data.contract.stages import STAGE_CODES
from features.arrays import FloatArray
from forecasting.headline import total_area
from forecasting.idle import with_city
from forecasting.seat_draws import SeatDraws
from forecasting.wording.supply_words import years_in_use

KEY = ["scenario", "adcode", "stage", "year"]
COLUMNS = {
    "required": "seats_required",
    "available": "seats_available",
    "gap": "gap",
    "low": "gap_lo80",
    "high": "gap_hi80",
    "lo80": "seats_required_lo80",
    "hi80": "seats_required_hi80",
}


def areas_in_order(demand: pd.DataFrame) -> dict[str, str]:
    """Return adcode → name, the city first."""
    names = demand.drop_duplicates("adcode").set_index("adcode")["county"].to_dict()
    return {code: str(names[code]) for code in sorted(names)}


def complete_draws(draws: SeatDraws, areas: Sequence[str]) -> SeatDraws:
    """Return the draws of ``areas``, with the city as the sum of its counties.

    Parameters
    ----------
    draws : required seats, (area, stage, year, draw)
    areas : adcodes to keep, in order
    """
    city = total_area(areas)
    return draws.of(areas) if city is None or city in draws.areas else with_city(draws, city)


def page_table(
    demand: pd.DataFrame,
    ends95: Mapping[str, tuple[FloatArray, FloatArray]],
    areas: Mapping[str, str],
) -> dict[str, Any]:
    """Return the page's table: axis labels, and columns flattened over all axes.

    Parameters
    ----------
    demand : long demand table
    ends95 : scenario → lower and upper ends of the 95 % interval, (area, stage, year)
    areas : adcode → name, in display order
    """
    stages = [code for code in STAGE_CODES if code in set(demand["stage"])]
    years = sorted(demand["year"].unique().tolist())
    order = pd.MultiIndex.from_product([ends95, areas, stages, years], names=KEY)
    cells = demand.set_index(KEY).loc[order]
    in_use = years_in_use(demand)
    columns = {name: _rounded(cells[column]) for name, column in COLUMNS.items()}
    columns["chance"] = _rounded(cells["shortage_probability"] * 1000)
    for place, name in enumerate(("lo95", "hi95")):
        columns[name] = _rounded([ends[place] for ends in ends95.values()])
    return {
        "scenarios": list(ends95),
        "areas": list(areas.items()),
        "stages": stages,
        "years": years,
        "columns": columns,
        "stated": [[bool(np.isnan(in_use[area, stage])) for stage in stages] for area in areas],
    }


def differences(tables: Iterable[pd.DataFrame], areas: Sequence[str]) -> list[list[int]]:
    """Return mean, lower and upper ends of the differences by table, area, stage and year."""
    columns: list[list[int]] = [[], [], []]
    for table in tables:
        stages = [code for code in STAGE_CODES if code in set(table["stage"])]
        years = sorted(table["year"].unique())
        order = pd.MultiIndex.from_product([areas, stages, years], names=KEY[1:])
        cells = table.set_index(KEY[1:]).loc[order]
        for column, name in zip(columns, ("total", "total_lo80", "total_hi80"), strict=True):
            column.extend(_rounded(cells[name]))
    return columns


def _rounded(figures: Any) -> list[int]:
    return np.rint(np.asarray(figures, dtype=float)).ravel().astype(int).tolist()
