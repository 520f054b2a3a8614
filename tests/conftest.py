"""A small valid data folder; each test spoils one thing in it."""

from pathlib import Path

import pytest

AREAS = (
    "adcode,name,parent,type,urban_core\n"
    "450300,桂林市,,市,否\n450312,临桂区,450300,区,是\n450321,阳朔县,450300,县,否\n"
)
POPULATION = (
    "adcode,year,age_lower,age_upper,sex,persons\n"
    "450312,2020,0,4,all,30000\n450312,2020,5,,all,500000\n"
    "450321,2020,0,4,all,12000\n450321,2020,5,,all,200000\n"
)


# A fixture that takes long to make → the group of tests that stay in its process.
GROUPS = {
    "place": "server",
    "interface": "browser",
    "base": "kills",
    "bundled_forecast": "forecast",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests in one process, and all that share a slow fixture."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        group = next((GROUPS[name] for name in GROUPS if name in fixtures), item.path.as_posix())
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8")
    (tmp_path / "population.csv").write_text(POPULATION, encoding="utf-8")
    return tmp_path
