"""A results folder read back is what was written, and anything else is refused."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.bundle import load_bundle
from data.problems import DataError
from data.scenario.schema import BUNDLED, DEFAULTS, load_scenario, parse
from data.settings import Settings
from experiments.results.evidence import table_profiles
from experiments.results.draws_file import draws_path, read_draws, write_draws
from experiments.results.results_folder import (
    DELIVERABLES,
    MANIFEST,
    WORKBOOK,
    keep_inputs,
    results_hold,
    sha256_of,
    write_demand,
    write_figures,
    write_manifest,
)
from experiments.results.reader import kept_scenario, read_results
from forecasting.seat_draws import SeatDraws
from tests.synthetic_demand import COUNTIES, synthetic_changes, synthetic_demand
from tests.synthetic_results import DATA, STUDY

SETTINGS = Settings(now=2026, until=2035, draws=3, seed=1)
SHOWN = (*COUNTIES, "450300")
DIGESTS = {"baseline": "ab", "low_fertility": "cd"}


def draws() -> SeatDraws:
    seats = np.arange(17 * 4 * 2 * 3, dtype=np.float32).reshape(17, 4, 2, 3)
    stages = ("kindergarten", "primary", "junior", "general_senior")
    return SeatDraws(tuple(COUNTIES), stages, (2026, 2027), seats, seats - 5)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    empty = pd.DataFrame(columns=["scenario", "adcode"])
    demand = synthetic_demand()
    changes = synthetic_changes(demand)
    scenarios = [load_scenario(name) for name in DEFAULTS]
    bundle = load_bundle(None)
    folder = tmp_path_factory.mktemp("results")
    write_demand(demand, folder)
    write_figures(changes, folder / "why.csv")
    write_figures(empty, folder / "why_scenarios.csv")
    write_figures(empty, folder / "residence.csv")
    for name in DEFAULTS:
        write_draws(draws(), draws_path(folder, name))
    data = DATA | {"data_sha256": bundle.digests, "tables": table_profiles(bundle)}
    write_manifest(folder, STUDY, scenarios, data, SETTINGS, DIGESTS, SHOWN)
    for name in DELIVERABLES:
        (folder / name).write_text("made of the rest", encoding="utf-8")
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "results"))


def test_what_was_written_comes_back(folder: Path):
    results = read_results(folder)
    kept = [scenario.model_dump() for scenario in results.scenarios]
    assert kept == [load_scenario(name).model_dump() for name in DEFAULTS]
    assert results.now == 2026
    assert len(results.demand) == len(synthetic_demand())
    assert results.bundle.city == "450300"
    assert results.tables["population"]["columns"]["persons"] in {"long", "double"}
    assert results.tables["population"]["num_rows"] == len(results.bundle.table("population"))
    assert results.tables["population"]["years"] == [2010, 2020]
    back = results.draws("baseline")
    assert (back.areas, back.stages, back.years) == (draws().areas, draws().stages, (2026, 2027))
    np.testing.assert_array_equal(back.required, draws().required)
    np.testing.assert_array_equal(back.gap, 5)


def test_results_hold_for_their_scenarios_in_their_order(folder: Path):
    assert results_hold(folder, STUDY, DIGESTS)
    assert not results_hold(folder, STUDY, DIGESTS | {"baseline": "ef"})
    assert not results_hold(folder, STUDY, dict(reversed(DIGESTS.items())))
    assert not results_hold(folder / "nowhere", STUDY, DIGESTS)


def test_what_a_planner_does_to_the_workbook_spoils_nothing_but_a_changed_table_does(folder: Path):
    (folder / WORKBOOK).write_bytes(b"edited")
    (folder / "plan.csv").write_bytes(b"added later")
    assert results_hold(folder, STUDY, DIGESTS)
    with (folder / "demand.csv").open("a") as file:
        file.write("\n")
    assert not results_hold(folder, STUDY, DIGESTS)


def test_a_workbook_that_is_gone_spoils_the_results(folder: Path):
    (folder / WORKBOOK).unlink()
    assert not results_hold(folder, STUDY, DIGESTS)


def test_equal_draws_give_equal_bytes(tmp_path: Path):
    for name in "ab":
        write_draws(draws(), tmp_path / f"{name}.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_some_counties_alone():
    some = draws().of(["450381", "450302", "450300"])
    assert some.areas == ("450302", "450381")
    np.testing.assert_array_equal(some.available, draws().available[[0, -1]])


def test_scenarios_come_back_with_their_years(folder: Path):
    text = (
        "fertility: {factor: {2027: 0.9, 2035: 0.8}}\n"
        "seats: {planning_reserve: {default: 0.05, 临桂区: {2028: 0.1}}}\n"
    )
    own = parse(text.encode(), "mine", "mine.yaml", {"450312": "临桂区"}, 2026)
    scenarios = [*map(load_scenario, BUNDLED), own]
    write_manifest(folder, STUDY, scenarios, DATA, SETTINGS, DIGESTS, SHOWN)
    kept = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["scenarios"]
    back = [kept_scenario(one) for one in kept]
    assert [one.model_dump() for one in back] == [one.model_dump() for one in scenarios]


@pytest.mark.parametrize("broken", [MANIFEST, "demand.parquet", "why.csv"])
def test_a_folder_that_is_no_result_is_reported(folder: Path, broken: str):
    (folder / broken).write_bytes(b"nothing\xff")
    with pytest.raises(
        DataError, match=r"a complete (results folder|table)|unchanged since the forecast"
    ):
        read_results(folder)


@pytest.mark.parametrize(
    ("file", "spoil"),
    [
        ("demand.parquet", lambda table: table.drop(columns="scenario")),
        ("demand.parquet", lambda table: table[table["adcode"] != "450302"]),
        ("demand.parquet", lambda table: table.iloc[1:]),
        ("demand.parquet", lambda table: table.assign(stage="primary")),
        ("demand.parquet", lambda table: table.assign(scenario="another")),
        ("demand.parquet", lambda table: table.assign(gap=table["gap"].where(table.index > 0))),
        ("demand.parquet", lambda table: table.assign(adcode=[["450302"]] * len(table))),
        ("why.csv", lambda table: table.iloc[1:]),
        ("why.csv", lambda table: table.rename(columns={"stage": "a", "total": "b"})),
        ("why.csv", lambda table: table.assign(total="-305;.118")),
        ("why.csv", lambda table: pd.concat([table, table.iloc[:1]])),
    ],
)
def test_a_table_that_is_not_ours_is_refused_though_its_digest_fits(
    folder: Path, file: str, spoil: Callable[[pd.DataFrame], pd.DataFrame]
):
    path = folder / file
    if path.suffix == ".csv":
        spoil(pd.read_csv(path, dtype={"adcode": str})).to_csv(path, index=False)
    else:
        spoil(pd.read_parquet(path)).to_parquet(path, index=False)
    _forge(folder, file)
    with pytest.raises(DataError, match=f"{file}.*a complete table as the forecast wrote it"):
        read_results(folder)


@pytest.mark.parametrize("odd", [{"scenarios": []}, {"shown": ["-0"]}, {"shown": []}])
def test_a_manifest_that_names_others_is_refused(folder: Path, odd: dict[str, list[str]]):
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | odd), encoding="utf-8")
    with pytest.raises(DataError, match=r"why\.csv.*a complete table as the forecast wrote it"):
        read_results(folder)


def _forge(folder: Path, file: str) -> None:
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["results_sha256"][file] = sha256_of(folder / file)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_broken_draws_are_reported(folder: Path):
    path = draws_path(folder, "baseline")
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(DataError, match="unchanged since the forecast wrote it"):
        read_results(folder).draws("baseline")
    for broken in (path, folder / "missing.npz"):
        with pytest.raises(DataError, match="a complete file of draws"):
            read_draws(broken)


def test_inputs_that_changed_since_are_reported(folder: Path):
    keep_inputs(Path("data/reference/guilin"), folder)
    with (folder / "inputs" / "areas.csv").open("a") as file:
        file.write("\n")
    with pytest.raises(DataError, match="the data used by the forecast"):
        _ = read_results(folder).bundle


@pytest.mark.parametrize("labels", [("x",) * 17, tuple(range(17))])
def test_draws_without_labels_of_their_own_are_reported(tmp_path: Path, labels: tuple[str, ...]):
    path = tmp_path / "baseline.npz"
    write_draws(replace(draws(), areas=labels), path)
    with pytest.raises(DataError, match="a complete file of draws"):
        read_draws(path)


@pytest.mark.parametrize("odd", ["nan", "inf", "double", "fewer areas", "fewer draws", "objects"])
def test_draws_that_are_no_seats_over_their_labels_are_reported(tmp_path: Path, odd: str):
    complete = draws()
    seats = complete.required.copy()
    if odd in {"nan", "inf"}:
        seats[0, 0, 0, 0] = float(odd)
    changed = {
        "double": seats.astype(float),
        "fewer areas": seats[1:],
        "fewer draws": seats[..., 1:],
        "objects": seats.astype(object),
    }.get(odd, seats)
    path = tmp_path / "baseline.npz"
    write_draws(SeatDraws(complete.areas, complete.stages, complete.years, changed, complete.available), path)
    with pytest.raises(DataError, match="a complete file of draws"):
        read_draws(path)
