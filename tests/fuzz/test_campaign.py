"""Whatever stands in a file, reading it ends in figures or in problems that say where and why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz import bases
from tests.fuzz.bases import csv_bytes, workbook_bytes
from tests.fuzz.campaign import Campaign, lay
from tests.fuzz.cases import STRATEGIES, Case
from tests.fuzz.keeper import Keeper, kept_reader
from tests.fuzz.parquets import parquet_bytes, table_of_rows

SEED = 20261124


def undamaged() -> dict[str, Case]:
    """Return what is damaged, before it is."""
    tables = bases.table_rows()
    as_csv = {f"{name}.csv": csv_bytes(rows) for name, rows in tables.items()}
    as_parquet = {
        f"{name}.parquet": parquet_bytes(table_of_rows(rows)) for name, rows in tables.items()
    }
    given = {
        "CSV": ("folder", as_csv),
        "Parquet": ("folder", as_parquet),
        "workbook": ("folder", {"book.xlsx": workbook_bytes(tables)}),
        "enrolment": ("enrolment", {n: csv_bytes(r) for n, r in bases.history_rows().items()}),
        "population": ("population", {n: csv_bytes(r) for n, r in bases.census_inputs().items()}),
        "scenario": ("scenario", {"own.yaml": bases.SCENARIO.encode()}),
        "study": ("study", {"study.yaml": bases.STUDY.encode()}),
    }
    given |= {
        name: ("folder", as_csv | {name: content}) for name, content in bases.boundaries().items()
    }
    return {name: Case(target, name, "", files, "") for name, (target, files) in given.items()}


@pytest.fixture(scope="module")
def keeper() -> Iterator[Keeper]:
    with kept_reader() as keeper:
        yield keeper


def test_every_file_is_read_before_it_is_damaged(keeper: Keeper, tmp_path: Path) -> None:
    ends = {}
    for name, case in undamaged().items():
        folder = tmp_path / name
        lay(case, folder)
        trial = keeper.read(case.target, folder)
        ends[name] = trial.outcome, trial.detail
    assert ends == dict.fromkeys(ends, ("read", ""))


@pytest.mark.parametrize("files", [20, pytest.param(300, marks=pytest.mark.campaign)])
def test_damaged_files_are_read_repaired_or_refused(
    keeper: Keeper, tmp_path: Path, files: int
) -> None:
    # To make a results folder takes as long as all the rest: its files are left to the release.
    groups = [name for name in STRATEGIES if name != "results"]
    trials = Campaign(keeper, tmp_path, every=70).run(files, SEED, groups)
    broken = trials[trials["outcome"] == "broken"]
    assert broken[["kind", "change", "detail"]].to_numpy().tolist() == []
    assert set(trials["outcome"]) == {"read", "repaired", "refused"}
    assert trials["through"].sum() >= (files >= 150) * 2
