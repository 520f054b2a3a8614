"""Home youths: the children of a place, not the students that a census finds there."""

import numpy as np
import pandas as pd
import pytest

from data.bundle import load_bundle
from features.census_table import group_table
from features.jump_off import panel_census
from features.learned_change import LearnedChange
from features.projection import home_ages

NO_CHANGE = np.zeros((2, 4, 1))


def census(year: int, persons: dict[str, list[float]]) -> pd.DataFrame:
    """Persons of 0-4, 5-9 … 20-24 by area, half of them of each sex."""
    rows = [
        (adcode, year, sex, 5 * place, 5 * place + 4, count / 2)
        for adcode, counts in persons.items()
        for sex in "MF"
        for place, count in enumerate(counts)
    ]
    columns = ["adcode", "year", "sex", "age_lower", "age_upper", "persons"]
    return pd.DataFrame(rows, columns=columns)


def change_of(table: pd.DataFrame, survival: list[float]) -> LearnedChange:
    groups = group_table(table)
    return LearnedChange(groups, NO_CHANGE, np.array(survival))


def test_youths_grow_as_the_cohort_behind_them_net_of_undercount():
    before = census(2010, {"450302": [800, 600, 1, 1, 1], "450303": [1000, 900, 1, 1, 1]})
    now = census(2020, {"450302": [700, 900, 1000, 5000, 9000], "450303": [700, 900, 1000, 10, 1]})
    # The panel's 0-4 grew by a tenth (undercounted), its 5-9 by a fiftieth.
    change = change_of(now, [0, 0, np.log(1.1), np.log(1.02)])
    ages = home_ages(change, 2020, before)
    expected = [600 * (1000 / 800) * 1.02 / 1.1, 900 * 1.0 * 1.02 / 1.1]
    assert ages[:, 15:20].sum(axis=1) == pytest.approx(expected)
    assert ages[:, 10:15].sum(axis=1) == pytest.approx([1000, 1000])


def test_without_an_earlier_census_the_nation_gives_the_ratio():
    now = census(2020, {"450302": [700, 900, 1000, 5000, 9000], "450303": [700, 900, 500, 10, 1]})
    ages = home_ages(change_of(now, [0.0] * 4), 2020, now.iloc[:0])
    youths = ages[:, 15:20].sum(axis=1)
    assert youths[0] == pytest.approx(2 * youths[1])
    assert 0.7 < youths[0] / 1000 < 1.0


def test_guilins_university_towns_lose_students_and_its_counties_regain_children():
    bundle = load_bundle(None)
    table, areas = bundle.tables.population, bundle.counties
    earlier = panel_census(table, 2010, areas)
    groups = group_table(panel_census(table, 2020, areas))
    level = np.log([1, 1, 1.13, 1.02])
    change = LearnedChange(groups, np.zeros((17, 4, 1)), level)
    home = home_ages(change, 2020, earlier)[:, 15:20].sum(axis=1)
    found = (groups["M"][15] + groups["F"][15]).to_numpy()
    place = {adcode: row for row, adcode in enumerate(groups.index)}
    assert home[place["450311"]] < 0.2 * found[place["450311"]]  # 雁山: universities
    assert home[place["450324"]] > 1.2 * found[place["450324"]]  # 全州: youths away
