"""The map file of a planner, from a results folder: layers, styles, marks, and what it says."""

import os
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from data.bundle import load_bundle
from data.data_folder import read_folder
from data.language import Text
from data.settings import Settings
from tests.synthetic_results import STUDY
from data.scenario.schema import load_scenario
from experiments.results.layout_file import LAYOUT, MAP_REVIEW, SYNTHETIC_MARK, write_layout
from experiments.results.results_folder import keep_inputs
from experiments.results.reader import Results
from forecasting.siting.synthetic_sites import synthetic_places, write_demo
from tests.synthetic_demand import COUNTIES, synthetic_demand

SETTINGS = Settings(now=2026, until=2035, draws=3, seed=1)
PLAN = pd.DataFrame(
    {
        "scenario": "baseline",
        "adcode": ["450312", "450312", "450321", "450312"],
        "stage": ["primary", "junior", "primary", "primary"],
        "year": [2028, 2029, 2030, 2027],
        "action": ["build", "expand", "close", "lease"],
        "seats": [540, 100, -90, 45],
        "cost_cny": [3.4e7, 4.5e6, 1e5, 2.7e5],
        "land_m2": [7236.0, 0.0, 0.0, 0.0],
    }
)


def results_in(folder: Path, data: Path | None) -> Results:
    folder.mkdir()
    if data:
        keep_inputs(data, folder)
    empty = pd.DataFrame(columns=["scenario", "adcode"])
    return Results(
        folder=folder,
        demand=synthetic_demand(),
        changes=empty,
        differences=empty,
        residence=empty,
        scenarios=(load_scenario("baseline"),),
        settings=SETTINGS,
        digests=load_bundle(data).digests,
        versions={},
        data=data.name if data else "guilin",
        study=STUDY,
        digest="",
    )


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, tuple[Text, ...]]:
    results = results_in(tmp_path_factory.mktemp("plain") / "r", None)
    return results, write_layout(results.folder, results, PLAN)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, tuple[Text, ...]]:
    demo = tmp_path_factory.mktemp("demo")
    write_demo(demo)
    results = results_in(tmp_path_factory.mktemp("made_up") / "r", demo)
    return results, write_layout(results.folder, results, None)


def layer(results: Results, name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(results.folder / LAYOUT, layer=name)


Found = tuple[Results, tuple[Text, ...]]


def test_every_layer_lies_in_both_coordinate_systems(plain: Found):
    names = set(pyogrio.list_layers(plain[0].folder / LAYOUT)[:, 0])
    shapes = {"demand", "supply", "gap", "plan"}
    assert names == shapes | {f"{name}_4546" for name in shapes} | {"layer_styles"}
    for name in shapes:
        geographic, plane = layer(plain[0], name), layer(plain[0], f"{name}_4546")
        assert geographic.crs.to_epsg() == 4490
        assert plane.crs.to_epsg() == 4546
        assert set(geographic["代码"]) == set(COUNTIES)
        # Generalised polygons hold 27,608 km² of the official 27,800.
        assert plane.area.sum() / 1e6 == pytest.approx(27_608, rel=0.002)


def test_figures_are_those_of_the_demand_table(plain: Found):
    results, _ = plain
    rows = results.demand[results.demand["scenario"] == "baseline"]
    labels = {"gap": ("缺口", "gap"), "demand": ("需求学位", "seats_required"),
            "supply": ("现有学位", "seats_available")}  # fmt: skip
    for name, (ending, column) in labels.items():
        own = layer(results, name).set_index("代码")
        expected = rows[(rows["stage"] == "primary") & (rows["year"] == 2030)]
        for code, value in expected.set_index("adcode")[column].drop("450300").items():
            assert own.loc[code, f"小学2030{ending}"] == value


def test_the_plan_layer_adds_up_what_lasts(plain: Found):
    plan = layer(plain[0], "plan").set_index("代码")
    assert plan.loc["450312", "小学新增学位"] == 540
    assert plan.loc["450321", ["小学新增学位", "小学撤并学位"]].tolist() == [0, 90]
    assert plan.loc["450312", "新增学位合计"] == 640
    assert plan.loc["450312", "投资万元"] == pytest.approx(3400 + 450 + 27)
    assert plan.loc["450305", "新增学位合计"] == 0


def test_styles_name_fields_that_are_there_and_cover_all_values(made_up: Found):
    styles = pyogrio.read_dataframe(made_up[0].folder / LAYOUT, layer="layer_styles")
    assert (styles.groupby("f_table_name")["useAsDefault"].sum() == 1).all()
    for style in styles.itertuples():
        rows = layer(made_up[0], style.f_table_name)
        qml = ElementTree.fromstring(style.styleQML.split("\n", 1)[1])  # noqa: S314
        renderer = qml.find("renderer-v2")
        assert renderer is not None
        values = rows[renderer.attrib["attr"]]
        ranges = [one.attrib for one in renderer.iter("range")]
        assert float(ranges[0]["lower"]) <= values.min()
        assert values.max() <= float(ranges[-1]["upper"])
        edges = [(float(one["lower"]), float(one["upper"])) for one in ranges]
        assert all(a[1] == b[0] for a, b in pairwise(edges))
        symbols = [one.attrib["name"] for one in renderer.iter("symbol")]
        assert [one["symbol"] for one in ranges] == symbols
        sld = ElementTree.fromstring(style.styleSLD.encode())  # noqa: S314
        names = {one.text for one in sld.iter("{http://www.opengis.net/ogc}PropertyName")}
        assert names == {renderer.attrib["attr"]}


def test_provenance_is_inside(plain: Found):
    about = pyogrio.read_info(plain[0].folder / LAYOUT, layer="gap")["layer_metadata"]
    assert about["审图"] == MAP_REVIEW
    assert "EPSG:4490" in about["坐标系"]
    assert "天地图" in about["边界"]
    assert "GB 50099" in about["来源"]
    assert "警告" not in about


def test_equal_results_give_equal_bytes(plain: Found):
    file = plain[0].folder / LAYOUT
    before = file.read_bytes()
    write_layout(plain[0].folder, plain[0], PLAN)
    assert file.read_bytes() == before
    assert not [name for name in os.listdir(plain[0].folder) if name.startswith(".layout")]


def test_without_places_nothing_is_sited_and_it_says_so(plain: Found):
    results, notes = plain
    assert not (results.folder / "siting.csv").exists()
    assert [note.en for note in notes] == [
        "no settlements, so nothing is sited: 149 towns are known by name alone"
    ]


def test_made_up_places_mark_every_layer_and_file(made_up: Found):
    results, notes = made_up
    assert SYNTHETIC_MARK in notes
    for name in pyogrio.list_layers(results.folder / LAYOUT)[:, 0]:
        if name != "layer_styles":
            about = pyogrio.read_info(results.folder / LAYOUT, layer=name)["layer_metadata"]
            assert about["警告"] == SYNTHETIC_MARK.zh
    assert set(layer(results, "sites")["数据性质"]) == {"虚构"}
    for name in ("siting", "siting_trips", "accessibility"):
        rows = pd.read_csv(results.folder / f"{name}.csv")
        assert set(rows["basis"]) == {"synthetic"}


def test_what_was_written_keeps_every_rule(made_up: Found):
    """Work the rules out from the files and the planner's tables, not from the model."""
    results, _ = made_up
    code = {"adcode": str}
    sites, trips, access = (
        pd.read_csv(results.folder / f"{name}.csv", dtype=code)
        for name in ("siting", "siting_trips", "accessibility")
    )
    tables = results.bundle.tables
    assert len(sites) > 10
    # A site is built on once, holds what it is given, and gets complete classes.
    assert sites["site"].is_unique
    held = sites.merge(tables.sites, left_on="site", right_on="id")
    assert (held["seats_x"] <= held["seats_y"]).all()
    assert (held["adcode_x"] == held["adcode_y"]).all()
    norms = results.bundle.table("standards").set_index(["stage", "measure"])["value"]
    sizes = sites["stage"].map(norms.unstack()["class_size"])  # noqa: PD010
    assert (sites["seats"] == sites["classes"] * sizes).all()
    # Nobody goes beyond the radius, and no school takes more than it has seats.
    lived = tables.settlements.set_index("id").loc[trips["settlement"], "setting"]
    measure = lived.map({"urban": "walking_radius_m", "rural": "rural_radius_m"})
    radius = [norms[pair] for pair in zip(trips["stage"], measure, strict=True)]
    assert (trips["metres"] <= np.array(radius) + 0.01).all()
    seats = pd.concat(
        [sites.set_index("site")["seats"], tables.schools.set_index("id")["seats"].astype(int)]
    )
    taken = trips.groupby("school")["children"].sum()
    assert (taken <= seats[taken.index] + 0.1).all()
    # Children are seated or reported, and seats stay within what is wanted.
    seated = trips.groupby(["adcode", "stage"])["children"].sum()
    reported = access.set_index(["adcode", "stage"])
    missing = reported["out_of_reach"] + reported["without_seat"]
    total = seated.reindex(reported.index).fillna(0) + missing
    np.testing.assert_allclose(total, reported["children"], atol=0.5)
    assert (reported["seats_placed"] <= reported["seats_wanted"]).all()
    for figure in ("share_within", "seats_per_child"):
        assert (reported[f"{figure}_after"] >= reported[f"{figure}_before"] - 0.001).all()
    assert (reported["longest_m_after"] <= reported["longest_m_before"]).all()


def test_made_up_places_are_inside_their_county_and_carry_its_children(made_up: Found):
    bundle = made_up[0].bundle
    tables, outlines = bundle.tables, bundle.table("boundaries").set_index("adcode").geometry
    for name in ("settlements", "schools", "sites"):
        rows = getattr(tables, name)
        points = gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), crs=4490)
        assert points.within(outlines.loc[rows["adcode"]].reset_index(drop=True)).all()
    census = tables.population[
        (tables.population["year"] == 2020) & (tables.population["adcode"] == "450312")
    ]
    groups = census.groupby("age_lower")["persons"].sum()
    own = tables.settlements[tables.settlements["adcode"] == "450312"]
    expected = groups[5] * 4 / 5 + groups[10] * 2 / 5
    assert own["age_6_11"].sum() == pytest.approx(expected, abs=1)


def test_equal_seeds_give_equal_places():
    bundle = load_bundle(None)
    once, again, other = (synthetic_places(bundle, seed)["sites"] for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(once, again)
    assert not once["lon"].equals(other["lon"])


def test_made_up_places_among_real_ones_are_refused(tmp_path: Path):
    write_demo(tmp_path)
    with (tmp_path / "sites.csv").open("a", encoding="utf-8") as sites:
        sites.write("X,真,450312,110.1,25.2,1080,CGCS2000,observed,教育局\n")
    with pytest.raises(ValueError, match="made-up data apart from real data"):
        read_folder(tmp_path)


def test_towns_without_coordinates_get_seats_by_children(tmp_path: Path):
    demo = tmp_path / "demo"
    demo.mkdir()
    write_demo(demo)
    for name in ("schools.csv", "sites.csv", "settlements.csv", "boundaries.geojson"):
        (demo / name).unlink()
    (demo / "settlements.csv").write_text(
        "id,name,adcode,population\n1,甲镇,450312,6000\n2,乙镇,450312,3000\n3,丙乡,450312,1000\n",
        encoding="utf-8",
    )
    results = results_in(tmp_path / "r", demo)
    notes = write_layout(results.folder, results, PLAN)
    rows = pd.read_csv(results.folder / "town_seats.csv", dtype={"adcode": str})
    primary = rows[rows["stage"] == "primary"]
    peak = results.demand.query(
        "scenario == 'baseline' and adcode == '450312' and stage == 'primary' and year >= 2026"
    )
    built = 540 if peak.loc[peak["gap"].idxmax(), "year"] >= 2028 else 0
    assert primary["seats"].sum() == built
    assert primary["seats"].is_monotonic_decreasing
    shown = " ".join(note.en for note in notes)
    assert "town_seats.csv" in shown
    assert "bundled outlines" in shown
