"""The commands on one CSV file without a data folder: population, enrolment, backtest."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from data.language import Language
from experiments.cli_scenario import Command

History = Annotated[Path, typer.Option("--history", help="CSV: area_id,year,grade,enrolment")]
BirthsFile = Annotated[Path | None, typer.Option("--births", help="CSV: area_id,year,births")]
Stages = Annotated[str | None, typer.Option(help="years of rows that are stages, 6,3 / 各学段学制")]
Grades = Annotated[bool, typer.Option("--grades", help="rows are grades / 每行是一个年级")]
EntryAge = Annotated[int | None, typer.Option(min=2, max=8, help="first grade / 起始年级年龄")]
Crosswalk = Annotated[Path | None, typer.Option(help="which area joined which / 区划变更表")]
Seed = Annotated[int, typer.Option(help="random seed / 随机种子")]


def add_series_commands(
    command: Callable[[str, str, str], Callable[[Command], Command]], language: Language
) -> None:
    """Add the commands to the application.

    Parameters
    ----------
    command : registers a function under a name, with its help in Chinese and English
    language : language of the messages
    """

    @command("population", "由一次普查推算学龄人口", "School-age population from one census")
    def population(
        census: Annotated[Path, typer.Option(help="adcode,year,sex,age_lower,age_upper,persons")],
        from_year: Annotated[int, typer.Option("--from", help="census year / 普查年")],
        to_year: Annotated[int, typer.Option("--to", help="last year / 末年")],
        out: Annotated[Path, typer.Option(help="CSV to write / 输出文件")],
        attributes: Annotated[Path | None, typer.Option(help="adcode,year,…")] = None,
        births: Annotated[Path | None, typer.Option(help="adcode,year,births")] = None,
        seed: Seed = 1,
    ) -> None:
        from experiments.commands.series.population import run

        run(census, attributes, births, (from_year, to_year), out, seed, language)

    @command("enrolment", "由历史在校生预测分年级在校生", "Enrolment by grade from its history")
    def enrolment(
        history: History,
        horizon: Annotated[int, typer.Option(min=1, max=30, help="years ahead / 预测年数")],
        out: Annotated[Path, typer.Option(help="CSV to write / 输出文件")],
        births: BirthsFile = None,
        stages: Stages = None,
        grades: Grades = False,
        entry_age: EntryAge = None,
        crosswalk: Crosswalk = None,
        seed: Seed = 1,
    ) -> None:
        from experiments.commands.series.enrolment import run
        from experiments.commands.series.row_options import RowMeaning

        meaning = RowMeaning(stages, entry_age, crosswalk, grades)
        run(history, births, horizon, out, seed, language, meaning)

    @command("backtest", "滚动起点回测各模型", "Rolling-origin scores of every model")
    def backtest(
        history: History,
        origins: Annotated[str, typer.Option(help="A:B")],
        out: Annotated[Path, typer.Option(help="folder / 目录")],
        horizons: Annotated[str, typer.Option(help="1,3,5")] = "1,3,5",
        models: Annotated[str | None, typer.Option(help="name,name")] = None,
        births: BirthsFile = None,
        stages: Stages = None,
        grades: Grades = False,
        seed: Seed = 1,
    ) -> None:
        from experiments.commands.series.backtest import Wanted, run
        from experiments.commands.series.row_options import RowMeaning

        chosen = models.split(",") if models else None
        wanted = Wanted(origins, horizons, chosen, RowMeaning(stages, grades=grades))
        run(history, births, wanted, out, seed, language)
