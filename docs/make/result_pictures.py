"""Pictures of a forecast's deliverables: ``make pictures-results`` (needs LibreOffice, Poppler).

Reads the results folders of ``make forecast`` in Chinese and English.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from experiments.results.results_folder import PICTURE, REPORT, WORD_REPORT, WORKBOOK

FOLDER = Path("docs") / "images"
FONTS = Path("data") / "fonts"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PAGES = {WORKBOOK: (5, "workbook.zh"), WORD_REPORT: (1, "word.zh")}  # page shown, picture


def main(chinese: Path, english: Path) -> None:
    """Draw all pictures into ``docs/images``."""
    for results, name in ((chinese, "result.zh"), (english, "result")):
        shutil.copyfile(results / PICTURE, FOLDER / f"{name}.png")
    with tempfile.TemporaryDirectory() as place:
        _report(chinese / REPORT, FOLDER / "report.zh.png", Path(place))
        for file, (page, name) in PAGES.items():
            _page(chinese / file, page, FOLDER / name, Path(place))


def _report(page: Path, picture: Path, home: Path) -> None:
    """Draw the first screen of the report at the map, with the bundled font."""
    shutil.copytree(FONTS, home / "fonts")
    browser = next(filter(None, map(shutil.which, BROWSERS)))
    environment = os.environ | {"XDG_DATA_HOME": str(home)}
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=browser, args=["--no-sandbox"], env=environment
        )
        view = started.new_page(viewport={"width": 1180, "height": 860})
        view.goto(page.resolve().as_uri())
        view.wait_for_function("document.body.dataset.drawn", timeout=120_000)
        view.check("input[value=junior]")
        view.locator("#map").scroll_into_view_if_needed()
        view.evaluate("document.querySelector('#map').scrollIntoView()")
        view.wait_for_timeout(1_000)
        view.screenshot(path=picture)
        started.close()


def _page(document: Path, page: int, picture: Path, place: Path) -> None:
    """Draw one printed page of a document."""
    convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(place)]
    subprocess.run([*convert, str(document)], check=True, capture_output=True)  # noqa: S603
    pdf = place / f"{document.stem}.pdf"
    draw = ["pdftoppm", "-png", "-r", "90", "-f", str(page), "-l", str(page), "-singlefile"]
    subprocess.run([*draw, str(pdf), str(picture)], check=True)  # noqa: S603


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
