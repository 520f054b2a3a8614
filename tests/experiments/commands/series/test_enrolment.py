"""The commands that forecast and score enrolment by grade, on made-up districts."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.problems import DataError
from experiments.commands.series import backtest, enrolment
from experiments.commands.series.backtest import Wanted
from experiments.commands.series.row_options import RowMeaning
from models.history import build_history

YEARS = range(2008, 2021)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Six districts, grades 1 to 4, whose cohorts keep 98 % a year and follow a wave of entry."""
    generator = np.random.default_rng(3)
    rows = []
    for place in range(6):
        size = 200 * (place + 1)
        entry = {
            year: size * (1 + 0.2 * np.sin(year / 3)) * generator.normal(1, 0.02)
            for year in range(YEARS[0] - 3, YEARS[-1] + 1)
        }
        rows += [
            (f"00{place}", year, grade, round(entry[year - grade + 1] * 0.98 ** (grade - 1)))
            for year in YEARS
            for grade in range(1, 5)
        ]
    file = tmp_path / "history.csv"
    table = pd.DataFrame(rows, columns=["area_id", "year", "grade", "enrolment"])
    table.to_csv(file, index=False)
    return file


def forecast(history: Path, out: Path, seed: int = 1) -> pd.DataFrame:
    enrolment.run(history, None, 3, out, seed, "zh")
    return pd.read_csv(out, dtype={"area_id": str, "grade": str})


def test_rows_are_complete_identifiers_kept_and_intervals_nested(history: Path, tmp_path: Path):
    table = forecast(history, tmp_path / "out.csv")
    assert set(table["area_id"]) == {f"00{place}" for place in range(6)}
    assert set(table["grade"]) == {"1", "2", "3", "4", "all"}
    assert len(table) == 6 * 3 * 5
    assert set(table["year"]) == {2021, 2022, 2023}
    bounds = table[["lo95", "lo80", "median", "hi80", "hi95"]]
    assert (bounds.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert (table["lo95"] >= 0).all()


def test_cohorts_in_school_move_up(history: Path, tmp_path: Path):
    table = forecast(history, tmp_path / "out.csv").set_index(["area_id", "year", "grade"])
    past = pd.read_csv(history, dtype={"area_id": str}).set_index(["area_id", "year", "grade"])
    for area in ("001", "005"):
        expected = past.loc[(area, 2020, 2), "enrolment"] * 0.98**2
        assert table.loc[(area, 2022, "4"), "median"] == pytest.approx(expected, rel=0.02)


def test_equal_seeds_give_equal_bytes(history: Path, tmp_path: Path):
    forecast(history, tmp_path / "one.csv")
    forecast(history, tmp_path / "two.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


@pytest.mark.parametrize("kept", ["year == 2020", "grade == 1", "year >= 2018", "year != 2015"])
def test_short_and_broken_histories_are_survived(history: Path, tmp_path: Path, kept: str):
    part = pd.read_csv(history, dtype={"area_id": str}).query(kept)
    part.to_csv(history, index=False)
    table = forecast(history, tmp_path / "out.csv")
    assert np.isfinite(table[["mean", "lo95", "hi95"]]).all(axis=None)


def test_bad_cells_are_all_named(history: Path, tmp_path: Path):
    text = history.read_text(encoding="utf-8").splitlines()
    text[1] = text[1].rsplit(",", 1)[0] + ",-5"
    text[2] = text[2].rsplit(",", 1)[0] + ",many"
    history.write_text("\n".join(text), encoding="utf-8")
    with pytest.raises(DataError) as error:
        forecast(history, tmp_path / "out.csv")
    assert len(error.value.problems) >= 2
    assert not (tmp_path / "out.csv").exists()


def test_the_backtest_scores_ours_below_last_value(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    wanted = Wanted("2015:2017", "1,3", ["xuewei", "last_value"])
    backtest.run(history, None, wanted, tmp_path / "scores", 1, "zh")
    files = list((tmp_path / "scores").rglob("*.csv"))
    scores = next(
        table for table in map(pd.read_csv, files) if "wape" in table and "model" in table
    )
    wape = scores.groupby("model")["wape"].mean()
    assert wape["xuewei"] < wape["last_value"]
    pictures = {file.name for file in (tmp_path / "scores").glob("*.png")}
    assert len(list((tmp_path / "mlruns").rglob("worst_areas.png"))) == 2  # a run a model
    assert pictures == {"error.png", "size.png", "coverage.png", "worst_areas.png"}


def test_grades_named_by_stage_get_rows_of_their_stages(history: Path, tmp_path: Path):
    table = pd.read_csv(history, dtype={"area_id": str})
    named = table[table["grade"] <= 3].assign(grade="J" + table["grade"].astype(str))
    named.to_csv(history, index=False)
    found = forecast(history, tmp_path / "out.csv")
    mean = found.pivot_table(index=["area_id", "year"], columns="grade", values="mean")
    np.testing.assert_allclose(mean["junior"], mean[["J1", "J2", "J3"]].sum(axis=1), atol=0.2)
    np.testing.assert_allclose(mean["junior"], mean["all"])


def test_rows_said_to_be_stages_are_taken_for_stages(history: Path, tmp_path: Path):
    table = pd.read_csv(history, dtype={"area_id": str})
    table = table.assign(grade=(table["grade"] + 1) // 2)
    stages = table.groupby(["area_id", "year", "grade"], as_index=False)["enrolment"].sum()
    stages.to_csv(history, index=False)
    meaning = RowMeaning("2,2")
    past = build_history(stages.astype({"grade": str}), None)
    assert meaning.model(past).stages == (2, 2)
    enrolment.run(history, None, 3, tmp_path / "out.csv", 1, "en", meaning)
    assert len(pd.read_csv(tmp_path / "out.csv")) == 6 * 3 * 3
    for wrong in ("2", "2,x", "2,0", ""):
        with pytest.raises(DataError):
            RowMeaning(wrong).model(past)


def test_rows_that_may_be_grades_or_stages_are_refused_with_the_option_to_set(
    history: Path, tmp_path: Path
):
    # One row is three fifths larger than the other, and each changes by its own chance.
    rng = np.random.default_rng(4)
    rows = [
        (f"a{area}", year, grade, round(size * np.exp(rng.normal(0, 0.03))))
        for area in range(8)
        for year in range(2015, 2023)
        for grade, size in ((1, 800), (2, 500))
    ]
    table = pd.DataFrame(rows, columns=["area_id", "year", "grade", "enrolment"])
    table.to_csv(history, index=False)
    with pytest.raises(DataError, match="--grades"):
        enrolment.run(history, None, 3, tmp_path / "out.csv", 1, "en")
    for meaning in (RowMeaning("3,2"), RowMeaning(grades=True)):
        enrolment.run(history, None, 3, tmp_path / "out.csv", 1, "en", meaning)
    with pytest.raises(DataError, match="either"):
        enrolment.run(history, None, 3, tmp_path / "o.csv", 1, "en", RowMeaning("3,2", grades=True))
