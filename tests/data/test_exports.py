"""Tables as other programs export them: headings in two rows, merged cells, counties across."""

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from data.data_folder import inspect_folder, read_folder

NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
MANIFEST = f'<?xml version="1.0"?><m:manifest xmlns:m="{NAMESPACE}manifest:1.0"/>'
GRADES = ["一年级", "二年级", "三年级", "四年级", "五年级", "六年级"]


def problems(folder: Path) -> list[str]:
    return [one.line("en") for one in inspect_folder(folder).problems]


def rows_of(folder: Path, name: str) -> pd.DataFrame:
    assert problems(folder) == []
    return getattr(read_folder(folder)[0], name)


def sheet_of(path: Path, rows: list[list[object]], title: str = "Sheet1") -> None:
    width = max(map(len, rows))
    full = [[*one, *[""] * (width - len(one))] for one in rows]
    with pd.ExcelWriter(path) as book:
        pd.DataFrame(full).to_excel(book, sheet_name=title, index=False, header=False)


def ods(path: Path, title: str, rows: str) -> None:
    spaces = " ".join(
        f'xmlns:{name}="{NAMESPACE}{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="{title}">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)


def row(*cells: object, span: int = 1) -> str:
    """Return a row whose first cell spans ``span`` rows; None is covered by the cell above."""
    text = "<table:table-row>"
    for number, cell in enumerate(cells):
        if cell is None:
            text += "<table:covered-table-cell/>"
            continue
        kind = "float" if isinstance(cell, int) else "string"
        value = f' office:value="{cell}"' if kind == "float" else ""
        spanned = f' table:number-rows-spanned="{span}"' if span > 1 and not number else ""
        text += f'<table:table-cell office:value-type="{kind}"{value}{spanned}>'
        text += f"<text:p>{cell}</text:p></table:table-cell>"
    return text + "</table:table-row>"


def test_pupils_of_primary_schools_as_exported(folder: Path) -> None:
    upper = ["标识码", "学校名称", "县（市、区）", "办学类型", "招生数", "在校学生数", *[""] * 6,
             "毕业生数", "班数"]  # fmt: skip
    upper[0] = "学校（机构）标识码"
    lower = ["", "", "", "", "计", "合计", *GRADES, "", ""]
    one = ["a1", "甲小学", "临桂区", "小学", 11, 75, 10, 11, 12, 13, 14, 15, 16, 6]
    two = ["a2", "乙学校", "临桂区", "九年一贯制学校", 21, 135, 20, 21, 22, 23, 24, 25, 26, 6]
    both = [left + right for left, right in zip(one[4:], two[4:], strict=True)]  # type: ignore[operator]
    total = ["", "小计", "临桂区", "", *both]
    rows = [
        ["小学学生数"],
        ["2023/2024学年初"],
        upper,
        lower,
        one,
        two,
        total,
        ["说明：由学校填报"],
    ]
    sheet_of(folder / "小学学生数.xlsx", rows)
    found = rows_of(folder, "enrolment")
    stage = found[found["grade"] == "all"].iloc[0]
    assert stage[["year", "pupils", "entrants", "leavers"]].tolist() == [2023, 210, 32, 42]
    by_grade = found[found["grade"] != "all"].set_index("grade")["pupils"]
    assert by_grade.to_dict() == {f"P{n}": 30 + 2 * (n - 1) for n in range(1, 7)}
    schools = rows_of(folder, "schools")
    assert set(schools["kind"]) == {"primary", "nine_year"}
    assert schools.loc[schools["grade"] == "all", "classes"].tolist() == [6, 6]


def test_years_down_and_counties_across(folder: Path) -> None:
    rows = [
        ["年份", "临桂区", "阳朔县", "全市合计"],
        ["2021年", 50, 40, 90],
        ["2022年", 48, 39, 87],
    ]
    sheet_of(folder / "出生人口.xlsx", rows)
    births = rows_of(folder, "births")
    figures = births.set_index(["adcode", "year"])["births"].to_dict()
    assert figures == {("450312", 2021): 50, ("450321", 2021): 40,
                       ("450312", 2022): 48, ("450321", 2022): 39}  # fmt: skip
    rows[1][3] = 99
    sheet_of(folder / "出生人口.xlsx", rows)
    assert "the sum of its rows 90" in problems(folder)[0]


def test_owners_over_schools_and_seats(folder: Path) -> None:
    upper = ["县区", "学段", "公办", "", "民办", ""]
    lower = ["", "", "学校数（所）", "学位数（个）", "学校数（所）", "学位数（个）"]
    rows = [["2023学年学位"], upper, lower, ["临桂区", "小学", 3, 2700, 1, 300]]
    sheet_of(folder / "学位.xlsx", rows)
    seats = rows_of(folder, "capacity").set_index("ownership")
    assert seats[["schools", "seats"]].to_numpy().tolist() == [[3, 2700], [1, 300]]


def test_merged_cells_of_an_open_document(folder: Path) -> None:
    rows = row("县区", "年份", "出生人数") + row("临桂区", 2021, 50, span=2) + row(None, 2022, 48)
    ods(folder / "出生.ods", "出生", rows)
    births = rows_of(folder, "births")
    assert births[["adcode", "births"]].to_numpy().tolist() == [["450312", 50], ["450312", 48]]


def test_cells_far_off_in_an_open_document_are_refused(folder: Path) -> None:
    far = (
        '<table:table-row table:number-rows-repeated="900000"><table:table-cell/></table:table-row>'
    )
    last = row(*range(100))
    ods(folder / "出生.ods", "出生", row("县区", "年份", "出生人数") + far + last)
    assert "a table of 10,000,000 cells at most" in " ".join(problems(folder))


def test_headings_that_fit_two_tables_are_refused_with_both_names(folder: Path) -> None:
    rows = [["编号", "名称", "行政区划代码"], ["E1", "甲", "450312"]]
    sheet_of(folder / "附件.xlsx", rows)
    (problem,) = problems(folder)
    assert "sites or settlements" in problem


@pytest.mark.parametrize("title", ["区划", "县区一览"])
def test_areas_are_known_by_their_headings_and_names_follow(folder: Path, title: str) -> None:
    frame = pd.read_csv(folder / "areas.csv", dtype=str)
    (folder / "areas.csv").unlink()
    frame.to_excel(folder / "表.xlsx", sheet_name=title, index=False)
    (folder / "births.csv").write_text("县区,年份,出生人数\n临桂区,2021,40\n", encoding="utf-8")
    assert rows_of(folder, "births")["adcode"].tolist() == ["450312"]


def test_without_areas_names_are_one_problem(folder: Path) -> None:
    (folder / "areas.csv").unlink()
    rows = "".join(f"临桂区,{year},40\n" for year in range(2010, 2021))
    (folder / "births.csv").write_text(f"县区,年份,出生人数\n{rows}", encoding="utf-8")
    assert [one for one in problems(folder) if "临桂区" in one] == [
        "births.csv : - : - : '临桂区' : the table areas, which makes the names of counties in "
        "11 cells known : correct the table areas first"
    ]


@pytest.mark.parametrize(
    "line", ["单位：万人", "（单位: 万人）", "某市出生人口 单位：万人、%", "出生人口（万人）"]
)
def test_a_unit_stated_above_the_table_holds_for_it(folder: Path, line: str) -> None:
    sheet_of(folder / "出生.xlsx", [[line], ["县区", "年份", "出生人数"], ["临桂区", 2021, 0.45]])
    assert rows_of(folder, "births")["births"].tolist() == [4500]
    sheet_of(folder / "出生.xlsx", [["单位：人"], ["县区", "2021年"], ["临桂区", 450]])
    assert rows_of(folder, "births")["births"].tolist() == [450]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("高中在校生.csv", "县区,年份,在校生数\n临桂区,2023,900\n"),
        ("在校生.csv", "县区,年份,初中,高中\n临桂区,2023,500,400\n"),
        ("在校生.csv", "县区,年份,高中,,\n,,一年级,二年级,三年级\n临桂区,2023,6,5,4\n"),
        ("在校生.csv", "县区,年份,学段,年级,在校生数\n临桂区,2023,高中,一年级,6\n"),
    ],
)
def test_senior_pupils_without_their_kind_are_refused_with_both_readings(
    folder: Path, name: str, text: str
) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    assert all("general_senior, or the complete senior stage" in one for one in problems(folder))
    assert problems(folder)


@pytest.mark.parametrize(
    ("column", "cell", "question"),
    [
        ("造价", "5200", "a cost in 元 or in 万元?"),
        ("用地面积", "32.5", "land in 平方米 or in 亩?"),
    ],
)
def test_units_without_a_sign_are_refused_with_both_readings(
    folder: Path, column: str, cell: str, question: str
) -> None:
    head = f"项目编号,县区,学段,学位数,计划启用年份,状态,{column}"
    text = f"{head}\nP1,临桂区,小学,900,2027,在建,{cell}\n"
    (folder / "项目.csv").write_text(text, encoding="utf-8")
    assert question in problems(folder)[0]
    larger = question[:-1].rsplit(maxsplit=1)[-1]
    (folder / "项目.csv").write_text(
        text.replace(column, f"{column}（{larger}）"), encoding="utf-8"
    )
    assert problems(folder) == []


def test_a_binary_workbook_is_refused_with_what_to_do(folder: Path) -> None:
    (folder / "出生.xlsb").write_bytes(b"PK\x03\x04" + bytes(40))
    (problem,) = problems(folder)
    assert ".xlsb is not read" in problem
    assert ".xlsx" in problem


@pytest.mark.parametrize(
    "name", ["出生（临桂区）.csv", "临桂区出生人口.csv", "临桂区历年出生人口统计表.csv"]
)
def test_a_county_in_the_title_is_that_of_every_row(folder: Path, name: str) -> None:
    (folder / name).write_text("年份,出生人数\n2021,40\n2022,39\n", encoding="utf-8")
    births = rows_of(folder, "births")
    assert births[["adcode", "births"]].to_numpy().tolist() == [["450312", 40], ["450312", 39]]


@pytest.mark.parametrize("name", ["各学段在校生.csv", "分学段在校学生数统计表.csv"])
def test_words_around_the_name_of_a_table(folder: Path, name: str) -> None:
    text = "县区,小学,,初中,\n,2022,2023,2022,2023\n临桂区,9,8,7,6\n"
    (folder / name).write_text(text, encoding="utf-8")
    found = rows_of(folder, "enrolment").set_index(["stage", "year"])["pupils"].to_dict()
    assert found == {("primary", 2022): 9, ("primary", 2023): 8,
                     ("junior", 2022): 7, ("junior", 2023): 6}  # fmt: skip


def test_the_name_of_a_project_stands_for_its_number(folder: Path) -> None:
    head = "序号,项目名称,所在县区,学段,新增学位,建成年份,进展,总投资（万元）"
    text = f"{head}\n1,实验小学,临桂区,小学,1080,2026年秋季,在建,6200\n"
    (folder / "建设项目.csv").write_text(text, encoding="utf-8")
    row = rows_of(folder, "projects").iloc[0]
    assert row[["project_id", "planned_opening_year", "cost_cny"]].tolist() == [
        "实验小学", 2026, 62_000_000,
    ]  # fmt: skip


def test_a_column_of_the_sum_over_ages_is_compared_and_left_out(folder: Path) -> None:
    text = "县区,年份,性别,合计,0-4岁,5岁及以上\n临桂区,2020,男,99,9,90\n临桂区,2020,女,94,8,86\n"
    (folder / "population.csv").write_text(text, encoding="utf-8")
    assert rows_of(folder, "population")["persons"].sum() == 99 + 94
    (folder / "population.csv").write_text(text.replace("99", "990"), encoding="utf-8")
    assert "the sum of its columns 99" in problems(folder)[0]


def test_entrants_and_leavers_without_a_total_take_the_sum_of_their_grades(folder: Path) -> None:
    head = f"县区,年份,学段,招生数,毕业生数,{','.join(GRADES)}"
    (folder / "在校生.csv").write_text(
        f"{head}\n临桂区,2023,小学,12,9,1,2,3,4,5,6\n", encoding="utf-8"
    )
    found = rows_of(folder, "enrolment").set_index("grade")
    assert found.loc["all", ["pupils", "entrants", "leavers"]].tolist() == [21, 12, 9]
