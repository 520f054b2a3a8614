from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.data_folder import inspect_folder, read_folder
from data.findings import Findings
from data.reading.formats.delimited import read_sheets

TEXT = "adcode,name\n450312,临桂区\n450381,荔浦市\n"
ROWS = (("adcode", "name"), ("450312", "临桂区"), ("450381", "荔浦市"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_chinese_text_survives_every_office_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "areas.csv"
    path.write_bytes(TEXT.encode(encoding))
    findings = Findings()
    (sheet,) = read_sheets(path, findings)
    assert sheet.rows == ROWS
    assert sheet.lines == (1, 2, 3)
    assert findings.problems == findings.notices == []


def test_gbk_line_that_passes_for_utf8_is_not_taken_for_mixed(tmp_path: Path) -> None:
    # 联通 in GBK is C1 AA CD A8: two valid two-byte UTF-8 sequences, the classic trap.
    path = tmp_path / "areas.csv"
    path.write_bytes("编号,联通\n1,联通\n联通,临桂\n".encode("gbk"))
    findings = Findings()
    assert read_sheets(path, findings)[0].rows[1:] == (("1", "联通"), ("联通", "临桂"))
    assert findings.notices == []


def test_mixed_encodings_are_read_line_by_line_with_a_notice(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    lines = TEXT.split("\n")
    path.write_bytes(f"{lines[0]}\n{lines[1]}\n".encode() + lines[2].encode("gbk"))
    findings = Findings()
    assert read_sheets(path, findings)[0].rows == ROWS
    assert [(n.row, n.expected.en) for n in findings.notices] == [(2, "UTF-8 and GBK in one file")]


def test_bytes_in_no_known_encoding_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_bytes(b"adcode,name\n450312,\xff\xff\n")
    findings = Findings()
    assert read_sheets(path, findings) == []
    assert [(p.row, p.expected.en) for p in findings.problems] == [
        (2, "a file that can be read (unknown encoding)")
    ]


def test_line_numbers_count_lines_of_the_file_not_records(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text('adcode,name\n1,"two\nlines"\n\n2,b\n', encoding="utf-8")
    (sheet,) = read_sheets(path, Findings())
    assert dict(zip(sheet.lines, sheet.rows, strict=True))[5] == ("2", "b")


def test_parquet_and_excel_give_the_same_tables_as_csv(folder: Path, tmp_path: Path) -> None:
    expected = read_folder(folder)[0]
    other = tmp_path / "other"
    other.mkdir()
    pd.read_csv(folder / "areas.csv").to_excel(other / "b.xlsx", sheet_name="区划", index=False)
    pd.read_csv(folder / "population.csv").to_parquet(other / "population.parquet")
    found = read_folder(other)[0]
    for name in ("areas", "population"):
        ours, theirs = getattr(found, name), getattr(expected, name)
        pd.testing.assert_frame_equal(ours.drop(columns="source"), theirs.drop(columns="source"))


def births_book(folder: Path, rows: list[list[object]], merge: str | None = None) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "births"
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    book.save(folder / "book.xlsx")


HEADINGS: list[object] = ["adcode", "year", "births"]


def test_merged_words_are_filled_into_each_row_with_a_notice(folder: Path) -> None:
    births_book(folder, [HEADINGS, [450312, 2020, 5], [None, 2021, 6]], merge="A2:A3")
    tables, notices = read_folder(folder)
    assert tables.births is not None
    assert tables.births["adcode"].tolist() == ["450312", "450312"]
    assert [(n.row, n.expected.en) for n in notices] == [(3, "merged cells")]


def test_merged_figures_are_refused_because_they_would_count_twice(folder: Path) -> None:
    births_book(folder, [HEADINGS, [450312, 2020, 5], [450321, 2020, None]], merge="C2:C3")
    (problem,) = inspect_folder(folder).problems
    assert (problem.row, problem.column) == (3, "births")
    assert problem.expected.en == "one value per row, no merged cells"


def test_excel_error_values_and_unsaved_formulas_are_refused(folder: Path) -> None:
    births_book(folder, [HEADINGS, [450312, 2020, "#N/A"], [450312, 2021, "=1+1"]])
    problems = [p for p in inspect_folder(folder).problems if "cell" not in p.expected.en]
    reported = {(p.row, p.expected.en) for p in problems}
    assert (2, "a number, not an Excel error value") in reported
    assert (3, "the saved result of the formula") in reported


@pytest.mark.parametrize("name", ["births.xlsx", "births.parquet", "boundaries.gpkg"])
def test_file_that_is_not_what_its_name_says_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"PK\x03\x04 not really")
    (problem,) = inspect_folder(folder).problems
    assert problem.file == name
