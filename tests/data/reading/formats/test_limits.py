"""Files made to exhaust the machine are refused for what they are; of others nothing is lost."""

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.findings import MOST, Findings
from data.language import Text
from data.problems import DataError, DataProblem
from data.reading.formats import limits
from data.reading.formats.delimited import read_sheets
from data.reading.formats.sheet import Sheet

ENTITIES = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def book(path: Path, cells: dict[str, object], merge: str | None = None) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for place, value in cells.items():
        sheet[place] = value
    if merge:
        sheet.merge_cells(merge)
    made.save(path)
    return path


def with_part(path: Path, name: str, change) -> Path:
    """Change one part of the archive at ``path``."""
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, held in parts.items():
            archive.writestr(one, held)
    return path


def read(path: Path) -> tuple[list[Sheet], list[str]]:
    findings = Findings()
    return read_sheets(path, findings), [problem.expected.en for problem in findings.problems]


def test_a_stray_cell_in_the_last_corner_is_named(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", {"A1": "adcode", "A2": 450302, "XFD1048576": "x"})
    findings = Findings()
    assert read_sheets(path, findings) == []
    assert [problem.value for problem in findings.problems] == ["XFD1048576"]


def test_a_stray_format_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", {"A1": "adcode", "A2": 450302})
    far = b'<row r="1048576" s="1"><c r="XFD1048576" s="0"/></row></sheetData>'
    with_part(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", far))
    ((sheet,), problems) = read(path)
    assert (problems, sheet.lines, sheet.rows) == ([], (1, 2), (("adcode",), ("450302",)))


def test_an_excel_error_is_seen_and_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", {"A1": "births", "A2": 1})
    with_part(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<c r="A2" t="n"><v>1</v>', b'<c r="A2" t="e"><v>#REF!</v>'),
    )
    assert read(path)[0][0].rows == (("births",), ("#REF!",))


def test_a_dimension_that_lies_hides_no_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", {"A1": "adcode", "B2": 7})
    with_part(
        path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1"')
    )
    assert read(path)[0][0].rows == (("adcode",), ("", "7"))


def test_a_merged_range_of_the_complete_sheet_is_as_wide_as_the_table(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", {"A1": "x", "B2": 7}, merge="A1:XFD1")
    assert read(path)[0][0].rows == (("x", "x"), ("", "7"))


@pytest.mark.parametrize("place", ["A1048577", "XFE1", "ZZZZ9", "A0"])
def test_a_cell_outside_every_sheet_is_refused(tmp_path: Path, place: str) -> None:
    path = book(tmp_path / "b.xlsx", {"A1": 1})
    with_part(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<c r="A1"', b'<c r="%s"' % place.encode()),
    )
    sheets, problems = read(path)
    assert sheets == []
    assert len(problems) == 1


def test_an_archive_that_unpacks_to_hundreds_of_megabytes_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", {"A1": 1})
    padding = b" " * (limits.WORKBOOK_BYTES + 1)
    with_part(path, "xl/worksheets/sheet1.xml", lambda xml: xml + padding)
    assert path.stat().st_size < 200_000
    assert read(path) == ([], ["a workbook of 48 MB at most when unpacked"])


def _declaration(xml: bytes) -> bytes:
    return xml[: xml.index(b"?>") + 2] if xml.startswith(b"<?xml") else b""


@pytest.mark.parametrize("declared", [ENTITIES, OUTSIDE])
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_xml_that_declares_entities_is_refused(tmp_path: Path, part: str, declared: bytes) -> None:
    path = book(tmp_path / "b.xlsx", {"A1": 1})
    with_part(path, part, lambda xml: declared + xml.removeprefix(_declaration(xml)))
    assert read(path) == ([], ["a file that can be read (EntitiesForbidden)"])


def test_a_workbook_with_a_password_or_of_old_is_reported(tmp_path: Path) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    for name in ("areas.xlsx", "areas.csv"):
        (tmp_path / name).write_bytes(old)
        sheets, (problem,) = read(tmp_path / name)
        assert sheets == []
        assert "password" in problem


def test_what_a_file_is_counts_more_than_its_name(tmp_path: Path) -> None:
    path = book(tmp_path / "b.xlsx", {"A1": 1}).rename(tmp_path / "areas.csv")
    assert read(path)[1] == ["a file that can be read (it is an Excel file or an archive)"]
    (tmp_path / "areas.csv").write_bytes("adcode,name\n1,甲\n".encode("utf-16-le"))
    assert read(path)[1] == ["a file that can be read (not text, or an unknown encoding)"]


def test_a_parquet_file_that_says_one_thing_very_often_is_refused(tmp_path: Path) -> None:
    index = pa.nulls(limits.CELLS + 1, pa.int32()).fill_null(0)
    column = pa.DictionaryArray.from_arrays(index, pa.array(["x"]))
    pq.write_table(pa.table({"adcode": column}), tmp_path / "areas.parquet")
    assert (tmp_path / "areas.parquet").stat().st_size < 100_000
    assert read(tmp_path / "areas.parquet") == ([], ["a table of 10,000,000 cells at most"])


def test_a_parquet_text_longer_than_a_cell_is_refused_with_its_place(tmp_path: Path) -> None:
    long = "x" * (limits.CELL_CHARACTERS + 1)
    for texts in (["a", long], ["a", long[1:]]):
        pq.write_table(pa.table({"adcode": ["1", "2"], "kind": texts}), tmp_path / "a.parquet")
        findings = Findings()
        sheets = read_sheets(tmp_path / "a.parquet", findings)
        places = [(problem.row, problem.column) for problem in findings.problems]
        assert places == ([(3, "kind")] if long in texts else [])
        assert len(sheets) == (long not in texts)


def test_a_parquet_column_of_lists_is_refused_by_name(tmp_path: Path) -> None:
    pq.write_table(pa.table({"adcode": ["1"], "name": [["a"]]}), tmp_path / "areas.parquet")
    findings = Findings()
    assert read_sheets(tmp_path / "areas.parquet", findings) == []
    assert [problem.column for problem in findings.problems] == ["name"]


def test_equal_texts_of_parquet_and_csv_are_one_text(tmp_path: Path) -> None:
    frame = pd.DataFrame({"adcode": ["450302"] * 3, "name": ["甲", None, "甲"]})
    frame.to_parquet(tmp_path / "areas.parquet", index=False)
    frame.to_csv(tmp_path / "areas.csv", index=False)
    for name in ("areas.parquet", "areas.csv"):
        (sheet,) = read(tmp_path / name)[0]
        assert sheet.rows[1:] == (("450302", "甲"), ("450302", ""), ("450302", "甲"))
        assert sheet.rows[1][0] is sheet.rows[3][0]


def test_more_cells_or_bytes_than_are_read_are_reported_with_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("adcode,name\n" + "1,x\n" * 9, encoding="utf-8")
    monkeypatch.setattr(limits, "CELLS", 12)
    monkeypatch.setattr(limits.too_many_cells, "__defaults__", (12,))
    assert read(path) == ([], ["a table of 12 cells at most"])
    monkeypatch.setattr(limits, "FILE_BYTES", 8)
    assert read(path) == ([], ["a file of 0 MB at most"])


def test_reading_stops_at_five_hundred_problems() -> None:
    findings = Findings()
    reported = Text("数", "a number"), Text("改", "fix")
    for row in range(1, MOST):
        findings.refuse(DataProblem("a.csv", *reported, row))
    with pytest.raises(DataError) as stopped:
        findings.refuse(DataProblem("a.csv", *reported, MOST))
    assert len(stopped.value.problems) == MOST + 1


def test_a_line_of_a_problem_is_short_and_moves_no_cursor() -> None:
    hostile = "\x1b[2J\u202e\n" + "x" * 10_000_000
    problem = DataProblem(hostile, Text(hostile, hostile), Text("a", "b"), 1, hostile, hostile)
    for line in (problem.line("zh"), problem.line("en")):
        assert line.isprintable()
        assert len(line) < 2500
