from pathlib import Path

import pytest

from data.data_folder import inspect_folder
from data.reference.packs import REFERENCE

SITES = "id,name,adcode,lon,lat,datum\n"
SCHOOLS = "id,name,adcode,lon,lat,datum,stage,basis\n"


def problems(folder: Path, **tables: str) -> list[tuple[str, int | None, str, str]]:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    found = inspect_folder(folder).problems
    return [(p.file, p.row, p.expected.en, p.how_to_fix.en) for p in found]


@pytest.mark.parametrize("word", ["GCJ-02", "gcj02", "火星坐标", "高德", "BD-09"])
def test_offset_coordinates_are_refused_with_the_reason(folder: Path, word: str) -> None:
    (reported,) = problems(folder, sites=SITES + f"1,甲,450312,110.2,25.2,{word}\n")
    assert reported[:3] == ("sites.csv", 2, "CGCS2000, WGS84")
    assert "hundreds of metres" in reported[3]


@pytest.mark.parametrize("word", ["CGCS2000", "国家2000", "EPSG:4490", "WGS84", "wgs-84", "GPS"])
def test_known_datums_are_read(folder: Path, word: str) -> None:
    assert not problems(folder, sites=SITES + f"1,甲,450312,110.2,25.2,{word}\n")


def test_points_without_a_datum_are_refused_once_a_table(folder: Path) -> None:
    rows = "".join(f"{i},甲,450312,110.2,25.2,\n" for i in range(50))
    (reported,) = problems(folder, sites=SITES + rows)
    assert reported[:3] == ("sites.csv", None, "a stated datum")


def test_single_points_without_a_datum_are_named(folder: Path) -> None:
    rows = "1,甲,450312,110.2,25.2,CGCS2000\n2,乙,450312,110.3,25.2,\n3,丙,450312,,,\n"
    (reported,) = problems(folder, sites=SITES + rows)
    assert reported[:3] == ("sites.csv", 3, "a stated datum")


def test_half_a_position_is_refused(folder: Path) -> None:
    (reported,) = problems(folder, sites=SITES + "1,甲,450312,110.2,,CGCS2000\n")
    assert reported[:3] == ("sites.csv", 2, "both longitude and latitude")


def test_made_up_places_alone_are_read(folder: Path) -> None:
    school = SCHOOLS + "1,甲,450312,110.2,25.2,CGCS2000,小学,虚构\n"
    assert not problems(folder, schools=school)


def test_made_up_and_real_places_are_not_mixed(folder: Path) -> None:
    school = SCHOOLS + "1,甲,450312,110.2,25.2,CGCS2000,小学,虚构\n"
    (reported,) = problems(
        folder, schools=school, sites=SITES + "1,甲,450312,110.2,25.2,CGCS2000\n"
    )
    assert reported[:3] == ("schools.csv", 2, "made-up data apart from real data")
    rows = school + "2,乙,450312,110.2,25.2,CGCS2000,小学,统计\n"
    (folder / "sites.csv").unlink()
    (reported,) = problems(folder, schools=rows)
    assert reported[:2] == ("schools.csv", 2)


def test_made_up_figures_are_refused_elsewhere(folder: Path) -> None:
    (reported,) = problems(folder, births="adcode,year,births,basis\n450312,2021,5,synthetic\n")
    assert reported[:3] == ("births.csv", 2, "made-up data apart from real data")


def test_a_folder_in_which_every_row_is_made_up_is_read() -> None:
    assert not inspect_folder(REFERENCE / "examples" / "six_counties").problems
