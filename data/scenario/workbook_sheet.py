"""The sheet 方案 of the planner's workbook: a scenario for those who never write YAML."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from data.findings import Findings
from data.language import Text
from data.problems import DataError, DataProblem
from data.reading.formats.delimited import WORKBOOKS
from data.reading.formats.sheet import Sheet
from data.reading.formats.workbook import read_workbook
from data.scenario.assumptions import DEFAULT
from data.scenario.schema import Scenario, build_scenario
from data.scenario.terms import stated, terms
from data.scenario.yaml_text import AS_TEMPLATE, Document, Place

SHEET, EXAMPLES = "方案", "方案示例"
NAME = "workbook"
HEADINGS = ("假设", "数值", "县区", "年份", "单位", "允许范围", "基准")
TEXTS: Mapping[str, str] = {
    "标题": "title_zh", "说明": "description_zh", "为什么看": "reason_zh", "数字出处": "source_zh",
}  # fmt: skip
_TEXT_NOTES = ("方案叫什么", "与基准差在哪里", "要回答什么问题", "谁给的数、哪份文件")
_FLAGS: Mapping[str, Any] = {"是": True, "true": True, "否": False, "false": False}

_LONGER = [key for key in TEXTS.values() if key != "title_zh"]
Cell = str | int | float
Cells = tuple[Cell, Cell, Cell, Cell]


@dataclass(frozen=True)
class _Row:
    """One filled row: its line in the sheet, and the texts of its first four cells."""

    line: int
    key: str
    value: str
    county: str
    year: str

    def place(self, *, by_county: bool) -> Place:
        """Return where the value belongs; among counties a row without one is for the rest."""
        county = (self.county or DEFAULT,) if by_county else ()
        return (*self.key.split("."), *county, *((int(self.year),) if self.year else ()))


def write_scenario_sheet(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    """Write one row per text and assumption: empty value, then unit, allowed range, baseline."""
    grey = book.add_format({"font_color": "#808080"})
    _write_headings(book, sheet, HEADINGS, (62, 12, 16, 10, 18, 14, 18))
    sheet.write_comment(
        0,
        1,
        "只填与基准不同的数值；按县区或年份区分时复制整行，再填县区、年份。全部留空则没有方案。",
    )
    for row, (title, note) in enumerate(zip(TEXTS, _TEXT_NOTES, strict=True), start=1):
        sheet.write_string(row, 0, title)
        sheet.write_string(row, 4, note, grey)
    for row, term in enumerate(terms().values(), start=1 + len(TEXTS)):
        sheet.write_string(row, 0, term.title.zh)
        for column, text in enumerate((term.unit.zh, term.allowed, term.baseline.zh), start=4):
            sheet.write_string(row, column, text, grey)


def write_examples(
    book: xlsxwriter.Workbook, sheet: Worksheet, scenarios: Sequence[Scenario]
) -> None:
    """Write what each scenario states as rows that can be copied into the sheet 方案."""
    _write_headings(book, sheet, ("情景", *HEADINGS[:4]), (18, 62, 12, 16, 10))
    sheet.write_comment(0, 0, "内置情景的写法；把需要的行（从“假设”列起）复制到“方案”表。")
    rows = [
        (one.title.zh, *cells)
        for one in scenarios
        for cells in (*_texts_of(one), *filled_rows(one))
    ]
    for line, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                sheet.write_number(line, column, cell)
            else:
                sheet.write_string(line, column, str(cell))


def filled_rows(scenario: Scenario) -> Iterator[Cells]:
    """Return assumption, value, county and year of all that a scenario states."""
    for key, value in stated(scenario).items():
        for one, county, year in _spread(value):
            yield terms()[key].title.zh, one, county, year


def _texts_of(scenario: Scenario) -> Iterator[Cells]:
    for title, key in TEXTS.items():
        if text := getattr(scenario, key):
            yield title, text, "", ""


def _spread(value: Any, county: str = "", year: Cell = "") -> Iterator[tuple[Cell, str, Cell]]:
    """Return value, county and year of each single value in ``value``."""
    if not isinstance(value, Mapping):
        yield ("是" if value is True else "否" if value is False else value), county, year
        return
    for key, one in value.items():
        if isinstance(key, int):
            yield from _spread(one, county, key)
        else:
            yield from _spread(one, "" if key == DEFAULT else str(key), year)


def _write_headings(
    book: xlsxwriter.Workbook, sheet: Worksheet, titles: Sequence[str], widths: Sequence[int]
) -> None:
    heading = book.add_format({"bold": True, "bg_color": "#DDEBF7"})
    sheet.freeze_panes(1, 0)
    for column, (title, width) in enumerate(zip(titles, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, heading)


def workbook_scenario(path: Path, counties: Mapping[str, str], now: int | None) -> Scenario:
    """Return the scenario of the sheet in one workbook.

    Raises
    ------
    DataError : there is no filled sheet, or what is wrong in it, each with its cell
    """
    findings = Findings()
    try:
        found = read_workbook(path, findings, SHEET)
    except OSError:
        found = []
    if findings.problems:
        raise DataError(findings.problems)
    documents = [document for sheet in found if (document := _document(sheet)).content]
    if not documents:
        expected = Text(f"填了数值的“{SHEET}”表", f"a sheet {SHEET} with values")
        how = Text("用 xuewei init 生成的工作簿填写", "fill in the workbook of xuewei init")
        raise DataError([DataProblem(path.name, expected, how)])
    name = documents[0].content["title_zh"]
    return build_scenario(documents[0], path.stem if name == SHEET else name, counties, now)


def sheet_scenario(folder: Path, counties: Mapping[str, str], now: int | None) -> list[Scenario]:
    """Return the scenario of the sheet in ``folder``; none where no value is filled in.

    ``counties`` and ``now`` are those of :func:`data.scenario.schema.load_scenario`.

    Raises
    ------
    DataError : what is wrong in the sheet, each with its cell
    """
    found = []
    for path in sorted(folder.iterdir()):
        usable = path.is_file() and not path.name.startswith((".", "~$"))
        if usable and path.suffix.lower() in WORKBOOKS:
            found += read_workbook(path, Findings(), SHEET)
    documents = [document for sheet in found if (document := _document(sheet)).content]
    if len(documents) > 1:
        expected = Text(f"{SHEET} 只在一个工作簿中填写", f"{SHEET} filled in one workbook")
        how_to_fix = Text("清空其中一个的数值列", "empty the values of one of them")
        raise DataError(DataProblem(one.file, expected, how_to_fix) for one in documents)
    return [build_scenario(document, NAME, counties, now) for document in documents]


def _document(sheet: Sheet) -> Document:
    """Return what the filled rows say as nested keys, with the cell of each value."""
    rows, problems = _rows(sheet)
    by_county = {row.key for row in rows if row.county}
    content: dict[Any, Any] = {}
    lines: dict[Place, _Row] = {}
    for row in rows:
        place = row.place(by_county=row.key in by_county)
        other = next((at for at in lines if _overlap(at, place)), None)
        if other is not None:
            expected = Text(
                f"同一假设和县区不重复（第 {lines[other].line} 行已填）",
                f"an assumption once per county and year (also in row {lines[other].line})",
            )
            how_to_fix = Text(
                "删去其中一行，或各行都填年份", "delete one, or give each row its year"
            )
            problems.append(_problem(sheet.file, row.line, 0, row.key, expected, how_to_fix))
            continue
        lines[place] = row
        text = row.key in TEXTS.values()
        _put(content, place, row.value if text else _value(row.value))
    if problems:
        raise DataError(problems)
    if not content.keys() - TEXTS.values():  # a title alone states nothing
        content = {}
    if content:
        title = content.get("title_zh")
        content |= {"title_zh": title or SHEET, "title_en": title or "Workbook"}
        content |= {key.replace("_zh", "_en"): content.get(key, "") for key in _LONGER}
    return Document(
        sheet.file,
        content,
        line=lambda place: _nearest(lines, place).line,
        column=lambda place: _cell(_nearest(lines, place).line, _column(lines, place)),
    )


def _overlap(one: Place, other: Place) -> bool:
    """Return whether one place is the other, or lies below it."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _rows(sheet: Sheet) -> tuple[list[_Row], list[DataProblem]]:
    """Return the rows with a value, and what is wrong with their assumption or year."""
    keys = {term.title.zh: key for key, term in terms().items()} | {key: key for key in terms()}
    keys |= TEXTS
    rows, problems = [], []
    for line, cells in zip(sheet.lines[1:], sheet.rows[1:], strict=True):
        title, value, county, year = (cell.strip() for cell in (*cells, "", "", "", "")[:4])
        if not value:
            continue
        if title not in keys:
            expected = Text("模板中的假设名称", "an assumption as the template names it")
            near = get_close_matches(title, keys, n=1)
            how_to_fix = (
                Text(f"是否指 {near[0]}？", f"is {near[0]} meant?") if near else AS_TEMPLATE
            )
            problems.append(_problem(sheet.file, line, 0, title, expected, how_to_fix))
        elif year and not (year.isdecimal() and len(year) == len("2030")):
            expected = Text("四位年份", "a year of four digits")
            how_to_fix = Text("改为年份，或留空", "write a year, or leave it empty")
            problems.append(_problem(sheet.file, line, 3, year, expected, how_to_fix))
        else:
            rows.append(_Row(line, keys[title], value, county, year))
    return rows, problems


def _problem(
    file: str, line: int, column: int, value: str, expected: Text, how_to_fix: Text
) -> DataProblem:
    return DataProblem(file, expected, how_to_fix, line, _cell(line, column), value)


def _value(text: str) -> Any:
    """Return the flag or the number that a cell holds, else its text."""
    if text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _put(content: dict[Any, Any], place: Place, value: Any) -> None:
    for part in place[:-1]:
        content = content.setdefault(part, {})
    content[place[-1]] = value


def _nearest(lines: Mapping[Place, _Row], place: Place) -> _Row:
    """Return the row of ``place``, or else the first below the place that they share."""
    shared = {
        at: sum(1 for mine, theirs in zip(place, at, strict=False) if mine == theirs)
        for at in lines
    }
    return lines[max(shared, key=lambda at: shared[at])]


def _column(lines: Mapping[Place, _Row], place: Place) -> int:
    """Return the column that the last part of ``place`` stands in: county, year or value."""
    row = _nearest(lines, place)
    return {row.county: 2, row.year: 3}.get(str(place[-1]), 1)


def _cell(line: int, column: int) -> str:
    return str(xl_rowcol_to_cell(line - 1, column))
