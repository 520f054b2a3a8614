import os
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from data.bundle import data_files
from data.contract.tables import TABLES
from data.data_folder import Tables, inspect_folder, read_folder
from data.problems import DataError, DataProblem
from data.scenario.workbook_sheet import sheet_scenario

BIRTHS = "adcode,year,births\n"
ENROLMENT = "adcode,year,stage,grade,pupils\n"


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_valid_folder_gives_typed_tables_without_notice(folder: Path) -> None:
    tables, notices = read_folder(folder)
    assert notices == []
    assert tables.found() == {"areas": 3, "population": 4}
    assert tables.areas["adcode"].tolist() == ["450300", "450312", "450321"]
    assert tables.areas["urban_core"].tolist() == [False, True, False]
    assert tables.areas["parent"].isna().tolist() == [True, False, False]
    assert tables.population["persons"].dtype == "int64"
    assert tables.population["age_upper"].isna().tolist() == [False, True, False, True]
    assert tables.population["source"].unique().tolist() == ["population.csv"]


def test_every_table_of_the_contract_has_its_place() -> None:
    places = [part.name for part in fields(Tables)]
    assert places == [*(table.name for table in TABLES), "boundaries"]


def test_bundled_guilin_folder_is_read_without_repair() -> None:
    tables, notices = read_folder(Path(__file__).parents[2] / "data" / "reference" / "guilin")
    persons = tables.population.query("year == 2020 and adcode != '450300'")["persons"].sum()
    city = tables.population.query("year == 2020 and adcode == '450300'")["persons"].sum()
    assert persons == city == 4_931_137  # 2020 census, resident population of Guilin
    assert [notice.file for notice in notices] == [
        "context",
        "scenarios",
        "studies",
        "enrolment.csv",
    ]


def test_chinese_headings_and_words_mean_the_same_as_english_ones(folder: Path) -> None:
    write(
        folder,
        "在校生.csv",
        "行政区划代码,年份,学段,年级,在校生数,招生数\n450312,2023,小学,一年级,5000,4900\n"
        "450312,2023,初中,合计,9000,\n",
    )
    enrolment = read_folder(folder)[0].enrolment
    assert enrolment is not None
    assert enrolment["stage"].tolist() == ["primary", "junior"]
    assert enrolment["grade"].tolist() == ["P1", "all"]
    assert enrolment["pupils"].tolist() == [5000, 9000]
    assert enrolment["entrants"].tolist() == [4900, pd.NA]


def test_age_groups_in_one_column_are_split(folder: Path) -> None:
    write(
        folder,
        "population.csv",
        "adcode,year,年龄组,人数\n450312,2020,0-4岁,10\n450312,2020,5岁,3\n450312,2020,6岁及以上,90\n",
    )
    population = read_folder(folder)[0].population
    assert population["age_lower"].tolist() == [0, 5, 6]
    assert population["age_upper"].tolist() == [4, 5, pd.NA]
    assert population["sex"].unique().tolist() == ["all"]


REPAIRED = [
    ("births.csv", BIRTHS + '450312,2021,"4,321"\n', "thousands separators"),
    ("births.csv", "adcode,year,births（万人）\n450312,2021,0.4321\n", "unit 万人 in the heading"),
    ("births.csv", BIRTHS + "450312,2021,0.4321万\n", "unit inside the cell"),
    ("births.csv", BIRTHS + "450312,２０２１,４３２１\n", "full-width characters"),
    ("births.csv", BIRTHS + "450312 ,2021, 4321　\n", "blanks or invisible characters"),
    ("births.csv", BIRTHS + "450312,2021,4321.0\n", "whole number written as 123.0"),
    ("births.csv", BIRTHS + "450312.0,2021,4321\n", "code stored as a number"),
    ("births.csv", BIRTHS + "450312000000,2021,4321\n", "12-digit code"),
    ("births.csv", BIRTHS + "4.50312E+11,2021,4321\n", "12-digit code"),
    ("births.csv", BIRTHS + "临桂区,2021,4321\n", "name instead of code"),
    ("births.csv", BIRTHS + "450312,2021—2022学年,4321\n", "year with words"),
    ("births.csv", "adcode;year;births\n450312;2021;4321\n", "delimiter ';'"),
    ("births.csv", "adcode\tyear\tbirths\n450312\t2021\t4321\n", "delimiter '\\t'"),
    (
        "births.csv",
        "桂林市出生人数表,,\n" + BIRTHS + "450312,2021,4321\n",
        "text above the headings",
    ),
    ("births.csv", "adcode,year,births,备注\n450312,2021,4321,x\n", "unknown column"),
]


@pytest.mark.parametrize(("name", "text", "reported"), REPAIRED)
def test_repairable_fault_is_repaired_with_a_notice(
    folder: Path, name: str, text: str, reported: str
) -> None:
    write(folder, name, text)
    tables, notices = read_folder(folder)
    assert tables.births is not None
    assert tables.births[["adcode", "year", "births"]].to_numpy().tolist() == [
        ["450312", 2021, 4321]
    ]
    assert any(reported in notice.expected.en for notice in notices)


REFUSED = [
    (
        "repeated key",
        "births.csv",
        BIRTHS + "450312,2021,1\n450312,2021,2\n",
        3,
        "the same as row 2",
    ),
    ("negative count", "births.csv", BIRTHS + "450312,2021,-5\n", 2, "0 to 2,000,000,000"),
    ("unknown county", "births.csv", BIRTHS + "450313,2021,5\n", 2, "a code of the table areas"),
    ("five digits", "births.csv", BIRTHS + "45031,2021,5\n", 2, "six-digit"),
    ("impossible year", "births.csv", BIRTHS + "450312,1021,5\n", 2, "1949 to 2100"),
    ("future observation", "births.csv", BIRTHS + "450312,2099,5\n", 2, "not after"),
    ("text for a number", "births.csv", BIRTHS + "450312,2021,many\n", 2, "a number"),
    ("Excel error", "births.csv", BIRTHS + "450312,2021,#N/A\n", 2, "not an Excel error value"),
    ("fraction of a person", "births.csv", BIRTHS + "450312,2021,4.5\n", 2, "a whole number"),
    ("missing value", "births.csv", BIRTHS + "450312,2021,\n", 2, "a value"),
    ("not a number", "births.csv", BIRTHS + "450312,2021,NaN\n", 2, "a value"),
    ("infinity", "births.csv", BIRTHS + "450312,2021,inf\n", 2, "a number"),
    ("huge", "births.csv", BIRTHS + "450312,2021,1e30\n", 2, "0 to 2,000,000,000"),
    ("decimal comma", "births.csv", BIRTHS + '450312,2021,"4,5"\n', 2, "a number"),
    ("swapped columns", "births.csv", BIRTHS + "2021,450312,5\n", 2, "six-digit"),
    ("missing column", "births.csv", "adcode,year,birthz\n450312,2021,5\n", 1, "column births"),
    (
        "column twice",
        "births.csv",
        "adcode,year,births,出生人数\n450312,2021,5,5\n",
        1,
        "one column",
    ),
    ("loose comma", "births.csv", BIRTHS + "450312,2021,4,321\n", 2, "at most 3 cells"),
    ("no headings", "births.csv", "1,2,3\n", None, "a row of headings"),
    ("empty file", "births.csv", "", None, "the file is empty"),
    ("misspelt table", "birth.csv", "a,b\n1,2\n", None, "a known table name"),
    (
        "which senior",
        "enrolment.csv",
        ENROLMENT + "450312,2021,高中,all,5\n",
        2,
        "vocational_senior",
    ),
    ("senior", "enrolment.csv", ENROLMENT + "450312,2021,senior,all,5\n", 2, "vocational"),
    ("grade of another stage", "enrolment.csv", ENROLMENT + "450312,2021,小学,初一,5\n", 2, "P6"),
    (
        "grades above their stage",
        "enrolment.csv",
        ENROLMENT + "450312,2021,小学,all,100\n450312,2021,小学,P1,80\n450312,2021,小学,P2,80\n",
        2,
        "at least the sum of its parts 160",
    ),
    (
        "counties above their city",
        "births.csv",
        BIRTHS + "450300,2021,100\n450312,2021,80\n450321,2021,80\n",
        2,
        "at least the sum of its parts 160",
    ),
    (
        "urban above all residents",
        "totals.csv",
        "adcode,year,population,urban_population\n450312,2021,100,200\n",
        2,
        "at most population 100",
    ),
    (
        "total in 万人 without saying so",
        "totals.csv",
        "adcode,year,population\n450312,2020,53\n",
        2,
        "near the sum over ages 530,000",
    ),
    (
        "neither seats nor classes",
        "capacity.csv",
        "adcode,year,stage,schools\n450312,2021,小学,3\n",
        2,
        "seats or classes",
    ),
    (
        "fractions and percents mixed",
        "targets.csv",
        "stage,year,measure,value\n小学,2030,毛入学率,1.0\n初中,2030,毛入学率,99.5\n",
        3,
        "0 to 2",
    ),
]


@pytest.mark.parametrize(("name", "text", "row", "reported"), [case[1:] for case in REFUSED],
                         ids=[case[0] for case in REFUSED])  # fmt: skip
def test_fault_that_cannot_be_repaired_is_refused_where_it_stands(
    folder: Path, name: str, text: str, row: int | None, reported: str
) -> None:
    write(folder, name, text)
    with pytest.raises(DataError) as caught:
        read_folder(folder)
    matching = [p for p in caught.value.problems if reported in p.expected.en]
    assert [(p.file, p.row) for p in matching] == [(name, row)]


def population(*rows: str) -> str:
    return "adcode,year,age_lower,age_upper,persons\n" + "".join(f"450312,2020,{r}\n" for r in rows)


@pytest.mark.parametrize(
    ("rows", "reported"),
    [
        (("0,4,9", "3,5,9"), "no overlap with row 2"),
        (("0,,9", "5,9,9"), "no overlap with row 2"),
        (("9,5,9",), "first age not above the last"),
        (("0,4,9", "10,14,9"), "a row for ages 5-9 too"),
    ],
)
def test_age_groups_must_be_ordered_and_apart(
    folder: Path, rows: tuple[str, ...], reported: str
) -> None:
    write(folder, "population.csv", population(*rows))
    assert [p.expected.en for p in inspect_folder(folder).problems] == [reported]


def test_one_sex_alone_is_refused(folder: Path) -> None:
    rows = "450312,2020,0,4,男,9\n450312,2020,0,4,女,9\n450312,2020,5,,女,9\n"
    write(folder, "population.csv", "adcode,year,age_lower,age_upper,sex,persons\n" + rows)
    (problem,) = inspect_folder(folder).problems
    assert (problem.row, problem.column, problem.value) == (4, "sex", "female")


def test_total_rows_alongside_the_sexes_are_left_out_with_a_notice(folder: Path) -> None:
    rows = "450312,2020,0,4,男,5\n450312,2020,0,4,女,4\n450312,2020,0,4,合计,9\n"
    write(folder, "population.csv", "adcode,year,age_lower,age_upper,sex,persons\n" + rows)
    tables, notices = read_folder(folder)
    assert tables.population["persons"].sum() == 9
    assert [(n.row, n.expected.en) for n in notices] == [(4, "total alongside men and women")]


def test_total_that_is_not_its_sexes_is_refused(folder: Path) -> None:
    rows = "450312,2020,0,4,男,5\n450312,2020,0,4,女,4\n450312,2020,0,4,合计,8\n"
    write(folder, "population.csv", "adcode,year,age_lower,age_upper,sex,persons\n" + rows)
    assert [p.row for p in inspect_folder(folder).problems] == [4]


def test_percent_in_a_fraction_column_is_divided_with_a_notice(folder: Path) -> None:
    write(folder, "targets.csv", "stage,year,measure,value\n小学,2030,毛入学率,100.5\n")
    tables, notices = read_folder(folder)
    assert tables.targets is not None
    assert tables.targets["value"].tolist() == [1.005]
    assert [n.expected.en for n in notices] == ["percent where a fraction belongs"]


def test_swapped_coordinates_are_exchanged_with_a_notice(folder: Path) -> None:
    write(folder, "sites.csv", "id,name,adcode,lon,lat,datum\n1,甲,450312,25.2,110.2,CGCS2000\n")
    tables, notices = read_folder(folder)
    assert tables.sites is not None
    assert tables.sites[["lon", "lat"]].to_numpy().tolist() == [[110.2, 25.2]]
    assert [n.expected.en for n in notices] == ["longitude and latitude swapped"]


def test_all_problems_of_all_files_are_reported_at_once(folder: Path) -> None:
    write(folder, "births.csv", BIRTHS + "450312,2021,-5\n450312,2022,x\n999999,2021,5\n")
    write(folder, "enrolment.csv", ENROLMENT + "450312,2021,托儿所,all,5\n")
    places = {(p.file, p.row, p.column, p.value) for p in inspect_folder(folder).problems}
    assert places == {
        ("births.csv", 2, "births", "-5"),
        ("births.csv", 3, "births", "x"),
        ("births.csv", 4, "adcode", "999999"),
        ("enrolment.csv", 2, "stage", "托儿所"),
    }


def test_a_thousand_equal_repairs_are_one_notice(folder: Path) -> None:
    rows = "".join(f"450312.0,{year},5\n" for year in range(1950, 2020))
    write(folder, "births.csv", BIRTHS + rows)
    (notice,) = read_folder(folder)[1]
    assert (notice.row, notice.column, notice.value) == (2, "adcode", "450312.0")
    assert "70" in notice.how_to_fix.zh


def test_a_table_in_two_places_is_joined_unless_figures_differ(folder: Path) -> None:
    write(folder, "births.csv", BIRTHS + "450312,2021,5\n")
    frame = pd.DataFrame({"adcode": [450312, 450312], "year": [2021, 2022], "births": [5, 6]})
    frame.to_excel(folder / "book.xlsx", sheet_name="出生", index=False)
    births = read_folder(folder)[0].births
    assert births is not None
    assert births["births"].tolist() == [5, 6]
    write(folder, "births.csv", BIRTHS + "450312,2021,7\n")
    (problem,) = inspect_folder(folder).problems
    assert (problem.file, problem.row) == ("book.xlsx[出生]", 2)
    assert "the same as births.csv row 2" in problem.expected.en


def test_unknown_files_and_sheets_are_reported_not_dropped_silently(folder: Path) -> None:
    write(folder, "notes.docx", "x")
    pd.DataFrame({"a": [1]}).to_excel(folder / "book.xlsx", sheet_name="Sheet1", index=False)
    reported = {notice.file for notice in read_folder(folder)[1]}
    assert reported == {"notes.docx", "book.xlsx[Sheet1]"}


def test_needed_tables_must_be_there(tmp_path: Path) -> None:
    assert [p.file for p in inspect_folder(tmp_path).problems] == ["areas.csv", "population.csv"]
    with pytest.raises(DataError, match="a data folder"):
        read_folder(tmp_path / "absent")


def test_a_problem_line_carries_place_value_expectation_and_remedy(folder: Path) -> None:
    write(folder, "births.csv", BIRTHS + "450312,2021,-5\n")
    (problem,) = inspect_folder(folder).problems
    assert isinstance(problem, DataProblem)
    assert problem.line("zh") == (
        "births.csv : 第 2 行 : births : '-5' : 0 至 2,000,000,000 : "
        "未报告的（如 -1、-2、-9）请留空：空格表示没有报告"
    )


def test_a_link_to_somewhere_else_is_refused(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    elsewhere.write_text("a,b", encoding="utf-8")
    (folder / "notes.csv").symlink_to(elsewhere)
    assert [(one.file, one.expected.en) for one in inspect_folder(folder).problems] == [
        ("notes.csv", "a file of the folder itself")
    ]


def test_what_is_called_like_a_table_and_is_none_is_passed_over(folder: Path) -> None:
    (folder / "old.csv").mkdir()
    (folder / "~$book.xlsx").write_bytes(b"lock")
    os.mkfifo(folder / "pipe.xlsx")
    assert inspect_folder(folder).problems == []
    assert {file.name for file in data_files(folder)} <= {"areas.csv", "population.csv"}
    assert sheet_scenario(folder, {}, None) == []
