"""Screen output of a forecast: report path first, suggested next commands last."""

import sys
from dataclasses import dataclass
from math import isnan
from pathlib import Path

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from data.contract.stages import STAGE_BY_CODE
from data.language import Language, Text
from experiments.console.line_breaks import print_lines
from experiments.console.typed import program, quoted
from experiments.report.page.payload import complete_draws
from experiments.results.reader import Results
from experiments.results.results_folder import REPORT, WORD_REPORT, WORKBOOK
from forecasting.city_summary import city_summary
from forecasting.headline import headline_years, in_reading_order, lead_area, rung_lines
from forecasting.idle import peak_and_idle
from forecasting.wording.forecast_text import conclusion
from forecasting.wording.supply_words import seats_in_use, supply_name, with_supply, years_in_use

FORECAST = "forecast"


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
        print_lines(console, sentence.within(language))
    ordered = in_reading_order(results.demand)
    main = ordered[ordered["scenario"] == results.scenarios[0].name]
    until = int(main["year"].max())
    years, now = headline_years(results.now, until), min(results.now, until)
    for area in _areas(main, verbose):
        console.print()
        console.print(_table(area, results, now, years, language))
    console.print(_say("依据", "Based on", language), style="bold")
    for note in (*_seats_lines(main), *rung_lines(main)):
        print_lines(console, note.within(language), "  ", "dim")
    _print_next(results.folder, verbose, language, console)


def _seats_lines(main: pd.DataFrame) -> list[Text]:
    """Return a note on the substitute for present seats if none are stated."""
    years = set(years_in_use(main).values())
    if any(map(isnan, years)):
        return []
    base = seats_in_use(max(years))
    return [
        Text(
            f"可用学位：没有统计数，以{base.zh}代替；填学位表后才有缺口和预警",
            f"seats available: not stated, {base.en} instead; add a capacity table for shortages",
        )
    ]


def _print_paths(results: Results, language: Language, console: Console) -> None:
    """Print the paths of the report files; soft wrapping avoids line breaks within a path."""
    report = _say("报告（用浏览器打开）", "report (open in a browser)", language)
    others = _say("同一目录", "in the same folder", language)
    for line in (
        f"{report}: {results.folder / REPORT}",
        f"{others}: {WORD_REPORT}, {WORKBOOK}",
    ):
        console.print(line, style="bold", soft_wrap=True, markup=False, highlight=False)


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


@dataclass(frozen=True)
class _Unit:
    """Unit of all figures of a table.

    Parameters
    ----------
    seats : seats per unit
    title : name of the unit
    """

    seats: int
    title: Text

    def say(self, seats: float, sign: str = "") -> str:
        """Return ``seats`` in this unit."""
        return f"{seats / self.seats:{sign},.{1 if self.seats > 1 else 0}f}"


ONES, LARGE = _Unit(1, Text("个", "seats")), {
    "zh": _Unit(10_000, Text("万个", "")), "en": _Unit(1_000, Text("", "thousands")),
}  # fmt: skip
LARGE_FROM = 50_000  # pupils; below, all figures fit in one line as they are


def _table(
    area: pd.DataFrame, results: Results, now: int, years: list[int], language: Language
) -> Table:
    """Return one row per stage: present pupils, peak, and difference of seats by year."""
    name, scenario = str(area["county"].iloc[0]), results.scenarios[0].title
    supply = supply_name(area)
    unit = LARGE[language] if area["pupils"].max() >= LARGE_FROM else ONES
    title = Text(
        f"{name}（{scenario.zh}情景，{unit.title.zh}）：差额＝需求学位－{supply.zh}，括号内为80%区间",
        f"{name} ({scenario.en}, {unit.title.en}): required - {supply.en}, 80 % interval",
    )
    table = Table(
        title=Styled(title.within(language)), title_justify="left", title_style="bold",
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False,
        pad_edge=False,
    )  # fmt: skip
    joint = "\n" if unit is ONES else ""  # complete figures leave less room
    headings = [
        Text(f"{now}年{joint}在校生", f"pupils{joint or ' '}{now}"),
        Text("在校生高峰", "peak"),
        *(Text(f"{year}年差额", f"difference {year}") for year in years),
    ]
    table.add_column(_say("学段", "stage", language), no_wrap=True)
    for heading in headings:
        table.add_column(heading.within(language), justify="right", no_wrap=True)
    for row in city_summary(area, now, years).to_dict("records"):
        peak = unit.say(row["peak_pupils"])
        table.add_row(
            STAGE_BY_CODE[row["stage"]].label.within(language).capitalize(),
            unit.say(row["pupils"]),
            Text(f"{row['peak_year']}年 {peak}", f"{row['peak_year']}: {peak}").within(language),
            *(_more_or_less(row, year, unit) for year in years),
        )
    return table


def _more_or_less(row: dict[str, float], year: int, unit: _Unit) -> str:
    low, high = unit.say(row[f"gap_lo80_{year}"], "+"), unit.say(row[f"gap_hi80_{year}"], "+")
    return f"{unit.say(row[f'gap_{year}'], '+')} ({low}~{high})"


def _print_next(folder: Path, verbose: bool, language: Language, console: Console) -> None:
    called, place = program(), quoted(str(folder))
    lines = [
        (Text("编制布局规划", "layout plan"), f"{called} plan {place}"),
        (Text("比较各情景", "compare scenarios"), f"{called} ui"),
    ]
    if not verbose and FORECAST in sys.argv[1:]:
        again = quoted(*sys.argv[1:], "--verbose")
        lines.append((Text("各县区数字", "every county"), f"{called} {again}"))
    for label, command in lines:
        line = f"{label.within(language)}: {command}"
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def _say(zh: str, en: str, language: Language) -> str:
    return Text(zh, en).within(language)
