"""Time and memory of the complete command for 300, 1,000 and 2,943 counties."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from data.reference.china_panel import county_age_sex

COUNTIES = (300, 1000, 2943)
JOB = "from experiments.cli import main; main()"


def timing_table() -> list[str]:
    """Return Markdown lines: seconds, seconds per county and peak memory by number of counties."""
    lines = ["| counties | s | ms a county | peak memory, MB |", "|---:|---:|---:|---:|"]
    panel = county_age_sex(2010)
    codes = panel["adcode"].unique()
    for count in COUNTIES:
        with tempfile.TemporaryDirectory() as name:
            census = Path(name) / "census.csv"
            first = panel[panel["adcode"].isin(codes[:count])]
            # The panel has 2,026 counties: beyond them, some stand again under codes of nobody.
            again = panel[panel["adcode"].isin(codes[: max(count - len(codes), 0)])]
            place = pd.factorize(again["adcode"])[0]
            nobody = [f"99{1 + one // 99:02d}{1 + one % 99:02d}" for one in place]
            again = again.assign(adcode=nobody)
            pd.concat([first, again]).to_csv(census, index=False)
            seconds, memory = _run(census, Path(name) / "out.csv")
        lines.append(
            f"| {count:,} | {seconds:.0f} | {1000 * seconds / count:.0f} | {memory:,.0f} |"
        )
    return lines


def _run(census: Path, out: Path) -> tuple[float, float]:
    arguments = ["population", "--census", str(census), "--from", "2010", "--to", "2020"]
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", JOB, *arguments, "--out", str(out)], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"xuewei population failed with {status}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024
