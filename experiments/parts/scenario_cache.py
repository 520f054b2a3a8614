"""The parts of a study, one a scenario: kept under the digest of all that shaped them."""

import shutil
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.choice import Choice
from experiments.results.draws_file import draws_path, read_draws, write_draws
from experiments.results.folder import write_demand, write_figures
from experiments.results.folder_lock import whole
from forecasting.region import Piece
from forecasting.seat_draws import SeatDraws, side_by_side
from forecasting.tables import TABLES, ForecastTables

DRAWS, FILES = "draws.npz", "files"
GROUP = 2**15  # rows written together: each group of rows has a cost of its own
REST = {
    "changes": "why.parquet",
    "differences": "why_scenarios.parquet",
    "residence": "residence.parquet",
}


class PartWriter:
    """Takes what is found of a scenario piece by piece and makes its part: whole or not at all.

    Rows go to their files as they come, so that memory does not grow with the number of areas.
    """

    def __init__(self, path: Path, rows: Collection[str]) -> None:
        """Begin the part ``path``, whose tables are to have rows of the areas ``rows``."""
        self.rows, self.making = frozenset(rows), ExitStack()
        self.partial = self.making.enter_context(whole(path))
        self.writers: dict[str, pq.ParquetWriter] = {}
        self.waiting: dict[str, list[pa.Table]] = defaultdict(list)
        self.draws: list[SeatDraws] = []

    def add(self, piece: Piece) -> None:
        """Write the rows of ``piece`` and keep its draws."""
        tables = piece.tables.of(self.rows)
        for name in TABLES:
            frame = getattr(tables, name)
            if len(frame) or name not in self.writers:
                self._append(name, frame)
        self.draws.append(piece.draws)

    def _append(self, name: str, frame: pd.DataFrame) -> None:
        # Starting threads for so few rows takes longer than the rows.
        table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
        for place, column in enumerate(table.schema):
            if pa.types.is_null(column.type):  # no row tells that these are words
                table = table.set_column(place, column.name, table[place].cast(pa.string()))
        if name not in self.writers:
            self.writers[name] = pq.ParquetWriter(self.partial / f"{name}.parquet", table.schema)
        self.waiting[name].append(table)
        if sum(one.num_rows for one in self.waiting[name]) >= GROUP:
            self._write(name)

    def _write(self, name: str) -> None:
        self.writers[name].write_table(pa.concat_tables(self.waiting.pop(name)))

    def tables(self, areas: Collection[str]) -> ForecastTables:
        """Return the rows of ``areas`` once all pieces are in."""
        for name, writer in self.writers.items():
            if name in self.waiting:
                self._write(name)
            writer.close()
        return read_tables(self.partial, areas)

    def finish(self, shown: ForecastTables) -> None:
        """Add the draws and the tables of ``shown`` that its run holds, and put it in its place."""
        (self.partial / FILES).mkdir()
        write_draws(side_by_side(self.draws), self.partial / DRAWS)
        write_demand(shown.demand, self.partial / FILES)
        write_figures(shown.changes, self.partial / FILES / "why.csv")
        self.making.close()


def read_tables(part: Path, areas: Collection[str]) -> ForecastTables:
    """Return the rows of ``areas``."""
    wanted = [("adcode", "in", list(areas))]
    return ForecastTables(**{name: read_table(part, name, wanted) for name in TABLES})


def read_table(
    part: Path, name: str, wanted: list[tuple[str, str, list[str]]] | None = None
) -> pd.DataFrame:
    """Return a table of a part, or the rows that are ``wanted``."""
    return pd.read_parquet(part / f"{name}.parquet", filters=wanted)


def write_outputs(folder: Path, parts: Mapping[str, Path], tables: ForecastTables) -> None:
    """Write the tables and the draws into ``folder``.

    Parameters
    ----------
    folder : results folder being filled
    parts : scenario → its part
    tables : what all of them hold of the areas that are shown
    """
    write_demand(tables.demand, folder)
    write_figures(tables.changes, folder / "why.csv")
    write_figures(tables.differences, folder / "why_scenarios.csv")
    write_figures(tables.residence, folder / "residence.csv")
    for scenario, part in parts.items():
        kept = draws_path(folder, scenario)
        kept.parent.mkdir(exist_ok=True)
        shutil.copyfile(part / DRAWS, kept)  # pressing them once more would take longer


def write_every_area(folder: Path, parts: Sequence[Path], choice: Choice) -> None:
    """Write the rows of all areas where more are forecast than people read about.

    ``demand.csv`` has them all then; reasons and residence go to Parquet files beside the CSV files
    of the areas that are shown.
    """
    if set(choice.rows) == set(choice.shown):
        return
    write_demand(pd.concat([read_table(part, "demand") for part in parts]), folder)
    for name, file in REST.items():
        if len(parts) == 1:
            shutil.copyfile(parts[0] / f"{name}.parquet", folder / file)
            continue
        tables = (pq.read_table(part / f"{name}.parquet") for part in parts)
        filled = [table for table in tables if table.num_rows]
        if filled:
            with pq.ParquetWriter(folder / file, filled[0].schema) as writer:
                for table in filled:
                    writer.write_table(table)


def part_is_whole(part: Path) -> bool:
    """Tell whether the part is there; one that a power cut left broken is removed."""
    try:
        for name in TABLES:
            read_table(part, name)
        read_draws(part / DRAWS)
    except (OSError, ValueError):
        shutil.rmtree(part, ignore_errors=True)
        return False
    return True
