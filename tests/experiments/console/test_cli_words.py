"""What the command line says of wrong arguments, in both languages."""

import re
import sys

import pytest

from experiments.cli import main

WRONG = {
    "--until 2060": "--until 的取值不对：不能大于 2050",
    "--until 1990": "--until 的取值不对：不能小于 2025",
    "--draws many": "--draws 的取值不对：应为整数",
    "--backend cloud": "--backend 的取值不对：应为 'local', 'dask' 之一",
    "--untill 2030": "没有选项 --untill。是否指",
    "--until": "选项 --until 后面要有值。",
}


def said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["xuewei", *arguments.split()])
    with pytest.raises(SystemExit) as left:
        main()
    output = capsys.readouterr()
    return int(left.value.code or 0), output.out, output.err


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_argument_is_named_in_chinese(
    wrong: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    code, _, output = said(monkeypatch, capsys, f"forecast {wrong}")
    assert code == 2
    assert WRONG[wrong] in output
    assert not re.search(r"Input should|Invalid|Missing|No such", output)
    assert said(monkeypatch, capsys, f"--lang en forecast {wrong}")[0] == 2


def test_help_is_in_one_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    code, help_, _ = said(monkeypatch, capsys, "study --help")
    assert code == 0
    assert "用法：" in help_
    assert " / " not in help_
    assert "Usage" not in help_
    english = said(monkeypatch, capsys, "--lang en study --help")[1]
    assert not re.search("[\u4e00-\u9fff]", english)
