"""The parts of a study, one a scenario: kept under the digest of all that shaped them."""

import shutil
from pathlib import Path

import pandas as pd

from data.language import Language
from experiments.draws_file import read_draws, write_draws
from experiments.outputs import TABLES, ForecastTables
from experiments.run_files import write_run_files
from experiments.sole_use import whole
from forecasting.seat_draws import SeatDraws
from forecasting.workbook_cover import Cover

DRAWS, FILES = "draws.npz", "files"


def write_part(
    path: Path, tables: ForecastTables, draws: SeatDraws, cover: Cover, language: Language
) -> None:
    """Write a part with the files that people read of it: there whole or not at all."""
    with whole(path) as partial:
        for name in TABLES:
            getattr(tables, name).to_parquet(partial / f"{name}.parquet", index=False)
        write_draws(draws, partial / DRAWS)
        (partial / FILES).mkdir()
        write_run_files(partial / FILES, tables, cover, language)


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
