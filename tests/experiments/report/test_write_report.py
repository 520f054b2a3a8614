"""The report says what the figures say, in either language, alone and safely."""

import base64
import json
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont

from data.bundle import DataBundle, load_bundle
from data.contract.stages import STAGE_CODES
from data.scenario.schema import DEFAULTS, load_scenario
from data.settings import Settings
from experiments.report.page import texts
from experiments.report.page.in_use_texts import IN_USE_WORDS
from experiments.report.page.plan_texts import PLAN_WORDS
from experiments.report.write_report import library, write_report
from experiments.results.draws_file import draws_path, write_draws
from experiments.results.reader import Results
from forecasting.seat_draws import SeatDraws
from forecasting.why import DIFFERENCE_COLUMNS
from tests.synthetic_demand import COUNTIES, YEARS, synthetic_changes, synthetic_demand
from tests.synthetic_results import STUDY

SETTINGS = Settings(now=2026, until=2035, draws=8, seed=1)
HAN = re.compile("[\u4e00-\u9fff]+")
# Map law has no English name for it.
UNTRANSLATED = ("审图号",)


def synthetic_draws(demand: pd.DataFrame, scenario: str) -> SeatDraws:
    """Return draws whose mean is the table's: seats required are off by -3 … 3 %."""
    mine = demand[(demand["scenario"] == scenario) & (demand["adcode"] != "450300")]
    order = ["adcode", "stage", "year"]
    cells = mine.set_index(order).reindex(
        pd.MultiIndex.from_product([COUNTIES, STAGE_CODES, YEARS], names=order)
    )
    shape = (len(COUNTIES), len(STAGE_CODES), len(YEARS), 1)
    factors = np.linspace(0.97, 1.03, 7)
    required = cells["seats_required"].to_numpy(np.float32).reshape(shape) * factors
    available = cells["seats_available"].to_numpy(np.float32).reshape(shape) * np.ones(7)
    return SeatDraws(
        tuple(COUNTIES),
        STAGE_CODES,
        tuple(YEARS),
        required.astype(np.float32),
        available.astype(np.float32),
    )


def synthetic_differences(demand: pd.DataFrame) -> pd.DataFrame:
    first = demand[demand["scenario"] == DEFAULTS[0]].reset_index(drop=True)
    tables = []
    for name in DEFAULTS[1:]:
        other = demand[demand["scenario"] == name].reset_index(drop=True)
        total = other["seats_required"] - first["seats_required"]
        tables.append(
            other[["scenario", "adcode", "county", "stage", "year"]].assign(
                compared_with=DEFAULTS[0],
                part="births",
                seats=total,
                seats_lo80=total,
                seats_hi80=total,
                total=total,
                total_lo80=total,
                total_hi80=total,
            )
        )
    return pd.concat(tables, ignore_index=True)[DIFFERENCE_COLUMNS]


@pytest.fixture(scope="module")
def bundle() -> DataBundle:
    return load_bundle(None)


@pytest.fixture
def results(tmp_path: Path) -> Results:
    demand = synthetic_demand()
    for name in DEFAULTS:
        write_draws(synthetic_draws(demand, name), draws_path(tmp_path, name))
    return Results(
        folder=tmp_path,
        demand=demand,
        changes=synthetic_changes(demand),
        differences=synthetic_differences(demand),
        residence=pd.DataFrame(),
        scenarios=tuple(load_scenario(name) for name in DEFAULTS),
        settings=SETTINGS,
        digests={"areas.csv": "ab" * 32},
        versions={"xuewei": "0.1.0"},
        data="guilin",
        study=STUDY,
        digest="",
    )


def page(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="page">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


def visible(html: str) -> str:
    """Return the page without scripts and styles."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)


def test_one_page_holds_every_scenario(results: Results, bundle: DataBundle):
    written = write_report(results, bundle, "zh")
    assert [file.name for file in results.folder.glob("*.*")] == ["report.html"]
    html = written.read_text(encoding="utf-8")
    assert html.count(library()) == 1
    assert len(html.encode()) < 3_000_000
    text = visible(html)
    assert "情景差别" in text
    for place, name in enumerate(DEFAULTS):
        views = re.findall(rf'data-scenario="{name}"( hidden)?', text)
        assert len(views) == 5  # answer, warnings, classes, why, idle
        assert set(views) == {" hidden" if place else ""}


def test_a_forecast_of_one_scenario_compares_nothing(results: Results, bundle: DataBundle):
    alone = replace(results, scenarios=results.scenarios[:1])
    text = visible(write_report(alone, bundle, "zh").read_text(encoding="utf-8"))
    assert "情景差别" not in text
    assert "<select" not in text


def test_equal_results_give_equal_bytes(results: Results, bundle: DataBundle):
    first = write_report(results, bundle, "zh").read_bytes()
    assert write_report(results, bundle, "zh").read_bytes() == first


def test_the_map_has_every_county_with_its_figures(results: Results, bundle: DataBundle):
    html = write_report(results, bundle, "zh").read_text(encoding="utf-8")
    held = page(html)
    complete, inset = held["shapes"]
    assert {shape["adcode"] for shape in complete} == set(COUNTIES)
    assert len(complete) == 17
    unlabelled = {shape["adcode"] for shape in complete if "x" not in shape}
    assert {"450302", "450303", "450304", "450305"} <= unlabelled
    assert unlabelled <= {shape["adcode"] for shape in inset if "x" in shape} | {"450302"}
    table = held["table"]
    assert table["areas"][0] == ["450300", "桂林市"]
    axes = table["scenarios"], [code for code, _ in table["areas"]], table["stages"], table["years"]
    cells = pd.MultiIndex.from_product(axes, names=["scenario", "adcode", "stage", "year"])
    columns = {n: pd.Series(v, cells) for n, v in table["columns"].items() if len(v) == len(cells)}
    expected = results.demand.set_index(cells.names).loc[cells]
    for name, column in (("required", "seats_required"), ("gap", "gap")):
        np.testing.assert_allclose(columns[name], expected[column], atol=0.5)
    np.testing.assert_allclose(
        columns["chance"] / 1000, expected["shortage_probability"], atol=1e-3
    )
    assert (columns["lo95"] <= columns["hi95"]).all()


def test_a_page_fetches_nothing(results: Results, bundle: DataBundle):
    html = write_report(results, bundle, "zh").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)\s*=\s*["']?\s*(https?:)?//""", visible(html))
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    assert set(re.findall(r"url\((\w+):", style[1])) == {"data"}
    assert "@import" not in style[1]


def test_the_english_page_is_english(results: Results, bundle: DataBundle):
    html = write_report(results, bundle, "en").read_text(encoding="utf-8")
    text = re.sub(r'<ul class="small">.*?</ul>', "", visible(html), flags=re.DOTALL)  # sources
    drawn = {key: page(html)[key] for key in ("charts", "bars")}
    for known in (*COUNTIES.values(), "桂林市", *UNTRANSLATED):
        text = text.replace(known, "")
    assert HAN.findall(text) == []
    assert HAN.findall(json.dumps(drawn, ensure_ascii=False)) == []


def test_what_data_say_is_text_and_never_markup(results: Results, bundle: DataBundle):
    evil = '</script><img src=x onerror="alert(1)">'
    renamed = {"450312": evil}
    tables = {
        name: getattr(results, name).assign(
            county=lambda table: table["adcode"].map(renamed).fillna(table["county"])
        )
        for name in ("demand", "changes", "differences")
    }
    scenario = results.scenarios[1].model_copy(update={"title_zh": evil, "description_zh": evil})
    scenarios = (results.scenarios[0], scenario, results.scenarios[2])
    spoiled = replace(results, **tables, scenarios=scenarios)
    html = write_report(spoiled, bundle, "zh").read_text(encoding="utf-8")
    assert "<img" not in html.replace(library(), "")
    assert page(html)["table"]["areas"][6] == ["450312", evil]


def test_results_without_boundaries_or_city_have_a_page_too(results: Results, bundle: DataBundle):
    tables = {
        name: getattr(results, name).query("adcode == '450312'")
        for name in ("demand", "changes", "differences")
    }
    bare = replace(bundle, tables=replace(bundle.tables, boundaries=None))
    html = write_report(replace(results, **tables), bare, "zh").read_text(encoding="utf-8")
    assert "没有边界图层" in html
    assert page(html)["shapes"] == []
    assert page(html)["table"]["areas"] == [["450312", "临桂区"]]


def test_every_character_of_the_page_is_in_its_font(results: Results, bundle: DataBundle):
    html = write_report(results, bundle, "zh").read_text(encoding="utf-8")
    found = re.search(r"font/woff;base64,([^)]+)\)", html)
    assert found
    letters = set(map(chr, TTFont(BytesIO(base64.b64decode(found[1]))).getBestCmap()))
    assert set("".join(HAN.findall(visible(html)))) <= letters


def test_no_text_hides_another_of_the_same_name():
    source = Path(texts.__file__).read_text(encoding="utf-8")
    own = re.findall(r'^    "(\w+)": Text', source, re.MULTILINE)
    assert len(own) == len(set(own))
    assert not set(own) & PLAN_WORDS.keys()
    assert IN_USE_WORDS.keys() <= set(own)
