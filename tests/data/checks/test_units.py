"""Figures in another unit, codes of nines and rows that fit nothing are no figures."""

from pathlib import Path

import pytest

from data.area_files import read_attributes, read_history
from data.data_folder import inspect_folder
from data.findings import Findings
from data.problems import DataError


def born(folder: Path, births: int) -> list[str]:
    rows = "".join(f"450312,{year},{births}\n" for year in range(2016, 2021))
    (folder / "births.csv").write_text(f"adcode,year,births\n{rows}", encoding="utf-8")
    return [one.line("en") for one in inspect_folder(folder).problems]


@pytest.mark.parametrize("births", [6, 1, 500, 70_000])
def test_births_of_another_unit_are_refused(folder: Path, births: int) -> None:
    assert any("near the 30,000 of 0-4 in 2020" in line for line in born(folder, births))


@pytest.mark.parametrize("births", [6000, 2000, 15_000])
def test_births_of_one_order_are_not(folder: Path, births: int) -> None:
    assert born(folder, births) == []


def history(tmp_path: Path, figures: list[int]) -> Path:
    rows = "".join(f"a{n % 4},{2000 + n // 4},1,{figure}\n" for n, figure in enumerate(figures))
    path = tmp_path / "h.csv"
    path.write_text(f"area_id,year,grade,enrolment\n{rows}", encoding="utf-8")
    return path


@pytest.mark.parametrize("code", [999, 9999, 99999])
def test_nines_that_stand_again_and_again_are_a_code(tmp_path: Path, code: int) -> None:
    others = [1000 + 37 * n for n in range(20)]
    assert len(read_history(history(tmp_path, [*others, code, code]))) == 22
    with pytest.raises(DataError, match="not a code for missing"):
        read_history(history(tmp_path, [*others, code, code, code]))


def test_nines_among_figures_like_them_are_figures(tmp_path: Path) -> None:
    assert len(read_history(history(tmp_path, [*range(990, 1010), 999, 999]))) == 22


@pytest.mark.parametrize(
    ("text", "expected"),
    [("adcode,year,population\n990001,2020,5\n", "no row fits"),
     ("adcode,year,population\n450312,2010,5\n", "rows of 2020"),
     ("adcode,year,popul\n450312,2020,5\n", "a known column")],
)  # fmt: skip
def test_attributes_that_fit_nothing_are_refused(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=expected):
        read_attributes(path, 2020, Findings(), ["450312"])


def test_an_unknown_attribute_and_another_county_are_reported(tmp_path: Path) -> None:
    path, findings = tmp_path / "a.csv", Findings()
    path.write_text("adcode,population,popul\n450312000000,5,1\n450399,6,1\n", encoding="utf-8")
    assert read_attributes(path, 2020, findings, ["450312"])["population"].tolist() == [5]
    shown = " ".join(one.line("en") for one in findings.notices)
    assert "unknown column" in shown
    assert "1 areas that the main table has not" in shown


@pytest.mark.parametrize(("city", "reported"), [(90, False), (91, False), (120, True), (99, True)])
def test_a_city_with_more_than_its_counties_is_reported(
    folder: Path, city: int, reported: bool
) -> None:
    rows = f"450300,2024,小学,{city}\n450312,2024,小学,50\n450321,2024,小学,40\n"
    (folder / "enrolment.csv").write_text(f"adcode,year,stage,pupils\n{rows}", encoding="utf-8")
    lines = [one.line("en") for one in inspect_folder(folder).notices]
    assert any("more than all its parts together" in line for line in lines) is reported
