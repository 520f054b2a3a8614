"""Tables in the shapes that offices have: wide, in parts, per school, with names and sums."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from data.data_folder import inspect_folder, read_folder

FILES = Path(__file__).parent / "files"
NAMES = {"450312": "临桂区", "450321": "阳朔县"}


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def table(folder: Path, name: str) -> pd.DataFrame:
    inspection = inspect_folder(folder)
    assert [one.line("en") for one in inspection.problems] == []
    found = getattr(inspection.tables, name)
    assert found is not None
    return found


def reported(folder: Path) -> str:
    return "\n".join(notice.line("en") for notice in read_folder(folder)[1])


def problems(folder: Path) -> str:
    return "\n".join(one.line("en") for one in inspect_folder(folder).problems)


def pupils(folder: Path) -> dict[tuple[str, int, str, str], int]:
    rows = table(folder, "enrolment")
    keys = zip(rows["adcode"], rows["year"], rows["stage"], rows["grade"], strict=True)
    return dict(zip(keys, rows["pupils"], strict=True))


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_old_and_open_workbooks_are_read(folder: Path, suffix: str) -> None:
    shutil.copy(FILES / f"births_wide.{suffix}", folder / f"出生.{suffix}")
    births = table(folder, "births")
    assert births["births"].sum() == 5500 + 5200 + 4900
    assert sorted(births["year"].unique()) == [2021, 2022, 2023]


@pytest.mark.parametrize("head", ["区划代码,县区", "县区,区划代码", "行政区划代码,县（市、区）"])
def test_a_code_and_its_name_stand_side_by_side(folder: Path, head: str) -> None:
    cells = {
        "区划代码": "450312",
        "行政区划代码": "450312",
        "县区": "临桂",
        "县（市、区）": "临桂区",
    }
    row = ",".join(cells[name] for name in head.split(","))
    write(folder, "births.csv", f"{head},年份,出生人数\n{row},2021,40\n")
    assert table(folder, "births")["adcode"].tolist() == ["450312"]


def test_a_code_that_is_not_that_of_its_name_is_refused(folder: Path) -> None:
    write(folder, "births.csv", "区划代码,县区,年份,出生人数\n450312,阳朔县,2021,40\n")
    assert "as in 区划代码: 450312" in problems(folder)


@pytest.mark.parametrize(("cell", "number"), [("0.28万", 2800), ("1.2万套", 12000), ("900套", 900)])
def test_units_inside_cells_of_dwellings(folder: Path, cell: str, number: int) -> None:
    write(folder, "housing.csv", f"县区,年份,住房套数\n临桂区,2026,{cell}\n")
    assert table(folder, "housing")["dwellings"].tolist() == [number]


@pytest.mark.parametrize("row", ["合计,9000", "全市合计,9000", "小计,9000"])
def test_a_row_of_the_sum_is_compared_and_left_out(folder: Path, row: str) -> None:
    text = "县区,2021年\n临桂区,5000\n阳朔县,4000\n"
    write(folder, "births.csv", text + row + "\n")
    assert table(folder, "births")["births"].tolist() == [5000, 4000]
    assert "compared with its rows and not counted again" in reported(folder)
    write(folder, "births.csv", text + row.replace("9000", "9900") + "\n")
    assert "the sum of its rows 9,000" in problems(folder)


GRADES = "一年级,二年级,三年级,四年级,五年级,六年级"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("在校生2023.csv", f"县区,{GRADES}\n临桂区,10,20,30,40,50,60\n"),
        ("enrolment_2023.csv", "adcode,P1,P2,P3,P4,P5,P6\n450312,10,20,30,40,50,60\n"),
        ("小学在校生.csv", f"县区,年份,{GRADES},合计\n临桂区,2023学年,10,20,30,40,50,60,210\n"),
        ("在校生.csv", f"某市2023学年小学在校生,,,,,,\n县区,{GRADES}\n临桂区,10,20,30,40,50,60\n"),
        (
            "在校生（教体局）.csv",
            "县区,年份,小学,,,,,\n,,1,2,3,4,5,6\n临桂区,2023,10,20,30,40,50,60\n",
        ),
    ],
)
def test_grades_as_headings(folder: Path, name: str, text: str) -> None:
    write(folder, name, text)
    found = {key[3]: value for key, value in pupils(folder).items() if key[3] != "all"}
    assert found == {f"P{n}": 10 * n for n in range(1, 7)}
    assert {key[:3] for key in pupils(folder)} == {("450312", 2023, "primary")}


def test_a_total_that_contradicts_its_grades_is_refused(folder: Path) -> None:
    write(folder, "在校生2023.csv", f"县区,{GRADES},合计\n临桂区,10,20,30,40,50,60,310\n")
    assert "the sum of its parts 210" in problems(folder)


@pytest.mark.parametrize("heads", ["2021,2022", "2021年,2022年", "2021年出生人数,2022年出生人数"])
def test_years_as_headings(folder: Path, heads: str) -> None:
    write(folder, "births.csv", f"县区,{heads}\n临桂区,50,40\n阳朔县,,30\n")
    births = table(folder, "births")
    assert births[["year", "births"]].to_numpy().tolist() == [[2021, 50], [2022, 40], [2022, 30]]


def test_ages_and_sexes_as_headings(folder: Path) -> None:
    write(folder, "population.csv",
          "县区,年份,男0-4岁,女0-4岁,男5岁及以上,女5岁及以上\n临桂区,2020,5,4,90,95\n")  # fmt: skip
    found = table(folder, "population")
    assert found.groupby("sex")["persons"].sum().to_dict() == {"female": 99, "male": 95}
    assert found["age_upper"].isna().sum() == 2


@pytest.mark.parametrize(
    "heads",
    [
        "公办学位数,民办学位数,合计",
        "公办,民办,合计",
        "公办学位,民办学位,学位数",
        "学位数（公办）,学位数（民办）,学位数",
    ],
)
def test_owners_as_headings_count_once(folder: Path, heads: str) -> None:
    write(folder, "学位.csv", f"县区,年份,学段,{heads}\n临桂区,2023,小学,900,100,1000\n")
    seats = table(folder, "capacity")
    assert dict(zip(seats["ownership"], seats["seats"], strict=True)) == {
        "public": 900, "private": 100,
    }  # fmt: skip


def test_a_total_with_one_owner_leaves_the_rest_to_the_other(folder: Path) -> None:
    write(folder, "学位.csv", "县区,年份,学段,办学性质,学位数\n"
          "临桂区,2023,小学,公办,900\n临桂区,2023,小学,合计,1000\n")  # fmt: skip
    seats = table(folder, "capacity")
    assert dict(zip(seats["ownership"], seats["seats"], strict=True)) == {
        "public": 900, "private": 100,
    }  # fmt: skip


def test_sheets_of_two_offices_and_files_of_two_years_are_joined(folder: Path) -> None:
    head = ["项目编号", "县区", "学段", "学位数", "计划启用年份", "状态"]
    with pd.ExcelWriter(folder / "项目库.xlsx") as book:
        for office, key in (("发改委", "F1"), ("教体局", "J1")):
            rows = [[key, "临桂区", "小学", 900, 2027, "在建"]]
            frame = pd.DataFrame(rows, columns=head)
            frame.to_excel(book, sheet_name=f"项目（{office}）", index=False)
    assert table(folder, "projects")["project_id"].tolist() == ["F1", "J1"]
    for year in (2022, 2023):
        write(folder, f"在校生{year}.csv", f"县区,学段,在校生数\n临桂区,小学,{year}\n")
    assert set(pupils(folder).values()) == {2022, 2023}


def test_a_key_in_two_files_counts_once_or_is_refused_with_both_places(folder: Path) -> None:
    for name, figure in (("births.csv", 5), ("births（卫健委）.csv", 5)):
        write(folder, name, f"adcode,year,births\n450312,2021,{figure}\n")
    assert table(folder, "births")["births"].tolist() == [5]
    write(folder, "births（卫健委）.csv", "adcode,year,births\n450312,2021,6\n")
    assert "births（卫健委）.csv : row 2" in problems(folder)
    assert "the same as births.csv row 2" in problems(folder)


def test_rows_per_school_are_summed_and_kept(folder: Path) -> None:
    write(folder, "在校生.csv", f"学校名称,县区,年份,办学类型,{GRADES},七年级,八年级,九年级\n"
          "甲小学,临桂区,2023,小学,1,2,3,4,5,6,,,\n乙学校,临桂区,2023,九年一贯制,1,1,1,1,1,1,7,8,9\n"
          "临桂区合计,临桂区,2023,,2,3,4,5,6,7,7,8,9\n")  # fmt: skip
    found = pupils(folder)
    assert found[("450312", 2023, "primary", "P6")] == 7
    assert found[("450312", 2023, "junior", "J1")] == 7
    schools = table(folder, "schools")
    assert schools.groupby("name")["pupils"].sum().to_dict() == {"甲小学": 21, "乙学校": 30}
    assert set(schools["kind"]) == {"primary", "nine_year"}


def test_seats_per_school_are_summed(folder: Path) -> None:
    write(folder, "学位.csv", "学校名称,县区,年份,学段,办学性质,学位数,班级数\n"
          "甲小学,临桂区,2023,小学,公办,900,20\n丙小学,临桂区,2023,小学,公办,450,10\n")  # fmt: skip
    seats = table(folder, "capacity")
    assert seats[["seats", "classes", "schools"]].to_numpy().tolist() == [[1350, 30, 2]]


def test_schools_that_are_not_the_county_figure_are_refused(folder: Path) -> None:
    write(folder, "在校生（校）.csv", "学校名称,县区,年份,学段,在校生数\n甲,临桂区,2023,小学,900\n")
    write(folder, "在校生（县）.csv", "县区,年份,学段,在校生数\n临桂区,2023,小学,1900\n")
    assert "the sum of its schools 900" in problems(folder)


def test_a_stage_of_a_nine_year_school_follows_from_its_grade(folder: Path) -> None:
    write(
        folder,
        "在校生.csv",
        "县区,年份,学段,年级,在校生数\n临桂区,2023,九年一贯制,二年级,40\n临桂区,2023,初中,一年级,30\n",
    )
    assert set(pupils(folder)) == {
        ("450312", 2023, "primary", "P2"), ("450312", 2023, "junior", "J1"),
    }  # fmt: skip


@pytest.mark.parametrize("word", ["高中", "高中阶段"])
def test_what_may_be_two_stages_is_refused(folder: Path, word: str) -> None:
    write(folder, "在校生.csv", f"县区,年份,学段,在校生数\n临桂区,2023,{word},40\n")
    assert "general_senior" in problems(folder)


def test_a_table_is_known_by_its_headings(folder: Path) -> None:
    frame = pd.DataFrame({"县区": ["临桂区"], "年份": [2023], "招生数": [9], "在校生数": [50],
                          "毕业生数": [8], "学段": ["小学"]})  # fmt: skip
    frame.to_excel(folder / "教育事业统计.xlsx", sheet_name="基表", index=False)
    assert table(folder, "enrolment")[["pupils", "entrants", "leavers"]].iloc[0].tolist() == [
        50,
        9,
        8,
    ]
    assert "by its headings read as enrolment" in reported(folder)


def test_files_of_one_table_without_a_readable_row_are_refused_with_their_places(
    folder: Path,
) -> None:
    for year in (2022, 2023):
        write(folder, f"在校生{year}.csv", "县区,学段,在校生数\n乌有县,小学,40\n")
    found = problems(folder)
    assert "在校生2022.csv : row 2" in found
    assert "在校生2023.csv : row 2" in found


def test_a_table_whose_quotes_are_lost_is_refused_by_its_columns(folder: Path) -> None:
    # One field runs over the lines, so that no heading is a figure and some are keys.
    head = 'adcode_old","adcode","","share","kind","basis","source\n'
    row = '450322","450312","2013","1","renamed","observed","国务院批复\n'
    write(folder, "crosswalk.csv", head + row + row)
    assert "add the column" in problems(folder)


@pytest.mark.parametrize(
    "name", ["临 桂 区", "临桂", "450312临桂区", "临桂区（450312）", "桂林市临桂区"]
)
def test_a_county_is_known_by_its_name(folder: Path, name: str) -> None:
    write(folder, "births.csv", f"县区,年度,出生人数\n{name},2021,40\n")
    assert table(folder, "births")["adcode"].tolist() == ["450312"]


@pytest.mark.parametrize("name", ["临桂县（450321）", "阳朔", "450321临桂区"])
def test_a_name_that_is_not_that_of_its_code_is_none(folder: Path, name: str) -> None:
    write(folder, "births.csv", f"县区,年度,出生人数\n{name},2021,40\n阳朔县,2021,30\n")
    found = problems(folder)
    assert ("a six-digit county code" in found) == (name != "阳朔")


@pytest.mark.parametrize("head", ["学校", "校名", "school_name"])
def test_a_column_of_schools_has_several_names(folder: Path, head: str) -> None:
    rows = "".join(
        f"450312,2023,小学,初中一年级,{name},{n}\n" for name, n in (("甲", 40), ("乙", 50))
    )
    write(folder, "在校生.csv", f"adcode,year,stage,grade,{head},在校生数\n"
          + rows.replace("小学,", "初中,"))  # fmt: skip
    assert pupils(folder) == {("450312", 2023, "junior", "J1"): 90}


@pytest.mark.parametrize("core", ["√", "是", "1"])
def test_a_list_of_areas_names_its_city_and_ticks_its_core(folder: Path, core: str) -> None:
    write(folder, "areas.csv", "序号,区划代码,区划名称,隶属,类别,中心城区\n1,450300,桂林市,,市,\n"
          f"2,450312,临桂区,桂林市,区,{core}\n3,450321,阳朔县,桂林市,县,\n")  # fmt: skip
    areas = table(folder, "areas")
    assert areas["parent"].dropna().tolist() == ["450300", "450300"]
    assert areas["urban_core"].tolist() == [False, True, False]
    assert "only yes is filled in" in reported(folder)


@pytest.mark.parametrize("head", ["县（市）", "所属县市", "县市区名称", "县（市区）"])
def test_a_heading_of_counties_has_many_forms(folder: Path, head: str) -> None:
    write(folder, "births.csv", f"{head},年度,出生人数\n阳朔县,2021,40\n")
    assert table(folder, "births")["adcode"].tolist() == ["450321"]


def test_a_fault_in_the_list_of_areas_hides_no_name(folder: Path) -> None:
    write(folder, "areas.csv", "代码,名称,类型,是否城区\n450321,阳朔县,乡,否\n")
    write(folder, "births.csv", "县区,年度,出生人数\n阳朔县,2021,40\n")
    assert "乡" in problems(folder)
    assert "a six-digit county code" not in problems(folder)


@pytest.mark.parametrize("title", ["重点项目", "2025年计划", "附件1"])
def test_a_sheet_in_a_file_of_projects_is_not_passed_over(folder: Path, title: str) -> None:
    row = {"项目编号": ["A"], "县区": ["阳朔县"], "学段": ["小学"], "学位数": [900],
           "投用时间": ["2027年9月"]}  # fmt: skip
    path = folder / "项目（发改局）.xlsx"
    pd.DataFrame(row).to_excel(path, sheet_name=title, index=False)
    assert "column status" in problems(folder)
    pd.DataFrame(row | {"形象进度": ["主体施工"]}).to_excel(path, sheet_name=title, index=False)
    assert table(folder, "projects")["planned_opening_year"].tolist() == [2027]
