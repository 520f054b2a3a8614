from pathlib import Path

import pytest

from data.problems import DataError
from data.scenario.schema import BUNDLED, DEFAULTS, load_scenario, parse


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_scenarios_are_valid_and_speak_both_languages(name: str):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title_zh != name
    assert scenario.description_en
    assert all(scenario.reason)
    assert all(scenario.source)


def test_a_bundled_figure_without_a_source_is_called_an_assumption():
    for name in set(BUNDLED) - {"baseline"}:
        scenario = load_scenario(name)
        assert "假设" in scenario.source_zh or "《" in scenario.source_zh, name
        assert "assumption" in scenario.source_en or "UN" in scenario.source_en, name


def test_a_scenario_is_the_baseline_but_for_what_it_says():
    baseline, low = load_scenario("baseline"), load_scenario("low_fertility")
    changed = {k for k, v in low.assumptions("zh").items() if baseline.assumptions("zh")[k] != v}
    assert changed == {"fertility.factor"}


def test_an_unknown_name_lists_the_bundled_ones():
    with pytest.raises(DataError, match="baseline"):
        load_scenario("no such scenario")


def test_the_default_scenarios_are_bundled():
    assert BUNDLED[: len(DEFAULTS)] == DEFAULTS


def test_a_new_district_is_read(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "new_district:\n  county: '450312'\n  dwellings: {2027: 5000, 2028: 3000}\n",
        encoding="utf-8",
    )
    plan = load_scenario(str(file)).new_district
    assert plan.dwellings == {2027: 5000, 2028: 3000}
    assert plan.county == "450312"
    assert not plan.from_outside


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/b",
        "a\\\\b",
        ".",
        "..",
        ".x",
        "con",
        "NUL.txt",
        "a:b",
        "=1",
        "-x",
        "x" * 61,
        "a|b",
        "x.",
    ],
)
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(DataError, match="a name for a file"):
        parse(f'name: "{name}"'.encode(), "own", "own.yaml", None, None)


def test_text_of_a_scenario_can_be_seen_and_written() -> None:
    for escape in ("\\x1b[2J", "\\ud83d", "\\0"):
        with pytest.raises(DataError):
            parse(f'title_zh: "a{escape}"'.encode(), "own", "own.yaml", None, None)
