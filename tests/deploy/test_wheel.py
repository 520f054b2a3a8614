"""The wheel carries all that the code reads, and forecasts where nothing but it is installed."""

import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.team_server import ROOT, run

PACKAGES = ("data", "features", "models", "forecasting", "experiments")
UV = str(Path(sys.executable).parent / "uv")
UNUSED = shutil.ignore_patterns("__pycache__", "*.pyc")

pytestmark = pytest.mark.campaign


def package_files(root: Path) -> Iterator[str]:
    for package in PACKAGES:
        for file in (root / package).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file.relative_to(root).as_posix()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the sources, which the build would litter."""
    folder = tmp_path_factory.mktemp("wheel")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=UNUSED)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    build = [UV, "build", "--wheel", "--no-build-isolation", "--python", sys.executable]
    run([*build, "--out-dir", str(folder / "dist")], cwd=folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == set(package_files(ROOT))


def test_a_forecast_runs_where_only_the_wheel_is_installed(wheel: Path, tmp_path: Path):
    python = tmp_path / "venv" / "bin" / "python"
    run([UV, "venv", "--python", sys.executable, str(tmp_path / "venv")])
    install = [UV, "pip", "install", "--python", str(python)]
    run([*install, "--require-hashes", "-r", str(ROOT / "locks" / "main.txt")])
    run([*install, "--no-deps", str(wheel)])
    # No variable of this environment, no folder of this checkout.
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "MLFLOW_DISABLE_TELEMETRY": "true"}
    forecast = [str(python.with_name("xuewei")), "forecast", "--scenario", "baseline"]
    run([*forecast, "--county", "临桂区", "--draws", "60"], cwd=tmp_path, env=bare)
    results = tmp_path / "results"
    assert "临桂区" in (results / "demand.csv").read_text("utf-8-sig")
    assert "临桂区" in (results / "report.html").read_text("utf-8")
    assert str(ROOT) not in (results / "manifest.json").read_text("utf-8")
