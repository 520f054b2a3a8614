"""The parts of a study, one a scenario: kept under the digest of all that shaped them."""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from data.language import Language
from experiments.draws_file import read_draws, write_draws
from experiments.outputs import TABLES, ForecastTables
from experiments.run_files import write_run_files
from forecasting.seat_draws import SeatDraws
from forecasting.workbook_cover import Cover

DRAWS, FILES = "draws.npz", "files"


@contextmanager
def parts_folder(results: Path, *, kept: bool) -> Iterator[Path]:
    """Give the folder of parts: beside ``results`` where they are kept, else a passing one."""
    if not kept:
        with tempfile.TemporaryDirectory(prefix="xuewei-") as passing:
            yield Path(passing)
        return
    folder = results.resolve()
    folder = folder.with_name(f"{folder.name}-parts")
    folder.mkdir(parents=True, exist_ok=True)
    yield folder


def write_part(
    path: Path, tables: ForecastTables, draws: SeatDraws, cover: Cover, language: Language
) -> None:
    """Write a part with the files that people read of it: there whole or not at all."""
    partial = Path(tempfile.mkdtemp(prefix=".", dir=path.parent))
    for name in TABLES:
        getattr(tables, name).to_parquet(partial / f"{name}.parquet", index=False)
    write_draws(draws, partial / DRAWS)
    (partial / FILES).mkdir()
    write_run_files(partial / FILES, tables, cover, language)
    os.replace(partial, path)


def read_part(path: Path) -> tuple[ForecastTables, SeatDraws]:
    """Return the tables of a part, and the seats of all counties.

    Raises
    ------
    OSError, ValueError : there is none, or a power cut left it broken
    """
    tables = {name: pd.read_parquet(path / f"{name}.parquet") for name in TABLES}
    return ForecastTables(**tables), read_draws(path / DRAWS)


def part_is_whole(path: Path) -> bool:
    """Tell whether the part is there; a broken one is removed."""
    try:
        read_part(path)
    except (OSError, ValueError):
        shutil.rmtree(path, ignore_errors=True)
        return False
    return True


def prune(folder: Path, kept: Collection[str]) -> None:
    """Remove the parts that the study no longer has, and what a killed run left half written."""
    for part in folder.iterdir():
        if part.name not in kept:
            shutil.rmtree(part)
