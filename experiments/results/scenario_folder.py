"""Tables and draws of one scenario, complete or absent, from which a killed study resumes.

``<results>-scenarios/<digest>`` holds a scenario until the results folder is written; the digest is
that of everything that determines its figures.
"""

import shutil
from collections import defaultdict
from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.results.draws_file import read_draws, write_draws
from experiments.results.folder_lock import complete_folder
from forecasting.region import ForecastChunk
from forecasting.seat_draws import SeatDraws, concat_areas
from forecasting.forecast_tables import TABLES, ForecastTables

DRAWS = "draws.npz"
ROWS_AT_ONCE = 2**15  # each group of rows in a Parquet file has a cost of its own


class ScenarioWriter:
    """Writes the folder of one scenario incrementally.

    Rows are written as they arrive, so that memory does not grow with the number of areas.
    """

    def __init__(self, path: Path, rows: Collection[str]) -> None:
        """Start the folder ``path``, with tables for the areas ``rows``."""
        self.rows, self.open = frozenset(rows), ExitStack()
        self.partial = self.open.enter_context(complete_folder(path))
        self.writers: dict[str, pq.ParquetWriter] = {}
        self.waiting: dict[str, list[pa.Table]] = defaultdict(list)
        self.draws: list[SeatDraws] = []

    def add(self, chunk: ForecastChunk) -> None:
        """Write the rows of ``chunk`` and keep its draws."""
        tables = chunk.tables.of(self.rows)
        for name in TABLES:
            frame = getattr(tables, name)
            if len(frame) or name not in self.writers:
                self._append(name, frame)
        self.draws.append(chunk.draws)

    def _append(self, name: str, frame: pd.DataFrame) -> None:
        # For so few rows, starting threads takes longer than the conversion.
        table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
        for place, column in enumerate(table.schema):
            if pa.types.is_null(column.type):  # an empty table has columns of no type
                table = table.set_column(place, column.name, table[place].cast(pa.string()))
        if name not in self.writers:
            self.writers[name] = pq.ParquetWriter(self.partial / f"{name}.parquet", table.schema)
        self.waiting[name].append(table)
        if sum(one.num_rows for one in self.waiting[name]) >= ROWS_AT_ONCE:
            self._write(name)

    def _write(self, name: str) -> None:
        self.writers[name].write_table(pa.concat_tables(self.waiting.pop(name)))

    def finish(self) -> None:
        """Write the buffered rows and the draws, and move the folder to its final path."""
        for name, writer in self.writers.items():
            if name in self.waiting:
                self._write(name)
            writer.close()
        write_draws(concat_areas(self.draws), self.partial / DRAWS)
        self.open.close()


def read_scenario(folder: Path, areas: Collection[str]) -> ForecastTables:
    """Return the scenario's tables, restricted to ``areas``."""
    wanted = [("adcode", "in", list(areas))]
    return ForecastTables(
        **{name: pd.read_parquet(folder / f"{name}.parquet", filters=wanted) for name in TABLES}
    )


def is_complete(folder: Path) -> bool:
    """Return whether a scenario is complete; a corrupt one is removed."""
    try:
        for name in TABLES:
            pq.ParquetFile(folder / f"{name}.parquet").metadata  # noqa: B018 - raises if broken
        read_draws(folder / DRAWS)
    except (OSError, ValueError):
        shutil.rmtree(folder, ignore_errors=True)
        return False
    return True
