from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.contract.rungs import CENSUS, rung_line
from data.language import Language, Text
from data.scenario.schema import DEFAULTS, load_scenario
from data.scenario.terms import TITLES
from forecasting.headline import headlines
from forecasting.workbook.cover import Cover
from forecasting.workbook.write_workbook import write_workbook
from tests.synthetic_demand import COUNTIES, synthetic_changes, synthetic_demand

COVER = Cover(
    title=Text("桂林市学位需求预测", "School seats in Guilin"),
    scenarios=[load_scenario(name) for name in DEFAULTS],
    sources=["=HYPERLINK(1)"],
    vintage=Text("2026年11月", "November 2026"),
    observed=Text("2020年为观测值", "2020 is observed"),
    rungs=[rung_line(CENSUS)],
    now=2026,
)
SHEETS = ["封面", "汇总", "原因", "幼儿园", "小学", "初中", "高中", "全部数据"]


def write(demand: pd.DataFrame, path: Path, language: Language) -> None:
    write_workbook(demand, synthetic_changes(demand), path, COVER, language)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("workbook") / "学位需求预测.xlsx"
    write(synthetic_demand(), path, "zh")
    return openpyxl.load_workbook(path)


def test_sheets_are_in_the_order_of_reading(workbook: openpyxl.Workbook):
    assert workbook.sheetnames == SHEETS


def test_stage_sheet_holds_every_county_year_and_scenario(workbook: openpyxl.Workbook):
    sheet = workbook["小学"]
    years = [cell.value for cell in sheet[3]][3:]
    assert years == list(range(2020, 2036))
    found = {
        (row[0], row[2], year): value
        for row in sheet.iter_rows(min_row=4, values_only=True)
        if row[1] == "缺口"
        for year, value in zip(years, row[3:], strict=True)
    }
    titles = {scenario.name: scenario.title.zh for scenario in COVER.scenarios}
    expected = {
        (titles[row["scenario"]], row["county"], row["year"]): row["gap"]
        for row in synthetic_demand().query("stage == 'primary'").to_dict("records")
    }
    assert found == expected


def test_only_years_with_a_published_count_are_grey(workbook: openpyxl.Workbook):
    row = next(workbook["初中"].iter_rows(min_row=4, max_row=4, min_col=4))
    assert [cell.fill.patternType for cell in row] == ["solid"] + [None] * 15  # 2020 alone


def test_summary_has_a_row_a_scenario_county_and_stage(workbook: openpyxl.Workbook):
    rows = list(workbook["汇总"].iter_rows(min_row=4, values_only=True))
    assert len(rows) == 3 * (len(COUNTIES) + 1) * 4
    first = headlines(synthetic_demand(), 2026).iloc[0]
    assert rows[0][:7] == (
        "基准",
        first["county"],
        "幼儿园",
        first["pupils_now"],
        first["peak_year"],
        first["peak_pupils"],
        first["gap_2025"],
    )


def test_reasons_stand_in_words_and_add_up_in_every_row(workbook: openpyxl.Workbook):
    lines = [row[0] for row in workbook["原因"].iter_rows(min_row=5, max_row=8, values_only=True)]
    assert [line.split("：")[0] for line in lines] == [f"桂林市{name}" for name in SHEETS[3:7]]
    rows = list(workbook["原因"].iter_rows(min_row=11, values_only=True))
    assert len(rows) == 3 * (len(COUNTIES) + 1) * 4 * 3  # to 2026, 2030 and 2035
    assert rows[0][:5] == ("基准", "秀峰区", "幼儿园", 2020, 2026)
    assert rows[-1][:5] == ("低生育", "桂林市", "高中", 2026, 2035)
    assert all(sum(row[5:11]) == pytest.approx(row[11]) for row in rows)


@pytest.mark.parametrize("name", SHEETS[1:])
def test_headings_stay_in_sight_can_be_filtered_and_repeat_in_print(
    workbook: openpyxl.Workbook, name: str
):
    sheet = workbook[name]
    assert sheet.freeze_panes is not None
    assert sheet.auto_filter.ref is not None
    assert sheet.print_title_rows is not None
    assert sheet.page_setup.orientation == "landscape"
    assert str(sheet.page_setup.paperSize) == "9"  # A4
    assert sheet.conditional_formatting


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path):
    demand = synthetic_demand({"450312": "=1+1", "450321": "http://example.org"})
    write(demand, tmp_path / "book.xlsx", "zh")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    assert sum(cell.value == "=1+1" for cell in cells) > 10


def test_equal_tables_give_equal_bytes(tmp_path: Path):
    for name in ("a.xlsx", "b.xlsx"):
        write(synthetic_demand({"450312": "临桂区"}), tmp_path / name, "zh")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    created = openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created
    assert created == datetime(2000, 1, 1)


def test_a_failure_leaves_the_earlier_workbook(tmp_path: Path):
    path = tmp_path / "book.xlsx"
    path.write_text("earlier", encoding="utf-8")
    with pytest.raises(KeyError):
        write(synthetic_demand().drop(columns="rung"), path, "zh")
    assert path.read_text(encoding="utf-8") == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_english_workbook_has_no_chinese_heading(tmp_path: Path):
    write(synthetic_demand({"450312": "Lingui"}), tmp_path / "book.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    texts = {
        str(cell.value).replace("桂林市", "")
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert not [text for text in texts if any("一" <= letter <= "鿿" for letter in text)]


def test_every_bundled_assumption_has_a_title_that_planners_understand():
    assert set(COVER.scenarios[0].assumptions("zh")) == set(TITLES)
