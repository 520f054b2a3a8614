from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from data.contract.rungs import Rung, rung_line
from data.contract.stages import STAGES
from data.language import Language, Text
from data.scenario.schema import DEFAULTS, load_scenario
from data.scenario.terms import TITLES
from forecasting.provision.teacher_why import no_teacher_changes
from forecasting.schools.table import no_schools
from forecasting.workbook.cover import Cover
from forecasting.workbook.write_workbook import write_workbook
from tests.synthetic_demand import COUNTIES, synthetic_changes, synthetic_demand

COVER = Cover(
    title=Text("桂林市学位需求预测", "School seats in Guilin"),
    scenarios=[load_scenario(name) for name in DEFAULTS],
    conclusion=[Text("最缺的是小学。", "Primary schools are shortest.")],
    sources=[Text("=HYPERLINK(1)", "=HYPERLINK(1)")],
    vintage=Text("2026年11月", "November 2026"),
    rests_on=[rung_line(Rung.CENSUS), Text("2020年为观测值", "2020 is observed")],
    now=2026,
)
PRINTED = ["封面", "汇总", *(stage.title.zh for stage in STAGES), "概率", "原因", "假设", "来源"]
LONG = ["全部数据", "原因明细"]


def write(demand: pd.DataFrame, path: Path, language: Language) -> None:
    changes, none = synthetic_changes(demand), no_teacher_changes()
    write_workbook(demand, changes, no_schools(), none, path, COVER, language)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("workbook") / "学位需求预测.xlsx"
    write(synthetic_demand(), path, "zh")
    return openpyxl.load_workbook(path)


def rows_under(sheet: Worksheet, heading: str) -> list[dict[str, object]]:
    """Return the table under the row that begins with ``heading``, as heading → value."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(place for place, row in enumerate(rows) if row[0] == heading)
    names = [str(name).replace("\n", "") for name in rows[start] if name is not None]
    below = rows[start + 1 :]
    return [dict(zip(names, row, strict=False)) for row in below if row[0] is not None]


def test_sheets_are_in_the_order_of_reading(workbook: openpyxl.Workbook):
    assert workbook.sheetnames == [*PRINTED, *LONG]


def test_a_stages_sheet_has_every_county_in_chosen_years(workbook: openpyxl.Workbook):
    found = {str(row["县区"]): row for row in rows_under(workbook["小学"], "县区")}
    main = synthetic_demand().query("scenario == 'baseline' and stage == 'primary'")
    assert list(found) == [*COUNTIES.values(), "桂林市"]
    for row in main[main["year"].isin([2026, 2028, 2030, 2032, 2035])].to_dict("records"):
        own, year = found[row["county"]], row["year"]
        assert own[f"{year}年需求学位"] == row["seats_required"]
        assert own[f"{year}年差额"] == row["gap"]
    then = main[(main["year"] == 2035) & (main["county"] == "桂林市")].iloc[0]
    assert found["桂林市"]["2035年差额80%下限"] == then["gap_lo80"]
    assert found["桂林市"]["2035年超出概率"] == then["shortage_probability"]


def test_a_stages_sheet_draws_the_city_and_the_counties(workbook: openpyxl.Workbook):
    for stage in STAGES:
        charts = workbook[stage.title.zh]._charts
        assert len(charts) == 2


def test_the_summary_has_the_city_by_scenario_and_stage(workbook: openpyxl.Workbook):
    rows = rows_under(workbook["汇总"], "情景")
    demand = synthetic_demand()
    assert len(rows) == 3 * len(STAGES)
    first = demand.query("scenario == 'baseline' and adcode == '450300'")
    first = first[first["stage"] == STAGES[0].code].set_index("year")
    assert rows[0]["学段"] == STAGES[0].title.zh
    assert rows[0]["2026年在校生"] == first.loc[2026, "pupils"]
    assert rows[0]["2030年差额"] == first.loc[2030, "gap"]
    short = demand.query(
        "scenario == 'baseline' and adcode != '450300' and year == 2030"
        " and shortage_probability >= 0.5"
    )
    assert rows[0]["2030年多半超出的县区"] == (short["stage"] == STAGES[0].code).sum()


def test_reasons_stand_in_words_and_add_up_in_every_row(workbook: openpyxl.Workbook):
    lines = [row[0] for row in workbook["原因"].iter_rows(min_row=4, values_only=True)]
    for line, stage in zip(lines, STAGES, strict=False):
        assert str(line).startswith(f"桂林市{stage.title.zh}：")
    everything = list(workbook["原因明细"].iter_rows(min_row=2, values_only=True))
    spans = 3  # to 2026, 2030 and 2035
    assert len(everything) == 3 * (len(COUNTIES) + 1) * len(STAGES) * spans
    assert all(sum(row[5:11]) == pytest.approx(row[11]) for row in everything)
    printed = rows_under(workbook["原因"], "情景")
    assert {row["县区"] for row in printed} == {"桂林市"}
    assert len(printed) == len(STAGES) * spans


def test_what_is_printed_fits_the_width_of_a_page_and_the_long_tables_print_nothing(
    workbook: openpyxl.Workbook,
):
    for name in PRINTED:
        sheet = workbook[name]
        assert str(sheet.page_setup.paperSize) == "9"  # A4
        assert sheet.page_setup.fitToHeight in (0, 1, None)
    for name in LONG:
        sheet = workbook[name]
        assert sheet.auto_filter.ref is not None
        assert sheet.freeze_panes is not None
        assert "XFD" in sheet.print_area


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
