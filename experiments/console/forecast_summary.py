"""The summary that a forecast prints: readable in 80 columns, coloured where the terminal can."""

from pathlib import Path
from textwrap import wrap

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from data.language import Language, Text
from data.problems import DataError
from experiments.computing.stopwatch import Stopwatch
from forecasting.headline import HEADLINE_YEARS, WARNING_TITLES, headlines, rung_lines, whole_of
from forecasting.wording.why_text import reasons

# Narrower terminals get the interval on a line of its own under the gap.
ONE_LINE_WIDTH = 112
NAME_CHARACTERS = 4
MOST_AREAS = 40  # beyond them a table is no longer read in a terminal
NAME_LETTERS = 10
# Wide intervals are told in thousands: a digit more would not fit and would not be known anyway.
THOUSANDS_FROM = 10_000
STAGE_LABELS = {
    "kindergarten": Text("幼儿园", "kinder-\ngarten"),
    "primary": Text("小学", "primary"),
    "junior": Text("初中", "junior"),
    "senior": Text("高中", "senior"),
}
WARNING_STYLES = {"red": "bold red", "orange": "dark_orange", "yellow": "yellow", "green": "green"}


def print_summary(
    demand: pd.DataFrame, titles: dict[str, str], now: int, language: Language, console: Console
) -> None:
    """Print the first scenario by county and stage, then the city under every scenario.

    Parameters
    ----------
    demand : long demand table
    titles : scenario identifier → title, the first one printed in full
    now : school year that counts as the present
    language : language of the headings
    console : where to print; its width decides the layout
    """
    headline = headlines(demand, now)
    first = next(iter(titles))
    city = headline[headline["adcode"] == whole_of(headline["adcode"])]
    many = len(city) and headline["adcode"].nunique() > MOST_AREAS
    table = _table(titles[first], Text("县区", "county"), now, language)
    shown = city if many else headline
    for _, rows in shown[shown["scenario"] == first].groupby("adcode", sort=False):
        _add_block(table, str(rows["county"].iloc[0]), rows, language, console.width)
    console.print(table)
    if many:
        count = headline["adcode"].nunique() - 1
        told = Text(f"其余{count}个地区见工作簿。", f"{count} more areas are in the workbook.")
        console.print(told.within(language))
    if len(titles) > 1 and len(city):
        table = _table(
            Text("全市各情景", "the city, each scenario").within(language),
            Text("情景", "scenario"),
            now,
            language,
        )
        for scenario, rows in city.groupby("scenario", sort=False):
            _add_block(table, titles[str(scenario)], rows, language, console.width)
        console.print(table)
    note = Text(
        "缺口正数为学位不足、负数为富余，~ 两端为80%区间；预警取现在起短缺概率最高的一年。",
        "A positive gap is a shortage of seats; ~ spans the 80 % interval; the level is that of "
        "the year with the highest shortage probability from now on.",
    )
    console.print(note.within(language), style="dim")
    console.print(Text("在校生依据：", "What the pupils rest on:").within(language), style="dim")
    for line in rung_lines(demand):
        console.print(line.within(language), style="dim", markup=False, highlight=False)


def print_reasons(changes: pd.DataFrame, language: Language, console: Console) -> None:
    """Print a sentence a stage on why the seats change, from the rows of ``why.csv``."""
    heading = Text("需求学位为什么变：", "Why the seats required change:")
    console.print(heading.within(language), style="bold")
    for sentence in reasons(changes):
        console.print(sentence.within(language), markup=False, highlight=False)


def print_next(
    results: str, workbook: str, store: str, language: Language, console: Console
) -> None:
    """Print where the results are and the command that opens the tracked runs."""
    lines = (
        (Text("结果文件夹", "results folder"), results),
        (Text("Excel 工作簿", "Excel workbook"), workbook),
        (Text("实验记录", "tracked runs"), store),
        (Text("查看曲线", "see the curves"), "xuewei ui"),
    )
    for label, value in lines:
        # Soft wrapping keeps a path in one piece, so that it can be copied or clicked.
        console.print(f"{label.within(language)}: {value}", soft_wrap=True, markup=False)


def print_unsent(results: Path, fault: DataError, language: Language) -> None:
    """Tell that results are written and their runs not logged, and what to do about it."""
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    for line in fault.lines(language):
        console.print(line)
    told = Text(
        f"结果已写好；运行记录没有记入 MLflow，已留在结果旁。恢复后运行：xuewei sync {results}",
        "The results are written; their runs are not in MLflow but kept beside them. Later run: "
        f"xuewei sync {results}",
    )
    console.print(told.within(language), style="bold")


def print_times(watch: Stopwatch, language: Language, console: Console) -> None:
    """Print where the time went."""
    parts = [
        f"{name.within(language)} {took.clock:.1f} ({took.computing:.1f})"
        for name, took in watch.seconds.items()
    ]
    told = Text("用时秒数（括号内为处理器）", "seconds (of the processor)").within(language)
    console.print(f"{told}: {', '.join(parts)}", style="dim", soft_wrap=True)


def _table(title: str, first_heading: Text, now: int, language: Language) -> Table:
    table = Table(title=Styled(title), box=box.SIMPLE_HEAD, padding=0, show_edge=False)
    table.add_column(first_heading.within(language), no_wrap=True)
    table.add_column(Text("学段", "stage").within(language), no_wrap=True)
    numbers = [
        Text(f"{now}年\n在校生", f"pupils\n{now}"),
        Text("峰值年\n在校生", "peak\npupils"),
        *(Text(f"{year}年缺口\n80%区间", f"gap {year}\n80 %") for year in HEADLINE_YEARS),
    ]
    for heading in numbers:
        table.add_column(heading.within(language), justify="right", no_wrap=True)
    table.add_column(Text("预警", "level").within(language), no_wrap=True)
    return table


def _add_block(table: Table, name: str, rows: pd.DataFrame, language: Language, width: int) -> None:
    """Add a line (or two) a stage, the name running down beside them."""
    wide = width >= ONE_LINE_WIDTH
    joint = " " if wide else "\n"
    pieces = [name] if wide else _pieces(name)
    for place, row in enumerate(rows.to_dict("records")):
        level = row["warning"]
        table.add_row(
            Styled(pieces[place] if place < len(pieces) else ""),
            STAGE_LABELS[row["stage"]].within(language),
            f"{row['pupils_now']:,.0f}",
            f"{row['peak_year']}{joint}{row['peak_pupils']:,.0f}",
            *(_gap(row, year, joint, language) for year in HEADLINE_YEARS),
            Styled(WARNING_TITLES[level].within(language), style=WARNING_STYLES[level]),
            end_section=place == len(rows) - 1,
        )


def _pieces(name: str) -> list[str]:
    """Cut a long name into pieces that stand under each other.

    >>> _pieces("恭城瑶族自治县"), _pieces("Fast urbanization")
    (['恭城瑶族', '自治县'], ['Fast', 'urbanizati', 'on'])
    """
    return wrap(name, NAME_LETTERS if name.isascii() else NAME_CHARACTERS)


def _gap(row: dict[str, float], year: int, joint: str, language: Language) -> Styled:
    gap = row[f"gap_{year}"]
    if pd.isna(gap):
        return Styled("-", style="dim")
    bounds = row[f"gap_lo80_{year}"], row[f"gap_hi80_{year}"]
    if max(map(abs, bounds)) >= THOUSANDS_FROM:
        unit = Text("千", "k").within(language)
        interval = "~".join(f"{round(bound / 1000)}{unit}" for bound in bounds)
    else:
        interval = "~".join(f"{bound:.0f}" for bound in bounds)
    return Styled.assemble(f"{gap:+,.0f}", joint, (interval, "dim"))
