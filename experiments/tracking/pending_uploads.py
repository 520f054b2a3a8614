"""Runs that no store holds yet: kept beside the results, with their parts, until they are sent.

``<results>-parts/unsent/<digest>`` is laid out like a results folder, of which it keeps the reports
and a planner's own tables, since the results may be replaced before the runs are sent.
"""

import json
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data.language import Text
from experiments.results.digests import code_digest, digest_of
from experiments.results.folder import INPUTS, run_files
from experiments.results.folder_lock import whole
from experiments.results.reader import kept_scenario
from experiments.tracking.store import EARLIER, without_password
from experiments.tracking.study_runs import ScenarioRun, StudyRuns

UNSENT, STUDY, SENT = "unsent", "study.json", "sent.json"


@dataclass(frozen=True)
class Unsent:
    """A study to be logged.

    Parameters
    ----------
    folder : where its reports and its planner's tables are
    store : address of the store it was for, without a password
    study, runs : what is to be logged
    same_code : whether the program is still the one that made it
    """

    folder: Path
    store: str
    study: StudyRuns
    runs: Sequence[ScenarioRun]
    same_code: bool

    @property
    def inputs(self) -> Path | None:
        """The planner's own tables; None for the bundled reference."""
        return self.folder / INPUTS if (self.folder / INPUTS).exists() else None


def parts_folder(results: Path) -> Path:
    """Return the folder of parts beside ``results``."""
    results = results.resolve()
    return results.with_name(f"{results.name}-parts")


def keep(
    results: Path, store: str, study: StudyRuns, runs: Sequence[ScenarioRun], *, passing: bool
) -> None:
    """Note that the runs of ``results`` are to be logged.

    What was kept of the study before becomes an earlier version of it.

    Parameters
    ----------
    results : results folder, whole
    store : address of the store
    study, runs : what is to be logged
    passing : whether the parts go once they are logged
    """
    parts = {run.scenario.name: run.part.name for run in runs}
    for other in _places(results, STUDY):
        if _note(other, STUDY)["study"]["title"] == [*study.title]:
            (other / EARLIER).touch()
    note = {
        "store": without_password(store),
        "study": asdict(study),
        "scenarios": [run.scenario.model_dump(mode="json") for run in runs],
        "parts": parts,
        "passing": passing,
        "code_digest": code_digest(),
    }
    place = _place(results, study.title, parts)
    if place.exists():
        shutil.rmtree(place)
    with whole(place) as partial:
        for name, file in run_files(results, first=True).items():
            shutil.copyfile(file, partial / name)
        if (results / INPUTS).exists():
            shutil.copytree(results / INPUTS, partial / INPUTS)
        text = json.dumps(note, ensure_ascii=False, indent=2) + "\n"
        (partial / STUDY).write_text(text, encoding="utf-8")


def forget(results: Path, title: Text, parts: Mapping[str, str]) -> None:
    """Mark a study as sent; :func:`tidy` removes what was kept of it.

    Parameters
    ----------
    results : results folder
    title : title of the study
    parts : scenario → digest of its part
    """
    note = _place(results, title, parts) / STUDY
    if note.exists():
        os.replace(note, note.with_name(SENT))


def tidy(results: Path, kept: Collection[str] | None = None) -> None:
    """Remove what was kept of runs that were sent, and parts that nothing needs.

    Parameters
    ----------
    results : results folder
    kept : names of the parts to keep besides those of unsent runs; None for all but passing ones
    """
    folder = parts_folder(results)
    if not folder.exists():
        return
    sent = set[str]().union(*_digests(results, SENT, passing=True))
    for part in unwanted(results, ()):
        if part in sent if kept is None else part not in kept:
            shutil.rmtree(folder / part)
    waiting = _places(results, STUDY)
    for place in (folder / UNSENT).glob("*"):
        if place not in waiting:
            shutil.rmtree(place)
    for empty in (folder / UNSENT, folder):
        if empty.exists() and not any(empty.iterdir()):
            empty.rmdir()


def unwanted(results: Path, kept: Collection[str]) -> list[str]:
    """Return the names of parts but those ``kept`` and those of unsent runs."""
    wanted = {UNSENT, *kept}.union(*_digests(results, STUDY))
    return [part.name for part in parts_folder(results).iterdir() if part.name not in wanted]


def unsent(results: Path) -> list[Unsent]:
    """Return what is to be logged of ``results`` and of results before them, the newest last."""
    found = _places(results, STUDY)
    return [_read(one) for one in sorted(found, key=lambda one: not (one / EARLIER).exists())]


def _read(place: Path) -> Unsent:
    note = _note(place, STUDY)
    given = note["study"]
    texts = {key: Text(*given[key]) for key in ("title", "description")}
    version = {"version": EARLIER} if (place / EARLIER).exists() else {}
    scenarios = [kept_scenario(one) for one in note["scenarios"]]
    parts = [place.parent.parent / note["parts"][one.name] for one in scenarios]
    runs = [
        ScenarioRun(scenario, scenarios[0], order, part, parts[0])
        for order, (scenario, part) in enumerate(zip(scenarios, parts, strict=True))
    ]
    study = StudyRuns(**given | texts | version)
    return Unsent(place, note["store"], study, runs, note["code_digest"] == code_digest())


def _digests(results: Path, name: str, *, passing: bool = False) -> list[Collection[str]]:
    """Return the parts that each note of this name is about."""
    notes = [_note(place, name) for place in _places(results, name)]
    return [note["parts"].values() for note in notes if note["passing"] or not passing]


def _places(results: Path, name: str) -> list[Path]:
    """Return the folders with a note of this name; one that a power cut left broken is none."""
    found = [note.parent for note in (parts_folder(results) / UNSENT).glob(f"*/{name}")]
    return sorted(one for one in found if not one.name.startswith(".") and _note(one, name))


def _note(place: Path, name: str) -> dict[str, Any]:
    try:
        return json.loads((place / name).read_text(encoding="utf-8"))
    except ValueError:
        return {}


def _place(results: Path, title: Text, parts: Mapping[str, str]) -> Path:
    return parts_folder(results) / UNSENT / digest_of([title, parts])[:16]
