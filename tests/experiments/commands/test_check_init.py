from pathlib import Path

import openpyxl
import pytest

from data.contract.columns import UNIT_FACTORS
from data.contract.fields import EXAMPLE_MARK
from data.contract.tables import TABLES
from data.data_folder import inspect_folder, read_folder
from data.problems import DataError
from data.scenario.workbook_sheet import SHEET
from data.template import WORKBOOK, write_template_workbook
from experiments.commands import check, init


def fill_in(folder: Path, name: str) -> None:
    """Do what a planner does: say where the row comes from."""
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8-sig").replace(EXAMPLE_MARK, "统计局")
    path.write_text(text, encoding="utf-8")


def test_new_folder_has_a_csv_a_table_and_the_workbook(tmp_path: Path) -> None:
    init.run(tmp_path / "new" / "data", "zh")
    names = {path.name for path in (tmp_path / "new" / "data").iterdir()}
    assert names == {f"{table.name}.csv" for table in TABLES} | {WORKBOOK}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["data"]


def test_empty_folder_is_filled_and_a_used_one_is_left_alone(tmp_path: Path) -> None:
    init.run(tmp_path, "zh")
    (tmp_path / "areas.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="nothing was changed"):
        init.run(tmp_path, "zh")
    assert (tmp_path / "areas.csv").read_text(encoding="utf-8") == "mine"


def test_example_rows_are_no_data(tmp_path: Path) -> None:
    init.run(tmp_path, "zh")
    inspection = inspect_folder(tmp_path)
    assert [p.expected.en for p in inspection.problems] == [
        "the table areas with rows",
        "the table population with rows",
    ]
    assert [n.expected.en for n in inspection.notices] == ["tables without data"]


def test_example_rows_are_right_once_their_source_is_written(tmp_path: Path) -> None:
    init.run(tmp_path, "zh")
    for table in TABLES:
        fill_in(tmp_path, table.name)
    (tmp_path / "totals.csv").unlink()  # its example is the county, the population's one age group
    (tmp_path / "trips.csv").unlink()  # its example is one pair of the three that a county has
    tables, notices = read_folder(tmp_path)
    assert set(tables.found().values()) == {1}
    share = "schools have 1% of the county's pupils"  # the example is one school
    found = [n.expected.en for n in notices]
    assert found == ["tables without data", "one year only", share]


def test_example_row_that_was_changed_but_not_renamed_is_refused(tmp_path: Path) -> None:
    init.run(tmp_path, "zh")
    path = tmp_path / "births.csv"
    text = path.read_text(encoding="utf-8-sig").replace("4000", "3999")
    path.write_text(text, encoding="utf-8")
    problems = {(p.file, p.column) for p in inspect_folder(tmp_path).problems}
    assert ("births.csv", "source") in problems


def test_filled_workbook_is_read_like_the_csv(tmp_path: Path) -> None:
    init.run(tmp_path, "zh")
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    book = openpyxl.load_workbook(tmp_path / WORKBOOK)
    for name in ("区划", "人口"):
        cell = next(c for c in book[name][2] if str(c.value).startswith(EXAMPLE_MARK))
        cell.value = "统计局"
    book.save(tmp_path / WORKBOOK)
    tables, _ = read_folder(tmp_path)
    assert tables.areas["adcode"].tolist() == ["110101"]
    assert tables.population["persons"].tolist() == [30000]


def test_workbook_offers_drop_downs_and_notes(tmp_path: Path) -> None:
    init.run(tmp_path, "zh")
    sheet = openpyxl.load_workbook(tmp_path / WORKBOOK)["在校生"]
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert '"幼儿园,小学,初中,普通高中,中职"' in lists
    assert all(cell.comment for cell in sheet[1])


def test_check_prints_what_was_found_and_that_nothing_is_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check.run(folder, "zh")
    printed = capsys.readouterr().out
    assert "没有发现问题" in printed
    assert "人口 population" in printed


def test_check_prints_repairs_and_raises_every_problem(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = 'adcode,year,births\n450312,2020,"4,000"\n450312,2021,-1\n450312,2022,x\n'
    (folder / "births.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        check.run(folder, "en")
    assert "thousands separators" in capsys.readouterr().out
    assert [problem.row for problem in caught.value.problems] == [3, 4]


def test_every_unit_of_a_column_is_known() -> None:
    assert {column.unit for table in TABLES for column in table.columns} <= set(UNIT_FACTORS)


def test_check_reads_the_sheet_of_the_scenario_too(folder: Path) -> None:
    write_template_workbook(folder / WORKBOOK)
    check.run(folder, "zh")
    book = openpyxl.load_workbook(folder / WORKBOOK)
    book[SHEET]["B6"] = 9
    book.save(folder / WORKBOOK)
    with pytest.raises(DataError) as caught:
        check.run(folder, "zh")
    assert [problem.column for problem in caught.value.problems] == ["B6"]
