"""Screen output of a forecast: report path first, suggested next commands last."""

import os
import shlex
import shutil
import sys
from math import isnan
from pathlib import Path

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from data.contract.stages import STAGE_BY_CODE, STAGE_TITLES
from data.language import Language, Text
from experiments.report.page.payload import complete_draws
from experiments.results.folder import REPORT, WORD_REPORT, WORKBOOK
from experiments.results.reader import Results
from forecasting.city_summary import city_summary
from forecasting.headline import headline_years, in_reading_order, lead_area, rung_lines, total_area
from forecasting.idle import peak_and_idle
from forecasting.wording.forecast_text import conclusion
from forecasting.wording.supply_words import seats_in_use, with_supply, years_in_use

ONE_LINE_WIDTH = 104  # characters; narrower screens show the interval on a separate line
COMMAND = "xuewei"


def print_forecast(
    results: Results, language: Language, console: Console, *, verbose: bool = False
) -> None:
    """Print the report path, the conclusion, the city by stage, and suggested next commands.

    Parameters
    ----------
    results : results of the forecast
    language : language of the output
    console : console to print to; its width determines the layout
    verbose : whether to print every county too
    """
    _print_paths(results, language, console)
    for sentence in _conclusion(results):
        console.print(sentence.within(language), markup=False, highlight=False)
    ordered = in_reading_order(results.demand)
    main = ordered[ordered["scenario"] == results.scenarios[0].name]
    until = int(main["year"].max())
    years, now = headline_years(results.now, until), min(results.now, until)
    for area in _areas(main, verbose):
        console.print()
        console.print(_table(area, results, now, years, language, console.width))
    _print_counties(main, now, years, language, console)
    console.print(_say("依据", "Based on", language), style="bold")
    for line in (*_seats_lines(main), *rung_lines(main)):
        console.print(f"  {line.within(language)}", style="dim", markup=False, highlight=False)
    _print_next(results.folder, verbose, language, console)


def _seats_lines(main: pd.DataFrame) -> list[Text]:
    """Return a note on the substitute for present seats if none are stated."""
    years = set(years_in_use(main).values())
    if any(map(isnan, years)):
        return []
    base = seats_in_use(max(years))
    return [
        Text(
            f"可用学位：没有统计数，以{base.zh}代替；填入学位表（capacity）后才有缺口和预警",
            f"seats available: not stated, {base.en} are used instead; add a capacity table to get "
            "shortages and warnings",
        )
    ]


def program() -> str:
    """Return the command as it was called, so that printed commands can be copied and run."""
    called = Path(sys.argv[0])
    if called.stem != COMMAND:
        return COMMAND
    found = shutil.which(COMMAND)
    if found and Path(found).resolve() == called.resolve():
        return COMMAND
    try:
        return shlex.quote(os.path.relpath(called))
    except ValueError:  # on another drive
        return shlex.quote(str(called))


def _print_paths(results: Results, language: Language, console: Console) -> None:
    """Print the paths of the report files; soft wrapping avoids line breaks within a path."""
    report = Text("报告（用浏览器打开）", "report (open in a browser)")
    workbook = Text("工作簿", "workbook")
    word = Text("Word 报告", "Word report")
    for label, name in ((report, REPORT), (word, WORD_REPORT), (workbook, WORKBOOK)):
        line = f"{label.within(language)}: {results.folder / name}"
        console.print(line, style="bold", soft_wrap=True, markup=False, highlight=False)
    console.print()


def _conclusion(results: Results) -> tuple[Text, ...]:
    demand = results.demand[results.demand["scenario"] == results.scenarios[0].name]
    names = demand.drop_duplicates("adcode").set_index("adcode")["county"].to_dict()
    draws = complete_draws(results.draws(results.scenarios[0].name), sorted(names))
    until = draws.years[-1]
    outlook = with_supply(peak_and_idle(draws, min(results.now, until)), demand)
    return conclusion(outlook, names, until)


def _areas(main: pd.DataFrame, verbose: bool) -> list[pd.DataFrame]:
    """Return the rows of the leading area, preceded by those of the others if ``verbose``."""
    lead = lead_area(main)
    if not verbose:
        return [lead]
    others = main[main["adcode"] != lead["adcode"].iloc[0]]
    return [*(rows for _, rows in others.groupby("adcode", sort=False)), lead]


def _table(
    area: pd.DataFrame, results: Results, now: int, years: list[int], language: Language, width: int
) -> Table:
    """Return one row per stage: present pupils, peak, and gap of seats by year."""
    name, scenario = str(area["county"].iloc[0]), results.scenarios[0].title
    title = Text(
        f"{name}（{scenario.zh}情景，个）：差额＝需求学位－可用学位，括号内为80%区间",
        f"{name} ({scenario.en}): difference = seats required - available, 80 % interval",
    )
    table = Table(
        title=Styled(title.within(language)), title_justify="left", title_style="bold",
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False,
    )  # fmt: skip
    headings = [
        Text(f"{now}年在校生", f"pupils {now}"),
        Text("在校生高峰", "peak of pupils"),
        *(Text(f"{year}年差额", f"difference {year}") for year in years),
    ]
    table.add_column(_say("学段", "stage", language), overflow="fold")
    for heading in headings:
        table.add_column(heading.within(language), justify="right", no_wrap=True)
    joint = " " if width >= ONE_LINE_WIDTH else "\n"
    for row in city_summary(area, now, years).to_dict("records"):
        peak = f"{row['peak_pupils']:,.0f}"
        table.add_row(
            STAGE_BY_CODE[row["stage"]].label.within(language).capitalize(),
            f"{row['pupils']:,.0f}",
            Text(f"{row['peak_year']}年 {peak}", f"{row['peak_year']}: {peak}").within(language),
            *(_more_or_less(row, year, joint) for year in years),
        )
    return table


def _more_or_less(row: dict[str, float], year: int, joint: str) -> str:
    low, high = row[f"gap_lo80_{year}"], row[f"gap_hi80_{year}"]
    return f"{row[f'gap_{year}']:+,.0f}{joint}({low:+,.0f}~{high:+,.0f})"


def _print_counties(
    main: pd.DataFrame, now: int, years: list[int], language: Language, console: Console
) -> None:
    """Print the number of counties with a shortage probability above one half."""
    areas = main["adcode"].nunique() - (total_area(main["adcode"]) is not None)
    if areas < 2:
        return
    table = city_summary(main, now, years)
    for year in years:
        short = [row for row in table.to_dict("records") if row[f"counties_{year}"]]
        counts = {STAGE_TITLES[row["stage"]]: row[f"counties_{year}"] for row in short}
        zh = "、".join(f"{stage.zh}{count}个" for stage, count in counts.items()) or "没有"
        en = ", ".join(f"{count} at {stage.en}" for stage, count in counts.items()) or "none"
        line = Text(
            f"{year}年需求多半超出可用学位的县区（共{areas}个）：{zh}",
            f"counties (of {areas}) that probably need more seats in {year}: {en}",
        )
        console.print(line.within(language), markup=False, highlight=False)


def _print_next(folder: Path, verbose: bool, language: Language, console: Console) -> None:
    called, place = program(), shlex.quote(str(folder))
    lines = [
        (Text("编制布局规划", "make a layout plan"), f"{called} plan {place}"),
        (Text("比较各情景", "compare the scenarios"), f"{called} ui"),
    ]
    if not verbose:
        lines.append((Text("各县区数字", "every county"), f"{called} forecast … --verbose"))
    console.print(_say("下一步", "Next", language), style="bold")
    for label, command in lines:
        line = f"  {label.within(language)}: {command}"
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def _say(zh: str, en: str, language: Language) -> str:
    return Text(zh, en).within(language)
