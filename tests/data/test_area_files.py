"""What a command reads from one file, with the line that each row has there."""

from pathlib import Path

import pytest

from data.area_files import read_attributes, read_births, read_history
from data.findings import MOST, Findings
from data.problems import DataError
from data.reading.formats.limits import COLUMNS

HEAD = "area_id,year,grade,enrolment\n"


def history(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "history.csv"
    path.write_bytes(text.encode(encoding))
    return path


def places(path: Path) -> list[tuple[int | None, str | None, str | None]]:
    with pytest.raises(DataError) as refused:
        read_history(path)
    return [(one.row, one.column, one.value) for one in refused.value.problems]


def test_the_row_reported_is_the_line_of_the_file(tmp_path: Path) -> None:
    text = HEAD + '\n"a\nb",2020,1,5\n\n,,,\nc,2020,1,many\n'
    assert places(history(tmp_path, text)) == [
        (3, "area_id", "a\nb"),
        (7, "enrolment", "many"),
    ]


def test_a_row_with_one_cell_more_is_no_shift_of_all_columns(tmp_path: Path) -> None:
    # A table reader that takes the first column for labels would shift every cell by one.
    text = HEAD + "a,2020,1,5,9\nb,2020,1,6,9\n"
    assert places(history(tmp_path, text)) == [(2, None, "9"), (3, None, "9")]


def test_a_row_that_ends_early_reports_nothing(tmp_path: Path) -> None:
    read = read_history(history(tmp_path, HEAD + "a,2020\nb,2020,1,5\nb,2021,1\n"))
    assert read["area_id"].tolist() == ["b"]
    assert places(history(tmp_path, "enrolment,area_id,year,grade\n5,a\n"))[0][:2] == (2, "year")


def test_a_heading_that_stands_twice_is_reported(tmp_path: Path) -> None:
    text = "area_id,year,year,grade,enrolment\na,2020,2021,1,5\n"
    assert places(history(tmp_path, text)) == [(1, "year", None)]


def test_blank_columns_at_the_end_are_no_matter(tmp_path: Path) -> None:
    read = read_history(history(tmp_path, "area_id,year,grade,enrolment,,\na,2020,1,5,,\n"))
    assert read.to_dict("list") == {
        "area_id": ["a"], "year": [2020], "grade": ["1"], "enrolment": [5.0],
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "utf-16"])
def test_office_encodings_and_delimiters_are_read(tmp_path: Path, encoding: str) -> None:
    findings = Findings()
    path = history(tmp_path, "地区;年份;年级;在校生\n临桂区;2020;1;5\n", encoding)
    assert read_history(path, findings)["area_id"].tolist() == ["临桂区"]
    assert [notice.expected.en for notice in findings.notices] == ["delimiter ';'"]


@pytest.mark.parametrize("area", ["=1+1", "@x", "+7", "-1", "a;=1+1", "a\x1b[2Jb", "a\u202eb"])
def test_an_identifier_is_no_formula_and_can_be_seen(tmp_path: Path, area: str) -> None:
    assert places(history(tmp_path, f"{HEAD}{area},2020,1,5\n")) == [(2, "area_id", area)]


def test_an_identifier_with_a_line_break_before_a_formula_is_refused(tmp_path: Path) -> None:
    assert places(history(tmp_path, f'{HEAD}"a\n=1+1",2020,1,5\n'))[0][1] == "area_id"


def test_a_history_that_reports_nothing_is_reported(tmp_path: Path) -> None:
    assert places(history(tmp_path, HEAD + "a,2020,1\nb,2020,1,\n")) == [(None, "enrolment", None)]


def test_very_many_bad_rows_are_reported_up_to_a_number(tmp_path: Path) -> None:
    assert len(places(history(tmp_path, HEAD + "a,2020,1,x\n" * 30_000))) == MOST + 1


def test_equal_rows_count_once_with_a_notice(tmp_path: Path) -> None:
    findings = Findings()
    read = read_history(history(tmp_path, HEAD + "a,2020,1,5\n" * 3), findings)
    assert read["enrolment"].tolist() == [5]
    assert "2 places" in findings.notices[0].line("en")


def test_a_file_of_nothing_but_headings_is_reported(tmp_path: Path) -> None:
    for text in (HEAD, "\n\n"):
        with pytest.raises(DataError):
            read_births(history(tmp_path, text))


def test_attributes_with_a_heading_twice_are_reported(tmp_path: Path) -> None:
    path = history(tmp_path, "adcode,year,size,size\n450302,2020,1,2\n")
    with pytest.raises(DataError, match="one column size"):
        read_attributes(path, 2020, Findings())


def test_attributes_of_more_columns_than_are_read_are_refused_with_the_limit(
    tmp_path: Path,
) -> None:
    for more, refused in ((COLUMNS - 2, False), (COLUMNS - 1, True)):  # and adcode and year
        names = ["birth_rate_permille", *(f"c{number}" for number in range(more - 1))]
        text = ",".join(["adcode", "year", *names]) + "\n" + "450302,2020" + ",1" * more + "\n"
        path = history(tmp_path, text)
        if refused:
            with pytest.raises(DataError, match="500 columns at most"):
                read_attributes(path, 2020, Findings())
        else:
            assert set(names) <= set(read_attributes(path, 2020, Findings()))
