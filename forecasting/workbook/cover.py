"""The cover sheet: conclusion, how to read the figures, and the data behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from data.language import Language, Text
from data.scenario.schema import Scenario
from data.scenario.terms import TITLES
from forecasting.headline import LEAST_PROBABILITY, WARNING_COLOURS, WARNING_TITLES
from forecasting.workbook.sheet_style import Book

WIDTH = 6
LINE = 15  # points
LINE_WIDTH = 52  # full-width characters per line of the cover
ASSUMPTION_WIDTHS = 24, 18  # full-width characters per line of its title and of its value
READING = (
    Text(
        "需求学位＝在校生×（1＋规划预留），按标准班额取整班；差额＝需求学位－可用学位，正数为需求更多。",
        "Seats required = pupils × (1 + reserve) in complete classes; difference = seats "
        "required - seats available, positive where more are required.",
    ),
    Text(
        "预测值是各次模拟的平均；“80%下限、上限”之间有八成把握包含实际值。规划时请看区间，不要只看一个数。",
        "The forecast is the mean of the draws; the actual figure is expected between the 80 % "
        "bounds four times out of five. Plan for the range, not for one number.",
    ),
    Text(
        "概率是需求超过可用学位的模拟所占的比例。各次模拟在不同情景中使用同样的随机数。",
        "The probability is the share of draws in which more seats are required than available. "
        "All scenarios share their random numbers.",
    ),
    Text(
        "前面各表可直接打印（A4）；“全部数据”和“原因明细”供筛选和透视，不用打印。",
        "The first sheets are made for printing (A4); “All data” and “All reasons” are for "
        "filters and pivot tables.",
    ),
)


@dataclass(frozen=True)
class Cover:
    """The text of the workbook that goes with the figures.

    Parameters
    ----------
    title : title of the workbook
    conclusion : sentences on the main scenario
    scenarios : the scenarios that are compared, the main one first
    sources : one line per source
    vintage : date or version of the data
    rests_on : data basis of pupils and seats, one line each
    now : school year that counts as the present
    """

    title: Text
    conclusion: Sequence[Text]
    scenarios: Sequence[Scenario]
    sources: Sequence[Text]
    vintage: Text
    rests_on: Sequence[Text]
    now: int

    def titles(self, language: Language) -> dict[str, str]:
        """Return scenario identifier → title."""
        return {scenario.name: scenario.title.within(language) for scenario in self.scenarios}


def write_cover(book: Book, cover: Cover, warned: bool) -> None:
    """Write the cover sheet.

    Parameters
    ----------
    book : the open workbook
    cover : its contents
    warned : whether any seats are reported, so that there are warning levels
    """
    sheet = book.sheet(Text("封面", "Cover"), cover.title, WIDTH, landscape=False)
    sheet.set_column(0, WIDTH - 1, 15.5, book.text)
    main = cover.scenarios[0].title
    scenario = Text(f"主要情景：{main.zh}", f"Main scenario: {main.en}")
    present = Text(f"现在为{cover.now}学年", f"present school year {cover.now}")
    facts = [book.say(text) for text in (scenario, present, cover.vintage)]
    sheet.write_string(1, 0, Text("　", "  ").within(book.language).join(facts), book.note)
    row = write_lines(book, sheet, 3, Text("结论", "Conclusion"), cover.conclusion, WIDTH)
    row = write_lines(book, sheet, row, Text("怎样阅读", "How to read"), READING, WIDTH)
    if warned:
        row = _levels(book, sheet, row)
    sheets = Text("依据", "Basis of the figures")
    write_lines(book, sheet, row, sheets, cover.rests_on, WIDTH)


def write_assumptions(book: Book, scenarios: Sequence[Scenario]) -> None:
    """Write the sheet of assumptions: one column per scenario, differences in bold."""
    width = 1 + len(scenarios)
    title = Text("各情景的假设", "Assumptions of each scenario")
    sheet = book.sheet(Text("假设", "Assumptions"), title, width)
    note = Text("与第一个情景不同的用粗体。", "Bold: differs from the first scenario.")
    sheet.write_string(1, 0, book.say(note), book.note)
    sheet.set_column(0, 0, 40, book.text)
    sheet.set_column(1, width - 1, 30, book.text)
    look = {"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "top"}
    cell, different = book.format(**look), book.format(**look, bold=True)
    sheet.write_string(2, 0, book.say(Text("假设", "assumption")), book.heading)
    descriptions = {
        Text("说明", "description"): [book.say(one.description) for one in scenarios],
        Text("为什么看", "reason"): [book.say(one.reason) for one in scenarios],
        Text("数字出处", "source"): [book.say(one.source) for one in scenarios],
    }
    for column, scenario in enumerate(scenarios, start=1):
        sheet.write_string(2, column, book.say(scenario.title), book.heading)
    row = 3
    for label, texts in descriptions.items():
        sheet.write_string(row, 0, book.say(label), cell)
        sheet.set_row(row, LINE * max(_lines(text, ASSUMPTION_WIDTHS[1]) for text in texts))
        for column, text in enumerate(texts, start=1):
            sheet.write_string(row, column, text, cell)
        row += 1
    values = [scenario.assumptions(book.language) for scenario in scenarios]
    for key, first in values[0].items():
        sheet.write_string(row, 0, book.say(TITLES[key]), cell)
        for column, assumption in enumerate(values, start=1):
            changed = assumption[key] != first
            sheet.write_string(row, column, assumption[key], different if changed else cell)
        named, shown = ASSUMPTION_WIDTHS
        lines = [_lines(assumption[key], shown) for assumption in values]
        sheet.set_row(row, LINE * max(_lines(book.say(TITLES[key]), named), *lines))
        row += 1
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)


def write_sources(book: Book, cover: Cover) -> None:
    """Write the sheet of sources."""
    title = Text("数据来源", "Sources of the data")
    sheet = book.sheet(Text("来源", "Sources"), title, WIDTH, landscape=False)
    sheet.set_column(0, WIDTH - 1, 15.5, book.text)
    write_lines(book, sheet, 2, Text("来源", "Sources"), cover.sources, WIDTH)


def _lines(text: str, characters: int) -> int:
    """Return how many lines of so many full-width characters a text takes."""
    return 1 + int(sum(1 if one > "\u2e80" else 0.5 for one in text) // characters)


def write_lines(
    book: Book,
    sheet: Worksheet,
    row: int,
    title: Text,
    lines: Sequence[Text],
    width: int,
    characters: int = LINE_WIDTH,
) -> int:
    """Write a section of sentences over ``width`` merged columns; return the row after it.

    Parameters
    ----------
    characters : full-width characters in a line of these columns
    """
    _section(book, sheet, row, title, width)
    wrapped = book.format(text_wrap=True, valign="top")
    for line in lines:
        row += 1
        text = book.say(line)
        sheet.merge_range(row, 0, row, width - 1, "", wrapped)
        sheet.write_string(row, 0, text, wrapped)
        sheet.set_row(row, LINE * _lines(text, characters) + 3)
    return row + 2


def _section(book: Book, sheet: Worksheet, row: int, title: Text, width: int) -> None:
    look = book.format(bold=True, font_size=12, bottom=1)
    sheet.merge_range(row, 0, row, width - 1, "", look)
    sheet.write_string(row, 0, book.say(title), look)
    sheet.set_row(row, 18)


def _levels(book: Book, sheet: Worksheet, row: int) -> int:
    title = Text("学位预警等级", "Warning levels")
    _section(book, sheet, row, title, WIDTH)
    bound = 1.0
    for level, least in LEAST_PROBABILITY.items():
        row += 1
        fill = book.format(bg_color=WARNING_COLOURS[level], border=1, border_color="#BFBFBF")
        below = Text(f" 至 {bound:.0%}（不含）", f" to below {bound:.0%}")
        upper = below if bound < 1.0 else Text("及以上", " and more")
        sheet.write_string(row, 0, book.say(WARNING_TITLES[level]), fill)
        label = Text("短缺概率 ", "shortage probability ")
        sheet.write_string(row, 1, f"{book.say(label)}{least:.0%}{book.say(upper)}", book.text)
        bound = least
    return row + 2
