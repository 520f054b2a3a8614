"""Bad scenarios: one sentence each with its line; the command ends with 2, no traceback."""

import sys
from pathlib import Path

import pytest
import yaml

from data.problems import DataError, DataProblem
from data.scenario.schema import load_scenario
from data.scenario.yaml_text import DEEPEST, LARGEST
from experiments.cli import main

COUNTIES = {"450312": "临桂区", "450321": "阳朔县"}
NOW = 2026

# text, line, key reported, a word of what is expected or of the how_to_fix
BAD = {
    "unknown part": ("title_zh: 甲\nfertilty: {factor: 0.9}", 2, "fertilty", "是否指 fertility？"),
    "unknown key": (
        "fertility:\n  reached_in: 2030\n  facter: 0.9", 3, "fertility.facter", "是否指 factor？",
    ),
    "number for a key": ("title_zh: 甲\nfertility: {1: 2}", 2, "fertility.1", "factor"),
    "key of another part": ("title_zh: 甲\nclass_size: {primary: 40}", 2, "class_size", "seats:"),
    "below the range": ("fertility:\n  factor: 0.01", 2, "fertility.factor", "0.2–3"),
    "above the range": ("\n\nmigration: {scale: 4}", 3, "migration.scale", "0–3"),
    "percent for a fraction": (
        "urbanization:\n  share_2035: 65", 2, "urbanization.share_2035", "0.2–0.98",
    ),
    "not a number": ("seats:\n  planning_reserve: nan", 2, "seats.planning_reserve", "数字"),
    "infinite": ("migration:\n  scale: .inf", 2, "migration.scale", "有限"),
    "quoted number": ("migration:\n  scale: '1.2'", 2, "migration.scale", "不加引号"),
    "number with unit": ("fertility:\n  factor: 85%", 2, "fertility.factor", "数字"),
    "flag for a number": ("migration:\n  scale: true", 2, "migration.scale", "数字"),
    "number for a flag": (
        "new_district:\n  dwellings: {2028: 9}\n  from_outside: 1",
        3, "new_district.from_outside", "true",
    ),
    "half a pupil a class": (
        "seats:\n  class_size:\n    primary: 40.5", 3, "seats.class_size.primary", "整数",
    ),
    "number for a part": ("title_zh: 甲\nseats: 3", 2, "seats", "下一级"),
    "empty part": ("title_zh: 甲\nseats:", 2, "seats", "下一级"),
    "list for a part": ("seats:\n  - planning_reserve: 0.1", 1, "seats", "下一级"),
    "number for a title": ("title_zh: 2030", 1, "title_zh", "文字"),
    "empty title": ("fertility: {factor: 0.9}\ntitle_zh: ''", 2, "title_zh", "非空"),
    "both urban shares": (
        "urbanization:\n  share_2035_above_baseline: 0.1\n  share_2035: 0.6",
        3, "urbanization.share_2035", "只填一个",
    ),
    "both ways of reaching": (
        "fertility:\n  factor: {2030: 0.9}\n  reached_in: 2030",
        3, "fertility.reached_in", "不再写 reached_in",
    ),
    "both ways of reaching in a county": (
        "fertility:\n  factor: {临桂区: {2030: 0.9}}\n  reached_in: 2030",
        3, "fertility.reached_in", "不再写 reached_in",
    ),
    "pupils of no dwellings": (
        "new_district:\n  pupils_per_dwelling: {primary: 0.2}",
        2, "new_district.pupils_per_dwelling", "dwellings",
    ),
    "dwellings without a year": (
        "new_district:\n  dwellings: 3000", 2, "new_district.dwellings", "年份",
    ),
    "unknown stage": (
        "seats:\n  class_size:\n    nursery: 20", 3, "seats.class_size.nursery", "学段代码",
    ),
    "county where all are one": (
        "enrolment:\n  target_attainment: {临桂区: 0.9}",
        2, "enrolment.target_attainment", "不能按县区",
    ),
    "year where all are one": (
        "pipeline:\n  delay_years: {2030: 1}", 2, "pipeline.delay_years", "不能按年份",
    ),
    "empty mapping": ("migration:\n  scale: {}", 2, "migration.scale", "至少一个"),
    "years among counties": (
        "migration:\n  scale:\n    default: 1\n    2030: 2", 4, "migration.scale.2030", "同一层",
    ),
    "impossible year": (
        "enrolment:\n  general_share:\n    1999: 0.6", 3, "enrolment.general_share.1999", "2021",
    ),
    "value of a year": (
        "enrolment:\n  general_share:\n    2028: 0.6\n    2030: 6",
        4, "enrolment.general_share.2030", "0.05–1",
    ),
    "value of a county and year": (
        "migration:\n  scale:\n    default: 1\n    临桂区:\n      2028: 1\n      2030: -1",
        6, "migration.scale.临桂区.2030", "0–3",
    ),
    "key twice": ("fertility:\n  factor: 0.9\n  factor: 0.8", 3, "factor", "第 2 行已有"),
    "part twice": ("seats: {}\ntitle_zh: 甲\nseats: {}", 3, "seats", "第 1 行已有"),
    "broken brackets": ("title_zh: 甲\nseats: {planning_reserve: 0.1", 2, "-", "括号"),
    "tab": ("fertility:\n\tfactor: 0.9", 2, "-", "Tab"),
    "two colons": ("title_zh: 甲\nfertility: factor: 0.9", 2, "-", "一行一个"),
    "no colon": ("title_zh: 甲\nfertility\nseats: {}", 3, "-", "冒号"),
    "empty file": ("", 1, "-", "键: 值"),
    "only a comment": ("# 无", 1, "-", "键: 值"),
    "a list": ("- a\n- b", 1, "-", "键: 值"),
    "a number": ("42", 1, "-", "键: 值"),
    "tag": ("title_zh: 甲\nseats: !!python/object/apply:os.system ['ls']", 2, "-", "标签"),
    "alias bomb": (
        "a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]", 1, "-", "锚点",
    ),
    "two documents": ("---\ntitle_zh: 甲\n---\ntitle_zh: 乙", 3, "-", "一个情景"),
    "too deep": (f"title_zh: 甲\nseats: {'[' * 5000}", 2, "-", f"{DEEPEST} 层"),
    "too large": (f"title_zh: {'甲' * LARGEST}", 1, "-", "KB"),
    "impossible date": ("title_zh: 2026-13-45", 1, "-", "日期"),
    "control character": ("title_zh: \x01", 1, "-", "控制字符"),
}  # fmt: skip


def problems_of(path: Path, **known: object) -> tuple[DataProblem, ...]:
    with pytest.raises(DataError) as caught:
        load_scenario(str(path), **known)  # type: ignore[arg-type]
    return caught.value.problems


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_scenario_is_reported_with_its_line(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    text, line, key, word = BAD[kind]
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    (problem,) = problems_of(path)
    assert (problem.file, problem.row, problem.column or "-") == ("mine.yaml", line, key)
    assert word in problem.line("zh")
    assert not any(letter >= "\u4e00" for letter in problem.expected.en + problem.how_to_fix.en)
    monkeypatch.setattr(sys, "argv", ["xuewei", "scenario", "show", str(path)])
    with pytest.raises(SystemExit) as left:
        main()
    reported = capsys.readouterr().err
    assert left.value.code == 2
    assert reported.count("\n") == 1
    assert f"第 {line} 行" in reported
    assert "Traceback" not in reported


# Problems that only the data and the present year show.
OUT_OF_PLACE = {
    "unknown county": (
        "migration:\n  scale: {default: 1,\n    临贵区: 1.2}", 3, "migration.scale.临贵区",
        "是否指 临桂区？",
    ),
    "unknown adcode": (
        "migration:\n  scale:\n    450399: 1.2", 3, "migration.scale.450399", "临桂区",
    ),
    "unknown county of the New District": (
        "new_district:\n  county: 秀峰区", 2, "new_district.county", "阳朔县",
    ),
    "reached before now": (
        "fertility:\n  factor: 0.9\n  reached_in: 2025", 3, "fertility.reached_in", "2026",
    ),
    "dwellings of the past": (
        "new_district:\n  county: 阳朔县\n  dwellings:\n    2027: 5\n    2024: 5",
        5, "new_district.dwellings.2024", "2026",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", OUT_OF_PLACE)
def test_what_does_not_fit_the_data_is_reported_with_its_line(kind: str, tmp_path: Path):
    text, line, key, word = OUT_OF_PLACE[kind]
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    (problem,) = problems_of(path, counties=COUNTIES, now=NOW)
    assert (problem.row, problem.column) == (line, key)
    assert word in problem.line("zh")
    load_scenario(str(path))  # nothing is wrong with it in itself


def test_all_problems_are_reported_at_once_in_the_order_of_the_file(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "unknown: 1\nfertility: {factor: 9, facter: 1}\nseats: 3\n"
        "seats:\n  class_size: {primary: 1}",
        encoding="utf-8",
    )
    reported = [(problem.row, problem.column) for problem in problems_of(path)]
    assert reported == [
        (1, "unknown"),
        (2, "fertility.factor"),
        (2, "fertility.facter"),
        (4, "seats"),
        (5, "seats.class_size.primary"),
    ]


def test_a_file_that_is_not_utf_8_is_reported_with_its_line(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_bytes("title_en: a\ntitle_zh: 甲".encode("gbk"))
    (problem,) = problems_of(path)
    assert (problem.row, "UTF-8" in problem.expected.zh) == (2, True)


def test_merging_keys_is_no_way_round(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text("fertility:\n  <<: {factor: 9}", encoding="utf-8")
    assert [problem.row for problem in problems_of(path)] == [2]


def test_names_and_adcodes_mean_the_same_county(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    scales = []
    for county in ("临桂区", 450312, "450312"):
        path.write_text(yaml.safe_dump({"migration": {"scale": {county: 1.2}}}), encoding="utf-8")
        scales.append(load_scenario(str(path), COUNTIES, NOW).migration.scale)
    assert scales == [{"450312": 1.2}] * 3
    assumptions = load_scenario(str(path), COUNTIES).assumptions("zh")
    assert assumptions["migration.scale"] == "临桂区 1.2"
