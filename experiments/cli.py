"""The command ``xuewei``: reads the arguments, hands over, and turns errors into exit codes."""

import argparse
import os
import sys
import warnings
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.language import Language, Text
from data.problems import DataError

History = Annotated[Path, typer.Option("--history", help="CSV: area_id,year,grade,enrolment")]
BirthsFile = Annotated[Path | None, typer.Option("--births", help="CSV: area_id,year,births")]
Seed = Annotated[int, typer.Option(help="random seed / 随机种子")]


def build_app(language: Language) -> typer.Typer:
    """Return the application with its help in ``language``; work is imported when it is called."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        help=Text("学位需求预测。 --lang en 切换为英文。", "School-seat demand forecasts.").within(
            language
        ),
    )

    def command(name: str, zh: str, en: str):  # type: ignore[no-untyped-def]
        return app.command(name, help=Text(zh, en).within(language))

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
        from experiments.population import run

        run(census, attributes, births, (from_year, to_year), out, seed, language)

    @command("enrolment", "由历史在校生预测分年级在校生", "Enrolment by grade from its history")
    def enrolment(
        history: History,
        horizon: Annotated[int, typer.Option(min=1, max=30, help="years ahead / 预测年数")],
        out: Annotated[Path, typer.Option(help="CSV to write / 输出文件")],
        births: BirthsFile = None,
        seed: Seed = 1,
    ) -> None:
        from experiments.enrolment import run

        run(history, births, horizon, out, seed, language)

    return app


def language_of(arguments: list[str]) -> tuple[Language, list[str]]:
    """Return the language that ``--lang`` asks for, wherever it stands, and the other arguments."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    default = os.environ.get("XUEWEI_LANG", "zh")
    parser.add_argument("--lang", choices=("zh", "en"), default=default)
    known, rest = parser.parse_known_args(arguments)
    return known.lang, rest


def main() -> None:
    """Run the command line: exit 0 when done, 2 on bad input, 1 on a fault of ours."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A Chinese Windows console is GBK: a character outside it must not end the run.
            stream.reconfigure(errors="replace")
    warnings.filterwarnings("ignore", category=FutureWarning)
    language, arguments = language_of(sys.argv[1:])
    try:
        build_app(language)(args=arguments, prog_name="xuewei")
    except DataError as error:
        console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
        for line in error.lines(language):
            console.print(line)
        raise SystemExit(2) from None
