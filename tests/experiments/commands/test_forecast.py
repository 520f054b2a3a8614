"""The main job from the command line, on the bundled data with few draws."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from mlflow import MlflowClient

from data.contract.stages import STAGE_CODES, STAGES
from forecasting.demand import COLUMNS
from forecasting.why import CHANGE_COLUMNS, DIFFERENCE_COLUMNS

FEW = ["--draws", "60", "--now", "2026"]
# Of scenario x county x stage x year, pupils and seats. Renewed only where figures are meant to
# change, and the changelog then says why.
FIGURES_DIGEST = "7a3112215aef689da07af47f2cc56ac36809cfe221fd251d3e6e41cd8aa8efd7"


def xuewei(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from experiments.cli import main; main()", *arguments]
    utf8 = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(  # noqa: S603 - our own command with our own arguments
        command, cwd=folder, env=utf8, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def demand(bundled_forecast: Path) -> pd.DataFrame:
    return pd.read_csv(bundled_forecast / "results" / "demand.csv", dtype={"adcode": str})


def test_every_scenario_county_stage_and_year_has_a_row(demand: pd.DataFrame):
    assert list(demand.columns) == COLUMNS
    assert len(demand) == 3 * 18 * len(STAGES) * 16
    assert not demand.duplicated(["scenario", "adcode", "stage", "year"]).any()
    unknown = ["teachers_staying", "teachers_short", "boarding_required", "boarding_beds"]
    assert demand[unknown].isna().all(axis=None)  # no table of teachers, no boarders
    assert demand.drop(columns=["warning", *unknown]).notna().all(axis=None)
    assert set(demand["supply_basis"]) == {"in_use_2020"}  # no capacity, so nothing is short
    assert demand["warning"].isna().all()
    assert set(demand["stage"]) == set(STAGE_CODES)


def test_figures_stay_while_the_code_around_them_moves(demand: pd.DataFrame):
    key = ["scenario", "adcode", "stage", "year"]
    figures = demand[[*key, "pupils", "seats_required", "seats_available"]].sort_values(key)
    text = figures.to_csv(index=False, lineterminator="\n")
    assert hashlib.sha256(text.encode()).hexdigest() == FIGURES_DIGEST


def test_the_city_is_the_sum_of_its_counties(demand: pd.DataFrame):
    city = demand["adcode"] == "450300"
    key = ["scenario", "stage", "year"]
    summed = demand[~city].groupby(key)["pupils"].sum()
    stated = demand[city].set_index(key)["pupils"]
    assert (summed - stated).abs().max() <= 9  # each of 17 rows is rounded


def test_intervals_are_in_order_and_probabilities_fit_the_gap(demand: pd.DataFrame):
    low = ["pupils_lo95", "pupils_lo80", "pupils_hi80", "pupils_hi95"]
    assert (demand[low].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    certain = demand["gap_lo80"] > 0
    assert (demand.loc[certain, "shortage_probability"] >= 0.9 - 1e-9).all()
    none = demand["gap_hi80"] < 0
    assert (demand.loc[none, "shortage_probability"] <= 0.1 + 1e-9).all()


def test_reported_pupils_stand_and_everything_after_is_an_estimate(demand: pd.DataFrame):
    lingui = demand.query("adcode == '450312' and stage == 'primary' and scenario == 'baseline'")
    first = lingui[lingui["year"] == 2020].iloc[0]
    assert first["pupils"] == first["pupils_lo95"] == 44_869
    assert first["pupils_basis"] == "observed"
    assert set(lingui[lingui["year"] > 2020]["pupils_basis"]) == {"estimate"}


def test_scenarios_move_what_they_are_about_and_share_their_random_numbers(demand: pd.DataFrame):
    cells = demand.set_index(["scenario", "adcode", "stage", "year"]).sort_index()
    pupils, seats = cells["pupils"], cells["seats_available"]
    base, policy = pupils["baseline", "450300"], pupils["quality_and_access", "450300"]
    assert policy["general_senior", 2026] == base["general_senior", 2026]
    assert policy["general_senior", 2035] > 1.05 * base["general_senior", 2035]
    assert (policy["junior"] == base["junior"]).all()
    # Rooms for 50 pupils hold 40.
    assert seats["quality_and_access", "450312", "junior", 2035] == pytest.approx(
        0.8 * seats["baseline", "450312", "junior", 2035], rel=0.01
    )
    fast = pupils["fast_urbanization"]
    assert fast["450300", "primary", 2035] == pytest.approx(base["primary", 2035], rel=0.03)
    assert fast["450312", "primary", 2035] > pupils["baseline", "450312", "primary", 2035]
    assert fast["450324", "primary", 2035] < pupils["baseline", "450324", "primary", 2035]


@pytest.mark.parametrize("year", [2030, 2035])
def test_the_default_scenarios_differ_at_every_stage_of_a_county(demand: pd.DataFrame, year: int):
    county = demand[(demand["adcode"] == "450312") & (demand["year"] == year)]
    gaps = county.pivot_table("gap", "stage", "scenario")
    one_class = 30
    assert ((gaps["fast_urbanization"] - gaps["baseline"]) > one_class).all()
    assert ((gaps["quality_and_access"] - gaps["baseline"]) > one_class).all()


def test_one_county_has_the_same_figures_alone_and_the_same_seed_the_same_bytes(
    bundled_forecast: Path, tmp_path: Path
):
    xuewei("forecast", *FEW, "--county", "临桂区", folder=tmp_path)
    alone = (tmp_path / "results" / "demand.csv").read_bytes().splitlines()
    full = (bundled_forecast / "results" / "demand.csv").read_bytes().splitlines()
    assert alone == [full[0], *(line for line in full if b",450312," in line)]


def test_the_reasons_add_up_to_what_changes(bundled_forecast: Path, demand: pd.DataFrame):
    results = bundled_forecast / "results"
    why = pd.read_csv(results / "why.csv", dtype={"adcode": str})
    area = ["scenario", "adcode", "stage"]
    assert list(why.columns) == CHANGE_COLUMNS
    assert set(why["scenario"]) == set(demand["scenario"])
    assert set(why["adcode"]) == set(demand["adcode"])
    assert not why.duplicated([*area, "from_year", "to_year", "part"]).any()
    added = why.groupby([*area, "from_year", "to_year"], as_index=False)["seats"].sum()
    seats = demand.set_index([*area, "year"])["seats_required"]
    ends = [
        seats.loc[list(added[[*area, year]].itertuples(index=False, name=None))].to_numpy()
        for year in ("to_year", "from_year")
    ]
    assert (added["seats"] - (ends[0] - ends[1])).abs().max() <= 1.01  # both ends are rounded
    apart = pd.read_csv(results / "why_scenarios.csv", dtype={"adcode": str})
    assert list(apart.columns) == DIFFERENCE_COLUMNS
    key = ["scenario", "compared_with", "adcode", "stage", "year"]
    difference = apart.groupby(key, as_index=False)["seats"].sum()
    ends = [
        seats.loc[list(difference[[name, *key[2:]]].itertuples(index=False, name=None))].to_numpy()
        for name in key[:2]
    ]
    assert (difference["seats"] - (ends[0] - ends[1])).abs().max() <= 1.01


def test_runs_are_in_the_store(bundled_forecast: Path):
    client = MlflowClient(f"sqlite:///{(bundled_forecast / 'mlruns' / 'mlflow.db').as_posix()}")
    experiment = client.get_experiment_by_name("学位需求预测")
    assert experiment.tags["mlflow.experimentKind"] == "custom_model_development"
    runs = client.search_runs([experiment.experiment_id], "tags.scenario != ''", max_results=200)
    parents = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    assert len(parents) == 3
    assert len(runs) == 3 + 3 * 17
    steps = client.get_metric_history(parents[0].info.run_id, "需求学位/2 小学")
    assert [metric.step for metric in steps] == list(range(2026, 2036))


def test_the_manifest_holds_what_repeats_the_forecast(bundled_forecast: Path):
    manifest = json.loads(
        (bundled_forecast / "results" / "manifest.json").read_text(encoding="utf-8")
    )
    assert manifest["settings"]["seed"] == 1
    assert manifest["observed_years"] == {"primary": [2020]}
    assert "population.csv" in manifest["data_sha256"]


def test_faults_exit_with_two_and_write_nothing(tmp_path: Path):
    done = xuewei("forecast", *FEW, "--county", "临贵区", folder=tmp_path)
    assert done.returncode == 2
    assert "临桂区" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
