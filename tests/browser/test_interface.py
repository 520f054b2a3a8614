"""What a planner sees in the MLflow interface, opened in a real browser at a real study."""

import json
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from data.contract.stages import STAGE_CODES
from experiments.tracking.names import metric_name
from tests.browser.conftest import Interface

pytestmark = pytest.mark.slow
TITLES = ["基准", "快速城镇化", "低生育"]
PATIENCE = 60_000
NOW = 2026
CURVES = """chart => [...new Map(chart.data.filter(
    curve => curve.metricKey.startsWith("缺口")).map(
    curve => [curve.name, [curve.metricKey, [...curve.x], [...curve.y]]]))]"""


def open_page(page: Page, address: str) -> None:
    # Another fragment of the page that is open would not load it anew.
    page.goto("about:blank")
    page.goto(address)


def curves(chart: Locator) -> dict[str, tuple[str, list[float], list[float]]]:
    """Return scenario → metric, years and values as the chart draws them."""
    expect(chart).to_be_visible(timeout=PATIENCE)
    chart.page.wait_for_function(
        "([chart, count]) => new Set((chart.data || []).map(curve => curve.name)).size >= count",
        arg=[chart.element_handle(), len(TITLES)],
        timeout=PATIENCE,
    )
    return dict(chart.evaluate(CURVES))


def expected(interface: Interface, county: str, stage: str, scenario: str) -> dict[int, float]:
    rows = interface.demand.query("county == @county and stage == @stage and scenario == @scenario")
    rows = rows[rows["year"] >= NOW]
    return dict(zip(rows["year"].tolist(), rows["gap"].astype(float).tolist(), strict=True))


def test_runs_are_listed_by_scenario(page: Page, interface: Interface):
    open_page(page, interface.table)
    for title in TITLES:
        expect(page.get_by_role("link", name=title, exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("浏览器里的研究").first).to_be_visible()
    # The answers stand in the columns of the view.
    expect(page.get_by_text("概率").first).to_be_visible()


def test_charts_lay_the_scenarios_over_each_other(page: Page, interface: Interface):
    open_page(page, interface.charts)
    for place, stage in enumerate(STAGE_CODES):
        drawn = curves(page.locator(".js-plotly-plot").nth(place))
        assert list(drawn) == TITLES
        metric, years, values = drawn["低生育"]
        assert metric == metric_name("gap", stage, "zh")
        wanted = expected(interface, "桂林市", stage, "low_fertility")
        assert dict(zip(years, values, strict=True)) == wanted


def test_a_county_has_charts_of_its_own(page: Page, interface: Interface):
    open_page(page, interface.charts.replace("area-450300", "area-450312"))
    drawn = curves(page.locator(".js-plotly-plot").nth(1))
    assert list(drawn) == [f"临桂区 {title}" for title in TITLES]
    _, years, values = drawn["临桂区 快速城镇化"]
    wanted = expected(interface, "临桂区", "primary", "fast_urbanization")
    assert dict(zip(years, values, strict=True)) == wanted


def test_the_comparison_shows_what_differs_alone(page: Page, interface: Interface):
    open_page(page, interface.comparison)
    switch = page.get_by_role("switch").first
    expect(switch).to_be_visible(timeout=PATIENCE)
    shown = page.get_by_text("生育/出生人数倍数", exact=True).last
    same = page.get_by_text("学位/规划预留比例", exact=True)
    expect(same).to_be_visible()
    switch.click()
    expect(same).to_have_count(0)
    expect(shown).to_be_visible()
    shown.scroll_into_view_if_needed()
    rows = page.locator("tr", has_text="生育/出生人数倍数").or_(
        page.locator("[role=row]", has_text="生育/出生人数倍数")
    )
    expect(rows.last).to_contain_text("0.85")
    for title in TITLES:
        expect(page.get_by_text(title, exact=True).first).to_be_visible()


def test_the_report_works_where_artifacts_are_shown(page: Page, interface: Interface):
    run = json.loads(_parameter(interface.comparison, "runs"))[0]
    experiment = json.loads(_parameter(interface.comparison, "experiments"))[0]
    open_page(page, f"{interface.root}/#/experiments/{experiment}/runs/{run}/artifacts")
    page.get_by_text("report.html", exact=True).first.click(timeout=PATIENCE)
    report = _blob(page)
    report.wait_for_function("document.body.dataset.drawn", timeout=PATIENCE)
    expect(report.get_by_role("heading", level=1)).to_have_text("桂林市学位需求报告：情景比较")
    shapes = report.locator("[data-map='0'].live svg [aria-roledescription=geoshape]")
    assert shapes.count() == 17
    shapes.first.scroll_into_view_if_needed()


def _parameter(address: str, name: str) -> str:
    return parse_qs(address.partition("?")[2])[name][0]


def _blob(page: Page) -> Frame:
    page.wait_for_function("document.querySelector('iframe')", timeout=PATIENCE)
    page.wait_for_timeout(500)
    return next(frame for frame in page.frames if frame.url.startswith("blob:"))
