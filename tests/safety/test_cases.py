"""Named cases through the commands: finite, coherent, noticed, and right where known."""

import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.experiments.commands.test_forecast import xuewei
from tests.safety.cases import CASES, COUNTIES, FIRST, LAST, together
from tests.safety.coherent import demand_faults, enrolment_faults, population_faults
from tests.safety.made_up import CITY, TAUGHT, write_folder
from tests.safety.runs import enrolment_of, forecast, population_of

pytestmark = pytest.mark.campaign
WHOLE_CITY = [name for name, case in CASES.items() if not case.county]
# What else a case changes than the figures the command reads is no case of its own.
OF_ENROLMENT = [
    name
    for name, case in CASES.items()
    if "enrolment" in case.tables() and not name.startswith(("no children", "no infants", "no res"))
]
OF_PEOPLE = [name for name in CASES if name.startswith(("no ", "births", "last births", "one c"))]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("safety")


@pytest.fixture(scope="module")
def clean() -> pd.Series:
    return by_cell(forecast_of("clean")[0])


@pytest.fixture(scope="module")
def side_by_side(root: Path) -> tuple[pd.DataFrame, dict[str, str], str]:
    """The real command on one folder with the spoilt county of every case, and what it said."""
    tables, codes = together()
    write_folder(tables, root / "together")
    few = ("--draws", "60", "--now", "2025", "--scenario", "baseline", "--data", "together")
    done = xuewei("--lang", "en", "forecast", *few, folder=root)
    assert done.returncode == 0, done.stderr
    demand = pd.read_csv(root / "results" / "demand.csv", dtype={"adcode": str})
    return demand, codes, done.stdout


def by_cell(demand: pd.DataFrame) -> pd.Series:
    return demand.set_index(["adcode", "stage", "year"])["pupils"]


def test_the_command_survives_all_counties_that_are_odd(
    side_by_side: tuple[pd.DataFrame, dict[str, str], str],
):
    demand, codes, said = side_by_side
    assert demand_faults(demand) == []
    assert set(codes.values()) <= set(demand["adcode"])
    for words in {case.notice for case in CASES.values() if case.county}:
        assert words in said
    assert "row " in said


def test_odd_counties_do_not_move_the_others(
    side_by_side: tuple[pd.DataFrame, dict[str, str], str], clean: pd.Series
):
    moved = by_cell(side_by_side[0]).loc[list(COUNTIES)] / clean.loc[list(COUNTIES)]
    soon = moved.index.get_level_values("year") <= 2028
    assert moved[soon].between(0.9, 1.1).all()
    # Then children enter who are born after the last count, and the city's births are the sum of
    # its counties': births that no census knows are shared among all.
    assert moved.between(0.5, 2.0).all()


@pytest.mark.parametrize("case", [name for name, case in CASES.items() if case.county])
def test_no_odd_county_grows_beyond_what_was_ever_counted(
    side_by_side: tuple[pd.DataFrame, dict[str, str], str], clean: pd.Series, case: str
):
    demand, codes, _ = side_by_side
    mine = by_cell(demand).loc[codes[case]]
    usual = clean.loc[CASES[case].county].groupby("stage").max()
    factor = 9 if "eight times" in case else 3
    assert (mine.groupby("stage").max() <= factor * usual).all()


@pytest.mark.parametrize(
    ("case", "within"),
    [
        ("middle year tenfold", 0.025),
        ("middle year a tenth", 0.025),
        ("one grade tenfold", 0.025),
        ("one grade tenfold in the last year", 0.05),
        ("last year tenfold", 0.15),
        ("last year a tenth", 0.15),
        ("births typed tenfold", 0.1),
        ("no births in one year", 0.1),
    ],
)
def test_a_wrong_figure_does_not_carry_the_forecast(
    side_by_side: tuple[pd.DataFrame, dict[str, str], str], case: str, within: float
):
    demand, codes, _ = side_by_side
    cells = by_cell(demand)
    off = cells.loc[codes[case]] / cells.loc[CASES[case].county] - 1
    in_school_or_born = off.index.get_level_values("year") <= 2028
    assert off[in_school_or_born].abs().max() < within


@pytest.mark.parametrize("case", ["stage closed", "stage closed in the last year", "no pupils"])
def test_who_is_closed_stays_closed(
    side_by_side: tuple[pd.DataFrame, dict[str, str], str], case: str
):
    demand, codes, _ = side_by_side
    rows = demand.query(f"adcode == '{codes[case]}' and stage == 'general_senior' and year > 2024")
    assert (rows[["pupils", "pupils_hi95", "seats_required"]] == 0).all(axis=None)


@cache
def forecast_of(case: str) -> tuple[pd.DataFrame, str]:
    with tempfile.TemporaryDirectory() as folder:
        return forecast(CASES[case].tables(), Path(folder))


@pytest.mark.parametrize("case", WHOLE_CITY)
def test_each_case_of_a_complete_city_gives_coherent_figures(case: str):
    demand, output = forecast_of(case)
    assert demand_faults(demand) == []
    assert CASES[case].notice in output
    if not CASES[case].notice:
        assert OUTLIER_WORDS not in output


OUTLIER_WORDS = "times off"


@pytest.mark.parametrize("case", OF_ENROLMENT)
def test_enrolment_of_each_case_is_coherent(case: str, tmp_path: Path):
    table, output = enrolment_of(CASES[case].tables(), tmp_path)
    assert enrolment_faults(table) == []
    assert (OUTLIER_WORDS in output) == (CASES[case].notice == "times off the neighbouring years")


@pytest.mark.parametrize("case", OF_PEOPLE)
def test_population_of_each_case_is_coherent(case: str, tmp_path: Path):
    assert population_faults(population_of(CASES[case].tables(), tmp_path)) == []


def test_a_constant_series_stays_constant(tmp_path: Path):
    tables = CASES["constant series"].tables()
    del tables["births"]
    table, _ = enrolment_of(tables, tmp_path)
    last = tables["enrolment"].query(f"year == {TAUGHT[-1]}").set_index(["adcode", "grade"])
    rows = table[table["grade"] != "all"].set_index(["area_id", "grade", "year"])["median"]
    at_once = rows.xs(TAUGHT[-1] + 1, level="year")
    first_grades = at_once.index.get_level_values("grade") == "K1"
    expected = last["pupils"].reindex(at_once.index)
    assert np.allclose(at_once[first_grades], expected[first_grades], rtol=0.02)


def test_without_seats_every_required_seat_is_missing():
    demand, _ = forecast_of("no seats")
    rows = demand[~demand["adcode"].isin([CITY, FIRST])]  # whose projects open some
    assert (rows["gap"] == rows["seats_required"]).all()
    assert (rows["warning"] == "red").all()


def test_an_absurd_project_is_counted_and_leaves_no_gap():
    demand, _ = forecast_of("projects beyond the county")
    rows = demand.query(f"adcode == '{FIRST}' and stage == 'primary'").set_index("year")
    # Of the two million seats due in 2027 at least half the draws have opened by 2035.
    assert rows.loc[2035, "seats_available"] > 2_000_000
    assert rows.loc[2035, "warning"] != rows.loc[2025, "warning"] or rows.loc[2025, "gap"] <= 0


@pytest.mark.parametrize(("draws", "until"), [(1, 2060), (2, 2026), (7, 2060)])
def test_few_draws_and_a_far_horizon_stay_finite(draws: int, until: int, tmp_path: Path):
    demand, _ = forecast(CASES["stage closed"].tables(), tmp_path, until, draws)
    assert demand_faults(demand) == []


def test_a_lone_pupil_and_a_small_county_do_not_explode():
    demand, _ = forecast_of("3 million and 300 residents")
    small = demand[demand["adcode"] == LAST].set_index(["stage", "year"])["pupils"]
    assert small.max() <= 3 * 6 * 4  # births of 4 a year, six grades, threefold
