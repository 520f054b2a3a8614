"""A real study, the MLflow interface on it as the command opens it, and a browser."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pandas as pd
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
STARTUP_SECONDS = 120
XUEWEI = [sys.executable, "-c", "from experiments.cli import main; main()"]
STUDY = """title_zh: 浏览器里的研究
title_en: A study in a browser
scenarios: [baseline, fast_urbanization, quality_and_access]
now: 2026
draws: 100
out: results
"""
# MLflow's pages request the current user, which a server without accounts answers with 404, and say
# that lists grew while they were measured. Both come without any run of ours as well. Its table
# complains at times when one saved view replaces another.
KNOWN_COMPLAINTS = ("/users/current", "ResizeObserver loop", "frameworkOverrides")
FONTS = Path(__file__).resolve().parents[2] / "data" / "fonts"
PICTURES = Path(os.environ.get("XUEWEI_SCREENSHOTS", "results/screenshots")).resolve()


@dataclass(frozen=True)
class Interface:
    """The addresses that ``xuewei ui`` printed, and what the study found."""

    table: str
    charts: str
    comparison: str
    demand: pd.DataFrame

    @property
    def root(self) -> str:
        return self.charts.partition("/#")[0]


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    subprocess.run(  # noqa: S603 - our own command
        [*XUEWEI, "study", "study.yaml"], cwd=folder, check=True, capture_output=True
    )
    return folder


@pytest.fixture(scope="session")
def interface(study: Path) -> Iterator[Interface]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = study / "ui.txt"
    with (
        said.open("wb") as output,
        subprocess.Popen(  # noqa: S603 - our own command
            [*XUEWEI, "ui", "--port", str(port)],
            cwd=study,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
            start_new_session=True,
        ) as server,
    ):
        try:
            _wait(f"http://127.0.0.1:{port}/health", server, said)
            addresses = re.findall(rf"http://127.0.0.1:{port}/#\S+", said.read_text("utf-8"))
            demand = pd.read_parquet(study / "results" / "demand.parquet")
            yield Interface(*addresses, demand)
        finally:
            os.killpg(server.pid, 15)


def _wait(address: str, server: "subprocess.Popen[bytes]", said: Path) -> None:
    end = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(address, timeout=2):  # noqa: S310 - our own loopback address
                return
        except (URLError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"no interface after {STARTUP_SECONDS} s: {said.read_text('utf-8')}")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        absent = pytest.fail if os.environ.get("XUEWEI_BROWSER") == "required" else pytest.skip
        absent(f"no browser among {', '.join(BROWSERS)} on this machine")
    # Servers rarely have Chinese fonts: the bundled one is lent to the browser.
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(FONTS, home / "fonts")
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=found,
            args=["--no-sandbox"],
            env={**os.environ, "XDG_DATA_HOME": str(home)},
        )
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, interface: Interface, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a page that must not complain or ask elsewhere, and keep a picture of its end."""
    context = browser.new_context(viewport={"width": 1600, "height": 1000}, locale="zh-CN")
    # The interface opens its assistant over a third of the window on the first visit.
    context.add_init_script(
        "try{localStorage.setItem('mlflow.assistant.fab.autoOpenedOnFirstLoad_v1','true')}catch{}"
    )
    page = context.new_page()
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} {message.location['url']}")

    def see(url: str) -> None:
        if not url.startswith((interface.root, "data:", "blob:", "about:")):
            complaints.append(url)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: see(request.url))
    yield page
    PICTURES.mkdir(parents=True, exist_ok=True)
    # What stands around a shown file names a passing folder of this machine.
    frame = page.locator("iframe")
    shown = frame.first if frame.count() else page
    shown.screenshot(path=PICTURES / f"{request.node.name.removeprefix('test_')}.png")
    context.close()
    assert [one for one in complaints if not any(known in one for known in KNOWN_COMPLAINTS)] == []
