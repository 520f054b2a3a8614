"""One year, grade or area however it is written; what differs under one key is refused."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from data.area_files import read_births, read_census, read_history
from data.contract.grades import grade_order
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
     "2024年春季学期", "2024/8/31", "二〇二三年", "2023学年第一学期", "2023-2024学年第二学期",
     "20231015", "20240118", "202309", "Fall 2023", "2024 spring", "2024-1-18 0:00:00",
     "2023年度"],
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
               ("S2", "11.0"), ("p6", "六年级"), ("小学一年级", "1"), ("初中一年级", "七年级"),
     ("初1", "7"), ("七年级(初一)", "初一"), ("普通高中二年级", "高二"), ("十二年级", "S3"),
     ("1st grade", "Gr. 1"), ("学前班", "K"), ("幼儿园大班", "Kindergarten")],
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


@pytest.mark.parametrize("grade", ["初四", "小学七年级", "学前", "一年级（二）", "托班"])
def test_a_grade_that_its_stage_has_not_is_refused(write: Write, grade: str) -> None:
    with pytest.raises(DataError, match="a whole number, K1-S3 or all"):
        read_history(write(f"{HEAD}a,2022,{grade},5\n"))


@pytest.mark.parametrize(
    ("ids", "shown"),
    [(("007", "7"), "007"), (("450312000000", "450312"), "450312"),
     (("３６００１", "36001"), "36001"), (("36001.0", "36001"), "36001"),
     (("4.50312E+05", "450312"), "450312"), (("450312000", "450312"), "450312"),
     (("临 桂 区", "临桂区"), "临桂区")],
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


@pytest.mark.parametrize(
    "text",
    ["area_id,year,1,2\na,2022,5,6\na,2023,7,8\n",
     "地区,学年度,一年级,二年级\na,2022,5,6\na,2023,7,8\n",
     "area_id,grade,2022-23,2023-24\na,1,5,7\na,2,6,8\n",
     "area_id,year,Grade 1,Grade 2,total\na,2022,5,6,11\na,2023,7,8,15\n"],
)  # fmt: skip
def test_a_wide_history_is_turned(write: Write, text: str) -> None:
    read = read_history(write(text))
    found = {(year, grade_order(grade)): n for _, year, grade, n in read.itertuples(index=False)}
    assert found == {(2022, 1): 5, (2022, 2): 6, (2023, 1): 7, (2023, 2): 8}


@pytest.mark.parametrize("title", ["2022", "2022学年", "在校生2022", "2022秋", "2022-2023学年"])
def test_a_sheet_states_the_year_of_a_history(tmp_path: Path, title: str) -> None:
    path = tmp_path / "h.xlsx"
    with pd.ExcelWriter(path) as book:
        for name in (title, title.replace("2023", "2024").replace("2022", "2023")):
            pd.DataFrame({"县区": ["a"], "一年级": [5]}).to_excel(
                book, sheet_name=name, index=False
            )
    assert read_history(path)["year"].tolist() == [2022, 2023]


@pytest.mark.parametrize(
    ("head", "cell"), [("在校生数（百人）", "12.34"), ("enrolment (thousands)", "1.234"),
                       ("在校生数", "1.234千"), ("在校生数（万人）", "0.1234")],
)  # fmt: skip
def test_units_of_a_history(write: Write, head: str, cell: str) -> None:
    assert read_history(write(f"area_id,year,grade,{head}\na,2022,1,{cell}\n"))[
        "enrolment"
    ].tolist() == [1234]
