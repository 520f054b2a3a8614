"""Atomic writing of CSV files."""

import os
import tempfile
from pathlib import Path

import pandas as pd


def write_atomically(table: pd.DataFrame, out: Path) -> None:
    """Write ``table`` to a temporary CSV file and rename it to ``out`` when complete."""
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=out.name, suffix=".part")
    os.close(handle)
    try:
        table.to_csv(name, index=False, encoding="utf-8", float_format="%.3f", lineterminator="\n")
        os.replace(name, out)
    finally:
        Path(name).unlink(missing_ok=True)
