"""``xuewei backtest``: forecasts from past years, scored against actual enrolment."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from rich.console import Console
from rich.table import Table

from data.area_files import read_births, read_history
from data.contract.stages import grades_by_stage
from data.findings import Findings
from data.language import Language, Text
from data.problems import DataError, DataProblem
from experiments.charts.backtest_charts import write_charts
from experiments.commands.series.row_options import INFERRED, RowMeaning
from experiments.evaluation.metrics import score_table
from experiments.evaluation.rolling_origin import backtest_cells, levels_of
from experiments.tracking.backtest_runs import track_backtest
from experiments.tracking.store import store_address
from models.history import EnrolmentHistory, build_history
from models.registry import MODELS, OURS

WORST_AREAS = 6


def parse_origins(origins: str, years: Sequence[int]) -> range:
    """Return the origins of ``A:B``, both inclusive.

    Raises
    ------
    DataError : not two years, or outside the history
    """
    first, _, last = origins.partition(":")
    if first.isdecimal() and (last or first).isdecimal():
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
    DataError : not integers from 1 to 30
    """
    parts = [part.strip() for part in horizons.split(",")]
    if all(part.isdecimal() and 1 <= int(part) <= 30 for part in parts):
        return sorted({int(part) for part in parts})
    raise _bad_option("--horizons", horizons, Text("如 1,3,5（1-30）", "such as 1,3,5 (1-30)"))


def parse_models(models: list[str] | None) -> list[str]:
    """Return the names of the models to run, all of them by default.

    Raises
    ------
    DataError : names of unknown models
    """
    names = [part.strip() for text in models or [] for part in text.split(",")] or list(MODELS)
    unknown = [name for name in names if name not in MODELS]
    if unknown:
        choices = ", ".join(MODELS)
        raise _bad_option("--models", ",".join(unknown), Text(choices, choices))
    return names


def _bad_option(option: str, value: str, expected: Text) -> DataError:
    how_to_fix = Text("改正命令行参数", "correct the command line")
    return DataError([DataProblem("xuewei backtest", expected, how_to_fix, None, option, value)])


class Wanted(NamedTuple):
    """Options of a backtest, as given on the command line.

    Parameters
    ----------
    origins : ``A:B``, both inclusive
    horizons : ``1,3,5``
    models : names of ``MODELS``; None for all
    meaning : what the rows of the history are
    """

    origins: str
    horizons: str
    models: list[str] | None = None
    meaning: RowMeaning = INFERRED


def run(
    history: Path, births: Path | None, wanted: Wanted, out: Path, seed: int, language: Language
) -> None:
    """Score the models ``wanted`` from each origin; write tables and charts, log to MLflow.

    Raises
    ------
    DataError : every problem of the input files or the options
    """
    findings = Findings()
    known = read_history(history, findings)
    areas = known["area_id"].unique()
    past = build_history(known, None if births is None else read_births(births, findings, areas))
    for notice in findings.notices:
        Console(soft_wrap=True, highlight=False, markup=False).print(notice.line(language))
    starts, ahead = parse_origins(wanted.origins, past.years), parse_horizons(wanted.horizons)
    levels = levels_of(past.grades, grades_by_stage(past.grades))
    models = {**MODELS, OURS: wanted.meaning.model(past)}
    cells = pd.concat(
        [
            backtest_cells(models[name], past, levels, starts, ahead, seed).assign(model=name)
            for name in parse_models(wanted.models)
        ],
        ignore_index=True,
    )
    scores = score_table(cells, ["model", "horizon", "level"])
    files = write_folder(scores, cells, past, out, language)
    settings = {"origins": wanted.origins, "history": history.name, "seed": seed}
    track_backtest(scores, settings, files, store_address(None))
    print_scores(scores, out, language)


def worst_areas(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the areas with the largest error of the first model at the longest horizon.

    Columns: area_id, horizon, wape, bias; all in per cent of the area's pupils.
    """
    mine = cells[(cells["model"] == cells["model"].iloc[0]) & (cells["level"] == "total")]
    far = mine[mine["horizon"] == mine["horizon"].max()]
    by_area = score_table(far, ["area_id", "horizon"])
    return by_area.nlargest(WORST_AREAS, "wape")[["area_id", "horizon", "wape", "bias"]]


def write_folder(
    scores: pd.DataFrame,
    cells: pd.DataFrame,
    history: EnrolmentHistory,
    out: Path,
    language: Language,
) -> list[Path]:
    """Write ``scores.csv``, ``worst_areas.csv`` and the charts, all of them or none."""
    worst = worst_areas(cells)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=out.name) as partial:
        folder = Path(partial)
        scores.to_csv(folder / "scores.csv", index=False, encoding="utf-8", float_format="%.4f")
        worst.to_csv(folder / "worst_areas.csv", index=False, encoding="utf-8", float_format="%.2f")
        write_charts(scores, cells, worst, history, folder, language)
        out.mkdir(exist_ok=True)
        names = sorted(file.name for file in folder.iterdir())
        for name in names:
            os.replace(folder / name, out / name)
    return [out / name for name in names]


def print_scores(scores: pd.DataFrame, out: Path, language: Language) -> None:
    """Print WAPE and coverage per model, horizon and level, and the folder of all scores."""
    headings = [
        Text("模型", "model"),
        Text("预测年数", "horizon"),
        Text("层级", "level"),
        Text("加权误差 %", "WAPE %"),
        Text("80% 区间覆盖", "80 % coverage"),
        Text("95% 区间覆盖", "95 % coverage"),
    ]
    table = Table()
    for heading in headings:  # model names must not be truncated
        table.add_column(heading.within(language), no_wrap=heading is headings[0])
    for row in scores.reindex(columns=SHOWN).itertuples(index=False):
        figures = ["-" if pd.isna(value) else f"{value:.2f}" for value in row[3:]]
        table.add_row(row[0], str(row[1]), row[2], *figures)
    console = Console(soft_wrap=True, highlight=False)
    console.print(table)
    console.print(Text(f"详见 {out}", f"See {out}").within(language), markup=False)


SHOWN = ["model", "horizon", "level", "wape", "coverage80", "coverage95"]
