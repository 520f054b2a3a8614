"""Home youths: the children of a place, not the students that a census finds there."""

import numpy as np
import pandas as pd
import pytest

from data.bundle import load_bundle
from features.ageing.census_table import group_table
from features.births.birth_cohorts import on_school_day
from features.projection import project as projection
from features.projection.base_census import panel_census
from features.projection.project import home_groups


def census(year: int, persons: dict[str, list[float]]) -> pd.DataFrame:
    """Persons of 0-4, 5-9 … by area, half of them of each sex."""
    rows = [
        (adcode, year, sex, 5 * place, 5 * place + 4, count / 2)
        for adcode, counts in persons.items()
        for sex in "MF"
        for place, count in enumerate(counts)
    ]
    columns = ["adcode", "year", "sex", "age_lower", "age_upper", "persons"]
    return pd.DataFrame(rows, columns=columns)


# Where nobody moves 0-4 grow by a tenth (undercounted), 5-9 by a fiftieth, parents die.
CLOSED = np.log(pd.Series({0: 1.1, 5: 1.02, 10: 1.0, 30: 0.98, 35: 0.95}))


def test_youths_grow_as_their_parents_generation_did(monkeypatch: pytest.MonkeyPatch):
    before = census(2010, {"450302": [800, 600, 1, 1, 1, 1, 500, 400]})
    now = census(2020, {"450302": [700, 900, 1000, 5000, 9000, 1, 1, 1, 580, 450]})
    monkeypatch.setattr(projection, "closed_log_change", lambda: CLOSED)
    home = home_groups(group_table(now), 2020, before)
    families = (580 + 450) / (500 * 0.98 + 400 * 0.95)
    assert home[15].tolist() == pytest.approx([600 * 1.02 * families])
    assert home[20].tolist() == pytest.approx([families])
    assert home[10].tolist() == pytest.approx([1000])


def test_where_parents_are_not_counted_the_cohort_behind_stands_for_them(
    monkeypatch: pytest.MonkeyPatch,
):
    before = census(2010, {"450302": [800, 600, 1, 1, 1], "450303": [1000, 900, 1, 1, 1]})
    now = census(2020, {"450302": [700, 900, 1000, 5000, 9000], "450303": [700, 900, 1000, 10, 1]})
    monkeypatch.setattr(projection, "closed_log_change", lambda: CLOSED)
    home = home_groups(group_table(now), 2020, before)
    expected = [600 * (1000 / 800) * 1.02 / 1.1, 900 * 1.0 * 1.02 / 1.1]
    assert home[15].tolist() == pytest.approx(expected)
    assert home[20].tolist() == pytest.approx([1250 / 1000 / 1.1, 1 / 1.1])


def test_without_an_earlier_census_the_nation_gives_the_ratio():
    now = census(2020, {"450302": [700, 900, 1000, 5000, 9000], "450303": [700, 900, 500, 10, 1]})
    youths = home_groups(group_table(now), 2020, now.iloc[:0])[15].to_numpy()
    assert youths[0] == pytest.approx(2 * youths[1])
    assert 0.7 < youths[0] / 1000 < 1.0


def test_two_months_before_the_census_a_sixth_of_each_age_was_a_year_younger():
    census_day = np.array([[120.0, 60, *[30] * 23]])
    school_day = on_school_day(census_day)
    assert school_day[0, :3] == pytest.approx([110, 55, 30])
    assert school_day.shape == (1, 24)


def test_guilins_university_towns_lose_students_and_its_counties_regain_children():
    bundle = load_bundle(None)
    table, areas = bundle.tables.population, bundle.counties
    earlier = panel_census(table, 2010, areas)
    groups = group_table(panel_census(table, 2020, areas))
    home = home_groups(groups, 2020, earlier)[15].to_numpy()
    found = (groups["M"][15] + groups["F"][15]).to_numpy()
    place = {adcode: row for row, adcode in enumerate(groups.index)}
    assert home[place["450311"]] < 0.2 * found[place["450311"]]  # 雁山: universities
    assert home[place["450324"]] > 1.2 * found[place["450324"]]  # 全州: youths away
