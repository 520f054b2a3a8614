"""The first sheet: what the forecast assumes, where its figures come from, how to read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from data.language import Language, Text
from data.scenario.schema import Scenario
from data.scenario.terms import TITLES
from forecasting.headline import LEAST_PROBABILITY, WARNING_COLOURS, WARNING_TITLES
from forecasting.workbook.sheet_style import OBSERVED_FILL, Book

READING = (
    Text(
        "需求学位＝在校生×（1＋规划预留），按标准班额取整；缺口＝需求学位－可用学位，正数为不足，负数为富余。",
        "Seats required = pupils × (1 + reserve), in whole classes; gap = required - available: "
        "positive is a shortage, negative a surplus.",
    ),
    Text(
        "预测值是各次模拟的平均；“80%下限、上限”之间有八成把握包含实际值。规划时请看区间，不要只看一个数。",
        "The forecast is the mean of the draws; the actual figure is expected between the 80 % "
        "bounds four times out of five. Plan for the range, not for one number.",
    ),
    Text(
        "短缺概率是各次模拟中缺口大于零的比例，预警等级由它决定。",
        "The shortage probability is the share of draws with a gap above zero; it sets the level.",
    ),
    Text(
        "“全部数据”表逐行注明数据层级和依据（观测或估算）。高中需求学位只计普通高中。",
        "The sheet with all data says for each row on what it rests (observed or estimated). "
        "Seats of the senior stage are those of general schools.",
    ),
)


@dataclass(frozen=True)
class Cover:
    """What the cover says beside the figures.

    Parameters
    ----------
    title : title of the workbook
    scenarios : the futures that are compared
    sources : one line a source
    vintage : date or version of the data
    observed : which years are observed and which are forecast
    rungs : what the pupils of each stage rest on
    now : school year that counts as the present
    """

    title: Text
    scenarios: Sequence[Scenario]
    sources: Sequence[str]
    vintage: Text
    observed: Text
    rungs: Sequence[Text]
    now: int

    def titles(self, language: Language) -> dict[str, str]:
        """Return scenario identifier → title."""
        return {scenario.name: scenario.title.within(language) for scenario in self.scenarios}


def write_cover(book: Book, cover: Cover) -> None:
    """Write the cover sheet."""
    width = max(2 + len(cover.scenarios), 5)
    sheet = book.sheet(Text("封面", "Cover"), cover.title, width)
    sheet.set_column(0, 0, 44, book.text)
    sheet.set_column(1, width - 1, 24, book.text)
    wrapped = book.format(text_wrap=True, valign="top")
    row = _section(book, sheet, 2, Text("数据", "Data"))
    for label, content in (
        (Text("数据时点", "data vintage"), cover.vintage),
        (Text("观测与预测", "observed and forecast"), cover.observed),
    ):
        sheet.write_string(row, 0, book.say(label), book.text)
        sheet.merge_range(row, 1, row, width - 1, "", wrapped)
        sheet.write_string(row, 1, book.say(content), wrapped)
        row += 1
    row = _levels(book, sheet, row + 1)
    rungs = Text(
        "数据层级：在校生依据与实测误差", "Data ladder: what pupils rest on, measured error"
    )
    row = _lines(book, sheet, row + 1, rungs, _say_all(book, cover.rungs))
    row = _lines(book, sheet, row + 1, Text("怎样阅读", "How to read"), _say_all(book, READING))
    row = _assumptions(book, sheet, row + 1, cover.scenarios)
    _lines(book, sheet, row + 1, Text("来源", "Sources"), list(cover.sources))


def _say_all(book: Book, texts: Sequence[Text]) -> list[str]:
    return [book.say(text) for text in texts]


def _section(book: Book, sheet: Worksheet, row: int, title: Text) -> int:
    heading = book.format(bold=True, font_size=11, bottom=1)
    sheet.write_string(row, 0, book.say(title), heading)
    return row + 1


def _lines(book: Book, sheet: Worksheet, row: int, title: Text, lines: list[str]) -> int:
    row = _section(book, sheet, row, title)
    for line in lines:
        sheet.write_string(row, 0, line, book.text)
        row += 1
    return row


def _levels(book: Book, sheet: Worksheet, row: int) -> int:
    row = _section(book, sheet, row, Text("学位预警等级", "Warning levels"))
    bound = 1.0
    for level, least in LEAST_PROBABILITY.items():
        fill = book.format(bg_color=WARNING_COLOURS[level], border=1, border_color="#BFBFBF")
        below = Text(f" 至 {bound:.0%}（不含）", f" to below {bound:.0%}")
        upper = below if bound < 1.0 else Text("及以上", " and more")
        sheet.write_string(row, 0, book.say(WARNING_TITLES[level]), fill)
        label = Text("短缺概率 ", "shortage probability ")
        sheet.write_string(row, 1, f"{book.say(label)}{least:.0%}{book.say(upper)}", book.text)
        bound = least
        row += 1
    grey = book.format(bg_color=OBSERVED_FILL, border=1, border_color="#BFBFBF")
    sheet.write_string(row, 0, book.say(Text("灰底", "grey")), grey)
    sheet.write_string(
        row, 1, book.say(Text("在校生为公布的观测值", "pupils are a published count")), book.text
    )
    return row + 1


def _assumptions(book: Book, sheet: Worksheet, row: int, scenarios: Sequence[Scenario]) -> int:
    row = _section(book, sheet, row, Text("情景假设", "Assumptions"))
    sheet.write_string(row, 0, book.say(Text("假设", "assumption")), book.heading)
    cell = book.format(border=1, border_color="#BFBFBF", text_wrap=True, valign="top")
    different = book.format(
        border=1, border_color="#BFBFBF", text_wrap=True, valign="top", bold=True
    )
    values = [scenario.assumptions(book.language) for scenario in scenarios]
    for column, scenario in enumerate(scenarios, start=1):
        sheet.write_string(row, column, book.say(scenario.title), book.heading)
        sheet.write_string(row + 1, column, book.say(scenario.description), cell)
    sheet.write_string(row + 1, 0, book.say(Text("说明", "description")), cell)
    sheet.set_row(row + 1, 64)
    row += 2
    for key in values[0]:
        label = TITLES[key]
        sheet.write_string(row, 0, book.say(label), cell)
        for column, assumption in enumerate(values, start=1):
            changed = assumption[key] != values[0][key]
            sheet.write_string(row, column, assumption[key], different if changed else cell)
        row += 1
    return row
