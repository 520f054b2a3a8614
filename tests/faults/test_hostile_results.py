"""A results folder from somebody who means harm: refused with a sentence, nothing outside is read.

Damage without intent is the matter of ``tests/fuzz``.
"""

import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from data.problems import DataError
from experiments.results.draws_file import draws_path, read_draws
from experiments.results.reader import LARGEST_MANIFEST, read_results
from experiments.results.results_folder import MANIFEST
from experiments.tracking.track import track
from tests.synthetic_results import write_synthetic_results

OUTSIDE = "a text outside of the folder"
TOUCHED = "executed"


class Executed:
    """An object that makes a file when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (TOUCHED, "w")


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.txt").write_text(OUTSIDE, encoding="utf-8")
    return write_synthetic_results(tmp_path / "results")


def edit_manifest(results: Path, change: Callable[[dict], object]) -> None:
    manifest = json.loads((results / MANIFEST).read_text("utf-8"))
    change(manifest)
    (results / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def link(results: Path, name: str) -> None:
    (results / name).unlink()
    (results / name).symlink_to(results.parent / "secret.txt")


def device(results: Path, name: str) -> None:
    (results / name).unlink()
    (results / name).symlink_to("/dev/zero")


def pipe(results: Path, name: str) -> None:
    (results / name).unlink()
    os.mkfifo(results / name)


def link_folder(results: Path, _: str) -> None:
    (results / "inputs").symlink_to(results.parent)


def scenario_named_as_a_path(results: Path, _: str) -> None:
    edit_manifest(results, lambda one: one["scenarios"][0].update(name="../../secret"))


def endless_brackets(results: Path, _: str) -> None:
    (results / MANIFEST).write_text("[" * 200_000, encoding="utf-8")


def giant_manifest(results: Path, _: str) -> None:
    with (results / MANIFEST).open("r+b") as file:
        file.truncate(LARGEST_MANIFEST + 1)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX links and pipes")
@pytest.mark.parametrize(
    ("harm", "name"),
    [
        (link, "report.html"),
        (link, "demand.parquet"),
        (link, MANIFEST),
        (link, "draws/baseline.npz"),
        (device, "why.csv"),
        (pipe, "demand.parquet"),
        (pipe, MANIFEST),
        (link_folder, "inputs"),
        (scenario_named_as_a_path, MANIFEST),
        (endless_brackets, MANIFEST),
        (giant_manifest, MANIFEST),
    ],
)
def test_a_harmful_folder_is_refused(results: Path, harm: Callable[[Path, str], None], name: str):
    harm(results, name)
    with pytest.raises(DataError) as refused:
        read_results(results)
    assert all(problem.how_to_fix for problem in refused.value.problems)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX links")
@pytest.mark.parametrize("name", ["report.html", "tracking.json"])
def test_what_a_link_leads_to_is_neither_logged_nor_overwritten(results: Path, name: str):
    (results / name).unlink(missing_ok=True)
    (results / name).symlink_to(results.parent / "secret.txt")
    with pytest.raises(DataError):
        track(results, f"sqlite:///{results.parent}/runs.db")
    assert (results.parent / "secret.txt").read_text("utf-8") == OUTSIDE
    assert not (results.parent / "runs.db").exists()


@pytest.mark.parametrize("entry", ["required.npy", "areas.npy"])
def test_pickles_among_the_draws_are_not_executed(results: Path, entry: str):
    path = draws_path(results, "baseline")
    with zipfile.ZipFile(path) as file:
        content = {name: file.read(name) for name in file.namelist()}
    objects = np.empty(1, dtype=object)
    objects[0] = Executed()
    with zipfile.ZipFile(path, "w") as file, file.open(entry, "w") as array:
        np.lib.format.write_array(array, objects, allow_pickle=True)
    with zipfile.ZipFile(path, "a") as file:
        for name in content.keys() - {entry}:
            file.writestr(name, content[name])
    with pytest.raises(DataError):
        read_draws(path)
    path.write_bytes(pickle.dumps(Executed()))
    with pytest.raises(DataError):
        read_draws(path)
    assert not Path(TOUCHED).exists()


def test_draws_that_state_more_than_memory_holds_are_refused(results: Path):
    path = draws_path(results, "baseline")
    with zipfile.ZipFile(path, "w") as file, file.open("areas.npy", "w") as array:
        header = {"descr": "<f4", "fortran_order": False, "shape": (10**13,)}
        np.lib.format.write_array_header_1_0(array, header)
    with pytest.raises(DataError):
        read_draws(path)
