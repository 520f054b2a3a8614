"""The figures of a run: trajectories with the year as the step, and headlines without a year."""

import time

import numpy as np
import pandas as pd
from mlflow.entities import Metric

from data.contract.stages import STAGE_CODES
from forecasting.headline import HEADLINE_YEARS, headlines
from forecasting.seat_draws import SeatDraws

MEASURES = ("pupils", "seats_required", "seats_available", "gap", "shortage_probability")
BOUNDED, ENDS = ("seats_required", "gap"), ("lo80", "hi80")
INTERVAL = "uncertainty80"  # its many charts come last, where the interface sorts by name
HEADLINES = ("peak_year", "peak_pupils", *(f"gap_{year}" for year in HEADLINE_YEARS))
SHORTAGE_YEAR, IDLE_YEAR = 2030, 2035
CITY = "city"
# The interface sorts charts by name: the number keeps the stages in the order of schooling.
STAGE_KEYS = {code: f"{place}_{code}" for place, code in enumerate(STAGE_CODES, start=1)}


def headline_table(demand: pd.DataFrame, draws: SeatDraws, now: int) -> pd.DataFrame:
    """Return the headlines of one scenario, a row a county × stage, with shortage and idle seats.

    Parameters
    ----------
    demand : rows of ``demand.csv`` of one scenario
    draws : seats of all counties in every draw
    now : school year that counts as the present

    Returns
    -------
    The columns of :func:`forecasting.headline.headlines`, ``shortage_probability_2030`` and
    ``idle_seats_2035``; missing if the table does not reach these years.
    """
    table = headlines(demand, now)
    cells = list(zip(table["adcode"], table["stage"], strict=True))
    then = demand[demand["year"] == SHORTAGE_YEAR].set_index(["adcode", "stage"])
    idle = idle_seats(draws, IDLE_YEAR) if IDLE_YEAR in draws.years else {}
    return table.assign(
        **{
            f"shortage_probability_{SHORTAGE_YEAR}": then["shortage_probability"]
            .reindex(cells)
            .to_numpy(),
            f"idle_seats_{IDLE_YEAR}": [
                idle.get((adcode if adcode in draws.areas else CITY, stage), np.nan)
                for adcode, stage in cells
            ],
        }
    )


def idle_seats(draws: SeatDraws, year: int) -> dict[tuple[str, str], float]:
    """Return (adcode, stage) → seats expected to stand idle, the mean over draws of what is left.

    ``CITY`` has the sum of the counties: a seat that is idle in one serves no other.
    """
    spare = np.maximum(-draws.gap[:, :, draws.years.index(year)], 0).mean(axis=-1)
    areas = [*draws.areas, CITY]
    rows = [*spare, spare.sum(axis=0)]
    return {
        (area, stage): float(seats)
        for area, row in zip(areas, rows, strict=True)
        for stage, seats in zip(draws.stages, row, strict=True)
    }


def area_metrics(demand: pd.DataFrame, table: pd.DataFrame) -> dict[str, list[Metric]]:
    """Return adcode → metrics of one scenario.

    Parameters
    ----------
    demand : its rows of ``demand.csv``
    table : its headlines, from :func:`headline_table`
    """
    stamp = int(time.time() * 1000)
    metrics: dict[str, list[Metric]] = {}
    for row in demand.to_dict("records"):
        stage = STAGE_KEYS[row["stage"]]
        names = {name: f"{name}/{stage}" for name in MEASURES}
        names |= {
            f"{name}_{end}": f"{INTERVAL}/{name}_{stage}_{end}" for name in BOUNDED for end in ENDS
        }
        metrics.setdefault(row["adcode"], []).extend(
            Metric(key, float(row[name]), stamp, row["year"])
            for name, key in names.items()
            if pd.notna(row[name])
        )
    # The page that compares runs shows a metric's last step alone: hence figures without years.
    measures = (*HEADLINES, f"shortage_probability_{SHORTAGE_YEAR}", f"idle_seats_{IDLE_YEAR}")
    for row in table.to_dict("records"):
        stage = STAGE_KEYS[row["stage"]]
        metrics[row["adcode"]].extend(
            Metric(f"headline/{name}_{stage}", float(row[name]), stamp, 0)
            for name in measures
            if pd.notna(row[name])
        )
    return metrics
