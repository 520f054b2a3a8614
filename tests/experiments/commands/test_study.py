"""Studies from the command line: made once, taken up where they were left, not made twice."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from mlflow import MlflowClient

from data.contract.stages import STAGES
from data.problems import DataError
from data.scenario.schema import BUNDLED
from data.scenario.study_file import Study, load_study
from experiments.commands.study import request_of
from experiments.results.reader import read_results
from experiments.tracking.marker import MARKER

STUDY = """\
title_zh: 两个情景
scenarios: [baseline, return_migration]
now: 2026
until: 2030
draws: 50
out: results
"""
TODAY = date(2026, 11, 24)
RUNS = 2 * (1 + 17)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from experiments.cli import main; main()", *arguments]


def xuewei(folder: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command with our own arguments
        command(*arguments),
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def contents(folder: Path) -> dict[str, bytes]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def modified(folder: Path) -> dict[Path, int]:
    """Return file → time of its last change, without the lock, which every command takes."""
    files = [one for one in folder.rglob("*") if one.is_file() and one.suffix != ".lock"]
    return {one: one.stat().st_mtime_ns for one in files}


def statuses(folder: Path) -> list[str]:
    """The state of every scenario's and county's run that was not deleted."""
    with closing(sqlite3.connect(folder / "mlruns" / "mlflow.db")) as database:
        rows = database.execute(
            "SELECT status FROM runs JOIN tags USING (run_uuid)"
            " WHERE lifecycle_stage = 'active' AND key = 'results_digest'"
        )
        return [status for (status,) in rows]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    xuewei(folder, "study", "study.yaml")
    return folder


def test_a_study_leaves_results_like_a_forecast_and_a_folder_per_scenario(undisturbed: Path):
    results = read_results(undisturbed / "results")
    assert [one.name for one in results.scenarios] == ["baseline", "return_migration"]
    assert set(results.differences["scenario"]) == {"return_migration"}
    assert results.draws("return_migration").required.shape == (17, len(STAGES), 11, 50)
    assert len(list((undisturbed / "results-scenarios").iterdir())) == 2
    assert statuses(undisturbed) == ["FINISHED"] * RUNS


def test_unchanged_nothing_is_made_or_logged_again(undisturbed: Path):
    before = modified(undisturbed)
    code = (
        "import sys\nfrom experiments.cli import main\n"
        "try:\n    main()\nfinally:\n    print('mlflow' in sys.modules, 'sklearn' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", code, "study", "study.yaml"],
        cwd=undisturbed,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert "沿用已有结果" in done.stdout
    assert done.stdout.rstrip().endswith("False False")
    assert modified(undisturbed) == before


@pytest.mark.slow
def test_a_store_that_is_gone_is_filled_again_and_results_are_made_of_their_scenarios(
    undisturbed: Path, tmp_path: Path
):
    kept = undisturbed / "results-scenarios"
    made = {one: one.stat().st_ctime_ns for one in kept.iterdir()}
    before = contents(undisturbed / "results")
    store = f"sqlite:///{tmp_path / 'mlflow.db'}"
    (undisturbed / "results" / "demand.csv").unlink()
    xuewei(undisturbed, "study", "study.yaml", "--tracking-uri", store)
    after = contents(undisturbed / "results")
    assert after.pop(MARKER) != before.pop(MARKER)  # it names the store
    assert after == before
    parts = {
        part: part.stat().st_ctime_ns for part in (undisturbed / "results-scenarios").iterdir()
    }
    assert parts == made
    client = MlflowClient(store)
    experiment = client.get_experiment_by_name("两个情景")
    assert experiment is not None
    assert (
        len(client.search_runs([experiment.experiment_id], "tags.results_digest LIKE '%'")) == RUNS
    )


@pytest.mark.slow
def test_a_scenario_more_is_all_that_is_made_and_one_less_leaves_nothing(tmp_path: Path):
    def study(scenarios: str) -> set[Path]:
        text = STUDY.replace("[baseline, return_migration]", scenarios)
        (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
        xuewei(tmp_path, "study", "study.yaml")
        return set((tmp_path / "results-scenarios").iterdir())

    one = study("[baseline]")
    two = study("[baseline, low_fertility]")
    assert one < two
    assert len(two) == 2
    assert study("[baseline]") == one


def test_the_bundled_study_has_every_bundled_scenario():
    study = load_study("all_scenarios")
    assert study.scenarios[0] == "baseline"
    assert sorted(study.scenarios) == sorted(BUNDLED)
    request = request_of(study, None, None, TODAY, "zh")
    chosen = (request.settings.now, request.settings.draws, request.out)
    assert chosen == (2026, 1000, Path("results-all_scenarios"))


def test_paths_count_from_the_folder_of_the_file(tmp_path: Path):
    (tmp_path / "mine.yaml").write_text(
        "title_zh: 甲\ndata: tables\nscenarios: [baseline, own.yaml]\n", encoding="utf-8"
    )
    study = load_study(str(tmp_path / "mine.yaml"))
    assert study.data == str(tmp_path / "tables")
    assert study.scenarios == ["baseline", str(tmp_path / "own.yaml")]
    assert (study.title_en, study.out) == ("甲", "results-mine")


@pytest.mark.parametrize(
    ("text", "row", "word"),
    [
        ("scenarios: [baseline]\ndrawz: 5", 2, "draws"),
        ("scenarios: [baseline]\n\ndraws: 5", 3, "50–20000"),
        ("until: 1999", 1, "2025–2050"),
        ("scenarios: baseline", 1, "列表"),
        ("scenarios:\n  - baseline\n  - 3", 3, "文字"),
        ("scenarios: []", 1, "至少一个"),
        ("now: '2026'", 1, "整数"),
        ("- baseline", 1, "键: 值"),
        ("seed: 1\nseed: 2", 2, "只出现一次"),
        ("data: &a x", 1, "锚点"),
    ],
)
def test_a_bad_study_is_reported_with_its_line(tmp_path: Path, text: str, row: int, word: str):
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_study(str(path))
    (problem,) = caught.value.problems
    assert problem.row == row
    assert word in problem.line("zh")


def test_a_study_that_does_not_exist_names_the_bundled_one():
    with pytest.raises(DataError, match="all_scenarios"):
        load_study("all_scenario")


def test_a_study_is_a_forecast_that_keeps_its_scenarios():
    study = Study(title_zh="甲", title_en="a", out="here", counties=["临桂区"])
    request = request_of(study, "sqlite:///x.db", None, TODAY, "en")
    assert (request.out, request.counties) == (Path("here"), ("临桂区",))
    assert request.keep_scenarios
    assert request.settings.language == "en"
    assert request.study.title.zh == "甲"
