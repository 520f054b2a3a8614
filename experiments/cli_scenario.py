"""The commands ``xuewei scenario …``."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from data.language import Language, Text
from experiments.console.cli_words import classes

Command = Callable[..., Any]
DataFolder = Annotated[Path | None, typer.Option("--data", help="data folder / 数据目录")]


def scenario_commands(language: Language) -> typer.Typer:
    """Return the commands on scenarios."""
    one, group = classes(language)
    scenarios = typer.Typer(
        cls=group,
        no_args_is_help=True,
        rich_markup_mode=None,
        help=Text("新建、查看、比较情景", "Write, show and compare scenarios").within(language),
    )

    def command(name: str, zh: str, en: str) -> Callable[[Command], Command]:
        return scenarios.command(name, cls=one, help=Text(zh, en).within(language))

    @command("new", "新建带注释的模板", "A template")
    def scenario_new(
        name: Annotated[str, typer.Argument(help="NAME → NAME.yaml")],
        origin: Annotated[str, typer.Option("--from", help="name or YAML / 情景")] = "baseline",
    ) -> None:
        from experiments.commands.scenario import new

        new(name, origin, language)

    @command("from-excel", "由工作簿的“方案”表生成", "From the sheet 方案 of a workbook")
    def scenario_from_excel(
        file: Annotated[Path, typer.Argument(help="workbook / 工作簿")],
        data: DataFolder = None,
    ) -> None:
        from experiments.commands.scenario import from_excel

        from_excel(file, data, language)

    @command("show", "列出一个情景的假设", "Assumptions")
    def scenario_show(
        name: Annotated[str, typer.Argument(help="name or YAML / 情景")],
        data: DataFolder = None,
    ) -> None:
        from experiments.commands.scenario import show

        show(name, data, language)

    @command("diff", "比较两个情景", "Compare two")
    def scenario_diff(
        one: Annotated[str, typer.Argument(help="name or YAML / 情景")],
        other: Annotated[str, typer.Argument(help="name or YAML / 情景")],
        data: DataFolder = None,
    ) -> None:
        from experiments.commands.scenario import diff

        diff(one, other, data, language)

    return scenarios
