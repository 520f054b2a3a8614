"""What the Chinese pages for planners have people type."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from experiments.cli import build_app

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/guide.zh.md", "docs/scenarios.zh.md", "README.zh.md")
COMMAND = re.compile(r"(?:\.venv/bin/)?\bxuewei ([^`\n#…]+)")


def commands(page: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    typed = [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"```\n(.*?)```", text, re.DOTALL)]
    return [found.strip() for part in typed for found in COMMAND.findall(part)]


def parse(arguments: list[str]) -> None:
    """Let the command line read ``arguments`` without doing anything."""
    group = get_command(build_app("zh"))
    while isinstance(group, typer.core.TyperGroup):
        name, *arguments = arguments
        context = typer.Context(group)
        group = group.get_command(context, name)
        assert group is not None, name
    group.make_context(name, arguments)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_one_that_the_command_line_takes(page: str):
    found = commands(page)
    assert found
    for line in found:
        parse(shlex.split(line))


def test_an_option_that_there_is_not_would_be_noticed():
    with pytest.raises(Exception, match="--datas"):
        parse(["forecast", "--datas", "我的数据"])
