"""Every case through the command line, and what came of it as a table for ``docs/reliability.md``.

Run ``make safety``; the words after it choose commands.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

import pandas as pd

from tests.experiments.commands.test_forecast import xuewei
from tests.safety.cases import CASES
from tests.safety.coherent import demand_faults, enrolment_faults, population_faults
from tests.safety.made_up import Tables, write_files, write_folder

FIGURES, REFUSED, NO_DATA = "coherent figures", "refused with the reason", "no table for it"
COMMANDS = ("enrolment", "population", "forecast", "backtest")
CODES = {"adcode": str, "area_id": str, "grade": str}
BAD_INPUT = 2


def arguments(command: str, tables: Tables, folder: Path) -> tuple[list[str], Path] | None:
    """Return the arguments of a command and the table it writes, None where it has no input."""
    if command == "forecast":
        write_folder(tables, folder / "data")
        few = ["--draws", "60", "--now", "2025", "--scenario", "baseline"]
        out = folder / "results"
        return [
            command,
            *few,
            "--data",
            str(folder / "data"),
            "--out",
            str(out),
        ], out / "demand.csv"
    folder.mkdir()
    files = write_files(tables, folder)
    born = ["--births", str(files["births"])] if files["births"].exists() else []
    out = folder / "out.csv"
    if command == "population":
        given = ["--census", str(files["census"]), "--from", "2020", "--to", "2035"]
        return (
            ([command, *given, *born, "--out", str(out)], out) if files["census"].exists() else None
        )
    if not files["history"].exists():
        return None
    given = ["--history", str(files["history"]), *born]
    if command == "enrolment":
        return [command, *given, "--horizon", "10", "--out", str(out)], out
    scores = folder / "scores"
    origins = ["--origins", "2020:2022", "--horizons", "1", "--models", "xuewei"]
    return [command, *given, *origins, "--out", str(scores)], scores / "scores.csv"


def outcome(command: str, name: str, root: Path) -> str:
    """Return what came of a case: one of the words above, or what is wrong."""
    called = arguments(command, CASES[name].tables(), root / f"{command}-{name.replace(' ', '_')}")
    if called is None:
        return NO_DATA
    done = xuewei("--lang", "en", *called[0], folder=root)
    if done.returncode == BAD_INPUT and done.stderr.strip() and "Traceback" not in done.stderr:
        return REFUSED
    if done.returncode:
        return f"exit {done.returncode}: {done.stderr.strip().splitlines()[-1:]}"
    table = pd.read_csv(called[1], dtype=CODES)
    faults = {
        "forecast": demand_faults,
        "enrolment": enrolment_faults,
        "population": population_faults,
        "backtest": lambda scores: ["no scores"] * scores.empty,
    }[command](table)
    return "; ".join(faults) or FIGURES


def main() -> None:
    """Print one line a case and command, then the counts."""
    counts: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for command in sys.argv[1:] or COMMANDS:
            for name in CASES:
                result = outcome(command, name, Path(folder))
                counts[command, result] += 1
                print(f"{command}: {name}: {result}", flush=True)
    print("\n| command | outcome | cases |\n|---|---|---|")
    for (command, result), count in counts.items():
        print(f"| `xuewei {command}` | {result} | {count} |")
    sys.exit(any(result not in {FIGURES, REFUSED, NO_DATA} for _, result in counts))


if __name__ == "__main__":
    main()
