"""Scores worked by hand, and outcomes that see nothing of the future."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from experiments.evaluation.metrics import BOUNDS, crps_of_draws, crps_of_normal, score_table
from experiments.evaluation.rolling_origin import backtest_cells, levels_of, sum_known
from features.arrays import FloatArray
from models.baselines import Baseline, last_value
from models.history import EnrolmentHistory, build_history


def cells() -> pd.DataFrame:
    """Four cells: 10 too many of 100, 20 too few of 200, a grade that closed, one not counted."""
    table = pd.DataFrame(
        {
            "model": "m",
            "actual": [100.0, 200.0, 0.0, np.nan],
            "point": [110.0, 180.0, 5.0, 7.0],
            "crps": [8.0, 15.0, 4.0, np.nan],
        }
    )
    return table.assign(lo95=70.0, lo80=90.0, hi80=120.0, hi95=210.0)


def test_scores_are_those_worked_by_hand():
    row = score_table(cells(), ["model"]).iloc[0]
    assert row["cells"] == 3
    assert row["wape"] == pytest.approx(100 * 35 / 300)
    assert row["median_ape"] == pytest.approx(10.0)
    assert row["bias"] == pytest.approx(100 * -5 / 300)
    assert row["crps"] == pytest.approx(100 * 27 / 300)
    assert row["coverage80"] == 50.0  # the closed grade does not count
    assert row["coverage95"] == 100.0


def test_a_model_without_distribution_has_no_coverage():
    bare = cells().assign(crps=np.nan, **dict.fromkeys(BOUNDS, np.nan))
    row = score_table(bare, ["model"]).iloc[0]
    assert row[["crps", "coverage80", "coverage95"]].isna().all()
    assert row["wape"] == pytest.approx(100 * 35 / 300)


def test_crps_of_many_normal_draws_is_that_of_the_normal():
    ranks = (np.arange(20_000) + 0.5) / 20_000
    draws = 10 + 2 * norm.ppf(ranks)
    actual = np.array([10.0, 13.0])
    exact = crps_of_normal(actual, np.full(2, 10.0), np.full(2, 2.0))
    ours = crps_of_draws(actual, np.stack([draws, draws]))
    assert ours == pytest.approx(exact, rel=1e-3)


def test_crps_of_one_draw_is_its_absolute_error():
    assert crps_of_draws(np.array([3.0]), np.array([[5.0]])) == pytest.approx(2.0)


@pytest.fixture
def history() -> EnrolmentHistory:
    rows = [
        (area, year, grade, 10.0 * year - 20_000 + int(grade))
        for area in ("a", "b")
        for year in range(2001, 2007)
        for grade in ("1", "2", "3")
    ]
    table = pd.DataFrame(rows, columns=["area_id", "year", "grade", "enrolment"])
    return build_history(table[~((table["year"] == 2005) & (table["grade"] == "3"))], None)


def test_each_origin_is_scored_where_it_was_counted(history: EnrolmentHistory):
    levels = levels_of(history.grades, {"lower": ("1", "2")})
    table = backtest_cells(Baseline(last_value), history, levels, [2004, 2005], [1, 2], seed=1)
    assert set(zip(table["origin"], table["horizon"], strict=True)) == {
        (2004, 1),
        (2004, 2),
        (2005, 1),
    }
    one = table.query("origin == 2004 and horizon == 1 and area_id == 'a'").set_index("group")
    assert np.isnan(one.loc["3", "actual"])
    assert one.loc["lower", "actual"] == 51 + 52
    assert one.loc["lower", "point"] == 41 + 42
    # The third grade was not counted, so its forecast is no part of the sum.
    assert one.loc["all", ["actual", "point"]].tolist() == [103.0, 83.0]


def test_a_model_is_shown_nothing_after_the_origin(history: EnrolmentHistory):
    def spy(known: EnrolmentHistory, horizon: int) -> FloatArray:
        assert known.years[-1] == 2004
        return last_value(known, horizon)

    backtest_cells(Baseline(spy), history, levels_of(history.grades, {}), [2004], [1], seed=1)


def test_a_group_of_which_nothing_is_known_is_unknown():
    pupils = np.array([[1.0, np.nan, np.nan]])
    sums = sum_known(pupils, {"some": [0, 1], "none": [1, 2]})
    assert sums[0, 0] == 1.0
    assert np.isnan(sums[0, 1])
