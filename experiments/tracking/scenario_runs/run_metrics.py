"""The metrics of a run: curves with the year as the step, and headlines without a year."""

import time
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from mlflow.entities import Metric

from data.language import Language, Text
from experiments.results.reader import Results
from experiments.tracking.names import headline_name, metric_name
from forecasting.comparison import comparison_table
from forecasting.headline import headlines, total_area
from forecasting.seat_draws import SeatDraws

# Column of a table → measure, compared by year from the present on.
CURVES = {name: name for name in ("pupils", "gap", "gap_lo80", "gap_hi80")}
# Only for the leading area (the city or a single county), which represents the scenario.
LEADING = {name: name for name in ("seats_required", "seats_available", "shortage_probability")}
DIFFERENCE = {"gap_difference": "difference"}
# Uncertainty of a difference, in the headline years.
RANGE = {
    "gap_difference_lo80": "difference_lo80",
    "gap_difference_hi80": "difference_hi80",
    "gap_above": "difference_above",
}
SHORTAGE_YEAR, IDLE_YEAR = 2030, 2035
YEARS = (SHORTAGE_YEAR, IDLE_YEAR)
CITY = "city"
HEADLINE_MEASURES = {
    "peak_year": Text("峰值年", "peak_year"),
    "peak_pupils": Text("峰值在校生", "peak_pupils"),
    **{f"gap_{year}": Text(f"{year}年缺口", f"gap_{year}") for year in YEARS},
    f"shortage_probability_{SHORTAGE_YEAR}": Text(
        f"{SHORTAGE_YEAR}年短缺概率", f"shortage_probability_{SHORTAGE_YEAR}"
    ),
    f"idle_seats_{IDLE_YEAR}": Text(f"{IDLE_YEAR}年空余学位", f"idle_seats_{IDLE_YEAR}"),
}


def headline_table(demand: pd.DataFrame, draws: SeatDraws, now: int) -> pd.DataFrame:
    """Return the headlines of one scenario, one row per county × stage, with idle seats.

    Parameters
    ----------
    demand : rows of ``demand.csv`` of one scenario
    draws : seats of all counties in every draw
    now : present school year

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
    """Return (adcode, stage) → expected idle seats, the mean over draws of the surplus.

    ``CITY`` has the sum of the counties, as idle seats in one do not offset shortages in another.
    """
    spare = np.maximum(-draws.gap[:, :, draws.years.index(year)], 0).mean(axis=-1)
    areas = [*draws.areas, CITY]
    rows = [*spare, spare.sum(axis=0)]
    return {
        (area, stage): float(seats)
        for area, row in zip(areas, rows, strict=True)
        for stage, seats in zip(draws.stages, row, strict=True)
    }


def difference_metrics(results: Results, scenario: str) -> pd.DataFrame | None:
    """Return differences of a scenario's gaps from the first scenario's, from the present on.

    Returns
    -------
    The columns of ``compare.csv``; None for the first scenario itself.
    """
    first = results.scenarios[0].name
    if scenario == first:
        return None
    draws = {name: results.draws(name) for name in (first, scenario)}
    counties = dict(zip(results.demand["adcode"], results.demand["county"], strict=True))
    years = [year for year in draws[first].years if year >= results.now]
    return comparison_table(draws, results.differences, counties, total_area(counties), years)


def area_metrics(
    demand: pd.DataFrame,
    table: pd.DataFrame,
    difference: pd.DataFrame | None,
    now: int,
    language: Language,
) -> dict[str, list[Metric]]:
    """Return adcode → metrics of one scenario.

    Parameters
    ----------
    demand : its rows of ``demand.csv``
    table : its headlines, from :func:`headline_table`
    difference : from :func:`difference_metrics`
    now : first school year of the curves
    language : language of the names
    """
    stamp = int(time.time() * 1000)
    ahead = demand[demand["year"] >= now]
    lead = ahead["adcode"] == ahead["adcode"].min()
    apart = difference if difference is not None else pd.DataFrame(columns=["year"])
    found: dict[str, list[Metric]] = {}
    for rows, measures in (
        (ahead, CURVES),
        (ahead[lead], LEADING),
        (apart, DIFFERENCE if len(apart) else {}),
        (apart[apart["year"].isin(YEARS)], RANGE if len(apart) else {}),
    ):
        for adcode, metric in _curves(rows, measures, stamp, language):
            found.setdefault(adcode, []).append(metric)
    # The page that compares runs shows only the last step of a metric; so headlines have no year.
    for row in table.to_dict("records"):
        found[row["adcode"]].extend(
            Metric(headline_name(title, row["stage"], language), float(row[name]), stamp, 0)
            for name, title in HEADLINE_MEASURES.items()
            if pd.notna(row[name])
        )
    return found


def _curves(
    rows: pd.DataFrame, measures: dict[str, str], stamp: int, language: Language
) -> Iterator[tuple[str, Metric]]:
    """Yield adcode and metric of every figure in the columns ``measures`` of ``rows``."""
    for column, measure in measures.items():
        cells: Iterable[tuple[str, str, int, float]] = zip(
            rows["adcode"], rows["stage"], rows["year"], rows[column], strict=True
        )
        for adcode, stage, year, figure in cells:
            if pd.notna(figure):
                name = metric_name(measure, stage, language)
                yield adcode, Metric(name, float(figure), stamp, int(year))
