"""The planners' methods on two grades, by hand."""

import numpy as np
import pandas as pd
import pytest

from models.baselines import drift, last_value, progression, stage_growth
from models.history import EnrolmentHistory, build_history

PUPILS = {2018: (100, 80), 2019: (110, 90), 2020: (120, 99)}


@pytest.fixture
def history() -> EnrolmentHistory:
    rows = [("a", y, str(g), n) for y, pair in PUPILS.items() for g, n in enumerate(pair)]
    enrolment = pd.DataFrame(rows, columns=["area_id", "year", "grade", "enrolment"])
    born = pd.DataFrame({"area_id": "a", "year": range(2013, 2021), "births": 200})
    born.loc[born["year"] >= 2016, "births"] = 100
    return build_history(enrolment, born).until(2020)


def test_last_value_and_drift(history: EnrolmentHistory):
    assert last_value(history, 2)[0].tolist() == [[120, 99], [120, 99]]
    assert drift(history, 2)[0].tolist() == pytest.approx(np.array([[130, 108.5], [140, 118]]))


def test_progression_takes_the_ratio_of_sums_and_the_last_entry(history: EnrolmentHistory):
    ratio = (90 + 99) / (100 + 110)
    forecast = progression(history, 2, window=3)[0]
    assert forecast[0] == pytest.approx([120, 120 * ratio])
    assert forecast[1] == pytest.approx([120, 120 * ratio])


def test_entry_by_births_follows_those_of_five_years_before(history: EnrolmentHistory):
    forecast = progression(history, 2, window=3, by_births=True)[0]
    rate = (100 + 110 + 120) / 600
    assert forecast[:, 0] == pytest.approx([100 * rate, 100 * rate])
    assert forecast[1, 1] == pytest.approx(100 * rate * (90 + 99) / (100 + 110))


def test_stages_grow_at_the_mean_rate(history: EnrolmentHistory):
    rate = (120 / 100) ** 0.5
    assert stage_growth(history, 2, window=3)[0, :, 0] == pytest.approx([120 * rate, 120 * rate**2])
