"""A city that gives nothing but its census and its urban population: 河源 in Guangdong."""

from pathlib import Path

import pandas as pd
import pytest

from data.reference.china_panel import county_age_sex, county_attributes
from tests.experiments.commands.test_forecast import FEW, xuewei

PREFECTURE = "4416"


def write_tables(folder: Path) -> None:
    """Write areas, population and totals of the six counties, as the census has them."""
    folder.mkdir()
    people = pd.concat([county_age_sex(year) for year in (2010, 2020)])
    people = people[people["adcode"].str.startswith(PREFECTURE)]
    source = people["year"].astype(str) + "年人口普查分县资料"
    people.assign(source=source).drop(columns="county").to_csv(
        folder / "population.csv", index=False
    )
    names = people.drop_duplicates("adcode")[["adcode", "county"]].rename(
        columns={"county": "name"}
    )
    city = pd.DataFrame({"adcode": [f"{PREFECTURE}00"], "name": ["河源市"]})
    districts = names["name"].str.endswith("区")
    areas = pd.concat(
        [
            city.assign(type="市", urban_core=False),
            names.assign(
                parent=f"{PREFECTURE}00",
                type=districts.map({True: "区", False: "县"}),
                urban_core=districts,
            ),
        ]
    )
    areas.assign(source="2020年人口普查分县资料").to_csv(folder / "areas.csv", index=False)
    totals = pd.concat([county_attributes(year).reset_index() for year in (2010, 2020)])
    totals = totals[totals["adcode"].str.startswith(PREFECTURE)]
    totals[["adcode", "year", "population", "urban_population"]].assign(
        source="人口普查分县资料"
    ).to_csv(folder / "totals.csv", index=False)


@pytest.mark.slow
def test_a_census_alone_is_enough_and_the_output_says_what_is_lent(tmp_path: Path):
    write_tables(tmp_path / "heyuan")
    given = ("--data", "heyuan", "--scenario", "baseline")
    done = xuewei("forecast", *FEW, *given, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "学得的入学率" in done.stdout.replace("\n", "")
    demand = pd.read_csv(tmp_path / "results" / "demand.csv", dtype={"adcode": str})
    assert demand["adcode"].nunique() == 7
    unknown = ["teachers_staying", "teachers_short", "boarding_required", "boarding_beds"]
    assert demand.drop(columns=["warning", *unknown]).notna().all(axis=None)
    rungs = demand.groupby("stage")["rung"].first()
    assert rungs[["primary", "junior", "general_senior"]].eq("learned").all()
    for name in ("report.html", "manifest.json"):
        assert "桂林" not in (tmp_path / "results" / name).read_text(encoding="utf-8")
    seen = demand[demand["pupils_basis"] == "observed"]
    assert set(seen["stage"]) == {"primary"}  # of the county yearbook
    assert set(seen["year"]) == {2020}
