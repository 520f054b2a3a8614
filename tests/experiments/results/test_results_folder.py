import hashlib
import json
from dataclasses import asdict
import os
from pathlib import Path

import pandas as pd
import pytest

from data.language import Text
from data.problems import DataError
from data.scenario.schema import DEFAULTS, load_scenario
from data.settings import Settings
from experiments.results.results_folder import StudyText, results_folder, write_demand, write_manifest
from tests.synthetic_demand import synthetic_demand


def fill(target: Path, mark: str) -> None:
    with results_folder(target) as folder:
        (folder / "manifest.json").write_text(mark, encoding="utf-8")


def test_results_appear_only_when_the_block_has_ended(tmp_path: Path):
    target = tmp_path / "new" / "结果 1"
    with results_folder(target) as folder:
        (folder / "manifest.json").write_text("first", encoding="utf-8")
        assert not target.exists()
    assert [file.name for file in target.iterdir()] == ["manifest.json"]
    assert list(target.parent.iterdir()) == [target]


def test_an_error_keeps_the_earlier_results_and_leaves_no_litter(tmp_path: Path):
    target = tmp_path / "results"
    fill(target, "first")
    with pytest.raises(TypeError), results_folder(target) as folder:
        (folder / "manifest.json").write_text(2, encoding="utf-8")  # opens the file, then fails
    assert (target / "manifest.json").read_text(encoding="utf-8") == "first"
    assert list(tmp_path.iterdir()) == [target]


def test_earlier_results_are_kept_next_to_the_new_ones(tmp_path: Path):
    for mark in ("first", "second", "third"):
        fill(tmp_path / "results", mark)
    marks = {
        file.parent.name: file.read_text(encoding="utf-8")
        for file in tmp_path.glob("*/manifest.json")
    }
    assert marks == {"results": "third", "results-previous": "second"}


@pytest.mark.parametrize("name", ["results", "results-previous"])
def test_a_folder_with_other_things_is_refused_untouched(tmp_path: Path, name: str):
    (tmp_path / name).mkdir()
    (tmp_path / name / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="choose another --out"):
        fill(tmp_path / "results", "first")
    assert [file.name for file in tmp_path.glob("**/*")] == [name, "thesis.docx"]


def test_a_file_that_is_open_elsewhere_loses_neither_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    target = tmp_path / "results"
    fill(target, "first")
    replace = os.replace

    def windows_replace(source: Path, destination: Path) -> None:
        if Path(destination) == target and Path(source).name.startswith("."):
            raise PermissionError(13, "in use")
        replace(source, destination)

    monkeypatch.setattr(os, "replace", windows_replace)
    with pytest.raises(DataError, match="close its open files") as caught:
        fill(target, "second")
    assert (target / "manifest.json").read_text(encoding="utf-8") == "first"
    kept = Path(caught.value.problems[0].how_to_fix.en.rsplit(" ", 1)[-1])
    assert (kept / "manifest.json").read_text(encoding="utf-8") == "second"


def test_demand_tables_agree_and_hold_integer_counts(tmp_path: Path):
    demand = synthetic_demand()
    demand.loc[0, "gap"] = -0.2  # rounds to 0, not to -0
    demand.loc[1, "pupils_hi95"] = float("nan")
    write_demand(demand, tmp_path)
    text = (tmp_path / "demand.csv").read_bytes()
    assert text.startswith("\ufeffscenario,adcode,county".encode())
    assert b"\r" not in text
    csv = pd.read_csv(tmp_path / "demand.csv", dtype={"adcode": str})
    csv["warning"] = csv["warning"].fillna("")
    parquet = pd.read_parquet(tmp_path / "demand.parquet")
    assert list(csv.columns) == list(parquet.columns) == list(demand.columns)
    assert csv["gap"][0] == 0
    assert b",-0," not in text
    assert pd.isna(csv["pupils_hi95"][1])
    pd.testing.assert_frame_equal(csv, parquet, check_dtype=False)


def test_digits_beyond_those_written_do_not_change_the_bytes(tmp_path: Path):
    demand = synthetic_demand()
    shaken = demand.assign(
        pupils=demand["pupils"] + 1e-9, shortage_probability=demand["shortage_probability"] + 1e-9
    )
    for name, table in (("a", demand), ("b", shaken)):
        (tmp_path / name).mkdir()
        write_demand(table, tmp_path / name)
    for file in ("demand.csv", "demand.parquet"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_manifest_states_what_is_needed_to_repeat_the_run(tmp_path: Path):
    table = tmp_path / "births.csv"
    table.write_bytes(b"adcode,year,births\n")
    digests = {"births.csv": hashlib.sha256(b"adcode,year,births\n").hexdigest()}
    scenarios = [load_scenario(name) for name in DEFAULTS]
    observed = {"primary": [2020]}
    settings = Settings(now=2026, until=2035, draws=50, seed=1)
    data = {"data": "tables", "data_sha256": digests, "observed_years": observed}
    study = StudyText(Text("研究", "study"), Text("", ""))
    write_manifest(tmp_path, study, scenarios, data, settings, {"baseline": "ab"}, ["450300"])
    content = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert content["data_sha256"] == content["results_sha256"] == digests
    assert content["scenario_digests"] == {"baseline": "ab"}
    assert content["settings"] == asdict(settings)
    assert content["observed_years"] == observed
    assert content["scenarios"][2]["enrolment"]["senior_target_attainment"] == 1.0
    assert content["versions"]["pandas"] == pd.__version__
