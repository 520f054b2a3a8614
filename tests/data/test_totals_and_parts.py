"""A total alongside its parts is compared and counted once, or refused where it contradicts."""

from pathlib import Path

import pandas as pd
import pytest

from data.area_files import read_census, read_history
from data.findings import Findings
from data.problems import DataError

YEARS = range(2015, 2022)
GRADES = range(1, 7)


def history(*more: tuple[str, int, str, float], areas: str = "abc") -> pd.DataFrame:
    rows = [(area, year, str(grade), 100.0 + 7 * grade + 3 * (year - 2015) + 11 * number)
            for number, area in enumerate(areas) for year in YEARS for grade in GRADES]  # fmt: skip
    return pd.DataFrame([*rows, *more], columns=["area_id", "year", "grade", "enrolment"])


PARTS = history()


def read(tmp_path: Path, table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    path, findings = tmp_path / "h.csv", Findings()
    table.to_csv(path, index=False)
    found = read_history(path, findings)
    return found, [notice.line("en") for notice in findings.notices]


def sums(grades: range, code: str, factor: float = 1.0) -> list[tuple[str, int, str, float]]:
    inside = PARTS[PARTS["grade"].astype(int).isin(grades)]
    total = inside.groupby(["area_id", "year"])["enrolment"].sum()
    return [(area, year, code, factor * value) for (area, year), value in total.items()]


@pytest.mark.parametrize("code", ["99", "13", "0"])
def test_a_number_that_is_the_sum_of_the_grades_is_no_grade(tmp_path: Path, code: str) -> None:
    found, reported = read(tmp_path, history(*sums(GRADES, code)))
    assert found["enrolment"].sum() == PARTS["enrolment"].sum()
    assert any(f"grade {code} is the sum of other grades" in line for line in reported)


@pytest.mark.parametrize(("grades", "code"), [(range(1, 4), "50"), (range(4, 7), "61"),
                                              (range(2, 6), "90")])  # fmt: skip
def test_a_subtotal_by_number_is_no_grade(tmp_path: Path, grades: range, code: str) -> None:
    found, _ = read(tmp_path, history(*sums(grades, code)))
    assert found["enrolment"].sum() == PARTS["enrolment"].sum()


@pytest.mark.parametrize("word", ["all", "合计", "Total"])
def test_totals_that_agree_are_left_out(tmp_path: Path, word: str) -> None:
    found, reported = read(tmp_path, history(*sums(GRADES, word)))
    assert set(found["grade"]) == set(map(str, GRADES))
    assert any("compared with its rows and not counted again" in line for line in reported)


@pytest.mark.parametrize("factor", [1.2, 0.9, 0.5])
def test_totals_that_contradict_their_grades_are_refused(tmp_path: Path, factor: float) -> None:
    with pytest.raises(DataError) as refused:
        read(tmp_path, history(*sums(GRADES, "all", factor)))
    assert len(refused.value.lines("en")) == 1


def test_a_sum_with_one_mistake_is_refused_at_the_mistake(tmp_path: Path) -> None:
    totals = sums(GRADES, "99")
    totals[4] = (*totals[4][:3], totals[4][3] + 300)
    with pytest.raises(DataError) as refused:
        read(tmp_path, history(*totals))
    assert [one.row for one in refused.value.problems] == [len(PARTS) + 2 + 4]


@pytest.mark.parametrize(("code", "factor"), [("99", 1.2), ("0", 1.15), ("13", 1.1)])
def test_a_grade_as_large_as_all_others_is_a_wrong_total(
    tmp_path: Path, code: str, factor: float
) -> None:
    seventh = [(area, year, "7", 140.0) for area in "abc" for year in YEARS]
    with pytest.raises(DataError, match=f"{code} looks like a total"):
        read(tmp_path, history(*seventh, *sums(GRADES, code, factor)))


@pytest.mark.parametrize("area", ["d", "000", "Ω"])
def test_an_area_with_totals_alone_does_not_vanish(tmp_path: Path, area: str) -> None:
    with pytest.raises(DataError, match=f"'{area}'.*grades for every area, or for none"):
        read(tmp_path, history(*((area, year, "all", 500.0) for year in YEARS)))


@pytest.mark.parametrize("last", [2022, 2023, 2025])
def test_totals_later_than_the_grades_are_not_cut_off(tmp_path: Path, last: int) -> None:
    later = [("a", year, "all", 700.0) for year in range(2022, last + 1)]
    with pytest.raises(DataError, match="figures by grade in these years too"):
        read(tmp_path, history(*later))


@pytest.mark.parametrize("name", ["t", "0", "全市"])
def test_the_sum_of_all_areas_is_no_area(tmp_path: Path, name: str) -> None:
    total = PARTS.groupby(["year", "grade"])["enrolment"].sum()
    city = [(name, year, grade, value) for (year, grade), value in total.items()]
    found, reported = read(tmp_path, history(*city))
    assert set(found["area_id"]) == set("abc")
    assert any("an area that is the sum of others" in line for line in reported)


def census(*more: str, ages: range = range(0, 90, 5)) -> str:
    rows = [f"{code},2020,{sex},{age},{age + 4 if age < 85 else ''},{100 + age}"
            for code in (450302, 450303) for sex in "MF" for age in ages]  # fmt: skip
    return "\n".join(["adcode,year,sex,age_lower,age_upper,persons", *rows, *more]) + "\n"


def people(tmp_path: Path, text: str) -> pd.DataFrame:
    path = tmp_path / "census.csv"
    path.write_text(text, encoding="utf-8")
    return read_census(path, 2020, Findings())


@pytest.mark.parametrize("group", ["65,", "18,", "3,4"])
def test_a_group_over_others_is_refused_in_one_line(tmp_path: Path, group: str) -> None:
    memo = [f"{code},2020,{sex},{group},50" for code in (450302, 450303) for sex in "MF"]
    with pytest.raises(DataError) as refused:
        people(tmp_path, census(*memo))
    assert len(refused.value.lines("en")) == 1


EVERY_AGE = sum(100 + age for age in range(0, 90, 5))


@pytest.mark.parametrize(
    ("row", "right"),
    [("450302,2020,M,0,,{}", EVERY_AGE), ("450302,2020,T,5,9,{}", 210),
     ("450300,2020,F,10,14,{}", 220)],
)  # fmt: skip
def test_sums_in_a_census_are_compared(tmp_path: Path, row: str, right: int) -> None:
    found = people(tmp_path, census(row.format(right)))
    assert found["persons"].sum() == 4 * EVERY_AGE
    with pytest.raises(DataError, match=f"the sum of its (parts|rows) {right:,}"):
        people(tmp_path, census(row.format(2 * right)))
