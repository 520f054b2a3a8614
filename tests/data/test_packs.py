"""A bundled city and a made-up one of six counties that has nothing but areas and a census."""

from pathlib import Path

import pandas as pd
import pytest

from data.bundle import load_bundle
from data.problems import DataError
from data.reference.packs import Pack, default_pack, pack_of, packs
from data.scenario.schema import GENERAL, load_scenario, scenario_names

CITY = "999900"
COUNTIES = [f"99990{place}" for place in range(1, 7)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("elsewhere")
    rows = [(CITY, "某市", "", "市", "否")]
    rows += [(code, f"某{place}县", CITY, "县", "否") for place, code in enumerate(COUNTIES, 1)]
    names = ["adcode", "name", "parent", "type", "urban_core"]
    pd.DataFrame(rows, columns=names).assign(source="虚构").to_csv(made / "areas.csv", index=False)
    ages = [(0, 4), (5, 9), (10, 14), (15, 19), (20, 49), (50, None)]
    people = [
        (code, year, low, high, "all", 5000 if high and high < 20 else 60_000)
        for code in COUNTIES
        for year in (2010, 2020)
        for low, high in ages
    ]
    columns = ["adcode", "year", "age_lower", "age_upper", "sex", "persons"]
    table = pd.DataFrame(people, columns=columns).astype({"age_upper": "Int64"})
    table.assign(source="虚构").to_csv(made / "population.csv", index=False)
    return made


def test_every_pack_says_what_its_city_is_called():
    for pack in packs():
        assert pack.title.zh
        assert pack.title.en
        assert pack.areas
    assert default_pack() in packs()


def test_a_pack_is_areas_a_census_and_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "pack.yaml").write_text("title_zh: 某市\ntitle_en: Some city\n", encoding="utf-8")
    monkeypatch.setattr("data.bundle.pack_of", lambda _: Pack(folder))
    bundle = load_bundle(folder)
    assert bundle.pack
    assert bundle.pack.title.zh == "某市"
    assert bundle.table("targets").empty
    assert bundle.context.townships.empty
    (folder / "pack.yaml").unlink()


def test_a_planners_folder_of_a_bundled_citys_counties_belongs_to_it():
    assert pack_of({"450312", "450321"}) == default_pack()
    assert pack_of({"450312", "999901"}) is None


def test_another_city_has_national_figures_and_none_of_a_packs(folder: Path):
    bundle = load_bundle(folder)
    assert bundle.pack is None
    assert bundle.table("targets").empty
    assert bundle.context.delivered_share() == 1.0
    assert bundle.context.townships.empty
    assert set(bundle.context.vital_rates["adcode"].str[2:]) == {"0000"}
    standards = bundle.table("standards")
    assert len(standards.query("measure == 'class_size'")) == 5
    for word in ("桂林", "Guilin", "guilin"):
        assert not standards["source"].str.contains(word).any()


def test_the_packs_own_norms_go_before_the_nations():
    own = load_bundle(None).table("standards").set_index(["stage", "measure"])
    assert own.loc[("primary", "cost_cny_per_seat"), "value"] == 63_830  # of its 13th plan
    assert own.index.is_unique


def test_scenarios_of_a_pack_are_not_those_of_another_city():
    assert scenario_names(None) == GENERAL
    assert {"new_district", "return_migration"} <= set(scenario_names(default_pack()))
    with pytest.raises(DataError, match="baseline"):
        load_scenario("new_district", pack=None)
    for name in GENERAL:
        one = load_scenario(name, pack=None)
        reported = "".join((*one.title, *one.description, *one.reason, *one.source))
        assert "桂林" not in reported
        assert "Guilin" not in reported
