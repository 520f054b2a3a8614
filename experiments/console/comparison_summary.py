"""A comparison of scenarios on the screen: 80 columns are enough."""

from collections.abc import Mapping

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Styled

from data.contract.stages import STAGES
from data.language import Language, Text
from data.scenario.schema import Scenario
from experiments.console.comparison_text import (
    MEASURE_TITLES,
    SAME_SUPPLY,
    Comparison,
    by_area,
    percent,
    same_supply,
    signed,
)
from experiments.console.forecast_summary import NAME_CHARACTERS, NAME_LETTERS, STAGE_LABELS

WIDEST_RANGE = 16
WORTH_TELLING = 0.005  # of a chance that both are equal
LEGEND = Text(
    "每格：差的均值；前一情景需求更多（或缺口更大）的概率；“=”后为两者相等的概率；"
    "~ 两端为差的80%区间。各情景用同一组随机数，差异只来自假设。",
    "Each cell: the mean difference, the chance that the first-named scenario has more, after = "
    "the chance that both are equal; ~ spans the 80 % range of the difference. All scenarios "
    "share their random numbers, so that only assumptions set them apart.",
)


def print_comparison(comparison: Comparison, language: Language, console: Console) -> None:
    """Print what is assumed differently and what follows: a table a scenario and year."""
    console.print(comparison.title(language), style="bold", markup=False)
    _print_assumptions(comparison, language, console)
    for other in comparison.others:
        for year in comparison.years:
            rows = comparison.rows(other, year)
            console.print(_table(comparison, other, year, "required", language))
            if not same_supply(rows):
                console.print(_table(comparison, other, year, "gap", language))
        for sentence in comparison.sentences(other):
            console.print(sentence.within(language), markup=False, highlight=False)
        if same_supply(comparison.table[comparison.table["scenario"] == other.name]):
            console.print(SAME_SUPPLY.within(language), style="dim")
    console.print(LEGEND.within(language), style="dim")


def _print_assumptions(comparison: Comparison, language: Language, console: Console) -> None:
    rows = comparison.assumptions(language)
    if not rows:
        same = Text("各情景的假设相同。", "The scenarios assume the same.")
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
    """Return a line pair a county: a column a stage."""
    one, two = (s.title.within(language) for s in (other, comparison.first))
    measured = MEASURE_TITLES[measure].within(language)
    title = Text(f"{year}年{measured}：{one} - {two}", f"{year}, {measured}: {one} - {two}")
    table = Table(
        title=escape(title.within(language)), box=box.SIMPLE_HEAD, padding=0, show_edge=False
    )
    width = NAME_CHARACTERS * 2 if language == "zh" else NAME_LETTERS
    table.add_column(Text("县区", "county").within(language), width=width, overflow="fold")
    for stage in STAGES:
        heading = STAGE_LABELS[stage.code].within(language)
        table.add_column(heading, justify="right", no_wrap=True, min_width=WIDEST_RANGE)
    for county, rows in by_area(comparison.rows(other, year)):
        table.add_row(escape(county), *(_cell(row, measure, language) for row in rows))
    return table


def _cell(row: Mapping[str, float], measure: str, language: Language) -> Styled:
    mean, low, high, above, equal = (
        row[f"{measure}_{name}"]
        for name in ("difference", "difference_lo80", "difference_hi80", "above", "equal")
    )
    if equal == 1:
        return Styled(Text("相同", "same").within(language), style="dim")
    chance = percent(above) + (f" ={percent(equal)}" if equal >= WORTH_TELLING else "")
    return Styled.assemble(f"{signed(mean)} {chance}\n", (_range(low, high, language), "dim"))


def _range(low: float, high: float, language: Language) -> str:
    whole = f"{signed(low)}~{signed(high)}"
    if len(whole) <= WIDEST_RANGE:
        return whole
    unit = Text("千", "k").within(language)
    return f"{low / 1000:+.0f}{unit}~{high / 1000:+.0f}{unit}"
