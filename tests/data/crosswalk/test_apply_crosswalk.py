"""Rows under former codes reach the counties of today completely, once, and with a notice."""

from pathlib import Path

import pandas as pd
import pytest

from data.data_folder import read_folder
from data.problems import DataError

A, B, C, D = "990101", "990102", "990103", "990104"
HEAD = "adcode_old,adcode,year,share,kind\n"


def areas(folder: Path, *codes: str) -> None:
    rows = ["990100,市,,市,否", *(f"{code},县{code},990100,县,否" for code in codes)]
    text = "adcode,name,parent,type,urban_core\n" + "\n".join(rows)
    (folder / "areas.csv").write_text(text, encoding="utf-8")


def people(folder: Path, rows: str) -> None:
    head = "adcode,year,age_lower,age_upper,sex,persons\n"
    (folder / "population.csv").write_text(head + rows, encoding="utf-8")


def births(folder: Path, rows: str) -> None:
    (folder / "births.csv").write_text("adcode,year,births\n" + rows, encoding="utf-8")


def crosswalk(folder: Path, rows: str) -> None:
    (folder / "crosswalk.csv").write_text(HEAD + rows, encoding="utf-8")


def read_births(folder: Path) -> tuple[dict[tuple[str, int], int], pd.DataFrame, str]:
    """Return births by code and year, the table, and what was reported."""
    tables, notices = read_folder(folder)
    table = tables.births
    assert table is not None
    reported = "\n".join(notice.line("en") for notice in notices)
    by_key = table.set_index(["adcode", "year"])["births"]
    assert not by_key.index.duplicated().any()
    return by_key.to_dict(), table, reported


def test_a_county_that_became_a_district_keeps_its_counts(tmp_path: Path):
    areas(tmp_path, "450312", "450381")
    people(tmp_path, "450312,2020,0,4,all,10\n450312,2020,5,,all,90\n")
    births(tmp_path, "450322,2011,500\n450322,2012,510\n450312,2013,520\n450331,2016,300\n")
    found, table, reported = read_births(tmp_path)
    assert found == {
        ("450312", 2011): 500,
        ("450312", 2012): 510,
        ("450312", 2013): 520,
        ("450381", 2016): 300,
    }
    assert not (table["basis"] == "estimate").any()
    assert "old code 450322 : carried over to 450312 (renamed 2013) (2 places)" in reported
    assert "row 2" in reported


def test_an_old_code_used_after_the_change_is_still_the_county(tmp_path: Path):
    areas(tmp_path, "450312")
    people(tmp_path, "450322,2020,0,4,all,10\n450322,2020,5,,all,90\n")
    births(tmp_path, "450322,2019,400\n")
    assert read_births(tmp_path)[0] == {("450312", 2019): 400}


def test_a_split_divides_by_share_and_is_an_estimate(tmp_path: Path):
    areas(tmp_path, B, C)
    people(
        tmp_path,
        f"{A},2010,0,4,all,101\n{A},2010,5,,all,900\n{B},2020,0,4,all,1\n{C},2020,0,4,all,1\n",
    )
    births(tmp_path, f"{A},2010,101\n{B},2015,70\n{C},2015,40\n")
    crosswalk(tmp_path, f"{A},{B},2012,0.65,split\n{A},{C},2012,0.35,split\n")
    found, table, _ = read_births(tmp_path)
    # 0.65 of 101 is 65.65; the rest of the 101 goes to the other, so that none is lost.
    assert found == {(B, 2010): 66, (C, 2010): 35, (B, 2015): 70, (C, 2015): 40}
    estimated = table[table["year"] == 2010]
    assert (estimated["basis"] == "estimate").all()
    assert set(estimated["method"]) == {f"{A}→{B} ×0.65", f"{A}→{C} ×0.35"}


def test_a_merger_adds_and_one_side_alone_is_left_out(tmp_path: Path):
    areas(tmp_path, C)
    people(tmp_path, f"{C},2020,0,4,all,10\n")
    births(tmp_path, f"{A},2010,100\n{B},2010,50\n{A},2011,100\n")
    crosswalk(tmp_path, f"{A},{C},2015,1,merged\n{B},{C},2015,1,merged\n")
    found, _, reported = read_births(tmp_path)
    assert found == {(C, 2010): 150}
    assert "units that make up a county lack figures or groups" in reported


def test_age_groups_that_do_not_match_are_not_added(tmp_path: Path):
    areas(tmp_path, C)
    later = f"{C},2020,0,0,all,4\n{C},2020,1,4,all,16\n"
    people(tmp_path, f"{A},2010,0,4,all,50\n{B},2010,0,0,all,10\n{B},2010,1,4,all,40\n{later}")
    crosswalk(tmp_path, f"{A},{C},2015,1,merged\n{B},{C},2015,1,merged\n")
    tables, notices = read_folder(tmp_path)
    assert set(tables.population["year"]) == {2020}
    assert any("groups" in notice.expected.en for notice in notices)


def test_a_county_divided_and_united_again_keeps_its_total(tmp_path: Path):
    areas(tmp_path, D)
    people(tmp_path, f"{D},2020,0,4,all,10\n")
    births(tmp_path, f"{A},2003,101\n")
    halves = f"{A},{B},2005,0.5,split\n{A},{C},2005,0.5,split\n"
    crosswalk(tmp_path, f"{halves}{B},{D},2013,1,merged\n{C},{D},2013,1,merged\n")
    found, table, _ = read_births(tmp_path)
    assert found == {(D, 2003): 101}
    assert table["basis"].tolist() == ["estimate"]


def test_a_transfer_takes_from_one_and_adds_to_the_other(tmp_path: Path):
    areas(tmp_path, A, B)
    people(tmp_path, f"{A},2020,0,4,all,10\n{B},2020,0,4,all,10\n")
    births(tmp_path, f"{A},2010,1000\n{B},2010,200\n{A},2016,900\n{B},2016,300\n{B},2011,210\n")
    crosswalk(tmp_path, f"{A},{A},2014,0.9,transferred\n{A},{B},2014,0.1,transferred\n")
    found, _, _ = read_births(tmp_path)
    assert found == {
        (A, 2010): 900,
        (B, 2010): 300,
        (A, 2016): 900,
        (B, 2016): 300,
        (B, 2011): 210,  # nothing is known of A in 2011, so B stays as it was counted
    }


def test_a_chain_of_changes_is_followed_in_time(tmp_path: Path):
    areas(tmp_path, C)
    people(tmp_path, f"{C},2020,0,4,all,10\n")
    births(tmp_path, f"{A},2003,100\n{B},2010,120\n{C},2016,140\n")
    crosswalk(tmp_path, f"{A},{B},2005,1,renamed\n{B},{C},2013,1,renamed\n")
    assert read_births(tmp_path)[0] == {(C, 2003): 100, (C, 2010): 120, (C, 2016): 140}


def test_both_codes_in_one_year_are_not_added(tmp_path: Path):
    areas(tmp_path, "450312")
    people(tmp_path, "450312,2020,0,4,all,10\n")
    births(tmp_path, "450322,2012,510\n450312,2012,505\n450322,2011,500\n")
    found, _, reported = read_births(tmp_path)
    assert found == {("450312", 2012): 505, ("450312", 2011): 500}
    assert "nothing is added twice" in reported


def test_a_part_that_left_the_city_is_reported_and_not_counted(tmp_path: Path):
    areas(tmp_path, A)
    people(tmp_path, f"{A},2020,0,4,all,10\n")
    births(tmp_path, f"{A},2010,1000\n")
    crosswalk(tmp_path, f"{A},{A},2014,0.8,transferred\n{A},880101,2014,0.2,transferred\n")
    found, _, reported = read_births(tmp_path)
    assert found == {(A, 2010): 800}
    assert "a part that left the city" in reported


def test_classes_are_averaged_and_seats_added_where_counties_merge(tmp_path: Path):
    areas(tmp_path, C)
    people(tmp_path, f"{C},2020,0,4,all,10\n")
    (tmp_path / "capacity.csv").write_text(
        "adcode,year,stage,schools,seats,class_size\n"
        f"{A},2012,primary,1,300,40\n{B},2012,primary,3,900,50\n",
        encoding="utf-8",
    )
    crosswalk(tmp_path, f"{A},{C},2015,1,merged\n{B},{C},2015,1,merged\n")
    capacity = read_folder(tmp_path)[0].capacity
    assert capacity is not None
    (row,) = capacity.to_dict("records")
    assert (row["schools"], row["seats"]) == (4, 1200)
    assert row["class_size"] == pytest.approx((1 * 40 + 3 * 50) / 4)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (f"{A},{B},2012,0.6,split\n{A},{C},2012,0.3,split\n", f"shares of {A} that add up to 1"),
        (f"{A},770101,2012,1,renamed\n", "a code of the table areas"),
        (f"{A},{B},2012,-1,renamed\n", "0 to 1"),
        (f"{A},{B},2012,1,vanished\n", "renamed, split, merged, transferred"),
        (f"{A},{B},2012,1,renamed\n{A},{B},2012,0.5,renamed\n", "the same as row 2"),
    ],
)
def test_a_crosswalk_that_cannot_be_is_refused_with_the_place(
    tmp_path: Path, rows: str, expected: str
):
    areas(tmp_path, B, C)
    people(tmp_path, f"{B},2020,0,4,all,10\n{C},2020,0,4,all,10\n")
    crosswalk(tmp_path, rows)
    with pytest.raises(DataError) as error:
        read_folder(tmp_path)
    lines = "\n".join(error.value.lines("en"))
    assert expected in lines
    assert "crosswalk.csv" in lines


def test_a_project_in_a_divided_county_must_say_where_it_lies(tmp_path: Path):
    areas(tmp_path, B, C)
    people(tmp_path, f"{B},2020,0,4,all,10\n{C},2020,0,4,all,10\n")
    crosswalk(tmp_path, f"{A},{B},2012,0.5,split\n{A},{C},2012,0.5,split\n")
    (tmp_path / "projects.csv").write_text(
        f"project_id,adcode,stage,seats,planned_opening_year,status\nP,{A},primary,450,2026,planned\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError, match="the code of today"):
        read_folder(tmp_path)
    crosswalk(tmp_path, f"{A},{B},2012,1,renamed\n")
    projects = read_folder(tmp_path)[0].projects
    assert projects is not None
    assert projects["adcode"].tolist() == [B]


def test_an_unknown_code_is_still_refused(tmp_path: Path):
    areas(tmp_path, B)
    people(tmp_path, f"{B},2020,0,4,all,10\n")
    births(tmp_path, "110119,2016,5\n")
    with pytest.raises(DataError, match="a code of the table areas"):
        read_folder(tmp_path)


def test_guilin_under_its_former_codes_is_guilin(tmp_path: Path):
    guilin = Path(__file__).resolve().parents[3] / "data" / "reference" / "guilin"
    for name in ("areas", "population", "totals", "enrolment"):
        text = (guilin / f"{name}.csv").read_text(encoding="utf-8")
        if name != "areas":
            text = text.replace("\n450312,", "\n450322,").replace("\n450381,", "\n450331,")
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    now, then = read_folder(guilin)[0], read_folder(tmp_path)[0]
    for name in ("population", "totals", "enrolment"):
        pd.testing.assert_frame_equal(getattr(then, name), getattr(now, name))
