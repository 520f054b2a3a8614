"""A results folder read back is what was written, and anything else is told."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.bundle import load_bundle
from data.problems import DataError
from data.scenario import BUNDLED, DEFAULTS, load_scenario
from experiments.draws_file import draws_path, read_draws, write_draws
from experiments.outputs import ForecastTables, write_outputs
from experiments.results import MANIFEST, keep_inputs, write_manifest
from experiments.results_reader import read_results
from forecasting.seat_draws import SeatDraws
from tests.synthetic_demand import COUNTIES, synthetic_changes, synthetic_demand

SETTINGS = {"data": "guilin", "now": "2026", "until": "2035", "draws": "3", "seed": "1"}


def draws() -> SeatDraws:
    seats = np.arange(17 * 4 * 2 * 3, dtype=np.float32).reshape(17, 4, 2, 3)
    stages = ("kindergarten", "primary", "junior", "senior")
    return SeatDraws(tuple(COUNTIES), stages, (2026, 2027), seats, seats - 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    empty = pd.DataFrame(columns=["scenario", "adcode"])
    demand = synthetic_demand()
    changes = synthetic_changes(demand)
    tables = ForecastTables(demand, changes, empty, empty, {"baseline": draws()})
    scenarios = [load_scenario(name) for name in DEFAULTS]
    write_outputs(tmp_path, tables, load_bundle(None), scenarios, SETTINGS, "zh")
    return tmp_path


def test_what_was_written_comes_back(folder: Path):
    results = read_results(folder)
    assert [one.name for one in results.scenarios] == list(DEFAULTS)
    assert results.now == 2026
    assert len(results.demand) == len(synthetic_demand())
    assert results.bundle.city == "450300"
    back = results.draws("baseline")
    assert (back.areas, back.stages, back.years) == (draws().areas, draws().stages, (2026, 2027))
    np.testing.assert_array_equal(back.required, draws().required)
    np.testing.assert_array_equal(back.gap, 5)


def test_every_bundled_scenario_comes_back_from_the_manifest(folder: Path):
    scenarios = [load_scenario(name) for name in BUNDLED]
    write_manifest(folder, scenarios, {}, {}, SETTINGS)
    assert read_results(folder).scenarios == tuple(scenarios)


def test_equal_draws_give_equal_bytes(tmp_path: Path):
    for name in "ab":
        write_draws(draws(), tmp_path / f"{name}.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_some_counties_alone():
    some = draws().of(["450381", "450302", "450300"])
    assert some.areas == ("450302", "450381")
    np.testing.assert_array_equal(some.available, draws().available[[0, -1]])


@pytest.mark.parametrize("broken", [MANIFEST, "demand.parquet", "why.csv"])
def test_a_folder_that_is_no_result_is_told(folder: Path, broken: str):
    (folder / broken).write_bytes(b"nothing\xff")
    with pytest.raises(DataError, match="a whole results folder"):
        read_results(folder)


def test_broken_draws_are_told(folder: Path):
    draws_path(folder, "baseline").write_bytes(b"PK\x03\x04")
    with pytest.raises(DataError, match="a whole file of draws"):
        read_results(folder).draws("baseline")
    with pytest.raises(DataError, match="a whole file of draws"):
        read_draws(folder / "missing.npz")


def test_inputs_that_changed_since_are_told(folder: Path):
    keep_inputs(Path("data/guilin"), folder)
    with (folder / "inputs" / "areas.csv").open("a") as file:
        file.write("\n")
    with pytest.raises(DataError, match="the data that the forecast read"):
        _ = read_results(folder).bundle
