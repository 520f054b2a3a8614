"""The main job on a made-up folder of Guilin's counties with ten years of pupils by grade."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.contract.rungs import Rung
from data.contract.stages import STAGES
from tests.experiments.commands.test_forecast import xuewei

GUILIN = Path(__file__).resolve().parents[3] / "data" / "reference" / "guilin"
KNOWN = range(2016, 2026)
TOWN, COUNTRY = "450312", "450321"  # with stage totals only; without any history
FIRST_AGE = {stage.code: stage.first_age for stage in STAGES}
GRADES = {stage.code: stage.grades for stage in STAGES}


def made_up_enrolment() -> pd.DataFrame:
    """Cohorts as large as the census's children a year, falling by 3 % a year from 2017 on."""
    population = pd.read_csv(GUILIN / "population.csv", dtype={"adcode": str})
    children = population.query("year == 2020 and age_lower >= 5 and age_upper <= 14")
    yearly = children.groupby("adcode")["persons"].sum() / 10
    rows = [
        (adcode, year, stage, grade, round(0.9 * size * 0.97 ** max(year - age - 2016, 0)))
        for adcode, size in yearly.items()
        if adcode not in (COUNTRY, "450300")
        for year in KNOWN
        for stage, grades in GRADES.items()
        for grade, age in zip(grades, range(FIRST_AGE[stage], 20), strict=False)
    ]
    table = pd.DataFrame(rows, columns=["adcode", "year", "stage", "grade", "pupils"])
    town = table["adcode"] == TOWN
    summed = table[town].groupby(["adcode", "year", "stage"], as_index=False)["pupils"].sum()
    return pd.concat([table[~town], summed.assign(grade="all")])


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("history")
    folder = root / "own"
    folder.mkdir()
    for name in ("areas", "population", "totals"):
        shutil.copy(GUILIN / f"{name}.csv", folder)
    table = made_up_enrolment().assign(source="made up")
    table.to_csv(folder / "enrolment.csv", index=False)
    few = ["--draws", "100", "--now", "2026", "--data", str(folder)]
    for scenario in ("baseline", "fast_urbanization", "low_fertility"):
        few += ["--scenario", scenario]
    done = xuewei("forecast", *few, folder=root)
    assert done.returncode == 0, done.stderr
    assert "分年级在校生历史；" in done.stdout
    return root / "results"


@pytest.fixture(scope="module")
def demand(results: Path) -> pd.DataFrame:
    return pd.read_csv(results / "demand.csv", dtype={"adcode": str})


def rung(demand: pd.DataFrame, adcode: str, stage: str) -> str:
    return str(demand.query("adcode == @adcode and stage == @stage")["rung"].iloc[0])


def test_each_county_stands_on_the_rung_its_data_reach(demand: pd.DataFrame):
    assert rung(demand, "450323", "junior") == Rung.GRADES
    assert rung(demand, TOWN, "primary") == Rung.STAGE_TOTALS
    assert rung(demand, COUNTRY, "primary") == Rung.CENSUS
    assert rung(demand, "450300", "primary") == Rung.CENSUS  # the weakest of its counties'


def test_reported_pupils_stand_and_cohorts_go_on(demand: pd.DataFrame):
    table = made_up_enrolment().groupby(["adcode", "year", "stage"])["pupils"].sum()
    base = demand[demand["scenario"] == "baseline"].set_index(["adcode", "year", "stage"])
    assert base.loc[("450323", 2025, "junior"), "pupils"] == table["450323", 2025, "junior"]
    assert base.loc[("450323", 2025, "junior"), "pupils_basis"] == "observed"
    # The junior pupils of 2030 were in the second to fourth grade in 2025.
    grades = made_up_enrolment().query("adcode == '450323' and year == 2025")
    then = grades.set_index("grade")["pupils"].loc[["P2", "P3", "P4"]].sum()
    attained = base.loc[("450323", 2030, "junior"), "pupils"] / then
    assert attained == pytest.approx(1.0, abs=0.08)


def test_what_progression_adds_is_a_part_of_the_change(results: Path, demand: pd.DataFrame):
    why = pd.read_csv(results / "why.csv", dtype={"adcode": str})
    span = "scenario == 'baseline' and stage == 'junior' and from_year == 2026 and to_year == 2035"
    parts = why.query(span).set_index(["adcode", "part"])["seats"].sort_index()
    seats = demand.query("scenario == 'baseline' and stage == 'junior'")
    seats = seats.set_index(["adcode", "year"])["seats_required"]
    change = seats["450323", 2035] - seats["450323", 2026]
    assert parts["450323"].sum() == pytest.approx(change, abs=1.01)
    # Grades know the made-up cohorts, which the census does not; a ratio alone hardly moves.
    assert abs(parts["450323", "enrolment_ratio"]) > 10 * abs(parts[COUNTRY, "enrolment_ratio"])


def test_scenarios_still_move_what_they_are_about(demand: pd.DataFrame):
    pupils = demand.set_index(["scenario", "adcode", "stage", "year"])["pupils"].sort_index()
    base, low = pupils["baseline", "450323"], pupils["low_fertility", "450323"]
    assert low["kindergarten", 2026] == base["kindergarten", 2026]
    assert low["kindergarten", 2035] == pytest.approx(0.85 * base["kindergarten", 2035], rel=0.02)
    assert (low["junior"] == base["junior"]).all()
    core = demand[demand["scenario"] == "baseline"]["adcode"].unique()
    fast = pupils["fast_urbanization"]
    moved = {
        adcode: fast[adcode, "primary", 2035] / pupils["baseline", adcode, "primary", 2035]
        for adcode in core
        if adcode != "450300"
    }
    assert min(moved.values()) < 0.995
    assert max(moved.values()) > 1.005
    assert np.isfinite(list(moved.values())).all()
