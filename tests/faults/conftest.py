"""A small city that was forecast once, and what an undisturbed forecast after it leaves."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import AREAS, POPULATION
from tests.faults.commands import BASELINE, xuewei
from tests.faults.state import digests


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("city") / "tables"
    place.mkdir()
    (place / "areas.csv").write_text(AREAS, encoding="utf-8")
    (place / "population.csv").write_text(POPULATION, encoding="utf-8")
    return place


@pytest.fixture(scope="session")
def base(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with results and runs of seed 2."""
    place = tmp_path_factory.mktemp("base")
    shutil.copytree(tables, place / "tables")
    xuewei(place, *BASELINE, "--seed", "2")
    return place


@pytest.fixture(scope="session")
def undisturbed(base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The results of seed 1, made after those of seed 2."""
    place = tmp_path_factory.mktemp("undisturbed") / "work"
    shutil.copytree(base, place)
    xuewei(place, *BASELINE)
    return digests(place)


@pytest.fixture
def work(base: Path, tmp_path: Path) -> Path:
    shutil.copytree(base, tmp_path / "work")
    return tmp_path / "work"
