"""``xuewei enrolment``: from a CSV of past enrolment to a CSV of forecasts."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from data.area_files import read_births, read_history
from data.checks.enrolment_notices import enrolment_notices, outlier_notices
from data.contract.stages import STAGES
from data.crosswalk.history_crosswalk import on_areas_of_today, read_crosswalk
from data.findings import Findings
from data.language import Language, Text
from experiments.commands.series.row_options import INFERRED, RowMeaning
from experiments.results.csv_file import write_atomically
from features.arrays import FloatArray
from models.history import ALL_GRADES, EnrolmentForecast, build_history

DRAWS = 1000
BATCH = 64  # areas drawn at a time: bounds the memory, not the result
QUANTILES = (0.025, 0.1, 0.9, 0.975)
COLUMNS = ["mean", "median", "lo95", "lo80", "hi80", "hi95"]


def run(
    history: Path,
    births: Path | None,
    horizon: int,
    out: Path,
    seed: int,
    language: Language,
    meaning: RowMeaning = INFERRED,
) -> None:
    """Forecast ``horizon`` years after the last year of ``history`` and write ``out``.

    Raises
    ------
    DataError : every problem of the input files
    """
    findings = Findings()
    known = read_history(history, findings)
    if meaning.crosswalk is not None:
        moves = read_crosswalk(meaning.crosswalk, known["area_id"].unique(), findings)
        known = on_areas_of_today(known, moves, history.name, findings)
    born = None if births is None else read_births(births, findings, known["area_id"].unique())
    past = build_history(known, born)
    fitted = meaning.model(past).fit(past)
    table = forecast_table(fitted.forecast(horizon, DRAWS, np.random.default_rng(seed)))
    write_atomically([table], out)
    done = Text(
        f"已写出 {out}：{len(past.areas)} 个地区，{len(table)} 行；依据：{fitted.basis.zh}。",
        f"Wrote {out}: {len(past.areas)} areas, {len(table)} rows, from {fitted.basis.en}.",
    )
    console = Console(soft_wrap=True, highlight=False, markup=False)
    notices = [*findings.notices, *enrolment_notices(known, history.name)]
    if births is not None and born is not None:
        notices += outlier_notices(born, ["area_id"], "births", births.name, closing=False)
    for notice in notices:
        console.print(notice.line(language))
    console.print(done.within(language))


def summarise(draws: FloatArray, point: FloatArray) -> FloatArray:
    """Return (…, column) of ``COLUMNS``.

    Mean and median are the point forecast itself, around which the draws are made; the difference
    would be sampling error. Every interval includes the point forecast.
    """
    low95, low80, high80, high95 = np.quantile(draws, QUANTILES, axis=-1)
    low, high = np.minimum([low95, low80], point), np.maximum([high80, high95], point)
    return np.stack([point, point, *low, *high], axis=-1)


def complete_stages(grades: tuple[str, ...]) -> dict[str, list[int]]:
    """Return stage -> places of its grades, for stages whose every grade is among ``grades``.

    >>> complete_stages(("P6", "J1", "J2", "J3"))
    {'junior': [1, 2, 3]}
    """
    places = {grade.upper(): place for place, grade in enumerate(grades)}
    return {
        stage.code: [places[grade] for grade in stage.grades]
        for stage in STAGES
        if all(grade in places for grade in stage.grades)
    }


def forecast_table(forecast: EnrolmentForecast) -> pd.DataFrame:
    """Return ``area_id, year, horizon, grade`` and ``COLUMNS``: grades, their stages, the total.

    Rows are written for the grades that an area has or had.
    """
    areas = len(forecast.areas)
    stages = complete_stages(forecast.grades)
    every = list(range(len(forecast.grades)))

    def summarise_some(start: int) -> FloatArray:
        some = slice(start, start + BATCH)
        median, pupils = forecast.median[some], forecast.sample(some)
        sums = [
            summarise(pupils[:, :, rows].sum(axis=2), median[:, :, rows].sum(axis=2))[:, :, None]
            for rows in (*stages.values(), every)
        ]
        return np.concatenate([summarise(pupils, median), *sums], axis=2)

    with ThreadPoolExecutor(os.cpu_count()) as workers:  # NumPy leaves the interpreter free
        values = np.concatenate(list(workers.map(summarise_some, range(0, areas, BATCH))))
    codes = [*forecast.grades, *stages, ALL_GRADES]
    shown = np.concatenate(
        [
            forecast.shown,
            *(forecast.shown[:, rows].any(axis=1, keepdims=True) for rows in stages.values()),
            np.full((areas, 1), forecast.grades != (ALL_GRADES,)),
        ],
        axis=1,
    )
    labels = pd.MultiIndex.from_product(
        [forecast.areas, range(1, len(forecast.years) + 1), codes],
        names=["area_id", "horizon", "grade"],
    )
    table = pd.DataFrame(values.reshape(-1, len(COLUMNS)), index=labels, columns=COLUMNS)
    kept = np.broadcast_to(shown[:, None, :], values.shape[:3]).reshape(-1)
    table = table[kept].reset_index()
    table.insert(1, "year", table["horizon"] + forecast.years[0] - 1)
    return table
