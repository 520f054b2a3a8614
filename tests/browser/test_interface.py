"""What a planner sees in the MLflow interface, opened in a real browser."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Interface

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("keep")]
TITLES = ("基准", "快速城镇化", "低生育")
PATIENCE = 30_000


def test_run_list(page: Page, interface: Interface):
    page.goto(f"/#/experiments/{interface.experiment}/runs")
    for title in TITLES:
        expect(page.get_by_role("link", name=title).first).to_be_visible(timeout=PATIENCE)


def test_charts(page: Page, interface: Interface):
    page.goto(f"/#/experiments/{interface.experiment}/runs?compareRunsMode=CHART")
    expect(page.get_by_text("gap", exact=False).first).to_be_visible(timeout=PATIENCE)
    chart = page.locator(".js-plotly-plot").first
    expect(chart).to_be_visible(timeout=PATIENCE)
    expect(chart.locator(".scatterlayer .trace")).to_have_count(len(TITLES), timeout=PATIENCE)
    for title in TITLES:
        expect(page.get_by_text(title).nth(1)).to_be_visible(timeout=PATIENCE)


def test_comparison_shows_what_differs_alone(page: Page, interface: Interface):
    runs = json.dumps(list(interface.scenarios().values())).replace(" ", "")
    page.goto(f"/#/compare-runs?runs={runs}&experiments=[%22{interface.experiment}%22]")
    expect(page.get_by_text("fertility.factor").first).to_be_visible(timeout=PATIENCE)
