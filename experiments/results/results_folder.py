"""The results folder: complete or absent, with every figure traceable to its inputs."""

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from data.bundle import data_files
from data.contract.bases import PUPILS_WORDS, SEATS_STATED, supply_words
from data.contract.rungs import Rung, rung_line
from data.language import Text
from data.problems import DataError, DataProblem
from data.scenario.schema import Scenario
from data.settings import Settings
from experiments.results.folder_lock import complete_folder, replaced
from forecasting.demand import rounded

MANIFEST = "manifest.json"
INPUTS = "inputs"
REPORT, WORKBOOK, PICTURE = "report.html", "学位需求预测.xlsx", "学位需求.png"
WORD_REPORT = "学位需求预测报告.docx"
# Generated from the rest of the folder; users may edit these files.
DELIVERABLES = (WORKBOOK, PICTURE, WORD_REPORT, REPORT)
SCHOOL_PAGE = "schools.html"
PACKAGES = ("xuewei", "numpy", "pandas", "scipy", "scikit-learn", "statsmodels", "xlsxwriter")


def school_page_name(scenario: str, first: str) -> str:
    """Return the file name of the pages of schools under ``scenario``.

    >>> school_page_name("baseline", "baseline"), school_page_name("inflow", "baseline")
    ('schools.html', 'schools-inflow.html')
    """
    return SCHOOL_PAGE if scenario == first else SCHOOL_PAGE.replace(".", f"-{scenario}.")


@contextmanager
def results_folder(target: Path) -> Iterator[Path]:
    """Yield a folder to fill, which becomes ``target`` if the block ends without an error.

    Results that are already in ``target`` move to ``<target>-previous``, replacing those of the run
    before; after an error they stay where they are and the half-made folder is deleted. The caller
    has ``target`` in sole use.

    Raises
    ------
    DataError
        ``target`` is something other than a results folder (it would be replaced), or one of its
        files is open in another program; then the new results stay in the folder that is named.
    """
    target = target.resolve()
    _refuse_foreign(target, previous(target))
    with complete_folder(target, _put_in_place) as partial:
        yield partial


def _put_in_place(new: Path, target: Path) -> None:
    """Replace ``target`` by ``new``, and the previous results by ``target``.

    The folder to delete is renamed first: if partly deleted under its own name, it would no longer
    be recognised as a results folder.
    """
    earlier, gone = previous(target), replaced(target)
    moved = False
    try:
        if target.exists():
            if earlier.exists():
                os.replace(earlier, gone)
            os.replace(target, earlier)
            moved = True
        os.replace(new, target)
    except OSError as error:
        if moved:
            os.replace(earlier, target)
        if gone.exists():
            os.replace(gone, earlier)
        raise DataError([_not_replaceable(target, new, error)]) from error
    shutil.rmtree(gone, ignore_errors=True)


def _not_replaceable(target: Path, new: Path, error: OSError) -> DataProblem:
    return DataProblem(
        str(target),
        Text(
            f"可以替换的结果文件夹（{error.strerror}）",
            f"a replaceable folder ({error.strerror})",
        ),
        Text(
            f"请关闭其中打开的文件后重新运行；新结果暂存于 {new}",
            f"close its open files and run again; the new results are in {new}",
        ),
    )


def previous(target: Path) -> Path:
    """Return the folder to which replaced results are moved."""
    return target.with_name(f"{target.name}-previous")


def scenario_folders(results: Path) -> Path:
    """Return the folder, next to ``results``, of the computed scenarios."""
    results = results.resolve()
    return results.with_name(f"{results.name}-scenarios")


def _refuse_foreign(*folders: Path) -> None:
    problems = [
        DataProblem(
            str(folder),
            Text("空文件夹、新文件夹或以前的结果文件夹", "a new, empty or earlier results folder"),
            Text(
                "它装着别的内容，不会被替换；请换一个 --out",
                "it has other content and was not replaced; choose another --out",
            ),
        )
        for folder in folders
        if folder.exists() and not _replaceable(folder)
    ]
    if problems:
        raise DataError(problems)


def _replaceable(folder: Path) -> bool:
    return folder.is_dir() and ((folder / MANIFEST).exists() or not any(folder.iterdir()))


def write_demand(demand: pd.DataFrame, folder: Path) -> None:
    """Write ``demand.csv`` and ``demand.parquet``; equal tables give equal bytes.

    The CSV begins with a byte-order mark, without which Excel garbles Chinese.
    """
    tidy = rounded(demand)
    tidy.to_csv(folder / "demand.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    tidy.to_parquet(folder / "demand.parquet", index=False)


def write_figures(table: pd.DataFrame, path: Path) -> None:
    """Write a table rounded to three decimals, so that fractions of seats still add up."""
    figures = table.select_dtypes("number").columns
    # Adding 0 turns -0 into 0.
    tidy = table.assign(**{name: table[name].round(3) + 0 for name in figures})
    tidy.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def keep_inputs(data: Path, folder: Path) -> None:
    """Copy the tables of a user's data folder into the results, making them self-contained."""
    kept = folder / INPUTS
    kept.mkdir()
    for file in data_files(data):
        shutil.copyfile(file, kept / file.name)


@dataclass(frozen=True)
class StudyText:
    """Title and description of a study in MLflow.

    Parameters
    ----------
    title : name of the MLflow experiment
    description : purpose of the study
    """

    title: Text
    description: Text


def write_manifest(
    folder: Path,
    study: StudyText,
    scenarios: Sequence[Scenario],
    data: Mapping[str, Any],
    settings: Settings,
    digests: Mapping[str, str],
    shown: Sequence[str],
) -> None:
    """Write ``manifest.json`` with everything needed to reproduce the results.

    Parameters
    ----------
    folder : results folder with all its tables and draws
    study : title and description
    scenarios : scenarios in the results, saved with all assumptions
    data : ``data``, the name of the data folder; ``names`` of areas by adcode; ``data_sha256`` of
        its files; ``observed_years`` of stages; ``school_sizes`` of the rounding of classes;
        ``tables``, the profile of each input table
    settings : choices of the forecast
    digests : scenario → digest of everything that determined its figures
    shown : areas shown in reports
    """
    content = {
        "study": asdict(study),
        **data,
        "settings": asdict(settings),
        "scenarios": [scenario.model_dump() for scenario in scenarios],
        "scenario_digests": dict(digests),
        "words": {
            "rung": {str(rung): rung_line(rung)._asdict() for rung in Rung},
            "pupils_basis": {str(code): text._asdict() for code, text in PUPILS_WORDS.items()},
            "supply_basis": {
                SEATS_STATED: supply_words(SEATS_STATED)._asdict(),
                "in_use_…": Text(
                    "该年在用学位；“缺口”是与它相比多或少，不是短缺",
                    "seats in use in that year; the gap is the change against them, no shortage",
                )._asdict(),
            },
        },
        "shown": list(shown),
        "results_sha256": _written(folder),
        "versions": {"python": platform.python_version()}
        | {package: version(package) for package in PACKAGES},
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def results_hold(folder: Path, study: StudyText, digests: Mapping[str, str]) -> bool:
    """Return whether ``folder`` holds the unchanged results of these scenarios, in this order.

    Files generated from the rest only need to exist.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return (
            list(manifest["scenario_digests"].items()) == list(digests.items())
            and manifest["study"] == json.loads(json.dumps(asdict(study)))
            and all((folder / name).is_file() for name in DELIVERABLES)
            and all(
                sha256_of(folder / name) == digest
                for name, digest in manifest["results_sha256"].items()
            )
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False


def _written(folder: Path) -> dict[str, str]:
    found = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): sha256_of(file) for file in found}


def sha256_of(file: Path) -> str:
    """Return the sha256 of a file, read in chunks."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
