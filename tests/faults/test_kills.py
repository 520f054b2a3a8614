"""kill -9 at random moments: the rerun ends as if undisturbed, and nothing from before is lost.

``make faults KILLS=50`` does it as often as docs/reliability.md states.
"""

import os
import random
import re
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.commands import BASELINE, KILLS, killed, xuewei
from tests.faults.state import State, state

# By itself late in each command, where most is at stake.
SEED = int(os.environ.get("XUEWEI_KILL_SEED", "43"))
DATE = re.compile(r" \d{4}-\d{2}-\d{2}$")
NOWHERE = "http://127.0.0.1:9"  # the port that discards what it gets; nobody listens
STUDY = """\
title_zh: 研究
data: tables
scenarios: [baseline, small_classes]
now: 2026
until: 2030
draws: 50
out: results
"""


def before_forecast(work: Path) -> None:
    shutil.copytree(work / "results", work / "results-previous")


def before_study(work: Path) -> None:
    (work / "study.yaml").write_text(STUDY, encoding="utf-8")


def before_plan(work: Path) -> None:
    xuewei(work, "plan", "results", "--shortage", "8")


def before_sync(work: Path) -> None:
    """A store that is still to be made, and something of every kind to be sent to it."""
    shutil.rmtree(work / "mlruns")
    nowhere = ("--tracking-uri", NOWHERE)
    xuewei(work, *BASELINE, "--scenario", "small_classes", *nowhere)
    xuewei(work, "plan", "results", *nowhere)
    xuewei(work, "compare", "baseline", "small_classes", *nowhere)


@dataclass(frozen=True)
class Case:
    """A command, and what was there before it."""

    before: Callable[[Path], None]
    command: tuple[str, ...]


CASES = {
    # The fastest first; a forecast dies in the same places as a study.
    "sync": Case(before_sync, ("sync", "--tracking-uri", "sqlite:///{work}/mlruns/mlflow.db")),
    "plan": Case(before_plan, ("plan", "results")),
    "study": Case(before_study, ("study", "study.yaml")),
    "forecast": Case(before_forecast, BASELINE),
}


def reset(work: Path, kept: Path) -> None:
    """Put back what was there before, at the same place: stores know the paths of their files."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(kept, work, symlinks=True)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize(
    "name", ["sync", *(pytest.param(name, marks=pytest.mark.campaign) for name in list(CASES)[1:])]
)
def test_killed_at_any_moment_the_rerun_ends_as_if_undisturbed(
    name: str, base: Path, tmp_path: Path
):
    work, kept = tmp_path / "work", tmp_path / "kept"
    shutil.copytree(base, work)
    case = CASES[name]
    command = [word.format(work=work.as_posix()) for word in case.command]
    case.before(work)
    work.rename(kept)
    reset(work, kept)
    before = state(work)
    began = time.monotonic()
    xuewei(work, *command)
    took = time.monotonic() - began
    undisturbed = state(work)
    assert {run[2] for run in undisturbed.runs} == {"FINISHED"}

    chance = random.Random(f"{SEED} {name}")  # noqa: S311 - moments, not secrets
    struck, failures = 0, []
    for trial in range(KILLS):
        reset(work, kept)
        moment = chance.uniform(0, took)
        group = trial % 2 == 0
        was_struck = killed(work, *command, after=moment, group=group)
        struck += was_struck
        faults = lost(before, state(work))
        xuewei(work, *command)
        faults += unlike(undisturbed, state(work))
        trial_name = f"{name} {trial + 1}/{KILLS} at {moment:.2f} s of {took:.2f}, group {group}"
        print(f"{trial_name}: {'killed' if was_struck else 'had ended'} {faults}", flush=True)
        failures += [f"{trial_name}: {fault}" for fault in faults]
    print(f"{name}: {struck} of {KILLS} killed before the end, {len(failures)} faults", flush=True)
    assert struck or KILLS < 4  # the machine may have become faster
    assert not failures, "\n".join(failures)


def lost(before: State, after: State) -> list[str]:
    """Return what of the earlier results and runs cannot be read right after a kill."""
    faults = []
    earlier = before.within("results")
    if not any(covers(after.within(place), earlier) for place in ("results", "results-previous")):
        faults.append("earlier results are gone")
    after_runs = [figures(run) for run in after.runs]
    faults += [f"run {run[1]} is changed" for run in before.runs if figures(run) not in after_runs]
    return faults


def covers(found: dict[str, str], earlier: dict[str, str]) -> bool:
    """Return whether every file of the forecast is there as it was; a plan may be the new one."""
    figures = ("demand", "why", "residence", "draws", "学位", "变化", "manifest")
    return all(
        found.get(name) == digest for name, digest in earlier.items() if name.startswith(figures)
    )


def figures(run: tuple) -> tuple:
    """Return what a later command does not add to: state, parameters, figures of the forecast.

    A run that is no longer the current one has its date in its name.
    """
    experiment, name, status, tags, params, metrics, _ = run
    part = dict(tags).get("results_digest")
    return experiment, DATE.sub("", name), status, part, tuple(params), tuple(metrics)


def unlike(wanted: State, found: State) -> list[str]:
    """Return where the rerun ended otherwise than the undisturbed run."""
    pairs = {part: (getattr(wanted, part), getattr(found, part)) for part in vars(wanted)}
    return [
        f"{part}: {difference(*pair)[:6]}" for part, pair in pairs.items() if pair[0] != pair[1]
    ]


def difference(one: object, other: object) -> list[object]:
    """Return what is in one of two lists or mappings alone."""
    pair = [list(held.items()) if isinstance(held, dict) else list(held) for held in (one, other)]
    return [
        (side, str(entry)[:300])
        for side, own, across in (("wanted", *pair), ("found", *pair[::-1]))
        for entry in own
        if entry not in across
    ]
