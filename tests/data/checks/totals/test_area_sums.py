"""An area that is the sum of others counts once, whatever it is called; a wrong sum is refused."""

from pathlib import Path

import pandas as pd
import pytest

from data.area_files import read_census, read_history
from data.findings import Findings
from data.problems import DataError

CODES = ("36001", "36003", "36005", "36007")
PARTS = pd.DataFrame(
    [(code, year, grade, 100 + 37 * number + 11 * (year - 2015) + 3 * grade * grade)
     for number, code in enumerate(CODES) for year in range(2015, 2021) for grade in range(1, 5)],
    columns=["area_id", "year", "grade", "enrolment"],
)  # fmt: skip


def total(name: str, codes: tuple[str, ...] = CODES, factor: float = 1.0) -> pd.DataFrame:
    inside = PARTS[PARTS["area_id"].isin(codes)]
    summed = inside.groupby(["year", "grade"], as_index=False)["enrolment"].sum()
    return summed.assign(area_id=name, enrolment=(summed["enrolment"] * factor).round())


def read(tmp_path: Path, *more: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    path, findings = tmp_path / "h.csv", Findings()
    pd.concat([PARTS, *more]).to_csv(path, index=False)
    return read_history(path, findings), [one.line("en") for one in findings.notices]


@pytest.mark.parametrize("name", ["36000", "合计", "Statewide", "全市", "New York"])
def test_the_sum_of_all_areas_counts_once(tmp_path: Path, name: str) -> None:
    found, reported = read(tmp_path, total(name))
    assert set(found["area_id"]) == set(CODES)
    assert any("compared with its rows" in line for line in reported)


@pytest.mark.parametrize(
    "names", [("36100", "36200"), ("城区小计", "县域小计"), ("city", "the rest")]
)
def test_subtotals_of_neighbours_count_once(tmp_path: Path, names: tuple[str, str]) -> None:
    some = total(names[0], CODES[:2]), total(names[1], CODES[2:])
    found, _ = read(tmp_path, *some, total("合计"))
    assert set(found["area_id"]) == set(CODES)


@pytest.mark.parametrize("name", ["36000", "合计", "全市"])
def test_a_sum_that_is_not_that_of_its_areas_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError) as refused:
        read(tmp_path, total(name, factor=1.2))
    assert len(refused.value.problems) == 24
    assert "the sum of its rows" in refused.value.lines("en")[0]


@pytest.mark.parametrize("codes", [("36001",), ("36001", "36005")])
def test_equal_figures_and_sums_of_scattered_areas_stay(
    tmp_path: Path, codes: tuple[str, ...]
) -> None:
    found, _ = read(tmp_path, total("B7", codes))
    assert set(found["area_id"]) == {*CODES, "B7"}


@pytest.mark.parametrize("words", ["城区小计", "其他小计", "East total"])
def test_a_subtotal_of_unknown_areas_is_left_out_with_a_notice(tmp_path: Path, words: str) -> None:
    found, reported = read(tmp_path, total(words, ("36001", "36005")))
    assert set(found["area_id"]) == set(CODES)
    assert any("nothing to compare it with" in line for line in reported)


def census(*more: str) -> str:
    rows = [f"{code},2020,{sex},{age},{age + 4 if age < 85 else ''},{base + age}"
            for code, base in (("450302", 100), ("450303", 250))
            for sex in "MF" for age in range(0, 90, 5)]  # fmt: skip
    return "\n".join(["adcode,year,sex,age_lower,age_upper,persons", *rows, *more]) + "\n"


@pytest.mark.parametrize("name", ["450300", "450301", "450000", "桂林市", "合计"])
def test_a_city_in_a_census_is_no_county(tmp_path: Path, name: str) -> None:
    city = [f"{name},2020,{sex},{age},{age + 4 if age < 85 else ''},{350 + 2 * age}"
            for sex in "MF" for age in range(0, 90, 5)]  # fmt: skip
    path = tmp_path / "c.csv"
    path.write_text(census(*city), encoding="utf-8")
    assert set(read_census(path, 2020, Findings())["adcode"]) == {"450302", "450303"}


@pytest.mark.parametrize("row", ["450304,2020,T,5,9,700", "450304,2020,M,0,,9000",
                                 "450305,2020,合计,0,4,70"])  # fmt: skip
def test_a_county_with_sums_alone_does_not_vanish(tmp_path: Path, row: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(census(row), encoding="utf-8")
    with pytest.raises(DataError, match="rows of men and of women by age"):
        read_census(path, 2020, Findings())
