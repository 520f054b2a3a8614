"""``xuewei backtest``: forecasts from past years, scored against what came."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from data.enrolment_csv import read_births, read_history
from data.language import Language, Text
from data.problems import DataError, DataProblem
from experiments.backtest_charts import write_charts
from experiments.backtest_tracking import track
from experiments.scores import Outcome, score_table
from experiments.store import store_address
from features.population import FloatArray
from models import peers
from models.fit import fit
from models.gaps import fill_gaps
from models.history import EnrolmentHistory, build_history

# Returns the point forecast (area, step, grade) and draws (area, step, grade, draw; or none).
Forecaster = Callable[[EnrolmentHistory, int, int], tuple[FloatArray, FloatArray]]
OURS = "xuewei"
DRAWS = 400


def ours(history: EnrolmentHistory, horizon: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Return our forecast and its draws."""
    forecast = fit(history, horizon).forecast(DRAWS, seed)
    return forecast.median, forecast.pupils


def peer(
    point: Callable[[EnrolmentHistory, int], FloatArray],
) -> Forecaster:
    """Return a forecaster of a method that gives no distribution."""

    def run_peer(history: EnrolmentHistory, horizon: int, _: int) -> tuple[FloatArray, FloatArray]:
        median = point(fill_gaps(history), horizon)
        return median, np.zeros((*median.shape, 0))

    return run_peer


MODELS: Mapping[str, Forecaster] = MappingProxyType(
    {
        OURS: ours,
        "last_value": peer(peers.last_value),
        "drift": peer(peers.drift),
        "progression_3y": peer(partial(peers.progression, window=3)),
        "progression_5y": peer(partial(peers.progression, window=5)),
        "stage_growth_3y": peer(partial(peers.stage_growth, window=3)),
    }
)


def outcomes_of(
    forecaster: Forecaster,
    history: EnrolmentHistory,
    origins: Sequence[int],
    horizons: Sequence[int],
    seed: int,
) -> dict[tuple[int, str], list[Outcome]]:
    """Return the outcomes by (horizon, level), level being ``grade`` or ``total``.

    A forecast sees nothing that was counted after its origin.
    """
    found: dict[tuple[int, str], list[Outcome]] = defaultdict(list)
    for origin in origins:
        ahead = [step for step in horizons if origin + step <= history.years[-1]]
        if not ahead:
            continue
        point, draws = forecaster(history.until(origin), max(ahead), seed)
        for step in ahead:
            actual = history.pupils[:, history.years.index(origin + step)]
            at, drawn = point[:, step - 1], draws[:, step - 1]
            whole = np.where(np.isnan(actual).all(axis=1), np.nan, np.nansum(actual, axis=1))
            missing = np.isnan(actual)
            found[step, "grade"].append(
                Outcome(actual.ravel(), at.ravel(), drawn.reshape(actual.size, -1))
            )
            total = np.where(missing, 0.0, at).sum(axis=1)
            summed = np.where(missing[..., None], 0.0, drawn).sum(axis=1)
            found[step, "total"].append(Outcome(whole, total, summed))
    return found


def parse_origins(origins: str, years: Sequence[int]) -> range:
    """Return the origins of ``A:B`` (both counted).

    Raises
    ------
    DataError : not two years, or outside the history
    """
    first, _, last = origins.partition(":")
    if first.isdigit() and (last or first).isdigit():
        wanted = range(int(first), int(last or first) + 1)
        if wanted and years[0] <= wanted[0] and wanted[-1] < years[-1]:
            return wanted
    expected = Text(
        f"{years[0]}:{years[-1] - 1} 之内的 起:止", f"A:B in {years[0]}:{years[-1] - 1}"
    )
    raise _bad_option("--origins", origins, expected)


def parse_horizons(horizons: str) -> list[int]:
    """Return the horizons of ``1,3,5``.

    Raises
    ------
    DataError : not whole numbers of 1 or more
    """
    parts = [part.strip() for part in horizons.split(",")]
    if all(part.isdigit() and 1 <= int(part) <= 30 for part in parts):
        return sorted({int(part) for part in parts})
    raise _bad_option("--horizons", horizons, Text("如 1,3,5（1-30）", "such as 1,3,5 (1-30)"))


def parse_models(models: list[str] | None) -> list[str]:
    """Return the names of the models to run, all of them by default.

    Raises
    ------
    DataError : names that are no model
    """
    names = [part.strip() for text in models or [] for part in text.split(",")] or list(MODELS)
    unknown = [name for name in names if name not in MODELS]
    if unknown:
        choices = ", ".join(MODELS)
        raise _bad_option("--models", ",".join(unknown), Text(choices, choices))
    return names


def _bad_option(option: str, value: str, expected: Text) -> DataError:
    remedy = Text("改正命令行参数", "correct the command line")
    return DataError([DataProblem("xuewei backtest", expected, remedy, None, option, value)])


class Wanted(NamedTuple):
    """What the user asks for, as written on the command line.

    Parameters
    ----------
    origins : ``A:B``, both counted
    horizons : ``1,3,5``
    models : names of ``MODELS``; None for all
    """

    origins: str
    horizons: str
    models: list[str] | None = None


def run(
    history: Path, births: Path | None, wanted: Wanted, out: Path, seed: int, language: Language
) -> None:
    """Score the models ``wanted`` from each origin; write tables and pictures, log to MLflow.

    Raises
    ------
    DataError : every problem of the input files or the options
    """
    past = build_history(read_history(history), None if births is None else read_births(births))
    starts, ahead = parse_origins(wanted.origins, past.years), parse_horizons(wanted.horizons)
    rows: dict[tuple[str, int, str], list[Outcome]] = {}
    for name in parse_models(wanted.models):
        for (step, level), outcomes in outcomes_of(MODELS[name], past, starts, ahead, seed).items():
            rows[name, step, level] = outcomes
    scores = score_table(rows)
    write_folder(scores, worst_areas(rows, past), out, language)
    settings = {"origins": wanted.origins, "history": history.name, "seed": seed}
    track(scores, settings, out, store_address(None))
    print_scores(scores, out, language)


def worst_areas(
    rows: dict[tuple[str, int, str], list[Outcome]], history: EnrolmentHistory
) -> pd.DataFrame:
    """Return the ten areas with the greatest relative error of the first model, their past along.

    Columns: area_id, horizon, wape, then a column a year with the area's total.
    """
    model = next(iter(rows))[0]
    longest = max(step for name, step, _ in rows if name == model)
    outcomes = rows[model, longest, "total"]
    error = np.nansum([np.abs(o.point - o.actual) for o in outcomes], axis=0)
    pupils = np.maximum(np.nansum([o.actual for o in outcomes], axis=0), 1.0)
    wape = 100 * error / pupils
    worst = np.argsort(-wape)[:10]
    table = pd.DataFrame(
        {"area_id": [history.areas[i] for i in worst], "horizon": longest, "wape": wape[worst]}
    )
    totals = pd.DataFrame(np.nansum(history.pupils, axis=2)[worst], columns=list(history.years))
    return pd.concat([table, totals], axis=1)


def write_folder(scores: pd.DataFrame, worst: pd.DataFrame, out: Path, language: Language) -> None:
    """Write ``scores.csv``, ``worst_areas.csv`` and the pictures, all of them or none."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=out.name) as name:
        folder = Path(name)
        scores.to_csv(folder / "scores.csv", index=False, encoding="utf-8", float_format="%.4f")
        worst.to_csv(folder / "worst_areas.csv", index=False, encoding="utf-8", float_format="%.2f")
        write_charts(scores, folder, language)
        out.mkdir(exist_ok=True)
        for file in folder.iterdir():
            os.replace(file, out / file.name)


def print_scores(scores: pd.DataFrame, out: Path, language: Language) -> None:
    """Print WAPE and coverage a model, horizon and level, and where the rest is."""
    headings = [
        Text("模型", "model"),
        Text("预测年数", "horizon"),
        Text("层级", "level"),
        Text("加权误差 %", "WAPE %"),
        Text("80% 区间覆盖", "80 % coverage"),
        Text("95% 区间覆盖", "95 % coverage"),
    ]
    table = Table(*(heading.within(language) for heading in headings))
    for row in scores.reindex(columns=SHOWN).itertuples(index=False):
        figures = ["-" if pd.isna(value) else f"{value:.2f}" for value in row[3:]]
        table.add_row(row[0], str(row[1]), row[2], *figures)
    console = Console(soft_wrap=True, highlight=False)
    console.print(table)
    console.print(Text(f"详见 {out}", f"See {out}").within(language), markup=False)


SHOWN = ["model", "horizon", "level", "wape", "coverage80", "coverage95"]
