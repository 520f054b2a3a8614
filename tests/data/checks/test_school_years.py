"""Schools that close or open, and schools together against their county, in words."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from data.data_folder import inspect_folder
from data.reference.packs import REFERENCE
from data.schools import schools_today

EXAMPLE = REFERENCE / "examples" / "six_schools"


def notices(folder: Path) -> list[str]:
    return [
        notice.line("zh")
        for notice in inspect_folder(folder).notices
        if "已停办" in notice.line("zh")
    ]


def problems(folder: Path) -> list[str]:
    return [problem.line("zh") for problem in inspect_folder(folder).problems]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLE, tmp_path / "data")
    return tmp_path / "data"


def with_row(folder: Path, **cells: str) -> None:
    """Add a row to the schools: a primary school of 2025 to open in 2028, unless stated."""
    new = {"id": "JX7", "name": "新城小学", "adcode": "990121", "year": "2025", "stage": "primary",
           "ownership": "public", "opening_year": "2028", "basis": "synthetic"}  # fmt: skip
    table = pd.read_csv(folder / "schools.csv", dtype=str)
    pd.concat([table, pd.DataFrame([new | cells])]).to_csv(folder / "schools.csv", index=False)


def with_county(folder: Path, pupils: float) -> None:
    """Add the county's primary pupils of 2025."""
    row = {"adcode": "990121", "year": 2025, "stage": "primary", "pupils": round(pupils)}
    pd.DataFrame([row]).to_csv(folder / "enrolment.csv", index=False)


def primary_pupils(folder: Path) -> int:
    table = pd.read_csv(folder / "schools.csv")
    now = table.query("year == 2025 and stage == 'primary' and grade != 'all'")
    return int(now["pupils"].sum())


def test_a_school_to_come_needs_seats_and_has_no_pupils_yet(folder: Path):
    with_row(folder)
    (line,) = problems(folder)
    assert "计划学位数" in line
    with_row(folder, id="JX8", seats="540", pupils="12")
    assert any("2028年开办之前没有在校生" in line for line in problems(folder))


def test_the_seats_of_a_school_to_come_are_not_those_of_today(folder: Path):
    before = inspect_folder(folder).tables.capacity
    with_row(folder, seats="540")
    found = inspect_folder(folder)
    assert not found.problems
    pd.testing.assert_frame_equal(found.tables.capacity, before)


def test_an_opening_year_of_the_past_changes_nothing(folder: Path):
    with_row(folder, opening_year="1998", seats="540", pupils="500")
    found = inspect_folder(folder)
    assert not found.problems
    assert "JX7" in set(schools_today(found.tables.schools)["id"])


def test_a_school_without_an_owner_among_others_that_have_one_is_refused(folder: Path):
    with_row(folder, opening_year="", seats="540", ownership="")
    assert any("公办或民办" in line and "请补上" in line for line in problems(folder))


def test_a_school_that_states_no_grades_is_split_as_the_others_are(folder: Path):
    before = inspect_folder(folder).tables.enrolment.query("year == 2025 and stage == 'primary'")
    with_row(folder, opening_year="", pupils="500")
    found = inspect_folder(folder)
    assert not found.problems
    now = found.tables.enrolment.query("year == 2025 and stage == 'primary'")
    added = now.set_index("grade")["pupils"] - before.set_index("grade")["pupils"]
    assert added["all"] == 500 == added.drop("all").sum()
    assert (added.drop("all") > 0).all()


def without(folder: Path, rows: str) -> None:
    """Delete the rows of a query from the schools."""
    table = pd.read_csv(folder / "schools.csv", dtype=str)
    table.drop(table.query(rows).index).to_csv(folder / "schools.csv", index=False)


def test_a_grade_left_out_is_missed_by_the_cohort_and_by_the_total(folder: Path):
    without(folder, "id == 'JX1' and year == '2025' and grade == 'P5'")
    cohort, total = problems(folder)
    assert "JX1 2025年 P5 的在校生" in cohort
    assert "JX1 各年级之和" in total


def test_a_grade_left_out_where_nobody_was_a_year_before_is_empty(folder: Path):
    table = pd.read_csv(folder / "schools.csv", dtype=str)
    last = (table["id"] == "JX4") & (table["grade"] == "P2")
    table.loc[last & (table["year"] == "2025"), "pupils"] = "0"
    table.loc[
        (table["id"] == "JX4") & (table["grade"] == "P1") & (table["year"] == "2024"), "pupils"
    ] = "3"
    table.loc[(table["id"] == "JX4") & (table["grade"] == "all"), "pupils"] = None
    table.drop(table.index[last & (table["year"] == "2025")]).to_csv(
        folder / "schools.csv", index=False
    )
    assert problems(folder) == []


def test_a_year_left_out_between_two_others_is_refused(folder: Path):
    without(folder, "id == 'JX2' and year == '2024'")
    (line,) = problems(folder)
    assert "JX2 也有 2024 年的行" in line


def test_rows_that_are_refused_bring_no_further_problems_of_sums(folder: Path):
    table = pd.read_csv(folder / "schools.csv", dtype=str)
    table["stage"] = table["stage"].where((table["id"] != "JX5") | (table["grade"] != "all"))
    table.to_csv(folder / "schools.csv", index=False)
    assert len(problems(folder)) == 2  # its two rows without a stage


def test_schools_with_more_pupils_than_their_county_are_refused(folder: Path):
    known = primary_pupils(folder)
    with_county(folder, known / 1.1)
    (line,) = problems(folder)
    assert f"全县 {round(known / 1.1):,}" in line
    assert f"各校合计 {known:,}" in line


def test_schools_with_fewer_pupils_than_their_county_are_reported(folder: Path):
    with_county(folder, primary_pupils(folder) / 0.8)
    found = inspect_folder(folder)
    assert not found.problems
    assert any("各校合计为全县的80%" in one.line("zh") for one in found.notices)


def test_two_schools_of_one_name_in_two_counties_are_two(folder: Path):
    areas = pd.read_csv(folder / "areas.csv", dtype=str)
    other = areas[areas["adcode"] == "990121"].assign(adcode="990122", name="虚构乙县")
    pd.concat([areas, other]).to_csv(folder / "areas.csv", index=False)
    people = pd.read_csv(folder / "population.csv", dtype=str)
    more = people.assign(adcode="990122")
    pd.concat([people, more]).to_csv(folder / "population.csv", index=False)
    with_row(folder, name="虚构甲县第一小学", adcode="990122", pupils="90", opening_year="")
    found = inspect_folder(folder)
    assert not found.problems
    today = schools_today(found.tables.schools)
    assert today[today["name"] == "虚构甲县第一小学"]["id"].tolist() == ["JX1", "JX7"]


def test_one_id_in_two_counties_is_refused(folder: Path):
    with_row(folder, id="JX1", grade="P1", pupils="90", opening_year="")
    assert any("JX1" in line for line in problems(folder))


def test_a_school_that_is_missing_in_the_latest_year_is_named(tmp_path: Path):
    folder = tmp_path / "data"
    shutil.copytree(EXAMPLE, folder)
    assert notices(folder) == []
    table = pd.read_csv(folder / "schools.csv", dtype=str)
    gone = (table["id"] == "JX4") & (table["year"] == "2025")
    table[~gone].to_csv(folder / "schools.csv", index=False)
    (line,) = notices(folder)
    assert "990121: 虚构甲县石桥教学点" in line
    assert "1 所学校没有 2025 年的行" in line
