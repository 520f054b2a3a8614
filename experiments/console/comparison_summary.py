"""Screen output of a comparison of scenarios, for 80 columns or more."""

from collections.abc import Mapping

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Styled

from data.contract.stages import STAGES
from data.language import Language, Text
from data.scenario.schema import Scenario
from experiments.console.line_breaks import print_lines
from forecasting.comparison import FIGURES
from forecasting.wording.comparison_text import (
    MEASURE_TITLES,
    NO_DIFFERENCE,
    SAME,
    SAME_SUPPLY,
    Comparison,
    by_area,
    is_clear,
    same_supply,
    signed,
)

NARROW = 13
LEGEND = Text(
    "每格：差的均值，下一行为80%区间；区间跨过零的记为“无明显差别”。"
    "各情景用同一组随机数，差异只来自假设。",
    "Each cell: the mean difference above its 80 % interval, “no clear difference” where that "
    "spans zero. All scenarios use the same random numbers, so differences come only from the "
    "assumptions.",
)


def print_comparison(comparison: Comparison, language: Language, console: Console) -> None:
    """Print the assumptions that differ and the results, one table per scenario and year.

    Parameters
    ----------
    comparison : scenarios to compare, with their differences
    language : language of the output
    console : console to print to
    """
    console.print(comparison.title(language), style="bold", markup=False)
    _print_assumptions(comparison, language, console)
    for other in comparison.others:
        for year in comparison.years:
            rows = comparison.rows(other, year)
            console.print(_table(comparison, other, year, "required", language))
            if not same_supply(rows):
                console.print(_table(comparison, other, year, "gap", language))
        for sentence in comparison.sentences(other):
            print_lines(console, sentence.within(language))
        if same_supply(comparison.table[comparison.table["scenario"] == other.name]):
            console.print(SAME_SUPPLY.within(language), style="dim")
    console.print(LEGEND.within(language), style="dim")


def _print_assumptions(comparison: Comparison, language: Language, console: Console) -> None:
    rows = comparison.assumptions(language)
    if not rows:
        same = Text("各情景的假设相同。", "The scenarios have the same assumptions.")
        console.print(same.within(language))
        return
    table = Table(
        title=Text("不同的假设", "assumptions that differ").within(language),
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
    )
    titles = [scenario.title.within(language) for scenario in comparison.scenarios]
    for heading in (Text("假设", "assumption").within(language), *titles):
        table.add_column(escape(heading), overflow="fold")
    table.add_column(Text("单位", "unit").within(language), overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table)


def _table(
    comparison: Comparison, other: Scenario, year: int, measure: str, language: Language
) -> Table:
    """Return a table with two lines per county and one column per stage."""
    one, two = (s.title.within(language) for s in (other, comparison.first))
    measured = MEASURE_TITLES[measure].within(language)
    title = Text(f"{year}年{measured}：{one} - {two}", f"{year}, {measured}: {one} - {two}")
    table = Table(
        title=escape(title.within(language)), box=box.SIMPLE_HEAD, padding=0, show_edge=False
    )
    table.add_column(Text("县区", "county").within(language), overflow="fold")
    for stage in STAGES:
        heading = stage.title.within(language)
        table.add_column(heading, justify="right", overflow="fold", min_width=NARROW)
    for county, rows in by_area(comparison.rows(other, year)):
        table.add_row(escape(county), *(_cell(row, measure, language) for row in rows))
    return table


def _cell(row: Mapping[str, float], measure: str, language: Language) -> Styled:
    mean, low, high = (row[f"{measure}_{name}"] for name in FIGURES[:3])
    if row[f"{measure}_equal"] == 1:
        return Styled(SAME.within(language), style="dim")
    ends = f"{signed(low)}~{signed(high)}", "dim"
    if is_clear(row, measure):
        return Styled.assemble(f"{signed(mean)}\n", ends)
    return Styled.assemble((f"{NO_DIFFERENCE.within(language)}\n", "dim"), ends)
