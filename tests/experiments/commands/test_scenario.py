"""``xuewei scenario new | show | diff``, as a planner types them."""

import re
import sys
from pathlib import Path

import openpyxl
import pytest
import yaml

from data.scenario.schema import BUNDLED, load_scenario
from data.scenario.terms import stated, terms
from data.template import write_template_workbook
from experiments.cli import main
from experiments.commands.scenario import template


def xuewei(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["xuewei", *arguments])
    monkeypatch.setenv("COLUMNS", "160")
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.mark.parametrize("origin", BUNDLED)
def test_a_template_states_what_its_origin_states(origin: str, tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text(template("mine", load_scenario(origin), "zh"), encoding="utf-8")
    made = load_scenario(str(path))
    assert stated(made) == stated(load_scenario(origin))
    assert made.title.zh == "mine"


def test_every_comment_of_a_template_is_right_once_taken_away(tmp_path: Path):
    text = template("mine", load_scenario("baseline"), "en")
    bare = re.sub(r"^# (?=\s*[a-z_0-9]+:)", "", text, flags=re.MULTILINE)
    content = yaml.safe_load(bare)
    for key, term in terms().items():
        at = content
        for part in key.split("."):
            at = at[part]
        assert at == term.value, key
        assert term.allowed in bare


def test_new_never_overwrites(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    assert xuewei(monkeypatch, "scenario", "new", "甲", "--from", "low_fertility") == 0
    assert "--scenario 甲.yaml" in capsys.readouterr().out
    assert load_scenario("甲.yaml").fertility.factor == 0.85
    Path("甲.yaml").write_text("title_zh: 乙", encoding="utf-8")
    assert xuewei(monkeypatch, "scenario", "new", "甲") == 2
    assert "未改动" in capsys.readouterr().err
    assert Path("甲.yaml").read_text(encoding="utf-8") == "title_zh: 乙"


def test_new_from_nothing_known_writes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    assert xuewei(monkeypatch, "scenario", "new", "a", "--from", "nothing") == 2
    assert xuewei(monkeypatch, "scenario", "new", "no/such/folder/a") == 2
    assert list(tmp_path.iterdir()) == []


def test_show_marks_what_differs_with_baseline_unit_and_source(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert xuewei(monkeypatch, "scenario", "show", "low_fertility") == 0
    output = capsys.readouterr().out
    assert "世界人口展望2024" in output
    first = next(line for line in output.splitlines() if "出生人数为基准的倍数" in line)
    assert first.startswith("│ * ")
    cells = [cell.strip() for cell in first.strip("│").split("│")]
    assert cells[1:4] == ["0.85", "1.0", "倍"]
    assert output.count("* ") == 1
    assert xuewei(monkeypatch, "scenario", "show", "low_fertility", "--lang", "en") == 0
    assert "births as a multiple of the baseline" in capsys.readouterr().out


def test_diff_lists_what_differs_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert xuewei(monkeypatch, "scenario", "diff", "low_fertility", "fertility_support") == 0
    output = capsys.readouterr().out
    assert [line.split("│")[2:4] for line in output.splitlines() if line.startswith("│")] == [
        [" 0.85   ", " 1.1      "],
        [" 2030   ", " 2032     "],
    ]
    assert xuewei(monkeypatch, "scenario", "diff", "baseline", "baseline") == 0
    assert "相同" in capsys.readouterr().out


def test_counties_that_the_data_lack_are_reported_and_those_they_have_go_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    mine = tmp_path / "mine.yaml"
    mine.write_text("migration: {scale: {临贵区: 1}}", encoding="utf-8")
    for arguments in (("show", str(mine)), ("diff", "baseline", str(mine))):
        assert xuewei(monkeypatch, "scenario", *arguments) == 2
        assert "是否指 临桂区" in capsys.readouterr().err
    mine.write_text("migration: {scale: {450312: {2030: 1.5}}}", encoding="utf-8")
    assert xuewei(monkeypatch, "scenario", "show", str(mine)) == 0
    assert "临桂区 2030年" in capsys.readouterr().out


def test_the_sheet_of_a_workbook_becomes_a_file_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    write_template_workbook(tmp_path / "book.xlsx")
    assert xuewei(monkeypatch, "scenario", "from-excel", "book.xlsx") == 2
    assert "方案" in capsys.readouterr().err
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    book["方案"].append(("标题", "临桂加快"))
    book["方案"].append(("学龄人口净迁移的倍数", 1.3, "临桂区", 2030))
    book.save(tmp_path / "book.xlsx")
    assert xuewei(monkeypatch, "scenario", "from-excel", "book.xlsx") == 0
    made = load_scenario("临桂加快.yaml")
    assert made.title.zh == "临桂加快"
    assert made.migration.scale == {"450312": {2030: 1.3}}
    assert made.reason.zh == ""
    assert xuewei(monkeypatch, "scenario", "from-excel", "book.xlsx") == 2  # never overwritten


def test_a_new_scenario_has_no_reason_of_another():
    text = template("mine", load_scenario("low_fertility"), "zh")
    assert "title_zh: mine" in text
    assert "reason_zh: ''" in text
