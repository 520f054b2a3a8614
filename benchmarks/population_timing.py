"""Time and memory of the complete command for 300, 1,000 and 2,943 counties."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from data.reference.china_panel import county_age_sex, county_attributes

COUNTIES, YEAR = (300, 1000, 2943), 2010
JOB = "from experiments.cli import main; main()"


def timing_table() -> list[str]:
    """Return Markdown lines: time and peak memory, without and with attributes of the counties."""
    lines = [
        "| counties | attributes | s | processor s | ms a county | peak memory, MB |",
        "|---:|---|---:|---:|---:|---:|",
    ]
    for count in COUNTIES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            # In a process of its own: memory of this one would be counted as the command's.
            subprocess.run([sys.executable, __file__, name, str(count)], check=True)  # noqa: S603
            for known in (False, True):
                clock, processor, memory = _run(folder, known=known)
                lines.append(
                    f"| {count:,} | {'yes' if known else 'no'} | {clock:.0f} | {processor:.0f} "
                    f"| {1000 * clock / count:.0f} | {memory:,.0f} |"
                )
    return lines


def _write_tables(folder: Path, count: int) -> None:
    _copied(county_age_sex(YEAR), count).to_csv(folder / "census.csv", index=False)
    _copied(county_attributes(YEAR), count).to_csv(folder / "attributes.csv", index=False)


def _copied(panel: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return the rows of ``count`` counties; beyond the panel's, some again under other codes."""
    codes = county_age_sex(YEAR)["adcode"].unique()
    again = codes[: max(count - len(codes), 0)]
    nobody = {
        code: f"99{1 + place // 99:02d}{1 + place % 99:02d}" for place, code in enumerate(again)
    }
    first = panel[panel["adcode"].isin(codes[:count])]
    copies = panel[panel["adcode"].isin(again)]
    return pd.concat([first, copies.assign(adcode=copies["adcode"].map(nobody))])


def _run(folder: Path, *, known: bool) -> tuple[float, float, float]:
    """Return seconds, processor seconds and MB of the command."""
    files = ["--census", str(folder / "census.csv"), "--out", str(folder / "out.csv")]
    files += ["--attributes", str(folder / "attributes.csv")] if known else []
    command = [sys.executable, "-c", JOB, "population", *files]
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603
        [*command, "--from", str(YEAR), "--to", str(YEAR + 10)], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"xuewei population failed with {status}")
    processor = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, processor, usage.ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _write_tables(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        print("\n".join(timing_table()))
