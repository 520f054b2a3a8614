"""A real study, the MLflow interface on it, and a browser that opens it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from mlflow import MlflowClient
from playwright.sync_api import Browser, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
STARTUP_SECONDS = 90
SCENARIOS = ("baseline", "fast_urbanization", "low_fertility")
# The interface asks who is logged in, which a server without accounts answers with 404; and its
# own lists grow while they are measured.
KNOWN_ERRORS = ("/users/current", "ResizeObserver loop")
FONTS = Path(__file__).resolve().parents[2] / "data" / "fonts"
PICTURES = Path(os.environ.get("XUEWEI_SCREENSHOTS", "results/screenshots")).resolve()


@dataclass
class Interface:
    """The address of the interface, its store, and what its pages complained about."""

    address: str
    client: MlflowClient
    experiment: str
    complaints: list[str] = field(default_factory=list)

    def scenarios(self) -> dict[str, str]:
        """Return scenario → id of its run of the whole city, the main one first."""
        runs = self.client.search_runs([self.experiment], "tags.county = '桂林市'")
        ids = {run.data.tags["scenario"]: run.info.run_id for run in runs}
        return {name: ids[name] for name in SCENARIOS}


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("study")
    uri = f"sqlite:///{(folder / 'mlflow.db').as_posix()}"
    chosen = [word for name in SCENARIOS for word in ("--scenario", name)]
    run(["forecast", "--draws", "100", "--now", "2026", *chosen, "--tracking-uri", uri], folder)
    return uri


def run(arguments: list[str], folder: Path) -> None:
    command = [sys.executable, "-c", "from experiments.cli import main; main()", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603 - our own


@pytest.fixture(scope="session")
def interface(store: str) -> Iterator[Interface]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from experiments.cli import main; main()", "ui"]
    command += ["--tracking-uri", store, "--port", str(port)]
    with subprocess.Popen(  # noqa: S603 - our own
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/health", server)
            client = MlflowClient(store)
            newest = client.search_experiments(order_by=["last_update_time DESC"])[0]
            yield Interface(f"http://127.0.0.1:{port}", client, newest.experiment_id)
        finally:
            os.killpg(server.pid, 15)


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(address, timeout=2):  # noqa: S310 - our own loopback address
                return
        except (URLError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the interface did not start within {STARTUP_SECONDS} s")


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
def page(browser: Browser, interface: Interface) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1600, "height": 1000}, locale="zh-CN", base_url=interface.address
    )
    # The interface opens its assistant over a third of the window on the first visit.
    context.add_init_script(
        "localStorage.setItem('mlflow.assistant.fab.autoOpenedOnFirstLoad_v1','true')"
    )
    page = context.new_page()
    told: list[str] = []
    page.on(
        "console",
        lambda said: (
            told.append(said.text + said.location["url"]) if said.type == "error" else None
        ),
    )
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on(
        "request",
        lambda asked: told.append(asked.url) if _outside(asked.url, interface.address) else None,
    )
    yield page
    context.close()
    unknown = [text for text in told if not any(known in text for known in KNOWN_ERRORS)]
    assert unknown == []


def _outside(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:", "about:"))


@pytest.fixture
def keep(page: Page, request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep a picture of the page as the test left it."""
    yield
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{request.node.name.removeprefix('test_')}.png")
