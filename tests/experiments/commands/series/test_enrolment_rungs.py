"""The enrolment command on every rung of the data: what it says, and that its rows add up."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.commands.series import enrolment
from tests.synthetic_enrolment import cohorts


def table_of(pupils: np.ndarray, codes: list[str]) -> pd.DataFrame:
    """Return the rows of pupils (area, year, grade) from 2000 on."""
    labels = pd.MultiIndex.from_product(
        [
            [f"{place:03}" for place in range(len(pupils))],
            range(2000, 2000 + pupils.shape[1]),
            codes,
        ],
        names=["area_id", "year", "grade"],
    )
    return pd.DataFrame({"enrolment": pupils.ravel()}, index=labels).reset_index()


WHOLE = cohorts(8, 14, 12, seed=1, noise=0.01)
STAGES = np.stack([WHOLE[..., :6].sum(2), WHOLE[..., 6:9].sum(2), WHOLE[..., 9:].sum(2)], axis=2)
GRADES = [str(grade) for grade in range(1, 13)]
CHINESE = [*(f"P{n}" for n in range(1, 7)), "J1", "J2", "J3", "S1", "S2", "S3"]
RUNGS = {
    "grades": (table_of(WHOLE, GRADES), "the history of grades"),
    "Chinese codes": (table_of(WHOLE, CHINESE), "the history of grades"),
    "one year": (table_of(WHOLE[:, -1:], GRADES), "the grades of a single year"),
    "stages": (table_of(STAGES, ["1", "2", "3"]), "the cohorts inside the history of stages"),
    "entrants, leavers": (
        table_of(WHOLE[..., [0, 5]], ["1", "6"]),
        "some grades, the cohorts between them inferred",
    ),
    "totals": (table_of(WHOLE.sum(2, keepdims=True), ["all"]), "each row's own history"),
}


@pytest.mark.parametrize("rung", RUNGS)
def test_each_rung_is_named_and_its_rows_add_up(
    rung: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    table, name = RUNGS[rung]
    file, out = tmp_path / "history.csv", tmp_path / "out.csv"
    table.to_csv(file, index=False)
    enrolment.run(file, None, 4, out, 1, "en")
    assert name in capsys.readouterr().out
    rows = pd.read_csv(out, dtype={"area_id": str, "grade": str})
    codes = set(table["grade"])
    stages = {"primary", "junior", "general_senior"} if "P1" in codes else set()
    assert set(rows["grade"]) == codes | stages | {"all"}
    rows = rows[~rows["grade"].isin(stages)]
    assert set(rows["area_id"]) == set(table["area_id"])
    values = rows[["mean", "median", "lo95", "lo80", "hi80", "hi95"]]
    assert np.isfinite(values).all(axis=None)
    assert (values >= 0).all(axis=None)
    parts = rows[rows["grade"] != "all"].groupby(["area_id", "year"])["mean"].sum()
    if len(parts):
        total = rows[rows["grade"] == "all"].set_index(["area_id", "year"])["mean"]
        np.testing.assert_allclose(total.sort_index(), parts.sort_index(), atol=0.01)


def test_what_is_odd_is_reported_in_the_readers_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    table = RUNGS["grades"][0].query("year != 2005")
    file = tmp_path / "history.csv"
    table.to_csv(file, index=False)
    for language, words in (("zh", "中间年份缺数"), ("en", "no figure for a year between others")):
        enrolment.run(file, None, 2, tmp_path / "out.csv", 1, language)
        assert words in capsys.readouterr().out
