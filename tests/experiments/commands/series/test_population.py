import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from data.reference.china_panel import county_age_sex, county_attributes
from experiments.cli import main
from tests.synthetic_census import census_rows

COLUMNS = ["adcode", "year", "age", "mean", "lo80", "hi80", "lo95", "hi95"]
GUANGXI = "4503"


@pytest.fixture(scope="module")
def guilin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled census of 2010 of Guilin, as a user would hand it over."""
    folder = tmp_path_factory.mktemp("guilin")
    census = county_age_sex(2010)
    census[census["adcode"].str.startswith(GUANGXI)].drop(columns="county").to_csv(
        folder / "census.csv", index=False, encoding="utf-8"
    )
    known = county_attributes(2010)
    known[known["adcode"].str.startswith(GUANGXI)].to_csv(
        folder / "attributes.csv", index=False, encoding="utf-8"
    )
    return folder


def population(folder: Path, out: str, *more: str) -> pd.DataFrame:
    arguments = ["--census", str(folder / "census.csv"), "--out", str(folder / out), *more]
    assert run("--from", "2010", *arguments) == 0
    return pd.read_csv(folder / out, dtype={"adcode": str})


def run(*arguments: str) -> int:
    argv = patch.object(sys, "argv", ["xuewei", "population", *arguments])
    with argv, pytest.raises(SystemExit) as exit_code:
        main()
    return int(exit_code.value.code or 0)


def test_rows_are_complete_and_intervals_nested(guilin: Path):
    table = population(guilin, "a.csv", "--to", "2020")
    assert list(table.columns) == COLUMNS
    counties = pd.read_csv(guilin / "census.csv", dtype={"adcode": str})["adcode"].unique()
    assert list(table["adcode"].unique()) == list(counties)  # ids as they came
    assert len(table) == len(counties) * 10 * 20
    assert not table.duplicated(["adcode", "year", "age"]).any()
    ordered = table[["lo95", "lo80", "hi80", "hi95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered >= 0).all()
    assert table["mean"].between(table["lo95"], table["hi95"]).all()


def test_guilin_in_2020_is_foreseen_better_than_by_ageing(guilin: Path):
    """Guangxi is in the panel, so this is no proof of skill; it must hold all the same."""
    table = population(guilin, "b.csv", "--to", "2020", "--attributes", f"{guilin}/attributes.csv")
    found = table.query("year == 2020 and 15 <= age <= 19").groupby("adcode")["mean"].sum()
    truth, start = county_age_sex(2020), county_age_sex(2010)
    then = truth.query("age_lower == 15").groupby("adcode")["persons"].sum()
    children = start.query("age_lower == 5").groupby("adcode")["persons"].sum()
    both = found.index.intersection(then.index)
    error = (found[both] - then[both]).abs().sum()
    assert error < (children[both] - then[both]).abs().sum()


def test_births_given_are_the_children_of_that_year(guilin: Path):
    births = pd.DataFrame({"adcode": "450321", "year": range(2010, 2021), "births": 5000})
    births.to_csv(guilin / "births.csv", index=False)
    table = population(guilin, "c.csv", "--to", "2012", "--births", str(guilin / "births.csv"))
    newborn = table.query("adcode == '450321' and age == 0")
    assert newborn["mean"].between(4800, 5000).all()
    assert np.allclose(newborn["lo95"], newborn["hi95"])


def test_equal_seeds_give_equal_bytes(guilin: Path):
    for name in ("d.csv", "e.csv"):
        population(guilin, name, "--to", "2012", "--seed", "7")
    assert (guilin / "d.csv").read_bytes() == (guilin / "e.csv").read_bytes()
    assert not list(guilin.glob("*.partial"))


def test_a_county_does_not_depend_on_the_order_of_rows(guilin: Path, tmp_path: Path):
    census = pd.read_csv(guilin / "census.csv", dtype={"adcode": str})
    census.iloc[::-1].to_csv(tmp_path / "census.csv", index=False)
    one = population(guilin, "f.csv", "--to", "2011").set_index(["adcode", "year", "age"])
    two = population(tmp_path, "g.csv", "--to", "2011").set_index(["adcode", "year", "age"])
    assert np.allclose(one, two.loc[one.index], rtol=1e-6)


def test_codes_unknown_in_china_and_years_beyond_the_learned_ten_are_served(tmp_path: Path):
    census_rows(("A-1", "区二"), 2015).to_csv(tmp_path / "census.csv", index=False)
    arguments = ["--census", str(tmp_path / "census.csv"), "--out", str(tmp_path / "o.csv")]
    assert run("--from", "2015", "--to", "2030", *arguments) == 0
    table = pd.read_csv(tmp_path / "o.csv")
    assert set(table["adcode"]) == {"A-1", "区二"}
    assert np.isfinite(table.drop(columns="adcode").to_numpy()).all()


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("persons", "many", "persons"),
        ("persons", "-1", "persons"),
        ("sex", "X", "sex"),
        ("adcode", "", "adcode"),
        ("age_lower", "两岁", "age_lower"),
    ],
)
def test_bad_cells_are_named_and_end_with_2(column, value, expected, tmp_path, capfd):
    census = census_rows(("450321",)).astype(object)
    census.loc[3, column] = value
    census.to_csv(tmp_path / "census.csv", index=False)
    arguments = ["--census", str(tmp_path / "census.csv"), "--out", str(tmp_path / "o.csv")]
    assert run("--from", "2010", "--to", "2020", *arguments) == 2
    shown = capfd.readouterr()
    assert expected in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err
    assert not (tmp_path / "o.csv").exists()


@pytest.mark.parametrize("years", [("2010", "2010"), ("2000", "2020")])
def test_years_that_cannot_be_end_with_2(years, tmp_path):
    census_rows(("450321",)).to_csv(tmp_path / "census.csv", index=False)
    arguments = ["--census", str(tmp_path / "census.csv"), "--out", str(tmp_path / "o.csv")]
    assert run("--from", years[0], "--to", years[1], *arguments) == 2


def test_a_missing_column_a_missing_file_and_missing_ages_end_with_2(tmp_path):
    arguments = ["--from", "2010", "--to", "2020", "--out", str(tmp_path / "o.csv"), "--census"]
    assert run(*arguments, str(tmp_path / "none.csv")) == 2
    census = census_rows(("450321",))
    census.drop(columns="sex").to_csv(tmp_path / "no_sex.csv", index=False)
    assert run(*arguments, str(tmp_path / "no_sex.csv")) == 2
    census[census["age_lower"] != 10].to_csv(tmp_path / "no_ten.csv", index=False)
    assert run(*arguments, str(tmp_path / "no_ten.csv")) == 2
