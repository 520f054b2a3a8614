"""A CSV that is there whole or not at all."""

import os
import tempfile
from pathlib import Path

import pandas as pd


def write_atomically(table: pd.DataFrame, out: Path) -> None:
    """Write ``table`` as CSV beside ``out`` and put it in place when it is whole."""
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=out.name, suffix=".part")
    os.close(handle)
    try:
        table.to_csv(name, index=False, encoding="utf-8", float_format="%.3f", lineterminator="\n")
        os.replace(name, out)
    finally:
        Path(name).unlink(missing_ok=True)
