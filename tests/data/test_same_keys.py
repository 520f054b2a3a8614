"""One year, grade or area however it is written; what differs under one key is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from data.area_files import read_births, read_census, read_history
from data.findings import Findings
from data.problems import DataError

HEAD = "area_id,year,grade,enrolment\n"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


@pytest.mark.parametrize(
    "year",
    ["2023.0", "２０２３", "2023年", "2023学年", "2023-24", "2023/2024", "2023—2024学年",
     "SY2023-24", "2023-10-01", "2023年9月", "2023年秋季", "2024-03-15", "2024年1月18日",
     "2024年春季学期", "2024/8/31"],
)  # fmt: skip
def test_a_school_year_is_the_year_in_which_it_starts(write: Write, year: str) -> None:
    read = read_history(write(f"{HEAD}a,{year},1,5\na,2022,1,6\n"))
    assert read["year"].tolist() == [2023, 2022]
    with pytest.raises(DataError, match="the same as row 2, with other"):
        read_history(write(f"{HEAD}a,{year},1,5\na,2023,1,6\n"))


@pytest.mark.parametrize("year", ["2024年3月", "2024-05", "2024-01-01", "2024年1月"])
def test_a_month_before_september_alone_is_refused(write: Write, year: str) -> None:
    with pytest.raises(DataError, match="write 2023 for the school year 2023/2024, 2024 for"):
        read_history(write(f"{HEAD}a,{year},1,5\n"))


@pytest.mark.parametrize(
    "grades", [("1", "01"), ("P1", "一年级"), ("1", "Grade 1"), ("K3", "0"), ("七年级", "J1"),
               ("S2", "11.0"), ("p6", "六年级")],
)  # fmt: skip
def test_a_grade_is_its_place_in_the_order(write: Write, grades: tuple[str, str]) -> None:
    one, other = grades
    findings = Findings()
    read = read_history(
        write(f"{HEAD}a,2022,{one},5\na,2023,{other},6\na,2024,{one},6\n"), findings
    )
    assert read["grade"].tolist() == [one] * 3
    assert any("spellings of one" in notice.expected.en for notice in findings.notices)
    with pytest.raises(DataError, match="once; the same as row 2"):
        read_history(write(f"{HEAD}a,2022,{one},5\na,2022,{other},6\n"))


@pytest.mark.parametrize(
    ("ids", "shown"),
    [(("007", "7"), "007"), (("450312000000", "450312"), "450312"),
     (("３６００１", "36001"), "36001"), (("36001.0", "36001"), "36001"),
     (("4.50312E+05", "450312"), "450312")],
)  # fmt: skip
def test_an_area_is_its_number_however_stored(
    write: Write, ids: tuple[str, str], shown: str
) -> None:
    one, other = ids
    findings = Findings()
    read = read_history(write(f"{HEAD}{one},2022,1,5\n{other},2023,1,6\n"), findings)
    assert read["area_id"].tolist() == [shown] * 2
    assert findings.notices
    with pytest.raises(DataError, match="once; the same as row 2"):
        read_history(write(f"{HEAD}{one},2022,1,5\n{other},2022,1,6\n"))


@pytest.mark.parametrize("area", ["06001", "450312000000", "V00", "1001A"])
def test_an_id_written_one_way_comes_back_as_it_went_in(write: Write, area: str) -> None:
    assert read_history(write(f"{HEAD}{area},2022,1,5\n"))["area_id"].tolist() == [area]


@pytest.mark.parametrize("born", ["0007", "7.0", "７"])
def test_births_find_their_area(write: Write, born: str) -> None:
    findings = Findings()
    births = read_births(write(f"area_id,year,births\n{born},2020,5\n"), findings, ["7"])
    assert births["area_id"].tolist() == ["7"]


@pytest.mark.parametrize("known", [["8"], ["x"], ["70", "71"]])
def test_births_that_fit_no_area_are_refused(write: Write, known: list[str]) -> None:
    with pytest.raises(DataError, match="use the same ids: no row fits"):
        read_births(write("area_id,year,births\n7,2020,5\n"), Findings(), known)


def test_births_of_other_areas_are_left_out_with_a_notice(write: Write) -> None:
    findings = Findings()
    births = read_births(write("area_id,year,births\n7,2020,5\n9,2020,4\n"), findings, ["7"])
    assert births["births"].tolist() == [5]
    assert "1 areas that the main table has not" in findings.notices[0].line("en")


@pytest.mark.parametrize("code", ["450312.0", "450312000000", "４５０３１２"])
def test_a_county_is_its_six_digits(write: Write, code: str) -> None:
    rows = "".join(
        f"{code if sex == 'M' else 450312},2020,{sex},{age},{age + 4 if age < 85 else ''},9\n"
        for sex in "MF"
        for age in range(0, 90, 5)
    )
    head = "adcode,year,sex,age_lower,age_upper,persons\n"
    assert set(read_census(write(head + rows), 2020, Findings())["adcode"]) == {"450312"}


@pytest.mark.parametrize(
    ("cell", "fix"),
    [("-1", "An empty cell means not reported"), ("-9", "An empty cell means not reported"),
     ("<10", "leave the cell empty"), ("*", "leave the cell empty"), ("x", "leave the cell empty")],
)  # fmt: skip
def test_codes_for_missing_are_one_line_however_many(write: Write, cell: str, fix: str) -> None:
    rows = "".join(f"a,{year},{grade},{cell}\n" for year in range(2000, 2020) for grade in "123")
    with pytest.raises(DataError) as refused:
        read_history(write(f"{HEAD}a,2020,1,5\n{rows}"))
    (line,) = refused.value.lines("en")
    assert "60 places: rows 3, 4, 5" in line
    assert fix in line
