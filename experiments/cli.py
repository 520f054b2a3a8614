"""The command ``xuewei``: argument parsing, dispatch to commands, and exit codes."""

import argparse
import atexit
import gc
import os
import sys
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.language import Language, Text
from data.problems import DataError
from data.settings import Settings
from experiments.cli_scenario import Command, DataFolder, scenario_commands
from experiments.cli_series import Seed, add_series_commands
from experiments.computing.backend import Backend, scheduler_of
from experiments.console.cli_words import USAGE_FAULT, classes, print_usage_fault
from experiments.results.disk_errors import disk_exceptions, disk_problem

BackendName = Annotated[Backend, typer.Option(help="where to compute / 在哪里计算")]
Scheduler = Annotated[str | None, typer.Option(help="tcp://host:8786 / Dask 调度器")]
Verbose = Annotated[bool, typer.Option("--verbose", help="print every county / 列出各县区")]


def build_app(language: Language) -> typer.Typer:
    """Return the application with help in ``language``; commands are imported when called."""
    one, group = classes(language)
    app = typer.Typer(
        cls=group,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        help=Text("学位需求预测。 --lang en 切换为英文。", "School-seat demand forecasts.").within(
            language
        ),
    )

    def command(name: str, zh: str, en: str) -> Callable[[Command], Command]:
        return app.command(name, cls=one, help=Text(zh, en).within(language))

    @command(
        "forecast", "预测各县区各学段学位需求（主命令）", "Forecast seat demand by county and stage"
    )
    def forecast(
        data: DataFolder = None,
        county: Annotated[
            list[str] | None, typer.Option(help="name or adcode / 名称或代码")
        ] = None,
        scenario: Annotated[list[str] | None, typer.Option(help="name or YAML / 情景")] = None,
        until: Annotated[int, typer.Option(min=2025, max=2050, help="last year / 末年")] = 2035,
        now: Annotated[
            int | None, typer.Option(min=2021, max=2050, help="present school year / 当前学年")
        ] = None,
        draws: Annotated[int, typer.Option(min=50, max=20000, help="draws / 抽样次数")] = 1000,
        seed: Seed = 1,
        out: Annotated[Path, typer.Option(help="results folder / 结果目录")] = Path("results"),
        tracking_uri: Annotated[str | None, typer.Option(help="MLflow store")] = None,
        backend: BackendName = Backend.LOCAL,
        scheduler: Scheduler = None,
        verbose: Verbose = False,
    ) -> None:
        from experiments.commands.forecast import run
        from experiments.results.forecast_inputs import ForecastOptions, present_school_year

        now = now or present_school_year(date.today())
        request = ForecastOptions(
            settings=Settings(now, until, draws, seed, language),
            data=data,
            counties=tuple(county or ()),
            scenarios=tuple(scenario or ()),
            out=out,
            tracking_uri=tracking_uri,
            scheduler=scheduler_of(backend, scheduler),
            verbose=verbose,
        )
        run(request)

    @command("study", "按研究文件预测并比较多个情景", "Forecast the scenarios of a study file")
    def study(
        file: Annotated[str, typer.Argument(help="YAML or name / 研究文件或内置名称")],
        tracking_uri: Annotated[str | None, typer.Option(help="MLflow store")] = None,
        backend: BackendName = Backend.LOCAL,
        scheduler: Scheduler = None,
    ) -> None:
        from experiments.commands.study import run

        run(file, tracking_uri, scheduler_of(backend, scheduler), language)

    @command("plan", "由预测结果编制布局规划", "Plan what to build, convert, rent or close")
    def plan(
        results: Annotated[Path, typer.Argument(help="results folder / 结果目录")],
        budget: Annotated[
            float | None, typer.Option(min=0, help="CNY 1e8 per school year / 每学年亿元")
        ] = None,
        land: Annotated[float | None, typer.Option(min=0, help="total hectares / 公顷")] = None,
        shortage: Annotated[
            float,
            typer.Option(
                min=0.1,
                max=100,
                help="cost of a missing seat, years' spending / 缺一个学位相当于几年生均经费",
            ),
        ] = 3.0,
        discount: Annotated[
            float, typer.Option(min=0, max=0.5, help="rate per year / 折现率")
        ] = 0.08,
        tracking_uri: Annotated[str | None, typer.Option(help="MLflow store")] = None,
    ) -> None:
        from experiments.commands.plan import run
        from forecasting.plan.case.planning_case import PlanTerms

        limits = None if budget is None else budget * 1e8, None if land is None else land * 1e4
        run(results, PlanTerms(shortage, discount, *limits), tracking_uri, language)

    @command(
        "indicators",
        "计算督导评估指标（优质均衡、普及普惠、县中、预警）",
        "Indicators of inspections",
    )
    def indicators(
        results: Annotated[Path, typer.Argument(help="results folder / 结果目录")],
        tracking_uri: Annotated[str | None, typer.Option(help="MLflow store")] = None,
    ) -> None:
        from experiments.commands.indicators import run

        run(results, tracking_uri, language)

    add_series_commands(command, language)

    @command("report", "由结果文件夹生成网页报告", "Write the HTML reports of a results folder")
    def report(
        results: Annotated[Path, typer.Argument(help="results folder / 结果目录")],
    ) -> None:
        from experiments.report.write_report import run

        run(results, language)

    @command("check", "检查数据目录，列出全部问题", "Check a data folder and list every problem")
    def check(
        folder: Annotated[Path, typer.Argument(help="data folder / 数据目录")],
        out: Annotated[
            Path | None,
            typer.Option(help="folder for check.html and check.csv / 写出 check.html、check.csv"),
        ] = None,
    ) -> None:
        from experiments.commands.check import run

        run(folder, language, out)

    @command("init", "新建数据目录和 Excel 模板", "Write an empty data folder and the template")
    def init(
        folder: Annotated[Path, typer.Argument(help="new folder / 新目录")],
        synthetic_sites: Annotated[
            bool, typer.Option("--synthetic-sites", help="synthetic places / 虚构地点，仅供试用")
        ] = False,
    ) -> None:
        from experiments.commands.init import run

        run(folder, language, synthetic_sites=synthetic_sites)

    app.add_typer(scenario_commands(language), name="scenario")

    @command("compare", "比较结果中的情景，第一个为对照", "Compare scenarios with the first one")
    def compare(
        scenario: Annotated[
            list[str], typer.Argument(help="A B … or OLD NEW / 情景，或两个结果目录")
        ],
        results: Annotated[Path, typer.Option(help="results folder / 结果目录")] = Path("results"),
        year: Annotated[list[int] | None, typer.Option(help="school year / 学年")] = None,
        out: Annotated[Path | None, typer.Option(help="folder / 目录")] = None,
        tracking_uri: Annotated[str | None, typer.Option(help="MLflow store")] = None,
    ) -> None:
        from experiments.commands.compare import CompareRequest, run

        run(
            CompareRequest(tuple(scenario), results, tuple(year or ()), out, tracking_uri), language
        )

    @command(
        "sync", "补记没有送达 MLflow 的运行", "Log the runs that could not be logged to MLflow"
    )
    def sync(
        results: Annotated[
            list[Path] | None, typer.Argument(help="results folders / 结果目录")
        ] = None,
        tracking_uri: Annotated[str | None, typer.Option(help="MLflow store")] = None,
    ) -> None:
        from experiments.commands.sync import run

        run(results or (), tracking_uri, language)

    @command("ui", "打开 MLflow 界面", "Open the MLflow UI")
    def ui(
        tracking_uri: Annotated[str | None, typer.Option(help="MLflow store")] = None,
        port: Annotated[int, typer.Option(min=1, max=65535)] = 5000,
        county: Annotated[str | None, typer.Option(help="name or adcode / 名称或代码")] = None,
    ) -> None:
        from experiments.commands.ui import run

        run(tracking_uri, port, county, language)

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
    # Modules and tables live as long as the command: collecting garbage took a tenth of its time.
    gc.set_threshold(100_000, 50, 50)
    atexit.register(gc.freeze)
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A Chinese Windows console is GBK: a character outside it must not end the run.
            stream.reconfigure(errors="replace")
    warnings.filterwarnings("ignore", category=FutureWarning)
    language, arguments = language_of(sys.argv[1:])
    try:
        code = build_app(language)(args=arguments, prog_name="xuewei", standalone_mode=False)
        raise SystemExit(code or 0)
    except typer.Abort:
        raise SystemExit(1) from None
    except USAGE_FAULT as fault:
        raise SystemExit(print_usage_fault(fault, language)) from None
    except DataError as error:
        problems = error
    except disk_exceptions() as error:
        problem = disk_problem(error)
        if problem is None:
            raise
        problems = DataError([problem])
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    for line in problems.lines(language):
        console.print(line)
    raise SystemExit(2)
