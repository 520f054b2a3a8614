"""The report as a browser shows it, without a network."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from data.bundle import load_bundle
from data.contract.stages import STAGES
from experiments.report.write_report import write_report
from experiments.results.plan_file import write_plan
from tests.experiments.report.page.test_plan_section import plan_tables
from tests.experiments.report.test_write_report import results  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow
# Two live map sheets and two per stage for the print; 18 areas and a waterfall per stage.
DRAWN = 2 + (2 + 18 + 1) * len(STAGES)


@pytest.fixture
def path(results) -> Path:  # noqa: F811
    return write_report(results, load_bundle(None), "zh")


def opened(browser, path: Path, width: int):
    view = browser.new_context(viewport={"width": width, "height": 900}, offline=True).new_page()
    view.faults, view.fetched = [], []
    view.on("console", lambda message: view.faults.append(message.text))
    view.on("pageerror", lambda error: view.faults.append(str(error)))
    view.on("request", lambda request: view.fetched.append(request.url))
    view.goto(path.as_uri())
    view.wait_for_function("document.body.dataset.drawn", timeout=120_000)
    return view


@pytest.mark.parametrize("width", [1280, 390])
def test_everything_is_drawn_from_the_file_alone(browser, path: Path, width: int):
    view = opened(browser, path, width)
    assert view.faults == []
    assert [url for url in view.fetched if not url.startswith("data:")] == [path.as_uri()]
    assert view.evaluate("document.querySelectorAll('svg').length") == DRAWN
    assert view.evaluate("document.documentElement.scrollWidth") <= width


def test_the_map_follows_slider_and_stage(browser, path: Path, results):  # noqa: F811
    view = opened(browser, path, 1280)
    view.check("input[value=primary]")
    view.locator("#map-bar input").fill("2033")
    demand = results.demand.query(
        "scenario == 'baseline' and stage == 'primary' and year == 2033 and adcode == '450324'"
    ).iloc[0]
    share = f"{demand['gap'] / demand['seats_available']:+.0%}".replace("-", "−")
    label = view.locator("[data-map='0'].live svg text", has_text="全州县")
    expect(label).to_contain_text(share)
    assert view.locator("[data-map='0'].live svg [aria-roledescription=geoshape]").count() == 17
    assert not view.locator(".fans[data-stage=general_senior]").is_visible()
    assert view.locator(".fans[data-stage=primary]").is_visible()


def test_a_scenario_is_shown_in_full_where_it_is_chosen(browser, path: Path, results):  # noqa: F811
    view = opened(browser, path, 1280)
    other = results.scenarios[1].name
    hidden = view.locator(f"#warnings [data-scenario={other}]")
    assert not hidden.is_visible()
    view.select_option("#bar select", other)
    expect(hidden).to_be_visible()
    assert not view.locator("#warnings [data-scenario=baseline]").is_visible()
    # Its waterfalls are drawn once it is chosen.
    expect(view.locator("#why svg")).to_have_count(2 * len(STAGES))
    assert view.faults == []


def test_differences_follow_their_year(browser, path: Path, results):  # noqa: F811
    view = opened(browser, path, 1280)
    view.check("input[value=primary]")
    view.locator("#apart-bar input").fill("2030")
    other = results.scenarios[1].name
    cells = results.demand.query("stage == 'primary' and year == 2030 and adcode == '450300'")
    gaps = cells.set_index("scenario")["gap"]
    row = view.locator("table.apart:visible tbody tr").first
    shown = row.locator("td").first.inner_text().split("\n")[0].replace(",", "")
    assert float(shown) == pytest.approx(gaps[other] - gaps["baseline"], abs=20)  # few draws


def test_the_plan_has_a_map_that_follows_the_stage(browser, results):  # noqa: F811
    write_plan(plan_tables(results.demand), results.folder)
    path = write_report(results, load_bundle(None), "zh")
    view = opened(browser, path, 390)
    assert view.faults == []
    # Two live sheets of the plan and two per stage for the print come on top.
    assert view.evaluate("document.querySelectorAll('svg').length") == DRAWN + 2 + 2 * len(STAGES)
    assert view.evaluate("document.documentElement.scrollWidth") <= 390
    label = view.locator("[data-map-of=plan][data-map='0'].live svg text", has_text="临桂区")
    for stage, seats in (("primary", "−720"), ("general_senior", "+900"), ("kindergarten", "+0")):
        view.check(f"input[value={stage}]")
        expect(label).to_contain_text(seats)


def test_a_hostile_name_runs_no_script(browser, results):  # noqa: F811
    evil = "</script><img src=x onerror='window.ran=1'><script>window.ran=1</script>{{7*7}}"
    named = {
        name: getattr(results, name).assign(
            county=lambda table: table["county"].where(table["adcode"] != "450312", evil)
        )
        for name in ("demand", "changes", "differences")
    }
    titled = [one.model_copy(update={"title_zh": evil}) for one in results.scenarios]
    spoiled = replace(results, **named, scenarios=tuple(titled))
    path = write_report(spoiled, load_bundle(None), "zh")
    view = opened(browser, path, 1280)
    assert view.faults == []
    assert view.evaluate("window.ran") is None
    assert [url for url in view.fetched if not url.startswith("data:")] == [path.as_uri()]
    assert view.locator("body", has_text=evil).count() == 1
