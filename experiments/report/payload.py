"""What the charts of a report draw: one table a page in columns, and the specifications."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from forecasting.headline import whole_of
from forecasting.idle import with_city
from forecasting.seat_draws import SeatDraws

KEY = ["scenario", "adcode", "stage", "year"]
COLUMNS = {
    "required": "seats_required",
    "available": "seats_available",
    "gap": "gap",
    "low": "gap_lo80",
    "high": "gap_hi80",
}
FAN = {"lo80": "seats_required_lo80", "hi80": "seats_required_hi80"}


def areas_in_order(demand: pd.DataFrame) -> dict[str, str]:
    """Return adcode → name, the city first."""
    names = demand.drop_duplicates("adcode").set_index("adcode")["county"].to_dict()
    return {code: str(names[code]) for code in sorted(names)}


def whole_draws(draws: SeatDraws, areas: Sequence[str]) -> SeatDraws:
    """Return the draws of ``areas``, in which the city is the sum of its counties."""
    city = whole_of(areas)
    return draws.of(areas) if city is None or city in draws.areas else with_city(draws, city)


def page_table(
    demand: pd.DataFrame, scenarios: Sequence[str], areas: dict[str, str], main: SeatDraws
) -> dict[str, Any]:
    """Return the page's table: labels of the axes, and columns over all of them.

    Parameters
    ----------
    demand : long demand table
    scenarios : those of the page, the main one first
    areas : adcode → name, in the page's order
    main : draws of the main scenario, for the 95 % fan; fans are its alone
    """
    stages, years = main.stages, tuple(sorted(demand["year"].unique().tolist()))
    order = pd.MultiIndex.from_product([scenarios, areas, stages, years], names=KEY)
    cells = demand.set_index(KEY).loc[order]
    columns = {name: _whole(cells[column]) for name, column in COLUMNS.items()}
    columns["chance"] = _whole(cells["shortage_probability"] * 1000)
    first = cells.loc[[scenarios[0]]]
    columns |= {name: _whole(first[column]) for name, column in FAN.items()}
    places = [main.areas.index(area) for area in areas]
    ends = np.percentile(main.required[places], (2.5, 97.5), axis=-1)
    columns |= {name: _whole(end) for name, end in zip(("lo95", "hi95"), ends, strict=True)}
    return {
        "scenarios": list(scenarios),
        "areas": list(areas.items()),
        "stages": list(stages),
        "years": list(years),
        "columns": columns,
    }


def _whole(figures: Any) -> list[int]:
    return [int(one) for one in np.rint(np.asarray(figures, dtype=float)).ravel()]
