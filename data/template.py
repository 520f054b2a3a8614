"""The empty data folder: one CSV per table and a workbook with drop-downs, with example rows."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from data.contract.columns import GRADE, NUMBERS, WHOLE, Column
from data.contract.fields import EXAMPLE_MARK, Table
from data.contract.stages import STAGES
from data.contract.tables import INSTRUCTIONS, TABLES
from data.scenario.schema import GENERAL, load_scenario
from data.scenario.workbook_sheet import EXAMPLES, SHEET, write_examples, write_scenario_sheet

WORKBOOK = "数据模板.xlsx"
LONGEST_LIST = 255  # characters of a drop-down in Excel; longer ones refer to cells
_LONG_LISTS = [
    column
    for table in TABLES
    for column in table.columns
    if len(",".join(column.choices())) > LONGEST_LIST
]
_LAST_ROW = 5000
_GRADE_WORDS = {code: words[0] for code, words in GRADE.items()}
_GUIDE = (
    "学位需求预测：数据模板",
    "1. 每张工作表对应一个数据表；“区划”和“人口”必填，其余可留空或删除整张表。",
    f"2. 灰色斜体是示例行，来源以“{EXAMPLE_MARK}”开头，不会被读取；请删除，或换成真实数据和来源。",
    "3. 深色表头为必填列；鼠标停在表头上可看说明；有下拉框的单元格请从中选择。",
    "4. 行政区划代码为六位；人数以“人”为单位；比例用小数（1.05 表示 105%）；不要合并单元格。",
    "5. 必填列：区划表的 区划代码、名称、类型（区、县、市）、是否城区；人口表的 年龄下限、人数；"
    "项目表的 项目编号、学位数、计划启用年份、状态。",
    "6. 同一张表可分填在几个文件或工作表（如 在校生2023、在校生2024，项目（发改委））：自动合并，"
    "同一项只能有一个数。",
    "7. 也可以填“宽表”页（年级、年份、公办民办作表头），或“学校”页（每行一所学校，自动汇总到县）；"
    "不用的页留空即可。",
    "8. “方案”表可填自己的情景：只填与基准不同的数值，全部留空则没有方案；写法见“方案示例”。",
    "9. 填好后运行 xuewei check 文件夹 --out 文件夹：所有问题一次列出，并写出 check.html 供核对。",
)  # fmt: skip


_YEAR = date.today().year - 1
_WIDE: Mapping[str, Sequence[Sequence[str]]] = {
    f"在校生{_YEAR}（宽表）": (
        ("县区", *(stage.title.zh if place == 0 else "" for stage in STAGES
                   for place in range(stage.years))),
        ("", *(_GRADE_WORDS[grade] for stage in STAGES for grade in stage.grades)),
    ),
    "出生（宽表）": (("县区", *(f"{year}年" for year in range(_YEAR - 9, _YEAR + 1))),),
    f"学位{_YEAR}（宽表）": (("县区", "学段", "公办学位数", "民办学位数"),),
    f"在校生{_YEAR}（学校）": (
        ("学校名称", "县区", "办学类型", "办学性质",
         *(_GRADE_WORDS[grade] for stage in STAGES for grade in stage.grades)),
    ),
}  # fmt: skip


def write_csv(path: Path, table: Table) -> None:
    """Write the headings of ``table`` in English and its example row.

    The byte order mark makes Excel open the Chinese text rightly.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([column.name for column in table.columns])
        writer.writerow([column.example for column in table.columns])


def _validate(sheet: Worksheet, position: int, column: Column) -> None:
    if column.vocabulary:
        words = column.choices()
        source = words if len(",".join(words)) <= LONGEST_LIST else _cells_of(column)
        rule: dict[str, object] = {"validate": "list", "source": source}
    elif column.kind in NUMBERS:
        kind = "integer" if column.kind in WHOLE else "decimal"
        rule = {"validate": kind, "criteria": "between"}
        rule |= {"minimum": column.low, "maximum": column.high}
    else:
        return
    title = f"{column.title}（{column.name}）"
    rule |= {"error_title": "请核对", "error_message": f"{title}：{column.note.zh}"}
    sheet.data_validation(1, position, _LAST_ROW, position, rule)


def _cells_of(column: Column) -> str:
    """Return the cells of the instructions that hold the choices of ``column``."""
    place = _LONG_LISTS.index(column)
    first, last = (
        xl_rowcol_to_cell(row, 1 + place, row_abs=True, col_abs=True)
        for row in (0, len(column.vocabulary) - 1)
    )
    return f"='{INSTRUCTIONS}'!{first}:{last}"


def _write_sheet(sheet: Worksheet, table: Table, formats: dict[str, Format]) -> None:
    sheet.freeze_panes(1, 0)
    for position, column in enumerate(table.columns):
        code = column.kind in {"adcode", "text"}
        sheet.set_column(position, position, 16, formats["code"] if code else None)
        sheet.write_string(0, position, column.title, formats["must" if column.needed else "may"])
        need = "必填" if column.needed else "可不填"
        sheet.write_comment(0, position, f"{column.name}\n{column.note.zh}\n{need}")
        if column.kind in NUMBERS and column.example:
            sheet.write_number(1, position, float(column.example), formats["example"])
        else:
            sheet.write_string(1, position, column.example, formats["example_code"])
        _validate(sheet, position, column)


def _write_wide(sheet: Worksheet, rows: Sequence[Sequence[str]], head: Format) -> None:
    """Write headings alone: years, grades or owners stand in them, the counties go below."""
    sheet.freeze_panes(len(rows), 1)
    for line, row in enumerate(rows):
        for position, text in enumerate(row):
            sheet.write_string(line, position, text, head)


def write_template_workbook(path: Path) -> None:
    """Write the workbook: instructions, then one sheet per table with Chinese headings."""
    example = {"italic": True, "font_color": "#808080"}
    with xlsxwriter.Workbook(str(path)) as book:
        formats = {
            "must": book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"}),
            "may": book.add_format({"bold": True, "bg_color": "#DDEBF7"}),
            "code": book.add_format({"num_format": "@"}),
            "example": book.add_format(example),
            "example_code": book.add_format(example | {"num_format": "@"}),
        }
        guide = book.add_worksheet(INSTRUCTIONS)
        guide.set_column(0, 0, 100)
        for row, text in enumerate(_GUIDE):
            guide.write_string(row, 0, text)
        for place, column in enumerate(_LONG_LISTS):
            guide.write_column(0, 1 + place, column.choices(), formats["example"])
            guide.set_column(1 + place, 1 + place, 40, None, {"hidden": True})
        for table in TABLES:
            _write_sheet(book.add_worksheet(table.title), table, formats)
        for title, rows in _WIDE.items():
            _write_wide(book.add_worksheet(title), rows, formats["may"])
        write_scenario_sheet(book, book.add_worksheet(SHEET))
        examples = [load_scenario(name, pack=None) for name in GENERAL if name != "baseline"]
        write_examples(book, book.add_worksheet(EXAMPLES), examples)


def write_template(folder: Path) -> None:
    """Write every CSV and the workbook into ``folder``, which exists and is empty."""
    for table in TABLES:
        write_csv(folder / f"{table.name}.csv", table)
    write_template_workbook(folder / WORKBOOK)
