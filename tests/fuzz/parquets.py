"""Damage to Parquet files: schemas and values that no table of ours has."""

import io
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from tests.fuzz.bases import Rows
from tests.fuzz.cells import cell_texts
from tests.fuzz.raw import Change

BILLION = 1_000_000_000


class Pickled:
    """What leaves a file behind when somebody unpickles it."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Let unpickling touch a file."""
        return Path.touch, (Path("unpickled"),)


def parquet_bytes(table: pa.Table, **options: Any) -> bytes:
    """Return ``table`` as a Parquet file."""
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    return stream.getvalue()


def table_of_rows(rows: Rows) -> pa.Table:
    """Return text columns; rows that are too short or too long are fitted.

    Half a character (a lone surrogate) has no place in one and becomes a question mark.
    """
    writable = [[cell.encode("utf-8", "replace").decode("utf-8") for cell in row] for row in rows]
    heads, *body = writable or [[]]
    columns = [
        pa.array([(row[place : place + 1] or [None])[0] for row in body], pa.string())
        for place in range(len(heads))
    ]
    return pa.Table.from_arrays(columns, names=heads) if columns else pa.table({})


@st.composite
def odd_parquets(draw: st.DrawFn, rows: Rows) -> tuple[Change, bytes]:
    """Return a Parquet file with something odd in schema, values or metadata."""
    change = draw(st.sampled_from(sorted(_CHANGES)))
    return change, _CHANGES[change](draw, table_of_rows(rows))


def _set(draw: st.DrawFn, table: pa.Table, column: pa.Array) -> pa.Table:
    place = draw(st.integers(0, table.num_columns - 1))
    return table.set_column(place, table.column_names[place], column)


def _other_type(draw: st.DrawFn, table: pa.Table) -> bytes:
    samples: list[tuple[Any, pa.DataType]] = [
        (450302, pa.int64()),
        (2020.0, pa.float64()),
        (1.5, pa.float32()),
        (True, pa.bool_()),
        (float("nan"), pa.float64()),
        (None, pa.null()),
        (b"\xff\x00", pa.binary()),
        (b"450302", pa.binary(6)),
        (Decimal("2020.00"), pa.decimal128(12, 2)),
        (datetime(2020, 9, 1, tzinfo=UTC), pa.timestamp("us", "Asia/Shanghai")),
        (2**62, pa.timestamp("ns")),
        (-(2**62), pa.timestamp("us")),
        (2**31 - 1, pa.date32()),
        (2**62, pa.duration("us")),
        (86_399_999_999, pa.time64("us")),
        (2**63 - 1, pa.int64()),
        (["a"], pa.list_(pa.string())),
        ({"a": 1}, pa.struct([("a", pa.int64())])),
        ([("k", "v")], pa.map_(pa.string(), pa.string())),
        (2**64 - 1, pa.uint64()),
        ("男", pa.dictionary(pa.int32(), pa.string())),
        ("x", pa.large_string()),
    ]
    value, kind = draw(st.sampled_from(samples))
    return parquet_bytes(_set(draw, table, pa.array([value] * len(table), kind)))


def _nested(draw: st.DrawFn, table: pa.Table) -> bytes:
    kind, value = pa.string(), "x"
    for _ in range(draw(st.sampled_from([3, 60]))):
        kind, value = pa.list_(kind), [value]
    return parquet_bytes(_set(draw, table, pa.array([value] * len(table), kind)))


def _same_names(draw: st.DrawFn, table: pa.Table) -> bytes:
    name = draw(st.sampled_from(table.column_names))
    return parquet_bytes(table.append_column(name, table.column(0)))


def _odd_name(draw: st.DrawFn, table: pa.Table) -> bytes:
    name = draw(cell_texts).encode("utf-8", "replace").decode()[:5000]
    return parquet_bytes(table.rename_columns([name, *table.column_names[1:]]))


def _bomb(draw: st.DrawFn, table: pa.Table) -> bytes:
    """Return a small file that says one thing very often."""
    length, text = draw(
        st.sampled_from([(20_000_000, "x"), (2000, "x" * 1_000_000), (300_000, "x" * 9000)])
    )
    index = pa.nulls(length, pa.int32()).fill_null(0)
    column = pa.DictionaryArray.from_arrays(index, pa.array([text]))
    return parquet_bytes(pa.table({table.column_names[0]: column}), compression="zstd")


def _huge_values(draw: st.DrawFn, table: pa.Table) -> bytes:
    texts = ["x" * 30_000_000] * draw(st.sampled_from([1, 9]))
    column = pa.table({table.column_names[0]: texts})
    return parquet_bytes(column, compression="zstd", use_dictionary=False)


def _metadata(draw: st.DrawFn, table: pa.Table) -> bytes:
    values = [
        b"",
        b"{",
        b"[]",
        b'{"index_columns": ["__nothing__"], "columns": [], "pandas_version": 1}',
        b'{"index_columns": [{"kind": "range", "start": 0, "stop": 9e99, "step": 0}]}',
        b"\xff\xfe",
        b"x" * 1_000_000,
    ]
    key = draw(st.sampled_from([b"pandas", b"ARROW:schema", b"geo"]))
    return parquet_bytes(table.replace_schema_metadata({key: draw(st.sampled_from(values))}))


def _pickled(draw: st.DrawFn, table: pa.Table) -> bytes:
    names = ["arrow.py_extension_type", "pandas.period", "arrow.uuid", "arrow.json", "geoarrow.wkb"]
    mark = {
        b"ARROW:extension:name": draw(st.sampled_from(names)).encode(),
        b"ARROW:extension:metadata": pickle.dumps(Pickled()),
    }
    field = pa.field(table.column_names[0], pa.string(), metadata=mark)
    return parquet_bytes(table.cast(pa.schema([field, *list(table.schema)[1:]])))


def _written(draw: st.DrawFn, table: pa.Table) -> bytes:
    options = draw(
        st.sampled_from(
            [
                {"compression": "gzip"},
                {"compression": "brotli"},
                {"row_group_size": 1},
                {"version": "1.0"},
                {"data_page_version": "2.0"},
                {"use_dictionary": False},
                {"compression": "none", "write_page_checksum": True},
            ]
        )
    )
    return parquet_bytes(table, **options)


def _other_tables(draw: st.DrawFn, table: pa.Table) -> bytes:
    return parquet_bytes(
        draw(st.sampled_from([pa.table({}), table.slice(0, 0), pa.table({"x": [1, 2]})]))
    )


_CHANGES = {
    "other type": _other_type,
    "nested": _nested,
    "same names": _same_names,
    "odd name": _odd_name,
    "repetition bomb": _bomb,
    "huge values": _huge_values,
    "metadata": _metadata,
    "pickled extension": _pickled,
    "written otherwise": _written,
    "other table": _other_tables,
}
