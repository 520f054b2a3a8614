"""Two forecasts made at different times: the move is the sum of the base year and the factors."""

import pandas as pd
import pytest

from data.contract.rungs import Rung
from forecasting.vintages import Vintage, observed_since, vintage_table
from forecasting.why import PARTS
from forecasting.wording.vintage_text import (
    changed_files,
    counted_sentence,
    ladder_sentences,
    vintage_sentences,
)


def demand(pupils: dict[int, float], counted: int, rung: Rung) -> pd.DataFrame:
    """Rows of one county's junior stage; seats required are the pupils, give or take 50."""
    years = list(pupils)
    table = pd.DataFrame({"year": years, "pupils": list(pupils.values())})
    table = table.assign(
        adcode="450312", county="临桂区", stage="junior", rung=str(rung), gap=0.0,
        pupils_basis=["observed" if year <= counted else "estimate" for year in years],
    )  # fmt: skip
    for name in ("pupils", "seats_required"):
        table[name] = table["pupils"]
        table[f"{name}_lo80"], table[f"{name}_hi80"] = table[name] - 50, table[name] + 50
    return table


def changes(now: int, births: float, later: float, migration: float) -> pd.DataFrame:
    """Births change until the present and after it, migration after it."""
    rows = [
        (2020, now, "births", births),
        (now, 2030, "births", later),
        (now, 2030, "migration", migration),
    ]
    table = pd.DataFrame(rows, columns=["from_year", "to_year", "part", "seats"])
    return table.assign(adcode="450312", stage="junior")


BEFORE = Vintage(
    demand({2020: 1000.0, 2025: 1100.0, 2026: 1120.0, 2030: 1160.0}, 2020, Rung.CENSUS),
    changes(2025, births=100, later=40, migration=20),
)
AFTER = Vintage(
    demand({2020: 1010.0, 2025: 1090.0, 2026: 1200.0, 2030: 1300.0}, 2026, Rung.GRADES),
    changes(2026, births=150, later=30, migration=110),
)


def test_the_base_year_and_the_factors_add_up_to_the_move():
    (row,) = vintage_table(BEFORE, AFTER, [2030]).to_dict("records")
    assert row["moved"] == 140
    # Births 150 + 30 against 100 + 40, migration 110 against 20, the base year 1010 against 1000.
    assert (row["births"], row["migration"], row["start"]) == (40, 90, 10)
    assert row["start"] + sum(row[part] for part in PARTS) == row["moved"]
    assert row["outside"]


def test_the_sentence_says_by_how_much_and_why():
    (sentence,) = vintage_sentences(vintage_table(BEFORE, AFTER, [2030]), 2030)
    assert sentence.zh == (
        "临桂区初中：2030年需求学位由1,160个改为1,300个，多140个，超出上次80%区间（1,110～1,210个）；"
        "主要因为家庭迁入（+90）。"
    )


def test_counts_since_are_held_against_the_earlier_interval():
    counted = observed_since(BEFORE, AFTER)
    assert counted["year"].tolist() == [2025, 2026]
    # 1090 lies in 1050-1150, 1200 not in 1070-1170; 10 + 80 of 2290 pupils.
    assert counted["inside"].tolist() == [True, False]
    assert "其中1个落在上次80%区间内（应约为80%）；合计误差3.9%" in counted_sentence(counted).zh


def test_a_better_step_of_the_ladder_is_named():
    (line,) = ladder_sentences(vintage_table(BEFORE, AFTER, [2030]))
    assert line.zh == "初中：1个县区的依据由“普查队列×毛入学率”变为“分年级在校生历史”"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"a": "1"}, {"a": "2"}, "数据有改动：a"),
        ({}, {"b": "1"}, "数据新增：b"),
        ({"c": "1"}, {}, "数据去掉：c"),
    ],
)
def test_changed_files_are_listed(before: dict[str, str], after: dict[str, str], said: str):
    assert [text.zh for text in changed_files(before, after)] == [said]


def test_equal_forecasts_have_not_moved():
    (row,) = vintage_table(BEFORE, BEFORE, [2030]).to_dict("records")
    assert (row["moved"], row["outside"]) == (0, False)
    assert vintage_sentences(vintage_table(BEFORE, BEFORE, [2030]), 2030)[0].zh.endswith(
        "仍是1,160个。"
    )
