"""Schools within a forecast: counts, county by grade, whole classes, and the example folders."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.bundle import load_bundle
from data.reference.packs import REFERENCE
from data.scenario.schema import load_scenario
from data.schools import schools_today
from docs.make.example_packs import six_schools, village_schools, write
from features.arrays import Population
from forecasting.scenario_forecast import build_start, scenario_demand
from forecasting.schools.counts import school_counts
from forecasting.schools.county_grades import county_grades
from forecasting.schools.forecast import whole_classes
from forecasting.schools.table import COLUMNS, KEY, no_schools, school_table

NOW, UNTIL, DRAWS, SEED = 2026, 2033, 40, 1
EXAMPLE = REFERENCE / "examples" / "six_schools"


def rows(*known: tuple[str, int, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(known, columns=["id", "year", "grade", "pupils"])
    return table.assign(adcode="990121", stage="junior")


def test_counts_by_grade_and_a_total_split_as_the_others_are():
    table = rows(("b", 2024, "J1", 30), ("b", 2024, "J2", 20), ("b", 2024, "J3", 10),
                 ("a", 2024, "all", 120), ("b", 2025, "J1", 33))  # fmt: skip
    (found,) = school_counts(table, NOW)
    assert (found.ids, found.years, found.grades) == (("a", "b"), (2024, 2025), ("J1", "J2", "J3"))
    assert found.pupils[0].tolist() == [[60, 40, 20], [0, 0, 0]]
    assert found.pupils[1].tolist() == [[30, 20, 10], [33, 0, 0]]


def test_a_row_without_a_year_is_one_of_the_present():
    table = rows(("a", 2025, "all", 90)).assign(year=pd.array([pd.NA], dtype="Int64"))
    (found,) = school_counts(table, NOW)
    assert (found.years, found.grades) == ((NOW,), ("all",))


def test_county_grades_follow_residents_and_their_cohorts():
    # Two grades; this year 90 of 100 and 110 of 100 residents. Next year the 90 are 0.9 of the
    # 80 residents of the second age, and entrants 0.9 of 60: 54 and 72, made 140 in all.
    residents = np.array([[100.0, 100.0], [60.0, 80.0]])[..., None]
    found = county_grades(np.array([[200.0], [140.0]]), residents, np.array([[90.0, 110.0]]))
    assert found[0, :, 0] == pytest.approx([90.0, 110.0])
    assert found[1, :, 0] == pytest.approx([140 * 54 / 126, 140 * 72 / 126])


def test_classes_are_integers_in_each_grade_of_each_school():
    pupils = np.array([[[46.0], [90.0]], [[0.4], [1.0]]], dtype=np.float32)
    assert whole_classes(pupils, 45.0).tolist() == [[4.0], [1.0]]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory):
    """Return the six schools and a seventh, to open in 2028."""
    folder = tmp_path_factory.mktemp("schools") / "data"
    shutil.copytree(EXAMPLE, folder)
    table = pd.read_csv(folder / "schools.csv", dtype=str)
    new = {"id": "JX7", "name": "虚构甲县新城小学", "adcode": "990121", "year": "2025",
           "stage": "primary", "grade": "all", "seats": "540", "opening_year": "2028",
           "basis": "synthetic"}  # fmt: skip
    pd.concat([table, pd.DataFrame([new])]).to_csv(folder / "schools.csv", index=False)
    bundle = load_bundle(folder)
    start = build_start(bundle, NOW, UNTIL, DRAWS, SEED)
    own = scenario_demand(bundle, start, load_scenario("baseline"), NOW, SEED)
    return bundle, own, school_table(bundle, own.schools, "baseline")


def test_schools_of_the_example_add_up_to_their_county_in_every_draw(example):
    _, own, _ = example
    pupils = own.demand.pupils
    assert len(own.schools.stages) == 3
    for one in own.schools.stages:
        cell = one.schools.cell(pupils)
        assert one.pupils.sum(axis=0) == pytest.approx(pupils.pupils[cell], rel=1e-4)
        assert own.demand.required[cell] == pytest.approx(one.required)


def test_the_table_has_every_school_and_its_mark(example):
    bundle, _, table = example
    assert list(table.columns) == COLUMNS == list(no_schools().columns)
    assert not table.duplicated(KEY).any()
    assert set(table["school_id"]) == set(bundle.tables.schools["id"])
    assert set(table["basis"]) == {"synthetic"}
    assert set(table.loc[table["year"] > 2025, "pupils_basis"]) == {"estimate"}
    known = table[(table["school_id"] == "JX1") & (table["year"] == 2025)].iloc[0]
    source = bundle.tables.schools.query("id == 'JX1' and year == 2025 and grade != 'all'")
    assert known["pupils"] == known["pupils_lo95"] == source["pupils"].sum()
    assert known["surplus"] == known["seats"] - known["pupils"]
    ahead = table[table["year"] > 2025]
    assert (ahead["pupils_lo80"] <= ahead["pupils_hi80"]).all()
    assert ahead["shortage_probability"].between(0, 1).all()


def test_a_school_to_come_has_rows_from_its_opening_on_and_its_seats_are_a_project(example):
    bundle, own, table = example
    rows = table[table["school_id"] == "JX7"]
    assert rows["year"].tolist() == list(range(2028, UNTIL + 1))
    assert (rows["pupils"] > 0).all()
    assert rows["pupils"].is_monotonic_increasing  # grade by grade until 2033
    assert set(rows["seats"]) == {540.0}
    (project,) = bundle.tables.projects.to_dict("records")
    assert (project["project_id"], project["seats"]) == ("JX7", 540)
    assert project["planned_opening_year"] == 2028
    assert "JX7" not in set(schools_today(bundle.tables.schools)["id"])
    (stage,) = (one for one in own.schools.stages if one.schools.counts.stage == "primary")
    place = stage.schools.counts.ids.index("JX7")
    assert (stage.pupils[place, : 2028 - own.demand.pupils.years[0]] == 0).all()


def test_a_teaching_point_never_teaches_its_fourth_grade(example):
    _, own, _ = example
    (primary,) = (one for one in own.schools.stages if one.schools.counts.stage == "primary")
    point = primary.schools.counts.ids.index("JX4")
    for drawn in primary.schools.years(own.demand.pupils, _population(own), SEED):
        assert (drawn[point, 3:] == 0).all()


def _population(own):
    pupils = own.demand.pupils
    draws = pupils.pupils.shape[-1]
    ages = tuple(range(20))
    people = np.full((len(pupils.areas), len(pupils.years), len(ages), draws), 100.0)
    return Population(pupils.areas, pupils.years, ages, people)


def test_the_examples_are_what_their_script_writes(tmp_path: Path):
    for county in (six_schools(), village_schools()):
        write(county, tmp_path / county.folder, seed=1)
        for file in (tmp_path / county.folder).iterdir():
            kept = REFERENCE / "examples" / county.folder / file.name
            assert file.read_bytes() == kept.read_bytes(), kept
