"""Atomic writing of CSV files."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd


def write_atomically(tables: Iterable[pd.DataFrame], out: Path) -> None:
    """Write ``tables`` below one another to a temporary CSV file, renamed to ``out`` at the end."""
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=out.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            for place, table in enumerate(tables):
                table.to_csv(
                    file, index=False, header=not place, float_format="%.3f", lineterminator="\n"
                )
        os.replace(name, out)
    finally:
        Path(name).unlink(missing_ok=True)
