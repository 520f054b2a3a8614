"""``make fuzz``: damaged files by the thousand, each read in a watched process, and a table."""

import argparse
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.bases import XUEWEI
from tests.fuzz.cases import STRATEGIES, Case
from tests.fuzz.keeper import Keeper, Trial, kept_reader
from tests.fuzz.targets import arguments

OUTCOMES = ("read", "repaired", "refused", "broken")
RELIABILITY = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
MARKS = "<!-- make fuzz -->\n", "<!-- end of make fuzz -->\n"


@dataclass
class Campaign:
    """Trials as they come in.

    Parameters
    ----------
    keeper : the process that reads
    kept : folder that broken cases are kept in; None keeps none
    every : one case in so many goes through the command line as well
    """

    keeper: Keeper
    kept: Path | None
    every: int
    rows: list[dict[str, object]] = field(default_factory=list)

    def run(self, count: int, start: int, groups: Sequence[str]) -> pd.DataFrame:
        """Return a row a trial of about ``count`` cases of ``groups`` that follow from a seed."""
        share_of_all = sum(STRATEGIES[name][1] for name in groups)
        for name in groups:
            strategy, share = STRATEGIES[name]
            options = settings(
                max_examples=max(1, round(count * share / share_of_all)),
                phases=[Phase.generate],
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            seed(start)(options(given(strategy)(self._try)))()
            print(f"{name}: {len(self.rows)} so far", file=sys.stderr, flush=True)
        return pd.DataFrame(self.rows)

    def _try(self, case: Case) -> None:
        with TemporaryDirectory() as home:
            folder = Path(home) / "input"
            lay(case, folder)
            trial = self.keeper.read(case.target, folder)
        through = None
        if self.every and len(self.rows) % self.every == 0 and trial.outcome != "broken":
            through = command_line(case)
            if through not in _exits(trial, case):
                trial = Trial("broken", trial.seconds, trial.megabytes, f"command line: {through}")
        self.rows.append(
            {
                "kind": case.kind,
                "change": case.change,
                "through": through is not None,
                **vars(trial),
            }
        )
        if trial.outcome == "broken" and self.kept is not None:
            lay(case, self.kept / f"{len(self.rows):05d}-{case.target}")


def _exits(trial: Trial, case: Case) -> set[int]:
    """Return how the command line may end where the reader ended so."""
    if trial.outcome == "refused":
        return {2}
    # A study names data and scenarios that are not there.
    return {0, 2} if case.target == "study" else {0}


def lay(case: Case, folder: Path) -> None:
    """Write the files of ``case`` into ``folder``."""
    for name, content in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def command_line(case: Case) -> int | str:
    """Return the exit code of the command on ``case``; the traceback if it printed one."""
    with TemporaryDirectory() as home:
        folder = Path(home) / "input"
        lay(case, folder)
        done = subprocess.run(  # noqa: S603 - our own command
            [*XUEWEI, *arguments(case.target, folder)],
            cwd=home,
            capture_output=True,
            check=False,
            timeout=120,
        )
    printed = (done.stdout + done.stderr).decode("utf-8", "replace")
    return printed[-400:] if "Traceback" in printed else done.returncode


def table(trials: pd.DataFrame) -> str:
    """Return outcomes by format, and the most that one file took, as a table in Markdown."""
    counts = pd.crosstab(trials["kind"], trials["outcome"])
    counts = counts.reindex(columns=OUTCOMES, fill_value=0)
    counts.insert(0, "files", trials.groupby("kind").size())
    refused = trials[trials["outcome"] == "refused"]
    counts["refusals with a place"] = refused.groupby("kind")["placed"].sum()
    counts["most s"] = trials.groupby("kind")["seconds"].max().round(1)
    counts["most MB"] = trials.groupby("kind")["megabytes"].max().round(0).astype(int)
    total = counts.sum().rename("all")
    total[["most s", "most MB"]] = counts[["most s", "most MB"]].max()
    counts = pd.concat([counts, total.to_frame().T]).fillna(0)
    lines = ["| input | " + " | ".join(counts) + " |", "|---|" + "---:|" * counts.shape[1]]
    lines += [
        f"| {kind} | " + " | ".join(f"{value:,.10g}" for value in row) + " |"
        for kind, row in zip(counts.index, counts.to_numpy(dtype=float), strict=True)
    ]
    return "\n".join(lines) + "\n"


def write_into(document: Path, text: str) -> None:
    """Put ``text`` between the marks in ``document``."""
    old = document.read_text(encoding="utf-8")
    between = re.escape(MARKS[0]) + ".*?" + re.escape(MARKS[1])
    new = re.sub(between, lambda _: MARKS[0] + text + MARKS[1], old, flags=re.DOTALL)
    document.write_text(new, encoding="utf-8")


def _group(wanted: argparse.Namespace, name: str) -> pd.DataFrame:
    """Return the trials of one group; its share of the files is that among the groups wanted."""
    share_of_all = sum(STRATEGIES[one][1] for one in wanted.only)
    count = max(1, round(wanted.count * STRATEGIES[name][1] / share_of_all))
    kept = wanted.kept and wanted.kept / name
    with kept_reader() as keeper:
        return Campaign(keeper, kept, wanted.every).run(count, wanted.seed, [name])


def main() -> int:
    """Run the campaign that the command line asks for; return 1 if anything broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=sorted(STRATEGIES), nargs="+", default=list(STRATEGIES))
    parser.add_argument("--every", type=int, default=100, help="one in so many by command line")
    parser.add_argument("--kept", type=Path, help="folder for the files that broke something")
    parser.add_argument("--write", action="store_true", help="renew docs/reliability.md")
    wanted = parser.parse_args()
    begun = time.monotonic()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        trials = pd.concat(pool.map(partial(_group, wanted), wanted.only), ignore_index=True)
    text = table(trials)
    through = int(trials["through"].sum())
    text += (
        f"\n{len(trials):,} files, seed {wanted.seed}; {through:,} through the command line too.\n"
    )
    if wanted.write:
        write_into(RELIABILITY, text)
    broken = Counter(trials.loc[trials["outcome"] == "broken", "detail"].str.slice(0, 160))
    print(text, f"{time.monotonic() - begun:.0f} s", sep="\n")
    for detail, times in broken.most_common():
        print(f"{times:5d} × {detail}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
