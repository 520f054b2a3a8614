"""Parquet to a sheet of text, without unfolding what the file holds folded."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.findings import Findings
from data.language import Text
from data.problems import DataProblem
from data.reading.formats.limits import too_large, too_long_cell, too_many_cells
from data.reading.formats.sheet import Sheet, cell_text, unreadable

_ERRORS = (pa.ArrowException, OSError, ValueError, TypeError, OverflowError, LookupError)


def read_parquet(path: Path, findings: Findings) -> list[Sheet]:
    """Return the one sheet of a Parquet file, its column names as the first row."""
    try:
        with pq.ParquetFile(path, memory_map=False) as file:
            if problem := _unfolds_too_far(path.name, file.metadata):
                findings.refuse(problem)
                return []
        # A text that is said a million times stays one text.
        texts = [one.name for one in file.schema_arrow if pa.types.is_string(one.type)]
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            table = file.read()
        if nested := [one.name for one in table.schema if pa.types.is_nested(one.type)]:
            _refuse_nested(path.name, nested, findings)
            return []
        columns = [[name, *_texts(table[place])] for place, name in enumerate(table.column_names)]
    except _ERRORS as error:
        findings.refuse(unreadable(path.name, "不是有效的 Parquet", type(error).__name__))
        return []
    if long := [one for column in columns if (one := too_long_cell(path.name, column))]:
        for problem in long:
            findings.refuse(problem)
        return []
    rows = tuple(zip(*columns, strict=True)) or ((),)
    return [Sheet(path.stem, path.name, rows, tuple(range(1, len(rows) + 1)))]


def _unfolds_too_far(file: str, metadata: pq.FileMetaData) -> DataProblem | None:
    groups = (metadata.row_group(place) for place in range(metadata.num_row_groups))
    size = sum(group.total_byte_size for group in groups)
    cells = metadata.num_rows * max(metadata.num_columns, 1)
    return too_large(file, size) or too_many_cells(file, cells)


def _refuse_nested(file: str, names: list[str], findings: Findings) -> None:
    for name in names:
        expected = Text("一格一个值的列", "a column with one value a cell")
        how_to_fix = Text("展开列表或结构", "unfold lists and structures")
        findings.refuse(DataProblem(file, expected, how_to_fix, row=1, column=name))


def _texts(column: pa.ChunkedArray) -> list[str]:
    """Return the cells of a column as text; equal values of a dictionary are one text."""
    if not pa.types.is_dictionary(column.type):
        shared: dict[str, str] = {}
        texts = map(cell_text, column.to_pylist())
        return [shared.setdefault(text, text) for text in texts]
    found: list[str] = []
    for chunk in column.chunks:
        words = [cell_text(word) for word in chunk.dictionary.to_pylist()]
        found += ["" if place is None else words[place] for place in chunk.indices.to_pylist()]
    return found
