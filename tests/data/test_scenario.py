from pathlib import Path

import pytest

from data.problems import DataError
from data.scenario import BUNDLED, load_scenario


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_scenarios_are_valid_and_speak_both_languages(name: str):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title_zh != name
    assert scenario.description_en


def test_a_scenario_is_the_baseline_but_for_what_it_says():
    baseline, low = load_scenario("baseline"), load_scenario("low_fertility")
    changed = {k for k, v in low.assumptions().items() if baseline.assumptions()[k] != v}
    assert changed == {"fertility.factor"}


def test_every_mistake_is_told_at_once(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("fertility: {factor: 9, facter: 1}\nunknown: 2\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_scenario(str(file))
    assert {p.column for p in caught.value.problems} == {
        "fertility.factor", "fertility.facter", "unknown"
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "- a\n- b", "a: [", "42"])
def test_text_that_is_no_scenario_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError):
        load_scenario(str(file))


def test_an_unknown_name_lists_the_bundled_ones():
    with pytest.raises(DataError, match="baseline"):
        load_scenario("no such scenario")


@pytest.mark.parametrize("size", ["{nursery: 20}", "{primary: 0}", "{primary: many}"])
def test_class_sizes_are_those_of_a_stage_and_above_zero(tmp_path: Path, size: str):
    file = tmp_path / "small.yaml"
    file.write_text(f"seats:\n  class_size: {size}\n", encoding="utf-8")
    with pytest.raises(DataError, match="class_size"):
        load_scenario(str(file))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("urbanization: {share_2035: 0.6, share_2035_above_baseline: 0.1}", "urbanization"),
        ("urbanization: {share_2035: 65}", "urbanization.share_2035"),
        ("new_district: {county: 临桂}", "new_district.county"),
        ("new_district: {dwellings: {1999: 100}}", "new_district.dwellings"),
        ("new_district: {dwellings: {2027: -1}}", "new_district.dwellings.2027"),
        ("new_district: {pupils_per_dwelling: {nursery: 0.2}}", "new_district.pupils_per_dwelling"),
    ],
)
def test_urban_share_and_new_district_are_checked(tmp_path: Path, text: str, column: str):
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_scenario(str(file))
    assert str(caught.value.problems[0].column).startswith(column)


def test_a_new_district_is_read(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("new_district:\n  dwellings: {2027: 5000, 2028: 3000}\n", encoding="utf-8")
    plan = load_scenario(str(file)).new_district
    assert plan.dwellings == {2027: 5000, 2028: 3000}
    assert plan.county == "450312"
    assert not plan.from_outside
