"""The bundled Guilin reference against published figures and against its own description."""

import hashlib
import json
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(str(files("data"))) / "reference" / "guilin"
PACKAGE = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(ROOT / f"{name}.csv", dtype={"adcode": str, "parent": str})


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=lambda r: r["path"])
def test_each_file_is_the_one_described(resource: dict[str, object]):
    content = (ROOT / str(resource["path"])).read_bytes()
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_every_file_is_described():
    described = {resource["path"] for resource in PACKAGE["resources"]}
    present = {
        f.relative_to(ROOT).as_posix()
        for f in ROOT.rglob("*.*")
        if f.suffix in {".csv", ".geojson"}
    }
    assert present == described


@pytest.mark.parametrize(("year", "persons"), [(2010, 4_747_963), (2020, 4_931_137)])
def test_counties_and_ages_add_up_to_the_census_communique(year: int, persons: int):
    census = table("population").query("year == @year")
    city = census["adcode"] == "450300"
    assert census[city]["persons"].sum() == persons
    assert census[~city]["persons"].sum() == persons


def test_urban_residents_of_2020_match_the_published_figure():
    totals = table("totals").query("year == 2020").set_index("adcode")
    assert totals.loc["450300", "urban_population"] == 2_592_914
    assert totals.drop("450300")["urban_population"].sum() == 2_592_914


def test_every_row_names_its_source():
    for resource in PACKAGE["resources"]:
        if resource["path"].endswith(".csv") and "townships" not in resource["path"]:
            rows = pd.read_csv(ROOT / resource["path"])
            assert rows["source"].notna().all(), resource["path"]


def test_half_of_the_planned_seats_opened_within_the_plan():
    record = table("context/programme_record").query("stage == 'all'").set_index("measure")["value"]
    assert record["finished_seats"] / record["planned_seats"] == pytest.approx(0.486, abs=5e-4)
